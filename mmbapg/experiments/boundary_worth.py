"""What a host would gain from boundaries of a given quality.

The host is trained alone, with learned boundaries where there are embeddings,
and with true boundaries that were made worse on purpose, all through the same
neck: a curve from which to read how good boundaries must become to pay.
"""
import copy
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence

import numpy as np
from mmengine.config import Config, ConfigDict
from rich.console import Console
from rich.table import Table

from mmbapg.apis.boundary_table import (
    boundaries_of,
    boundaries_of_detections,
    boundaries_of_embeddings,
    numbers_table,
)
from mmbapg.config.datasets import DATALOADERS, datasets_of
from mmbapg.datasets.annotated_videos import AnnotatedVideos
from mmbapg.datasets.annotations import VideoAnnotation
from mmbapg.datasets.embedding_files import Provenance, read_provenance
from mmbapg.datasets.transforms.clustering import CACHE_FOLDER
from mmbapg.evaluation.boundary_comparison import TOLERANCES
from mmbapg.evaluation.boundary_f1 import mean_boundary_f1
from mmbapg.evaluation.submission import read_submission
from mmbapg.files import replace_file
from mmbapg.models.localizers.contract import type_name
from mmbapg.video_names import file_of, names_in

from . import given_boundaries
from .cross_validation_tables import cell
from .given_boundaries import Quality, degraded
from .kept_runs import annotations_hash, begin, keep, kept, shaping_fields
from .paired_variants import paired_difference, spread
from .stretched_schedule import trained_for
from .whole_runs import (
    UnfitConfigError,
    annotated_videos,
    localization_metric,
    train_and_test,
    without_validation,
)

HOST, LEARNED = 'host alone', 'learned'
#: Seconds between embeddings where neither option nor config says.
INTERVAL = 0.25
DETECTIONS = 'detections.json'


class Videos(NamedTuple):
    """Of all data loaders by name, and those that are tested."""
    all: Mapping[str, VideoAnnotation]
    tested: Sequence[VideoAnnotation]


@dataclass
class BoundaryWorth:
    """Runs of a config, each in a folder of its own.

    An interrupted call goes on where it stopped; what is finished with other
    settings is refused.

    Attributes:
        cfg: Of a host with BAPG.
        work_dir: For everything that is written.
        epochs: To train for, with the schedule stretched to them; as the
            config says by default.
        interval: Of the embeddings of true boundaries, to which these are
            rounded, in seconds; by default that of the learned ones.
    """
    cfg: Config
    work_dir: Path
    epochs: Optional[int] = None
    interval: Optional[float] = None
    videos: Videos = field(init=False)

    def __post_init__(self) -> None:
        if 'bapg' not in self.cfg:
            raise UnfitConfigError(
                f'{self.cfg.filename}: found no field bapg, expected the '
                'config of a host with BAPG (add _base_/bapg/bapg.py to its '
                '_base_)')
        clustering = self.cfg.bapg.clustering
        if type_name(clustering.type) != 'TemporalSimilarityClustering':
            raise UnfitConfigError(
                f'{self.cfg.filename}: field bapg.clustering: found type '
                f'{type_name(clustering.type)}, expected '
                'TemporalSimilarityClustering, for which true boundaries can '
                'stand in')
        localization_metric(self.cfg)
        self.work_dir = Path(self.work_dir)
        self.cfg = without_validation(trained_for(self.cfg, self.epochs))
        self.cfg.default_hooks.checkpoint.interval = (
            self.cfg.train_cfg.max_epochs)
        self.videos = _videos_of(self.cfg)
        self.embeddings = Path(clustering.embeddings)
        if self.interval is None:
            self.interval = clustering.get('interval') or (
                self._provenance().interval if self.has_embeddings
                else INTERVAL)

    @property
    def has_embeddings(self) -> bool:
        """Whether there are learned boundaries."""
        return bool(self._embedded())

    def rows(self, qualities: Sequence[Quality]) -> Dict[str, Any]:
        """Row -> quality of its boundaries; ``None`` if they are its own."""
        learned = {LEARNED: None} if self.has_embeddings else {}
        return {HOST: None, **learned,
                **{str(quality): quality for quality in qualities}}

    def figures(self, row: str, quality: Optional[Quality],
                seed: int) -> dict:
        """``mAP``, and ``f1``: tolerance -> of the boundaries of a row; those
        of the host alone are those of its detections."""
        folder = self.work_dir / _folder_of(row, quality) / f'seed{seed}'
        path = folder / 'figures.json'
        cfg = self._config(row, quality, folder)
        settings = dict(
            shaping_fields(self.cfg if row != HOST else cfg),
            annotations=annotations_hash(_tested(cfg).ann_file),
            boundaries=quality and vars(quality),
            interval=quality and self.interval,
            embeddings=vars(self._provenance()) if row == LEARNED else None)
        figures = kept(path, settings)
        if figures is None:
            if row == LEARNED:  # also looks at all of them first
                times = boundaries_of_embeddings(self.videos.tested,
                                                 self.embeddings)
            begin(path, settings)
            if quality:
                times = self._write_degraded(folder, quality, seed)
            mean_ap = self._train_and_test(cfg, folder, f'{row}, seed {seed}',
                                           seed)
            if row == HOST:
                found = read_submission(str(folder / DETECTIONS),
                                        _tested(cfg).classes())
                times = boundaries_of_detections(self.videos.tested, found)
            f1 = mean_boundary_f1(times, boundaries_of(self.videos.tested),
                                  TOLERANCES)
            figures = keep(path, dict(mAP=mean_ap, f1=dict(zip(
                map('{:g}'.format, TOLERANCES), f1.tolist()))), settings)
        return figures

    def _config(self, row: str, quality: Optional[Quality],
                folder: Path) -> Config:
        """What is run: the localizer's own metric alone, with a file."""
        cfg = copy.deepcopy(self.cfg)
        if row == HOST:
            cfg.pop('bapg')
            cfg.pop('runner_type', None)
        if quality:
            cfg.custom_imports = dict(imports=[
                *cfg.get('custom_imports', {}).get('imports', ()),
                given_boundaries.__name__])
            cfg.bapg.clustering = ConfigDict(
                type='GivenBoundaries', interval=self.interval,
                boundaries=str(folder / 'boundaries.json'),
                clustering=cfg.bapg.clustering)
        return cfg

    def _write_degraded(self, folder: Path, quality: Quality,
                        seed: int) -> List[np.ndarray]:
        """Boundaries of all videos in a file; those of the tested ones."""
        times = {
            video.name: degraded(true, video.duration, quality, video.name,
                                 seed)
            for video, true in zip(self.videos.all.values(),
                                   boundaries_of(self.videos.all.values()))}
        content = json.dumps({name: each.tolist()
                              for name, each in times.items()}).encode()
        replace_file(folder / 'boundaries.json',
                     lambda file: file.write(content))
        return [times[video.name] for video in self.videos.tested]

    def _train_and_test(self, cfg: Config, folder: Path, title: str,
                        seed: int) -> float:
        cfg = copy.deepcopy(cfg)
        cfg.test_evaluator = [dict(
            localization_metric(cfg), out_file=str(folder / DETECTIONS))]
        metrics = train_and_test(cfg, folder, title, seed).metrics
        return next(value for name, value in metrics.items()
                    if name.split('/')[-1] == 'mAP')

    def _embedded(self) -> List[str]:
        return names_in(self.embeddings, '.npz', CACHE_FOLDER)

    def _provenance(self) -> Provenance:
        return read_provenance(
            file_of(self.embeddings, self._embedded()[0], '{}.npz'))


def report(worth: BoundaryWorth, qualities: Sequence[Quality],
           seeds: Sequence[int]) -> dict:
    """Run what is missing; print the table, and write ``results.json``.

    Returns:
        By row, ``seeds``, and ``mAP`` (%) and ``f1`` of each; as in the file.
    """
    console = Console()
    if not worth.has_embeddings:
        console.print(
            f'{worth.embeddings}: no embeddings, so no row of learned '
            'boundaries; tools/extract_features.py writes them')
    results = {}
    for row, quality in worth.rows(qualities).items():
        figures = [worth.figures(row, quality, seed) for seed in seeds]
        results[row] = dict(
            seeds=list(seeds), mAP=[100 * each['mAP'] for each in figures],
            f1={key: [each['f1'][key] for each in figures]
                for key in figures[0]['f1']})
    content = json.dumps(results, indent=1).encode()
    replace_file(worth.work_dir / 'results.json',
                 lambda file: file.write(content))
    console.print(worth_table(results))
    console.print(f'results.json, checkpoints and logs: {worth.work_dir}')
    return results


def worth_table(results: Mapping[str, dict]) -> Table:
    """F1 of boundaries, and mAP with them, ± deviation over seeds."""
    first = results[HOST]
    table = numbers_table(
        'What boundaries are worth: their F1 within seconds, and mAP (%) with '
        f'them, ± deviation over seeds {", ".join(map(str, first["seeds"]))}',
        [*first['f1'], 'mAP', 'gain ± SE'])
    own = np.array(first['mAP'])[:, None]
    for name, row in results.items():
        mean_ap = np.array(row['mAP'])[:, None]
        table.add_row(
            name, *(f'{np.mean(values):.3f}' for values in row['f1'].values()),
            cell(spread(mean_ap), 1), '' if name == HOST else
            cell(paired_difference(mean_ap, own), 1, '+'))
    return table


def _videos_of(cfg: Config) -> Videos:
    found = {name: [video for settings in datasets_of(cfg[name].dataset)
                    for video in annotated_videos(settings).selected_videos()]
             for name in DATALOADERS if cfg.get(name) is not None}
    tested = found['test_dataloader']
    return Videos({video.name: video for videos in found.values()
                   for video in videos},
                  [video for video in tested if video.labelled])


def _tested(cfg: Config) -> AnnotatedVideos:
    return annotated_videos(next(datasets_of(cfg.test_dataloader.dataset)))


def _folder_of(row: str, quality: Optional[Quality]) -> str:
    if quality is None:
        return row.split()[0]
    return '_'.join(f'{name}{value:g}'
                    for name, value in vars(quality).items())
