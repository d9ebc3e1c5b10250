"""Figures over folds and seeds: what BAPG is worth on FIR."""
import json
from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from mmbapg.datasets.annotations import class_names, read_database
from mmbapg.datasets.feature_files import (
    Embeddings,
    Provenance,
    read_embeddings,
    write_embeddings,
)
from mmbapg.files import replace_file

from .quickstart import IOU_THRESHOLDS, TOLERANCES, boundary_table
from .stages import FourStages

FOLDS = 3


class CrossValidation:
    """Runs variants of the four stages on every fold with every seed.

    Results of each run are kept in a JSON file of their own, so that an
    interrupted cross-validation goes on where it stopped.

    Args:
        data_root: Folder with ``annotations.json``, ``videos`` and, if they
            were extracted before, ``features``.
        work_dir: For everything that is written.
    """

    #: Variants of the encoder: options of its config.
    ENCODERS: Dict[str, dict] = {
        'margin 0.0': {},
        'margin 1.0': {'model.head.margin': 1.0},
    }
    #: Variants of the localizer.
    LOCALIZERS = ('host', 'bapg', 'bapg cross-fitted', 'even cuts')

    def __init__(self, data_root: Path, work_dir: Path) -> None:
        self.data_root, self.work_dir = Path(data_root), Path(work_dir)
        database = read_database(str(self.data_root / 'annotations.json'))[0]
        self.num_classes = len(class_names(database))

    def stages(self, variant: str, fold: int, seed: int) -> FourStages:
        """The stages of one run."""
        folder = self.work_dir / variant.replace(' ', '_')
        return FourStages(
            self.data_root, folder / f'fold{fold}_seed{seed}',
            train=dict(fold=[each for each in range(FOLDS) if each != fold]),
            test=dict(fold=[fold]), num_classes=self.num_classes, seed=seed,
            features_dir=self.data_root / 'features')

    def boundaries(self, variant: str, fold: int, seed: int) -> dict:
        """Boundary F1 of an encoder, and of both controls."""
        stages = replace(self.stages(variant, fold, seed),
                         options=dict(encoder=self.ENCODERS[variant]))
        return self._once(stages, lambda: self._boundaries(stages))

    @staticmethod
    def _boundaries(stages: FourStages) -> dict:
        stages.learn_embeddings()
        return boundary_table(stages)

    def localization(self, variant: str, fold: int, seed: int) -> dict:
        """Metrics of a localizer."""
        stages = self.stages(variant, fold, seed)
        return self._once(stages, lambda: self._localization(
            variant, stages, fold, seed))

    def _localization(self, variant: str, stages: FourStages, fold: int,
                      seed: int) -> dict:
        name = 'host' if variant == 'host' else 'host_with_bapg'
        if variant == 'bapg cross-fitted':
            stages = replace(stages, cross_fit=3)
            stages.learn_embeddings()
        elif variant == 'even cuts':
            write_featureless_embeddings(stages)
        elif variant == 'bapg':
            encoder = self.stages('margin 0.0', fold, seed)
            self.boundaries('margin 0.0', fold, seed)
            stages.work_dir.mkdir(parents=True, exist_ok=True)
            if not stages.embeddings_dir.exists():
                stages.embeddings_dir.symlink_to(
                    encoder.embeddings_dir.resolve())
        checkpoint = stages.train_localizer(name)
        return stages.test_localizer(name, checkpoint)

    @staticmethod
    def _once(stages: FourStages, compute) -> dict:
        path = stages.work_dir / 'figures.json'
        if not path.is_file():
            content = json.dumps(compute(), indent=1).encode()
            replace_file(path, lambda file: file.write(content))
        return json.loads(path.read_text())


def write_featureless_embeddings(stages: FourStages) -> None:
    """Embeddings that turn at constant speed and know nothing of the video.

    Their optimal change points are evenly spaced: the control that shows
    whether it matters where BAPG cuts.
    """
    for path in sorted(stages.features_dir.glob('*.npz')):
        content = read_embeddings(str(path))
        angle = np.linspace(0, np.pi / 2, len(content.times))
        turning = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        write_embeddings(
            str(stages.embeddings_dir / path.name),
            Embeddings(turning, content.times, Provenance(
                content.provenance.interval, 'featureless', 'none')))


def spread(values: np.ndarray) -> List[float]:
    """Mean over all, and standard deviation over seeds of the fold means.

    Args:
        values: ``(seeds, folds)``.
    """
    per_seed = values.mean(axis=1)
    deviation = per_seed.std(ddof=1) if len(per_seed) > 1 else float('nan')
    return [float(values.mean()), float(deviation)]


def report(cv: CrossValidation, encoders: Sequence[str],
           localizers: Sequence[str], folds: Sequence[int],
           seeds: Sequence[int]) -> dict:
    """Run what is missing, print tables, and write ``results.json``.

    Returns:
        Name of the variant -> name of the figure -> mean and deviation.
    """
    results: Dict[str, dict] = {}
    for name in encoders:
        runs = [[cv.boundaries(name, fold, seed) for fold in folds]
                for seed in seeds]
        for method in runs[0][0]:
            title = name if method == 'learned embeddings' else method
            results[title] = {
                f'F1@{tolerance:g}s': spread(np.array(
                    [[run[method][place] for run in row] for row in runs]))
                for place, tolerance in enumerate(TOLERANCES)}
    figures = [f'mAP@{threshold}' for threshold in IOU_THRESHOLDS] + ['mAP']
    for name in localizers:
        runs = [[cv.localization(name, fold, seed) for fold in folds]
                for seed in seeds]
        results[name] = {
            figure: spread(100 * np.array(
                [[run[figure] for run in row] for row in runs]))
            for figure in figures}
    content = json.dumps(results, indent=1).encode()
    replace_file(cv.work_dir / 'results.json',
                 lambda file: file.write(content))
    console = Console(width=110)
    for title in ('F1', 'mAP'):
        rows = {name: row for name, row in results.items()
                if next(iter(row)).startswith(title)}
        if not rows:
            continue
        table = Table(title=f'{title}: mean over {len(folds)} folds and '
                      f'{len(seeds)} seeds, ± deviation over seeds')
        table.add_column('')
        for figure in next(iter(rows.values())):
            table.add_column(figure, justify='right')
        digits = 3 if title == 'F1' else 1
        for name, row in rows.items():
            table.add_row(name, *(f'{mean:.{digits}f} ± {std:.{digits}f}'
                                  for mean, std in row.values()))
        console.print(table)
    return results
