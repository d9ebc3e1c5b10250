"""Tables of a cross-validation, for the terminal and for Markdown."""
import json
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from rich.console import Console
from rich.table import Table

from mmbapg.evaluation.bootstrap import paired_interval
from mmbapg.files import replace_file

from .cross_validation import CrossValidation, Run
from .diagnosis import Diagnosis
from .encoder_tables import AVERAGE_NUMBERS, LEARNED, TOLERANCES
from .quickstart import IOU_THRESHOLDS

#: A mean, and its deviation or error, which one value alone does not have.
Pair = Tuple[float, Optional[float]]

FIGURES = [f'mAP@{threshold}' for threshold in IOU_THRESHOLDS] + ['mAP']


class Grid(NamedTuple):
    """What to run: every combination."""
    hosts: Sequence[str]
    variants: Sequence[str]
    encoders: Sequence[str]
    parts: Sequence[int]
    seeds: Sequence[int]

    def runs(self) -> List[Run]:
        """Encoders first, then the variants of each host in turn."""
        places = [(part, seed) for seed in self.seeds for part in self.parts]
        encoders = [Run(*place, name) for name in self.encoders
                    for place in places]
        return encoders + [Run(*place, name, host) for host in self.hosts
                           for name in self.variants for place in places]


def spread(values: np.ndarray) -> Pair:
    """Mean over all, and standard deviation over seeds of the part means.

    Args:
        values: ``(seeds, parts)``.
    """
    per_seed = values.mean(axis=1)
    return float(values.mean()), _deviation(per_seed)


def paired_difference(values: np.ndarray, baseline: np.ndarray) -> Pair:
    """Mean difference of runs on the same part with the same seed, and its
    standard error.

    Args:
        values, baseline: ``(seeds, parts)``.
    """
    difference = (values - baseline).ravel()
    deviation = _deviation(difference)
    return float(difference.mean()), (
        None if deviation is None else deviation / difference.size ** 0.5)


def _deviation(values: np.ndarray) -> Optional[float]:
    return float(values.std(ddof=1)) if len(values) > 1 else None


def report(cv: CrossValidation, grid: Grid, jobs: int = 1) -> dict:
    """Run what is missing; print the tables and write them.

    Writes ``results.json`` and ``tables.md`` in the work directory.

    Returns:
        What ``results.json`` holds: ``boundaries`` and ``proposals``, encoder
        or control -> figure -> mean and deviation; ``collapse``, encoder ->
        mean and deviation; ``localization``, host -> variant ->
        figure -> mean and deviation, and ``against host`` -> mean difference
        of mAP and standard error, ``interval`` -> its 95 % bootstrap interval
        over videos and seeds; ``mAP``, of every run.
    """
    cv.complete(grid.runs(), jobs)
    console = Console(width=120)
    with console.status('Resampling videos and seeds'):
        localization = {host: _localization(cv, grid, host)
                        for host in grid.hosts}
    results = dict(
        dataset=cv.dataset.title, parts=list(grid.parts),
        seeds=list(grid.seeds),
        boundaries=_of_encoders(cv, grid, 'boundaries', [
            f'{tolerance:g} s' for tolerance in TOLERANCES]),
        proposals=_of_encoders(cv, grid, 'proposals', [
            f'AR@{number}' for number in AVERAGE_NUMBERS]),
        collapse={name: spread(_values(cv, grid, name,
                                       lambda run: run['collapse']))
                  for name in grid.encoders},
        localization=localization,
        mAP={str(run): 100 * cv.figures(run)['mAP']
             for run in grid.runs() if run.host})
    content = json.dumps(results, indent=1).encode()
    replace_file(cv.work_dir / 'results.json',
                 lambda file: file.write(content))
    tables = _tables(results)
    for table in tables:
        console.print(table)
    text = '\n\n'.join(map(markdown, tables)) + '\n'
    replace_file(cv.work_dir / 'tables.md',
                 lambda file: file.write(text.encode()))
    return results


def _values(cv: CrossValidation, grid: Grid, name: str, figure,
            host=None) -> np.ndarray:
    """``(seeds, parts)`` of a figure, given as a function of all figures."""
    return np.array([[figure(cv.figures(Run(part, seed, name, host)))
                      for part in grid.parts] for seed in grid.seeds])


def _of_encoders(cv: CrossValidation, grid: Grid, kind: str,
                 columns: Sequence[str]) -> Dict[str, dict]:
    """A table that all encoders have, by row; controls are the first's."""
    results: Dict[str, dict] = {}
    for name in grid.encoders:
        first = cv.figures(Run(grid.parts[0], grid.seeds[0], name))
        for row in first[kind]:
            title = row.replace(LEARNED, name)
            if title in results:
                continue
            results[title] = {
                column: spread(_values(
                    cv, grid, name,
                    lambda run, row=row, place=place: run[kind][row][place]))
                for place, column in enumerate(columns)}
    return results


def _localization(cv: CrossValidation, grid: Grid, host: str) -> dict:
    results: Dict[str, dict] = {}
    for name in grid.variants:
        results[name] = {
            figure: spread(100 * _values(
                cv, grid, name, lambda run, key=figure: run[key], host))
            for figure in FIGURES}
        if 'host' in grid.variants and name != 'host':
            own, alone = (100 * _values(cv, grid, each,
                                        lambda run: run['mAP'], host)
                          for each in (name, 'host'))
            results[name]['against host'] = paired_difference(own, alone)
            results[name]['interval'] = [100 * end for end in paired_interval(
                *(_matchings(cv, grid, each, host)
                  for each in (name, 'host')))]
    return results


def _matchings(cv: CrossValidation, grid: Grid, name: str, host: str) -> dict:
    matchings = {}
    for part in grid.parts:
        videos = Diagnosis(
            str(cv.data_root / 'annotations.json'),
            where={cv.dataset.field: cv.dataset.parts[part]},
            thresholds=[float(each) for each in IOU_THRESHOLDS])
        for seed in grid.seeds:
            path = cv.detections(Run(part, seed, name, host))
            matchings[part, seed] = videos.matchings([str(path)])
    return matchings


def _tables(results: dict) -> List[Table]:
    over = (f'{results["dataset"]}, {len(results["parts"])} parts, seeds '
            f'{", ".join(map(str, results["seeds"]))}')
    tables = []
    for kind, title, factor, digits in (
            ('boundaries', 'Boundary F1', 1, 3),
            ('proposals', 'AR@AN (%) of proposals', 100, 1)):
        if not results[kind]:
            continue
        table = Table(title=f'{title}, mean ± deviation over seeds: {over}')
        table.add_column('')
        for column in next(iter(results[kind].values())):
            table.add_column(column, justify='right')
        for name, row in results[kind].items():
            table.add_row(name, *(
                _cell([value and factor * value for value in pair], digits)
                for pair in row.values()))
        tables.append(table)
    if results['collapse']:
        table = Table(title=f'Mean similarity of two frames: {over}')
        for name in ('', 'collapse'):
            table.add_column(name, justify='right' if name else 'left')
        for name, pair in results['collapse'].items():
            table.add_row(name, _cell(pair, 3))
        tables.append(table)
    if results['localization']:
        table = Table(title=f'mAP (%), mean ± deviation over seeds: {over}')
        for name in ('', *IOU_THRESHOLDS, 'mean', 'in pairs ± SE',
                     '95 % interval'):
            table.add_column(name, justify='right' if name else 'left')
        for host, variants in results['localization'].items():
            for name, row in variants.items():
                pair = row.get('against host')
                table.add_row(
                    host if name == 'host' else f'{host}, {name}',
                    *(f'{row[figure][0]:.1f}' for figure in FIGURES[:-1]),
                    _cell(row['mAP'], 1),
                    _cell(pair, 1, '+') if pair else '',
                    '{:+.1f} to {:+.1f}'.format(*row['interval'])
                    if pair else '')
        tables.append(table)
    return tables


def _cell(pair: Pair, digits: int, sign: str = '') -> str:
    mean, deviation = pair
    text = f'{mean:{sign}.{digits}f}'
    return text if deviation is None else f'{text} ± {deviation:.{digits}f}'


def markdown(table: Table) -> str:
    """A table as Markdown, its title above it."""
    header = [str(column.header) for column in table.columns]
    rows = list(zip(*(column.cells for column in table.columns)))
    lines = [header, ['---'] * len(header), *rows]
    return '\n'.join([f'{table.title}', '',
                      *('| ' + ' | '.join(line) + ' |' for line in lines)])
