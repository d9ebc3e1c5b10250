"""From video files, or stored features, to samples of a localizer."""
import json
import re
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Union

from mmaction.registry import DATASETS
from mmengine.config import Config

from mmbapg.config.places import config_path, read_config
from mmbapg.datasets.video_reader import VideoError
from mmbapg.engine.checks.classes import refuse_wrong_coverage
from mmbapg.files import link_or_copy
from mmbapg.models.localizers.contract import sees_frames

from .inference_inputs import Source
from .kept_encoder import KeptEncoder, on_folder
from .localization_files import InferenceError
from .localization_results import VIDEO_ERRORS
from .undisturbed import undisturbed

#: Of the videos in question, in the folder that is made for them.
ANNOTATIONS = 'annotations.json'


class VideoStages:
    """All that a localizer's dataset needs, by models that are kept.

    Args:
        dataset: Config of the localizer's test dataset.
        encoders: ``extractor`` of clip features from videos, and ``encoder``
            of embeddings; each where it is needed.
    """

    def __init__(self, dataset: Any,
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
        if input_format == 'feature' and sees_frames(cfg.model):
            raise InferenceError(
                f'{cfg.filename or "config"}: found a localizer that sees '
                "frames, expected input_format='video'")
        prefix = cfg.test_dataloader.dataset.get('data_prefix', {})
        if sees_frames(cfg.model) and 'video' not in prefix:
            raise InferenceError(
                f'{cfg.filename or "config"}, field test_dataloader.dataset.'
                f'data_prefix: found {", ".join(prefix) or "nothing"}, '
                'expected video: to localize in videos takes a config whose '
                'test reads videos, not stored frames')
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
            Settings of the localizer's dataset that say where its clip
            features, or videos, are.
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
        sees_videos = 'video' in self.dataset.get('data_prefix', {})
        return dict(videos if sees_videos else given, ann_file=ann_file)

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
    """Fields of ``video_input``. A localizer that sees frames needs features
    only for BAPG's encoder."""
    extracts = input_format == 'video' and (
        has_bapg(cfg) or not sees_frames(cfg.model))
    return [*['extractor'] * extracts,
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
    for name in [*needed, *['extractor_checkpoint'] * (
            'extractor' in needed and
            bool(video_input.get('extractor_checkpoint')))]:
        path = video_input[name]
        if not (Path(path).is_file() if name.endswith('checkpoint') else
                config_path(path)):
            raise InferenceError(
                f'{path}: no such file, expected the weights of the '
                f'{name.removesuffix("_checkpoint")}')
    return video_input


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
