"""From video files, or stored features, to samples of a localizer."""
import json
import re
from contextlib import contextmanager
from multiprocessing import get_all_start_methods
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Union

import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from mmengine.runner import Runner, autocast
from rich.progress import track

from mmbapg.config.places import config_path, read_config
from mmbapg.datasets.video_reader import VideoError
from mmbapg.engine.checks.classes import refuse_wrong_coverage
from mmbapg.engine.loops.embed_loop import provenance_of, write_videos
from mmbapg.files import link_or_copy

from .inference_inputs import Source
from .loaded_localizer import load_weights
from .localization_files import InferenceError
from .localization_results import VIDEO_ERRORS
from .undisturbed import undisturbed

#: Of the videos in question, in the folder that is made for them.
ANNOTATIONS = 'annotations.json'


class KeptEncoder:
    """A model of stage 2 that is built and loaded once.

    Args:
        cfg: Of stage 2.
        checkpoint: Its weights; ``None`` for those of the config.
        device: Where to compute.
        title: Of the progress bar.
    """

    def __init__(self, cfg: Config, checkpoint: Optional[str], device: str,
                 title: str) -> None:
        self.cfg, self.device, self.title = cfg, device, title
        model = dict(cfg.model)
        if cfg.get('data_preprocessor'):
            model.setdefault('data_preprocessor', cfg.data_preprocessor)
        self.model = MODELS.build(model)
        if checkpoint is not None:
            load_weights(self.model, checkpoint)
        self.model.to(device).eval()
        self.provenance = provenance_of(
            cfg, cfg.test_dataloader.dataset.interval, checkpoint)

    @property
    def reads_videos(self) -> bool:
        """Whether it embeds frames, as in the paper, and not features."""
        return 'feature' not in self.cfg.test_dataloader.dataset.data_prefix

    @torch.no_grad()
    def embed(self, videos: dict, out_dir: Path, show_progress: bool,
              **loading) -> None:
        """Write an embeddings file for each video.

        Args:
            videos: Settings of the dataset that say where they are.
            out_dir: Folder of the files.
            show_progress: Whether to show a bar.
            **loading: Settings of the dataloader.
        """
        dataset = on_folder(self.cfg.test_dataloader.dataset, **videos)
        settings = dict(self.cfg.test_dataloader, dataset=dataset, **loading)
        start = self.cfg.get('env_cfg', {}).get('mp_cfg', {}).get(
            'mp_start_method')
        if settings.get('num_workers') and start in get_all_start_methods():
            # which a run sets for the whole process
            settings['multiprocessing_context'] = start
        loader = Runner.build_dataloader(settings, seed=0)
        # else making workers draws from the process's random numbers
        loader.generator = torch.Generator()
        try:
            write_videos(map(self._predict, track(
                loader, self.title, disable=not show_progress)), out_dir,
                self.provenance)
        finally:
            loader._iterator = None  # persistent workers end at once

    def _predict(self, batch: dict) -> list:
        with autocast(device_type=torch.device(self.device).type,
                      enabled=self.cfg.test_cfg.get('fp16', False)):
            return self.model.test_step(batch)


class VideoStages:
    """All that a localizer's dataset needs, by models that are kept.

    Args:
        dataset: Config of the localizer's test dataset.
        encoders: ``extractor`` of clip features from videos, and ``encoder``
            of embeddings; each where it is needed.
    """

    def __init__(self, dataset: dict,
                 encoders: Dict[str, KeptEncoder]) -> None:
        self.dataset = dataset
        self.encoders = encoders

    @classmethod
    def of_config(cls, cfg: Config, video_input: dict, input_format: str,
                  device: str) -> 'VideoStages':
        """Build and load all models.

        Args:
            cfg: Of the localizer, with BAPG added.
            video_input: See :func:`video_input_of`.
            input_format: See :class:`.TemporalLocalizationInferencer`.
            device: Where to compute.
        """
        encoders = {}
        for name in _needed(cfg, input_format):
            if name.endswith('checkpoint'):
                continue
            with undisturbed():  # each with the weights of a run of its own
                encoders[name] = KeptEncoder(
                    read_config(video_input[name]),
                    video_input.get(f'{name}_checkpoint'), device, name)
        if input_format == 'feature' and any(
                encoder.reads_videos for encoder in encoders.values()):
            raise InferenceError(
                f'{video_input["encoder"]}: found an encoder of frames, '
                "expected input_format='video', or one of features")
        return cls(cfg.test_dataloader.dataset, encoders)

    def embed(self, sources: Dict[str, Source], folder: Path,
              show_progress: bool = False, chunk_size: Optional[int] = None,
              **loading) -> dict:
        """Run the stages; embeddings go to a folder of that name.

        Args:
            sources: By the names of :func:`linked`.
            folder: In which :func:`linked` has put them; for what is made.
            show_progress: Whether to show a bar for each stage.
            chunk_size: Most frames at once for the extractor; by default as
                its config says.
            **loading: Settings of the stages' dataloaders.

        Returns:
            Settings of a dataset that say where clip features are.
        """
        database: Dict[str, dict] = {
            name: dict(duration=source.duration, annotations=[])
            for name, source in sources.items()}
        for name, source in sources.items():
            if source.fps is not None:
                database[name]['fps'] = source.fps
        ann_file = folder / ANNOTATIONS
        ann_file.write_text(json.dumps(dict(database=database)),
                            encoding='utf-8')
        kinds = [str(folder / f'given{kind}') for kind in range(
            len(next(iter(sources.values())).files))]
        videos = dict(data_prefix=dict(video=kinds[0]), filename_tmpl='{}')
        given = dict(data_prefix=dict(feature=kinds), filename_tmpl='{}')
        if 'extractor' in self.encoders:
            self.encoders['extractor'].embed(
                dict(videos, ann_file=ann_file, **(
                    dict(chunk_size=chunk_size) if chunk_size else {})),
                folder / 'features', show_progress, **loading)
            given = dict(data_prefix=dict(feature=str(folder / 'features')),
                         filename_tmpl='{}.npz')
        encoder = self.encoders.get('encoder')
        if encoder is not None:
            encoder.embed(
                dict(videos if encoder.reads_videos else given,
                     ann_file=ann_file), folder / 'embeddings',
                show_progress, **loading)
        return dict(given, ann_file=ann_file)

    def __call__(self, sources: Dict[str, Source], folder: Path,
                 classes: Sequence[str], *args, **kwargs):
        """Run the stages, and build the dataset.

        Args:
            sources, folder, args, kwargs: See :meth:`embed`.
            classes: Names of the classes.
        """
        cfg = on_folder(self.dataset,
                        **self.embed(sources, folder, *args, **kwargs))
        cfg['metainfo'] = dict(classes=classes)
        cfg['pipeline'] = [
            dict(step, embeddings=str(folder / 'embeddings'), cache='',
                 checkpoint=None) if clusters(step) else step
            for step in cfg['pipeline']]
        dataset = DATASETS.build(cfg)
        if 'extractor' not in self.encoders:  # whose grid always fits
            refuse_wrong_coverage(dataset)
        return dataset


def clusters(step: dict) -> bool:
    """Whether a transform makes proposals."""
    return step['type'] == 'TemporalSimilarityClustering'


def has_bapg(cfg: Config) -> bool:
    """Whether a localizer takes proposals."""
    return any(map(clusters, cfg.test_dataloader.dataset.pipeline))


def _needed(cfg: Config, input_format: str) -> List[str]:
    """Fields of ``video_input``."""
    return [*['extractor'] * (input_format == 'video'),
            *['encoder', 'encoder_checkpoint'] * has_bapg(cfg)]


def video_input_of(cfg: Config, input_format: str,
                   encoder_checkpoint: Union[None, str, Path]) -> dict:
    """What a localizer's config says of the stages before it.

    Args:
        cfg, input_format: See :meth:`VideoStages.of_config`.
        encoder_checkpoint: In the place of the config's.

    Returns:
        Its field ``video_input``, in which nothing is missing.

    Raises:
        InferenceError: If the config says nothing of it, or weights are
            missing.
        FileNotFoundError: If a config is missing.
    """
    needed = _needed(cfg, input_format)
    video_input = dict(cfg.get('video_input') or {})
    if encoder_checkpoint is not None:
        video_input['encoder_checkpoint'] = str(encoder_checkpoint)
    missing = [name for name in needed if not video_input.get(name)]
    if missing:
        raise InferenceError(
            f'{cfg.filename or "config"}, field video_input: found '
            f'nothing for {", ".join(missing)}; expected the configs that '
            'made the features, and for BAPG the weights of the encoder '
            '(also as encoder_checkpoint)')
    for name in needed:
        path = video_input[name]
        if not (Path(path).is_file() if name.endswith('checkpoint') else
                config_path(path)):
            raise InferenceError(
                f'{path}: no such file, expected the weights of the '
                'encoder')
    return video_input


def on_folder(dataset: dict, **places) -> dict:
    """A dataset's config on all videos of one annotation file."""
    dataset = dict(dataset, test_mode=True, **{
        **places, 'ann_file': str(places['ann_file']),
        # for a few videos it takes longer than all else
        'serialize_data': False})
    for name in ('subset', 'where', 'data_root'):
        dataset.pop(name, None)
    return dataset


@contextmanager
def linked(sources: Sequence[Source],
           folder: Path) -> Iterator[Dict[str, Source]]:
    """Sources under names that are names of videos everywhere.

    Args:
        sources: At least one, all of as many files.
        folder: New, for links to them.

    Raises:
        VideoError: Instead of any error that names a link: it then names the
            file that is meant.
    """
    # with its extension, by which some formats are known
    named = {f'source{index}{source.path.suffix}': source
             for index, source in enumerate(sources)}
    meant = {re.escape(f'{folder / ANNOTATIONS}: '): ''}
    for name, source in named.items():
        for kind, path in enumerate(source.files):
            link = folder / f'given{kind}' / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(path, link)
            meant[re.escape(str(link))] = str(path)
    # alone, and not as part of a path
    meant.update({rf'(?<![\w/\\]){re.escape(name)}(?!\w)': str(source.path)
                  for name, source in named.items()})
    try:
        yield named
    except VIDEO_ERRORS as error:
        text = str(error)
        for name, theirs in meant.items():
            text = re.sub(name, theirs.replace('\\', r'\\'), text)
        if text == str(error):
            raise
        raise VideoError(text) from error
