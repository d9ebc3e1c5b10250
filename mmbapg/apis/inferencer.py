"""From raw videos to detections."""
import json
import tempfile
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple, Union

import torch
from mmaction.registry import DATASETS, MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import init_default_scope
from mmengine.runner import load_checkpoint
from rich.progress import track

from mmbapg.config.places import find_config
from mmbapg.datasets import INPUT_ERRORS
from mmbapg.datasets.embedding_files import file_hash
from mmbapg.datasets.video_reader import VideoError, VideoReader
from mmbapg.engine import add_bapg
from mmbapg.engine.device import check_device, computing_on
from mmbapg.engine.runner.progress_runs import close, run
from mmbapg.files import link_or_copy
from mmbapg.models.localizers.weights import ForeignWeightsError

from .localization_files import (
    InferenceError,
    LocalizationFolder,
    timeline_of,
    unique_names,
)

__all__ = ['InferenceError', 'SomeVideosFailed',
           'TemporalLocalizationInferencer', 'timeline_of']

#: What a single video can be to blame for.
VIDEO_ERRORS = (*INPUT_ERRORS, OSError, ValueError, RuntimeError)


class SomeVideosFailed(InferenceError):
    """Some videos could not be localized; the message names them.

    Attributes:
        results: Of the others, as :class:`TemporalLocalizationInferencer`
            returns them.
        failures: Path -> what is wrong with it.
    """

    def __init__(self, results: List[dict],
                 failures: Dict[Path, VideoError]) -> None:
        self.results = results
        self.failures = failures
        super().__init__(
            f'{len(failures)} of {len(failures) + len(results)} videos were '
            f'not localized: {"; ".join(map(str, failures.values()))}')


class TemporalLocalizationInferencer:
    """Localizes actions in video files.

    Runs the stages that made the features of the training videos: clip
    features, embeddings if the localizer has BAPG, detections. The config's
    field ``video_input`` names the configs of the first two.

    Args:
        config: Config file of a localizer, or a loaded config.
        checkpoint: Its weights.
        encoder_checkpoint: Weights of the similarity encoder; by default
            ``video_input.encoder_checkpoint``. Only needed with BAPG.
        device: ``cpu``, ``cuda``, ``mps`` or ``auto``, the best there is.

    Raises:
        InferenceError: If the config or the checkpoint lacks what is needed.
        DeviceUnavailable: If there is no such device.
    """

    def __init__(self,
                 config: Union[str, Path, Config],
                 checkpoint: Union[str, Path],
                 encoder_checkpoint: Union[None, str, Path] = None,
                 device: str = 'auto') -> None:
        self.device = check_device(device)
        cfg = config if isinstance(config, Config) else Config.fromfile(config)
        init_default_scope('mmaction')
        self.cfg = add_bapg(cfg)
        self.video_input = dict(self.cfg.get('video_input') or {})
        if encoder_checkpoint is not None:
            self.video_input['encoder_checkpoint'] = str(encoder_checkpoint)
        self._check_video_input()
        model = MODELS.build(self.cfg.model)
        try:
            meta = load_checkpoint(model, str(checkpoint), map_location='cpu',
                                   strict=True).get('meta', {})
        except ForeignWeightsError as error:
            raise InferenceError(f'{checkpoint}: {error}') from None
        self.classes = (meta.get('dataset_meta') or {}).get('classes')
        if not self.classes:
            raise InferenceError(
                f'{checkpoint}: found no class names (meta.dataset_meta.'
                'classes), expected a checkpoint that training has written')
        self.model = model.to(self.device).eval()
        self.weights = file_hash(str(checkpoint))

    def __call__(self,
                 videos: Union[str, Path, Sequence[Union[str, Path]]],
                 out_dir: Union[None, str, Path] = None,
                 overwrite: bool = False) -> List[dict]:
        """Localize.

        Args:
            videos: One path or several.
            out_dir: If given, results are added to ``detections.json`` there,
                and a timeline ``NAME.png`` is drawn for each video.
            overwrite: Whether earlier results of the same videos, and their
                pictures, may be replaced.

        Returns:
            For each video a dict: ``name`` (the file's, without extension;
            with its folder if two would have one name), ``video`` (path),
            ``duration`` (seconds), ``detections``, best first, each with
            ``segment`` (seconds), ``label`` and ``score``; with BAPG also
            ``proposals`` with ``segment`` and ``score``.

        Raises:
            InferenceError: If a video is given twice, or if something would
                be overwritten.
            VideoError: If the only video is none that can be read to its end.
            SomeVideosFailed: If that holds for some of several; the others
                are localized and written first.
        """
        paths = [Path(path) for path in (
            [videos] if isinstance(videos, (str, Path)) else videos)]
        if out_dir is None:
            out, names = None, unique_names(paths)
        else:
            out = LocalizationFolder(out_dir, self.weights)
            names = out.names_of(paths, overwrite)
        results, failures = self._localize_readable(names)
        if out is not None and results:
            out.write(results, self.classes)
        if len(failures) == len(paths) == 1:
            raise failures[paths[0]]
        if failures:
            raise SomeVideosFailed(results, failures)
        return results

    @property
    def has_bapg(self) -> bool:
        """Whether the localizer takes proposals."""
        return any(step['type'] == 'TemporalSimilarityClustering'
                   for step in self.cfg.test_dataloader.dataset.pipeline)

    def _check_video_input(self) -> None:
        needed = ['extractor']
        if self.has_bapg:
            needed += ['encoder', 'encoder_checkpoint']
        missing = [name for name in needed if not self.video_input.get(name)]
        if missing:
            raise InferenceError(
                f'{self.cfg.filename or "config"}, field video_input: found '
                f'nothing for {", ".join(missing)}; expected the configs that '
                'made the features, and for BAPG the weights of the encoder '
                '(also as encoder_checkpoint)')
        for name in needed:
            path = self.video_input[name]
            if not (Path(path).is_file() if name.endswith('checkpoint') else
                    _config_path(path)):
                raise InferenceError(
                    f'{path}: no such file, expected the weights of the '
                    'encoder')

    def _localize_readable(self, names: Dict[str, Path]
                           ) -> Tuple[List[dict], Dict[Path, VideoError]]:
        """Results, and what is wrong with the other videos."""
        failures: Dict[Path, VideoError] = {}
        durations = {}
        for path in names.values():
            try:
                durations[path] = VideoReader(str(path)).duration
            except VIDEO_ERRORS as error:
                failures[path] = _blamed(path, error)
        with tempfile.TemporaryDirectory(
                prefix='mmbapg-', ignore_cleanup_errors=True) as folder:
            try:
                samples = self._localize(durations, Path(folder, 'all'))
            except VIDEO_ERRORS:  # one is to blame: which?
                samples = {}
                for number, (path, duration) in enumerate(durations.items()):
                    alone = Path(folder, str(number))
                    try:
                        samples.update(self._localize(
                            {path: duration}, alone, num_workers=0,
                            persistent_workers=False))
                    except VIDEO_ERRORS as error:
                        failures[path] = _blamed(path, error, alone)
        return [self._result(name, path, samples[path])
                for name, path in names.items() if path in samples], failures

    def _localize(self, durations: Dict[Path, float], folder: Path,
                  **loading) -> Dict[Path, ActionDataSample]:
        """Run all stages in a new folder."""
        if not durations:
            return {}
        (folder / 'videos').mkdir(parents=True)
        # with its extension, by which some containers are known
        links = {f'{index}{path.suffix}': path
                 for index, path in enumerate(durations)}
        for link, path in links.items():
            link_or_copy(path, folder / 'videos' / link)
        database = {link: dict(duration=durations[path], annotations=[])
                    for link, path in links.items()}
        with open(folder / 'annotations.json', 'w', encoding='utf-8') as file:
            json.dump(dict(database=database), file)
        with computing_on(self.device):
            self._embed('extractor', dict(video=str(folder / 'videos')), '{}',
                        folder, 'features', loading)
            if self.has_bapg:
                self._embed('encoder', dict(feature=str(folder / 'features')),
                            '{}.npz', folder, 'embeddings', loading)
        cfg = self._on_folder(self.cfg.test_dataloader.dataset, folder,
                              dict(feature=str(folder / 'features')),
                              '{}.npz')
        cfg['metainfo'] = dict(classes=self.classes)
        for step in cfg['pipeline']:
            if step['type'] == 'TemporalSimilarityClustering':
                step.update(embeddings=str(folder / 'embeddings'), cache='',
                            checkpoint=None)
        dataset = DATASETS.build(cfg)
        with torch.no_grad():
            samples = [
                self.model.test_step(pseudo_collate([dataset[index]]))[0]
                for index in track(range(len(dataset)), 'Localizing')]
        return {links[sample.video_name]: sample for sample in samples}

    def _embed(self, stage: str, source: dict, filename_tmpl: str,
               folder: Path, out: str, loading: dict) -> None:
        cfg = Config.fromfile(_config_path(self.video_input[stage]))
        for name in ('train_dataloader', 'train_cfg', 'optim_wrapper',
                     'param_scheduler'):
            cfg[name] = None
        cfg.test_dataloader.dataset = self._on_folder(
            cfg.test_dataloader.dataset, folder, source, filename_tmpl)
        cfg.test_dataloader.update(loading)
        cfg.test_cfg.out_dir = str(folder / out)
        runner = run(cfg, folder / 'logs', stage,
                     self.video_input.get(f'{stage}_checkpoint'))
        try:
            runner.test()
        finally:
            close(runner)

    @staticmethod
    def _on_folder(dataset: dict, folder: Path, source: dict,
                   filename_tmpl: str) -> dict:
        dataset = dict(dataset, ann_file=str(folder / 'annotations.json'),
                       data_prefix=source, filename_tmpl=filename_tmpl,
                       test_mode=True)
        for name in ('subset', 'where', 'data_root'):
            dataset.pop(name, None)
        return dataset

    def _result(self, name: str, path: Path, sample) -> dict:
        found = sample.pred_instances.cpu()
        result = dict(
            name=name, video=str(path), duration=sample.duration,
            detections=[
                dict(segment=segment, label=self.classes[label], score=score)
                for segment, label, score in zip(
                    found.segments.tolist(), found.labels.tolist(),
                    found.scores.tolist())
            ])
        if 'proposals' in sample:
            result['proposals'] = [
                dict(segment=segment, score=score) for segment, score in zip(
                    sample.proposals.segments.tolist(),
                    sample.proposals.scores.tolist())
            ]
        return result


def _blamed(path: Path, error: Exception,
            folder: Optional[Path] = None) -> VideoError:
    """What is wrong with a video, under its own name."""
    text = str(error) or type(error).__name__
    if folder is not None:
        text = text.replace(str(folder / 'videos' / f'0{path.suffix}'),
                            str(path))
    return VideoError(text if str(path) in text else f'{path}: {text}')


def _config_path(name: str) -> Path:
    return Path(name) if Path(name).is_file() else find_config(name)
