"""What a cross-validation found, over parts and seeds."""
import json
from typing import (
    Any,
    Dict,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

import numpy as np
from rich.console import Console

from mmbapg.apis.boundary_table import boundary_figures
from mmbapg.apis.class_evidence import TEST, TRAINING, evidence_accuracy
from mmbapg.datasets.annotations import classes_of, load_annotations, select
from mmbapg.evaluation.submission import read_submission
from mmbapg.files import write_text

from .cross_validation import CrossValidation, Run
from .cross_validation_tables import FIGURES, markdown, tables
from .detection_pages import pages_of_runs
from .encoder_tables import AVERAGE_NUMBERS, LEARNED, TOLERANCES
from .few_labels import missing_classes
from .paired_variants import PairedVariants, paired_difference, spread


class Grid(NamedTuple):
    """What to run: every combination."""
    hosts: Sequence[str]
    variants: Sequence[str]
    encoders: Sequence[str]
    parts: Sequence[int]
    seeds: Sequence[int]
    labelled: Sequence[Optional[int]] = (None, )

    @property
    def few_labels(self) -> bool:
        """Whether anything is trained on few videos."""
        return any(number is not None for number in self.labelled)

    def runs(self) -> List[Run]:
        """Encoders first, then the variants of each host in turn."""
        places = [(part, seed) for seed in self.seeds for part in self.parts]
        encoders = [Run(*place, name, None, number)
                    for _, name, number in self.rows(self.encoders)
                    for place in places]
        return encoders + [Run(*place, name, host, number)
                           for _, host, number in self.rows(self.hosts)
                           for name in self.variants for place in places]

    def rows(self, names: Sequence[str]
             ) -> Iterator[Tuple[str, str, Optional[int]]]:
        """Title of a row, host or encoder, and how many videos it was trained
        on: of those names in turn, for each number."""
        for name in names:
            for number in self.labelled:
                few = '' if number is None else f', {number} labelled'
                yield name + few, name, number


def report(cv: CrossValidation, grid: Grid, jobs: int = 1) -> dict:
    """Run what is missing; print the tables and write them.

    Writes ``results.json``, ``tables.md`` and, of hosts with the first seed,
    the pages of ``report`` in the work directory.

    Returns:
        What ``results.json`` holds: ``boundaries`` and ``proposals``, encoder
        or control -> figure -> mean and deviation; ``collapse``, encoder ->
        mean and deviation; ``evidence``, encoder -> training or test videos ->
        mean and deviation of :func:`.evidence_accuracy`, of encoders that were
        taught classes; ``gates``, what :func:`boundary_figures` says of the
        boundaries of hosts, variants and encoders, with mean and deviation in
        the place of each figure; ``localization``, host -> variant -> figure
        -> mean and deviation, ``against host`` -> mean difference of mAP and
        standard error, ``interval`` -> its 95 % bootstrap interval, see
        :meth:`PairedVariants.gain`, ``mAP if`` and ``gain if`` -> what is
        right, see :meth:`.Diagnosis.ideals` -> mean mAP and what it has more
        than the host, and of variants but ``host`` and ``bapg``
        the same of what ``bapg`` has more than they, ``bapg against it`` and
        ``bapg interval``; ``mAP``, of every run. Hosts and encoders that were
        trained on few videos are rows of their own; see :meth:`Grid.rows`. If
        there are such, ``labelled``, host -> its rows in ``localization`` ->
        training videos, and ``mAP interval`` in these rows, as ``interval``.
    """
    console = Console(width=120)
    for line in _missing_classes(cv, grid):
        console.print(line)
    cv.complete(grid.runs(), jobs)
    with console.status('Resampling videos and seeds'):
        gates, evidence = _gates(cv, grid), _evidence(cv, grid)
        localization = {title: _localization(cv, grid, host, number)
                        for title, host, number in grid.rows(grid.hosts)}
    results = dict(
        dataset=cv.dataset.title, parts=list(grid.parts),
        seeds=list(grid.seeds),
        boundaries=_of_encoders(cv, grid, 'boundaries', [
            f'{tolerance:g} s' for tolerance in TOLERANCES]),
        proposals=_of_encoders(cv, grid, 'proposals', [
            f'AR@{number}' for number in AVERAGE_NUMBERS]),
        collapse={title: spread(_values(cv, grid, name, number,
                                        lambda run: run['collapse']))
                  for title, name, number in grid.rows(grid.encoders)},
        evidence=evidence, gates=gates,
        localization=localization,
        labelled=_labelled(cv, grid) if grid.few_labels else {},
        mAP={str(run): 100 * cv.figures(run)['mAP']
             for run in grid.runs() if run.host})
    write_text(cv.work_dir / 'results.json', json.dumps(results, indent=1))
    found = tables(results)
    for table in found.values():
        console.print(table)
    text = '\n\n'.join(f'{table.title}\n\n{markdown(table)}'
                       for table in found.values()) + '\n'
    write_text(cv.work_dir / 'tables.md', text)
    if grid.hosts:
        page = pages_of_runs(cv, grid.parts, _first_detections(cv, grid))
        console.print(f'Videos and detections in a browser, seed '
                      f'{grid.seeds[0]}: {page}')
    return results


def _first_detections(cv: CrossValidation, grid: Grid) -> Dict[str, list]:
    """Title -> files of all parts with the first seed."""
    return {_title(title, name): [
        cv.detections(Run(part, grid.seeds[0], name, host, number))
        for part in grid.parts]
        for title, host, number in grid.rows(grid.hosts)
        for name in grid.variants}


def _title(title: str, variant: str) -> str:
    return title if variant == 'host' else f'{title}, {variant}'


def _values(cv: CrossValidation, grid: Grid, name: str,
            labelled: Optional[int], figure) -> np.ndarray:
    """``(seeds, parts)`` of a figure of an encoder, given as a function of
    all its figures."""
    return np.array([[figure(cv.figures(Run(part, seed, name, None, labelled)))
                      for part in grid.parts] for seed in grid.seeds])


def _of_encoders(cv: CrossValidation, grid: Grid, kind: str,
                 columns: Sequence[str]) -> Dict[str, dict]:
    """A table that all encoders have, by row; controls are the first's.

    Of runs that an earlier version has left, only rows that it knew.
    """
    results: Dict[str, dict] = {}
    for name_of_row, name, number in grid.rows(grid.encoders):
        runs = [cv.figures(Run(part, seed, name, None, number))[kind]
                for part in grid.parts for seed in grid.seeds]
        for row in runs[0]:
            title = row.replace(LEARNED, name_of_row)
            if title in results or not all(row in run for run in runs):
                continue
            results[title] = {
                column: spread(_values(
                    cv, grid, name, number,
                    lambda run, row=row, place=place: run[kind][row][place]))
                for place, column in enumerate(columns)}
    return results


def _gates(cv: CrossValidation, grid: Grid) -> Dict[str, dict]:
    """Boundaries of detections beside change points, over parts and seeds."""
    return _nested_spread([[_boundary_figures(cv, grid, part, seed)
                            for part in grid.parts] for seed in grid.seeds])


def _boundary_figures(cv: CrossValidation, grid: Grid, part: int,
                      seed: int) -> Dict[str, dict]:
    ann_file = cv.data_root / 'annotations.json'
    classes = classes_of(str(ann_file))
    return boundary_figures(
        select(load_annotations(ann_file),
               where={cv.dataset.field: cv.dataset.parts[part]}),
        {_title(title, name): read_submission(
            str(cv.detections(Run(part, seed, name, host, number))), classes)
         for title, host, number in grid.rows(grid.hosts)
         for name in grid.variants},
        {title: cv.stages(Run(part, seed, name, None, number)).embeddings_dir
         for title, name, number in grid.rows(grid.encoders)})


def _evidence(cv: CrossValidation, grid: Grid) -> Dict[str, dict]:
    """How often class evidence is right, of encoders that have any."""
    found = {title: _nested_spread([[
        _evidence_figures(cv, Run(part, seed, name, None, number))
        for part in grid.parts] for seed in grid.seeds])
        for title, name, number in grid.rows(grid.encoders)}
    return {title: row for title, row in found.items() if all(row.values())}


def _evidence_figures(cv: CrossValidation,
                      run: Run) -> Dict[str, Optional[float]]:
    stages = cv.stages(run)
    classes = classes_of(str(stages.annotations))
    videos = {TRAINING: cv.training_videos(run), TEST: select(
        load_annotations(stages.annotations), where=stages.test)}
    return {name: evidence_accuracy(each, stages.embeddings_dir, classes)
            for name, each in videos.items()}


def _nested_spread(runs: List[List[Any]]) -> Any:
    """:func:`spread` of each figure of nested ones; ``None`` where a run has
    none.

    Args:
        runs: Seeds of parts, all nested alike.
    """
    if isinstance(runs[0][0], dict):
        return {key: _nested_spread([[run[key] for run in parts]
                                     for parts in runs])
                for key in runs[0][0]}
    if any(run is None for parts in runs for run in parts):
        return None
    return spread(np.array(runs))


def _localization(cv: CrossValidation, grid: Grid, host: str,
                  labelled: Optional[int]) -> dict:
    results: Dict[str, dict] = {}
    ideals: Dict[str, Dict[str, np.ndarray]] = {}
    variants = PairedVariants(cv, grid.parts, grid.seeds, host, labelled)
    for name in grid.variants:
        row: Dict[str, Any] = {
            figure: spread(variants.values(name, figure))
            for figure in FIGURES}
        results[name] = row
        ideals[name] = variants.ideals(name)
        row['mAP if'] = {kind: spread(values)
                         for kind, values in ideals[name].items()}
        if grid.few_labels:
            row['mAP interval'] = variants.interval(name)
        if 'host' in grid.variants and name != 'host':
            row['against host'], row['interval'] = variants.gain(name, 'host')
            row['gain if'] = {
                kind: paired_difference(values, ideals['host'][kind])
                for kind, values in ideals[name].items()}
        if 'bapg' in grid.variants and name not in ('host', 'bapg'):
            row['bapg against it'], row['bapg interval'] = variants.gain(
                'bapg', name)
    return results


def _labelled(cv: CrossValidation, grid: Grid
              ) -> Dict[str, Dict[str, float]]:
    """Mean number of training videos of each row of each host."""
    return {host: {title: float(np.mean([
        len(cv.training_videos(Run(part, grid.seeds[0], '', host, number)))
        for part in grid.parts])) for title, _, number in grid.rows([host])}
        for host in grid.hosts}


def _missing_classes(cv: CrossValidation, grid: Grid) -> Iterator[str]:
    """Lines that say which classes few videos do not show."""
    for part in grid.parts:
        for seed in grid.seeds:
            run = Run(part, seed, '')
            for number in filter(None, grid.labelled):
                missing = missing_classes(
                    cv.training_videos(run._replace(labelled=number)),
                    cv.training_videos(run))
                if missing:
                    yield (f'part {part}, seed {seed}: none of the {number} '
                           f'labelled videos shows {", ".join(missing)}')
