"""From raw videos to detections."""
import json
import os
import tempfile
from pathlib import Path
from typing import Dict, List, Sequence, Union

import numpy as np
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.device import get_device
from mmengine.registry import init_default_scope
from mmengine.runner import load_checkpoint
from rich.progress import track

from mmbapg.datasets.video_reader import VideoReader
from mmbapg.engine import add_bapg
from mmbapg.files import replace_file
from mmbapg.models.localizers.weights import ForeignWeightsError
from mmbapg.visualization import (
    TimelineRow,
    best_detections,
    draw_timeline,
    write_png,
)

from .stages import close, find_config, run


class InferenceError(ValueError):
    """Videos cannot be localized; the message says why."""


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

    Raises:
        InferenceError: If the config or the checkpoint lacks what is needed.
    """

    def __init__(self,
                 config: Union[str, Path, Config],
                 checkpoint: Union[str, Path],
                 encoder_checkpoint: Union[None, str, Path] = None) -> None:
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
        self.model = model.to(get_device()).eval()

    def __call__(self,
                 videos: Union[str, Path, Sequence[Union[str, Path]]],
                 out_dir: Union[None, str, Path] = None) -> List[dict]:
        """Localize.

        Args:
            videos: One path or several.
            out_dir: If given, ``detections.json`` and a timeline ``VIDEO.png``
                for each video are written there.

        Returns:
            For each video a dict: ``video`` (path), ``duration`` (seconds),
            ``detections``, best first, each with ``segment`` (seconds),
            ``label`` and ``score``; with BAPG also ``proposals`` with
            ``segment`` and ``score``.

        Raises:
            InferenceError: If two videos have the same name.
            VideoError: If a file is no video that can be read to its end.
        """
        one = isinstance(videos, (str, Path))
        paths = self._by_name([videos] if one else videos)
        with tempfile.TemporaryDirectory(prefix='mmbapg-') as folder:
            samples = self._localize(paths, Path(folder))
        results = [self._result(paths[sample.video_name], sample)
                   for sample in samples]
        if out_dir is not None:
            write_results(Path(out_dir), results, self.classes)
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

    @staticmethod
    def _by_name(videos: Sequence) -> Dict[str, Path]:
        paths: Dict[str, Path] = {}
        for path in map(Path, videos):
            if path.stem in paths:
                raise InferenceError(
                    f'{path}: found a second video named {path.stem} besides '
                    f'{paths[path.stem]}, expected each name once')
            paths[path.stem] = path
        if not paths:
            raise InferenceError('found no videos, expected at least one')
        return paths

    def _localize(self, paths: Dict[str, Path], folder: Path) -> list:
        (folder / 'videos').mkdir()
        database = {}
        for name, path in paths.items():
            duration = VideoReader(str(path)).duration
            database[name] = dict(duration=duration, annotations=[])
            os.symlink(path.resolve(), folder / 'videos' / name)
        with open(folder / 'annotations.json', 'w', encoding='utf-8') as file:
            json.dump(dict(database=database), file)
        self._embed('extractor', dict(video=str(folder / 'videos')), '{}',
                    folder, 'features')
        if self.has_bapg:
            self._embed('encoder', dict(feature=str(folder / 'features')),
                        '{}.npz', folder, 'embeddings')
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
            return [self.model.test_step(pseudo_collate([dataset[index]]))[0]
                    for index in track(range(len(dataset)), 'Localizing')]

    def _embed(self, stage: str, source: dict, filename_tmpl: str,
               folder: Path, out: str) -> None:
        cfg = Config.fromfile(_config_path(self.video_input[stage]))
        for name in ('train_dataloader', 'train_cfg', 'optim_wrapper',
                     'param_scheduler'):
            cfg[name] = None
        cfg.test_dataloader.dataset = self._on_folder(
            cfg.test_dataloader.dataset, folder, source, filename_tmpl)
        cfg.test_cfg.out_dir = str(folder / out)
        runner = run(cfg, folder / 'logs', stage,
                     self.video_input.get(f'{stage}_checkpoint'))
        runner.test()
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

    def _result(self, path: Path, sample) -> dict:
        found = sample.pred_instances.cpu()
        result = dict(
            video=str(path), duration=sample.duration,
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


def write_results(out_dir: Path, results: Sequence[dict],
                  classes: Sequence[str]) -> None:
    """Write ``detections.json`` and a timeline for each video."""
    content = json.dumps(dict(results=results), indent=1).encode()
    replace_file(out_dir / 'detections.json',
                 lambda file: file.write(content))
    for result in results:
        name = Path(result['video']).stem
        write_png(out_dir / f'{name}.png',
                  timeline_of(name, result, classes))


def timeline_of(name: str, result: dict, classes: Sequence[str]):
    """Picture of one result of :class:`TemporalLocalizationInferencer`."""

    def column(rows, field, shape=(-1, )):
        return np.array([row[field] for row in rows], float).reshape(shape)

    rows = []
    if 'proposals' in result:
        best = result['proposals'][:40]
        rows.append(TimelineRow('proposals', column(best, 'segment', (-1, 2)),
                                scores=column(best, 'score')))
    found = result['detections']
    labels = np.array([classes.index(row['label']) for row in found], int)
    rows.insert(0, TimelineRow('detections', *best_detections(
        column(found, 'segment', (-1, 2)), labels, column(found, 'score'))))
    return draw_timeline(name, result['duration'], rows, classes)


def _config_path(name: str) -> Path:
    return Path(name) if Path(name).is_file() else find_config(name)
