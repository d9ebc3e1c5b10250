"""What configs give over folds and seeds, beside the first of them."""
import json
from typing import Dict, Mapping, Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from mmbapg.apis.boundary_table import numbers_table
from mmbapg.evaluation.bootstrap import paired_interval
from mmbapg.files import write_text

from .cross_validation_tables import cell, gain_cells, markdown
from .over_folds import OverFolds, Run
from .paired_variants import paired_difference, spread


def report(trials: OverFolds, parts: Sequence[int], seeds: Sequence[int],
           jobs: int = 1) -> dict:
    """Run what is missing; print the table, and write ``results.json`` and
    ``table.md``.

    Args:
        trials: What to run; the first config is what others are compared
            with.
        parts: Places in its parts.
        seeds: Of everything random.
        jobs: Processes.

    Returns:
        dict: By config, ``figures``, metric (%) -> mean and deviation;
        ``minutes``; ``against``, mean difference of mAP to the first config
        and its standard error; ``interval``, its 95 % bootstrap interval over
        videos, those of a group together, and seeds; ``runs``, mAP (%) of
        each. As in the file.

    Raises:
        AnnotationError: As :meth:`.OverFolds.groups`, before anything runs.
    """
    groups = trials.groups(parts)
    runs = {name: [[Run(name, part, seed) for part in parts]
                   for seed in seeds] for name in trials.configs}
    trials.complete((run for rows in runs.values() for row in rows
                     for run in row), jobs)
    results: Dict[str, dict] = {}
    first = next(iter(runs))
    values = {name: _values(trials, rows, 'mAP')
              for name, rows in runs.items()}
    own = trials.matchings(first, parts, seeds)
    for name, rows in runs.items():
        minutes = [trials.figures(run)['minutes']
                   for row in rows for run in row]
        known = [each for each in minutes if each is not None]
        results[name] = dict(
            figures={metric: spread(_values(trials, rows, metric))
                     for metric in trials.figures(rows[0][0])['metrics']},
            minutes=float(np.mean(known)) if known else None,
            runs={str(run): float(value) for run, value in zip(
                (run for row in rows for run in row), values[name].ravel())})
        if name != first:
            interval = paired_interval(
                trials.matchings(name, parts, seeds), own, groups=groups)
            results[name].update(
                against=paired_difference(values[name], values[first]),
                interval=[100 * end for end in interval])
    _write(trials, results, parts, seeds)
    return results


def over_folds_table(results: Mapping[str, dict], title: str) -> Table:
    """What :func:`report` returns: mAP (%), AUC (%) of proposals, and what mAP
    differs from the first row."""
    columns = [name for name in next(iter(results.values()))['figures']
               if name.startswith(('AUC', 'mAP'))]
    table = numbers_table(title, [
        *(name.replace('mAP@', '') for name in columns), 'in pairs ± SE',
        '95 % interval', 'minutes'])
    for name, row in results.items():
        table.add_row(
            name,
            *(cell(row['figures'][each], 1) if each == 'mAP' else
              f'{row["figures"][each][0]:.1f}' for each in columns),
            *gain_cells(row.get('against'), row.get('interval')),
            '' if row['minutes'] is None else f'{row["minutes"]:.1f}')
    return table


def _write(trials: OverFolds, results: Mapping[str, dict],
           parts: Sequence[int], seeds: Sequence[int]) -> None:
    names = ', '.join(str(trials.parts[part]) for part in parts)
    together = (f'; intervals draw videos of one {trials.group} together'
                if trials.group else '')
    table = over_folds_table(results, (
        f'mAP (%), mean ± deviation over seeds: {trials.by} {names}, '
        f'seeds {", ".join(map(str, seeds))}{together}'))
    write_text(trials.work_dir / 'results.json', json.dumps(results, indent=1))
    write_text(trials.work_dir / 'table.md',
               f'{table.title}\n\n{markdown(table)}\n')
    console = Console(width=140)
    console.print(table)
    console.print(f'results.json, table.md, checkpoints and logs: '
                  f'{trials.work_dir}')


def _values(trials: OverFolds, rows: Sequence[Sequence[Run]],
            metric: str) -> np.ndarray:
    """``(seeds, parts)`` of a metric, in percent."""
    return 100 * np.array([[trials.figures(run)['metrics'][metric]
                            for run in row] for row in rows])
