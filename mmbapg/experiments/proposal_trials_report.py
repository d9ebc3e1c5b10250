"""What generators of proposals found beside each other."""
import json
from typing import Dict, Hashable, Iterator, List, Optional, Sequence, Tuple

import numpy as np
from rich.console import Console
from rich.table import Table

from mmbapg.apis.boundary_table import numbers_table
from mmbapg.apis.diagnosis import Diagnosis
from mmbapg.datasets.annotations import load_annotations, select
from mmbapg.evaluation.average_recall import RecallCounts
from mmbapg.evaluation.bootstrap import Runs, paired_interval
from mmbapg.evaluation.metrics.proposal_recall_metric import LABEL
from mmbapg.evaluation.submission import read_submission
from mmbapg.files import write_text
from mmbapg.visualization import write_png
from mmbapg.visualization.recall_curves import draw_recall_curves

from .cross_validation import Run
from .cross_validation_tables import cell, markdown
from .paired_variants import groups_of_videos, paired_difference, spread
from .proposal_trials import METHODS, ProposalTrials
from .quickstart import IOU_THRESHOLDS

#: Figures and what makes percent of them.
FIGURES = {'AR@10': 100, 'AR@50': 100, 'AR@100': 100, 'AUC': 1, 'mAP': 100}
#: Those whose differences have an interval.
RESAMPLED = ('AUC', 'mAP')
#: Right end of the AR-AN curve.
MAX_PROPOSALS = 100
#: Part and seed -> recall of what a run found, alone.
Recalls = Dict[Tuple[Hashable, int], List[RecallCounts]]


def report(trials: ProposalTrials, names: Sequence[str],
           parts: Sequence[int], seeds: Sequence[int], jobs: int = 1,
           beside: Optional[str] = None) -> dict:
    """Train and test what is missing; print a table and write it.

    Writes ``proposals.json``, ``proposals.md`` and, with AR over AN of each
    method, ``proposals.png`` in the work directory.

    Args:
        trials: Dataset and folder.
        names: Of :data:`.proposal_trials.METHODS`.
        parts, seeds: To run over.
        jobs: Processes.
        beside: The method of ``names`` that all are compared with; by default
            each with its own.

    Returns:
        What ``proposals.json`` holds: ``methods``, name -> figure in percent
        -> mean, and deviation over seeds; and ``beside`` of those that are
        compared with another one: its name, and figure -> ``difference``,
        mean and standard error over runs in pairs, and ``interval``, its 95 %
        bootstrap interval over videos, those of a person together, and seeds.
    """
    places = [(part, seed) for seed in seeds for part in parts]
    trials.complete([Run(*place, 'host', name) for name in names
                     for place in places], jobs)
    methods: Dict[str, dict] = {
        name: {figure: spread(_values(trials, name, figure, parts, seeds))
               for figure in FIGURES} for name in names}
    console = Console(width=140)
    groups = groups_of_videos({part: _judge(trials, part) for part in parts},
                              trials.dataset.group)
    with console.status('Resampling videos and seeds'):
        recalls = {name: _recalls(trials, name, places) for name in names}
        resampled = {name: {
            'AUC': recalls[name],
            'mAP': _matchings(trials, name, places)} for name in names}
        for name, other in _compared(names, beside):
            methods[name]['beside'] = dict(name=other, **{
                figure: dict(
                    difference=paired_difference(*(
                        _values(trials, each, figure, parts, seeds)
                        for each in (name, other))),
                    interval=[100 * end for end in paired_interval(
                        resampled[name][figure], resampled[other][figure],
                        groups=groups)])
                for figure in RESAMPLED})
    results = dict(dataset=trials.dataset.title, parts=list(parts),
                   seeds=list(seeds), methods=methods)
    table = table_of(results)
    console.print(table)
    write_text(trials.work_dir / 'proposals.json',
               json.dumps(results, indent=1))
    write_text(trials.work_dir / 'proposals.md', markdown(table) + '\n')
    write_png(trials.work_dir / 'proposals.png', draw_recall_curves(
        {name: _curves(each, parts, seeds)
         for name, each in recalls.items()}, trials.dataset.title))
    return results


def _values(trials: ProposalTrials, name: str, figure: str,
            parts: Sequence[int], seeds: Sequence[int]) -> np.ndarray:
    """``(seeds, parts)`` in percent."""
    return np.array([[
        FIGURES[figure] * trials.figures(Run(part, seed, 'host', name))[figure]
        for part in parts] for seed in seeds])


def _curves(runs: Recalls, parts: Sequence[int], seeds: Sequence[int]
            ) -> np.ndarray:
    """``(seeds, MAX_PROPOSALS)`` average recall, the mean over parts."""
    return np.array([np.mean([
        runs[part, seed][0].curve().average_recall for part in parts], axis=0)
        for seed in seeds])


def _compared(names: Sequence[str], beside: Optional[str]
              ) -> Iterator[Tuple[str, str]]:
    """Methods, and those that they are compared with, if both are there."""
    for name in names:
        other = beside or METHODS[name].beside
        if other != name and other in names:
            yield name, other


def _recalls(trials: ProposalTrials, name: str,
             places: Sequence[Tuple[int, int]]) -> Recalls:
    annotations = load_annotations(trials.data_root / 'annotations.json')
    runs: Recalls = {}
    for part, seed in places:
        found = read_submission(str(trials.detections(
            Run(part, seed, 'host', name))), [LABEL])
        runs[part, seed] = [RecallCounts(
            {video.name: video.segments
             for video in select(annotations, where=_where(trials, part))
             if video.labelled},
            {video: (each.segments, np.asarray(each.scores))
             for video, each in found.items()}, MAX_PROPOSALS)]
    return runs


def _matchings(trials: ProposalTrials, name: str,
               places: Sequence[Tuple[int, int]]) -> Runs:
    runs: Dict[Tuple[Hashable, int], list] = {}
    for part, seed in places:
        runs[part, seed] = _judge(trials, part).matchings(
            [str(trials.classified(Run(part, seed, 'host', name)))])
    return runs


def _judge(trials: ProposalTrials, part: int) -> Diagnosis:
    """What named proposals are judged on."""
    return Diagnosis(str(trials.data_root / 'annotations.json'),
                     where=_where(trials, part),
                     thresholds=[float(each) for each in IOU_THRESHOLDS])


def _where(trials: ProposalTrials, part: int) -> Dict[str, object]:
    return {trials.dataset.field: trials.dataset.parts[part]}


def table_of(results: dict) -> Table:
    """The table of :func:`report`."""
    table = numbers_table(
        f'Proposals (%), mean ± deviation over seeds: {results["dataset"]}, '
        f'{len(results["parts"])} parts, seeds '
        f'{", ".join(map(str, results["seeds"]))}',
        [*FIGURES, 'in pairs with', *(f'{figure}, 95 % interval'
                                      for figure in RESAMPLED)])
    for name, row in results['methods'].items():
        beside = row.get('beside')
        table.add_row(
            name, *(cell(row[figure], 1) for figure in FIGURES),
            *([beside['name'], *(_difference(beside[figure])
                                 for figure in RESAMPLED)]
              if beside else [''] * (1 + len(RESAMPLED))))
    return table


def _difference(found: dict) -> str:
    low, high = found['interval']
    return f'{found["difference"][0]:+.1f}, {low:+.1f} to {high:+.1f}'
