"""What encoders of boundary-sensitive pretraining are worth: tables."""
import copy
import json
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from mmengine.config import Config
from rich.console import Console
from rich.table import Table

from mmbapg.apis.boundary_table import numbers_table
from mmbapg.config.datasets import datasets_of
from mmbapg.files import write_text

from .boundary_pretraining import BoundaryPretraining, Run
from .cross_validation_tables import Pair, cell, markdown
from .named_proposals import NamedProposals
from .over_folds import OverFolds, configs_of
from .over_folds_report import report as over_folds_report
from .paired_variants import paired_difference, spread
from .proposal_trials import CLASSIFIER, GENERATORS
from .whole_runs import UnfitConfigError

#: Names of the files that learners write.
FILES = '{}.npz'
#: Figures of a learner, and what stands over their columns.
FIGURES = {'AP': 'AP alone', 'AP beside': 'AP beside the stored features',
           'accuracy': 'accuracy of kinds'}


def report(trials: BoundaryPretraining, names: Sequence[str],
           parts: Sequence[int], seeds: Sequence[int], jobs: int = 1) -> dict:
    """Train what is missing; print a table and write it.

    Args:
        trials: What to run.
        names: Of :data:`.boundary_pretraining.LEARNERS`; differences are to
            the first.
        parts, seeds: To run over.
        jobs: Processes.

    Returns:
        What ``learners.json`` holds: ``stored``, AP (%) of the stored
        features alone; ``learners``, name -> figure of :data:`FIGURES` ->
        mean (%), and deviation over seeds; and for those of AP, under
        ``against``, the mean difference to the first learner on the same part
        with the same seed, and its standard error.
    """
    trials.complete([Run(name, part, seed) for name in names
                     for seed in seeds for part in parts], jobs)
    values = {name: {figure: _values(trials, name, figure, parts, seeds)
                     for figure in FIGURES} for name in names}
    learners: Dict[str, dict] = {}
    for name, row in values.items():
        learners[name] = {figure: spread(each) for figure, each in row.items()
                          if not np.isnan(each).any()}
        if name != names[0]:
            learners[name]['against'] = {
                figure: paired_difference(row[figure],
                                          values[names[0]][figure])
                for figure in ('AP', 'AP beside')}
    results = dict(
        dataset=trials.dataset.title, parts=list(parts), seeds=list(seeds),
        stored=float(100 * np.mean([trials.stored(part) for part in parts])),
        learners=learners)
    table = learners_table(results)
    Console(width=140).print(table)
    write_text(Path(trials.work_dir) / 'learners.json',
               json.dumps(results, indent=1))
    write_text(Path(trials.work_dir) / 'learners.md',
               f'{table.title}\n\n{markdown(table)}\n')
    return results


def learners_table(results: Mapping[str, Any]) -> Table:
    """The table of :func:`report`."""
    first = next(iter(results['learners']))
    table = numbers_table(
        'Step localization (%), mean ± deviation over seeds: '
        f'{results["dataset"]}, {len(results["parts"])} parts, seeds '
        f'{", ".join(map(str, results["seeds"]))}; the stored features alone '
        f'have {results["stored"]:.1f}',
        [heading for figure, title in FIGURES.items() for heading in (
            [title] if figure == 'accuracy' else
            [title, f'against {first}, in pairs ± SE'])])
    for name, row in results['learners'].items():
        cells: List[str] = []
        for figure in FIGURES:
            cells.append(cell(row[figure], 1) if figure in row else '')
            if figure != 'accuracy':
                pair = row.get('against', {}).get(figure)
                cells.append(_signed(pair) if pair else '')
        table.add_row(name, *cells)
    return table


def report_hosts(trials: BoundaryPretraining, host: str,
                 names: Sequence[str], parts: Sequence[int],
                 seeds: Sequence[int], jobs: int = 1,
                 epochs: Optional[int] = None) -> dict:
    """Train a host on the stored features alone, and on these and what each
    learner has written, the paper's two streams; print a table and write it.

    Args:
        trials: Of the learners; what is missing is trained.
        host: Of the dataset's; what one of
            :data:`.proposal_trials.GENERATORS` finds is named by the
            dataset's classifier, which sees the stored features alone.
        names: Of learners.
        parts, seeds, jobs: See :func:`report`.
        epochs: Of the host; as its config says by default.

    Returns:
        See :func:`.over_folds_report.report`.

    Raises:
        UnfitConfigError: As :func:`beside`.
    """
    alone = _host(trials, host)
    configs = {host: alone, **{
        f'{host}, {each}': beside(alone, *_streams(trials, each))
        for each in names}}
    settings: Dict[str, Any] = dict(
        configs=configs, work_dir=Path(trials.work_dir, 'hosts'),
        by=trials.dataset.field, epochs=epochs, group=trials.dataset.group)
    hosts = (NamedProposals(**settings, classifier=_host(trials, CLASSIFIER))
             if host in GENERATORS else OverFolds(**settings))
    trials.complete([Run(each, part, seed) for each in names
                     for seed in seeds for part in parts], jobs)
    return over_folds_report(hosts, parts, seeds, jobs)


def beside(cfg: Config, stored: str, folder: str, channels: int) -> Config:
    """A host's config that reads a second folder of features beside its own.

    Args:
        cfg: Config; stays as it is.
        stored: Folder of the first stream in files as those of the second,
            which all folders of a dataset must have, for hosts that read
            others.
        folder: Of the second stream.
        channels: Its width.

    Raises:
        UnfitConfigError: If the config does not say in one of the usual
            places how wide features are.
    """
    cfg = copy.deepcopy(cfg)
    for loader in ('train_dataloader', 'test_dataloader'):
        for dataset in datasets_of(cfg[loader].dataset):
            own = dataset.data_prefix.feature
            if dataset.get('filename_tmpl') != FILES:
                own, dataset.filename_tmpl = stored, FILES
            dataset.data_prefix.feature = [own, folder]
            for step in dataset.pipeline:
                if step.type == 'LoadFeatures':
                    step.channels += channels
    model = cfg.model
    wide = [part for part in (model, model.get('backbone', {}))
            if 'in_channels' in part]
    if not wide:
        raise UnfitConfigError(
            f'{cfg.filename}: found no width of features in model and its '
            'backbone, expected in_channels in one of them')
    for part in wide:
        part.in_channels += channels
    if 'data_preprocessor' in model:
        model.data_preprocessor.channels += channels
    return cfg


def _host(trials: BoundaryPretraining, name: str) -> Config:
    path = trials.dataset.hosts[name].format('')
    cfg, = configs_of([path], trials.data_root).values()
    return cfg


def _streams(trials: BoundaryPretraining, name: str) -> Tuple[str, str, int]:
    """Folders of both streams, of any part and seed, and the width of the
    second."""
    run = Run(name, '{part}', '{seed}')  # type: ignore[arg-type]
    return str(trials.stored_features()), str(trials.features(run)), (
        trials.width)


def _values(trials: BoundaryPretraining, name: str, figure: str,
            parts: Sequence[int], seeds: Sequence[int]) -> np.ndarray:
    """``(seeds, parts)`` in percent; NaN where a learner has no such
    figure."""
    return np.array([[100 * trials.figures(Run(name, part, seed)).get(
        figure, np.nan) for part in parts] for seed in seeds])


def _signed(pair: Pair) -> str:
    mean, error = pair
    return f'{mean:+.1f}' if error is None else f'{mean:+.1f} ± {error:.1f}'
