"""Tables I to IV of the BAPG paper: run, and printed beside the paper's."""
from typing import Mapping, Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from .paper_figures import ENCODERS, OURS, TABLES, PaperTable, Row
from .row_runner import RowRunner

__all__ = [
    'ENCODERS', 'OURS', 'TABLES', 'PaperTable', 'Row', 'RowRunner',
    'compared', 'run_table'
]


def run_table(table: PaperTable, runner: RowRunner, seeds: Sequence[int],
              dry_run: bool = False) -> bool:
    """Run what is missing of a table, and print it beside the paper's.

    Args:
        table: One of :data:`TABLES`.
        runner: Knows the folders.
        seeds: Each row runs once with each.
        dry_run: Only say what would run.

    Returns:
        Whether every row has figures of every seed.
    """
    console = Console(width=132)
    complete = True
    for row in table.rows:
        left = [seed for seed in seeds if runner.finished(row, seed) is None]
        absent = runner.missing(row) if left else []
        state = f'{len(seeds) - len(left)} of {len(seeds)} seeds finished'
        if absent:
            state += ('; cannot run, missing: ' + '; '.join(absent) +
                      f' (see {table.guide})')
        elif left:
            state += ('; would run seeds ' if dry_run else
                      '; runs seeds ') + ', '.join(map(str, left))
            encoder = runner.embeds_with(row)
            state += f', embedded by {encoder}' if encoder else ''
        console.print(f'{row.name} ({row.config}): {state}', highlight=False)
        complete &= not left or not (absent or dry_run)
        if not (dry_run or absent):
            for seed in left:
                runner.metrics(row, seed)
    console.print(compared(table, [
        [found for seed in seeds
         if (found := runner.finished(row, seed)) is not None]
        for row in table.rows
    ]))
    return complete


def compared(table: PaperTable,
             runs: Sequence[Sequence[Mapping[str, float]]]) -> Table:
    """What was measured beside the paper's figures.

    Args:
        table: One of :data:`TABLES`.
        runs: For each row, the metrics of each seed, or none. Several seeds
            show their mean and deviation.
    """
    seeds = max((len(row) for row in runs), default=0)
    title = f"{table.title}: mAP (%) at tIoU, measured here | the paper's"
    if seeds > 1:
        title += f'; mean ± deviation over {seeds} seeds'
    shown = Table(title=title)
    shown.add_column('')
    for name in [*map(str, table.iou_thresholds), 'mean']:
        shown.add_column(name, justify='right')
    for row, metrics in zip(table.rows, runs):
        papers = [f'{figure:.2f}' for figure in row.paper] or ['-'] * len(
            table.metrics)
        cells = [f'{_spread([each[name] for each in metrics])} | {paper}'
                 for name, paper in zip(table.metrics, papers)]
        shown.add_row(row.name, *cells)
    return shown


def _spread(values: Sequence[float]) -> str:
    if not values:
        return '-'
    percent = 100 * np.array(values)
    if len(percent) == 1:
        return f'{percent[0]:.2f}'
    return f'{percent.mean():.2f} ± {percent.std(ddof=1):.2f}'
