"""Tables of a cross-validation: in the terminal, and in pages of Markdown."""
import re
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

from rich.table import Table

from mmbapg.apis.boundary_table import boundary_tables, numbers_table
from mmbapg.apis.class_evidence import TEST, TRAINING
from mmbapg.errors import UserError
from mmbapg.evaluation.ideal_detections import IDEALS
from mmbapg.files import write_text

from .encoder_tables import AVERAGE_NUMBERS, EVEN, RAW, TOLERANCES
from .quickstart import IOU_THRESHOLDS

#: A mean, and its deviation or error, which one value alone does not have.
Pair = Tuple[float, Optional[float]]

FIGURES = [f'mAP@{threshold}' for threshold in IOU_THRESHOLDS] + ['mAP']
#: What tables can be about.
TABLES = ('encoders', 'evidence', 'proposals', 'localization', 'controls',
          'ideals', 'gates', 'misses')
#: Change points whose proposals stand beside the boundaries of all encoders.
NUMBER = 15


def tables(results: dict) -> Dict[str, Table]:
    """Tables that have content, by what they are about.

    Args:
        results: Of :func:`.cross_validation_report.report`.
    """
    over = (f'{results["dataset"]}, {len(results["parts"])} parts, seeds '
            f'{", ".join(map(str, results["seeds"]))}')
    made = dict(encoders=_encoders(results, over),
                evidence=_evidence(results, over),
                proposals=_proposals(results, over),
                localization=_localization(results, over),
                controls=_controls(results, over),
                ideals=_ideals(results, over))
    if results['gates']:
        made['gates'], made['misses'] = _gates(results, over)
    return {name: table for name, table in made.items() if table.row_count}


def _encoders(results: dict, over: str) -> Table:
    table = numbers_table(
        f'Boundary F1, AR@AN (%) of proposals of {NUMBER} change points, and '
        f'mean similarity of two frames, ± deviation over seeds: {over}',
        [*(f'F1 within {tolerance:g} s' for tolerance in TOLERANCES),
         *(f'AR@{number}' for number in AVERAGE_NUMBERS), 'collapse'])
    for name, row in results['boundaries'].items():
        recall = results['proposals'].get(f'{name}, m = {NUMBER}', {})
        collapse = results['collapse'].get(name)
        table.add_row(
            name, *(cell(pair, 3) for pair in row.values()),
            *(cell(_percent(recall[f'AR@{number}']), 1) if recall else ''
              for number in AVERAGE_NUMBERS),
            cell(collapse, 3) if collapse else '')
    return table


def _evidence(results: dict, over: str) -> Table:
    table = numbers_table(
        'Frames of actions that the class evidence names rightly (%), ± '
        f'deviation over seeds: {over}', [TRAINING, TEST])
    for name, row in results['evidence'].items():
        table.add_row(name, *(cell(_percent(pair), 1)
                              for pair in row.values()))
    return table


def _proposals(results: dict, over: str) -> Table:
    """Of the first encoder and its controls, by number of change points."""
    table = numbers_table(
        f'AR@AN (%) of proposals, ± deviation over seeds: {over}',
        [f'AR@{number}' for number in AVERAGE_NUMBERS])
    shown = (EVEN, RAW, *list(results['collapse'])[:1])
    for name, row in results['proposals'].items():
        if name.split(', m = ')[0] in shown:
            table.add_row(name, *(cell(_percent(pair), 1)
                                  for pair in row.values()))
    return table


def _localization(results: dict, over: str) -> Table:
    table = numbers_table(
        f'mAP (%), mean ± deviation over seeds: {over}',
        [*(f'tIoU {threshold}' for threshold in IOU_THRESHOLDS), 'mean',
         'against host, in pairs ± SE', '95 % interval'])
    for host, variants in results['localization'].items():
        for name, row in variants.items():
            table.add_row(
                host if name == 'host' else f'{host}, {name}',
                *(f'{row[figure][0]:.1f}' for figure in FIGURES[:-1]),
                cell(row['mAP'], 1),
                *gain_cells(row.get('against host'), row.get('interval')))
    return table


def _controls(results: dict, over: str) -> Table:
    """What BAPG has more than each of the other variants but the host."""
    table = numbers_table(
        f'Average mAP (%) of controls, and what BAPG has more: {over}',
        ['mean', 'BAPG has more, in pairs ± SE', '95 % interval'])
    for host, variants in results['localization'].items():
        for name, row in variants.items():
            if 'bapg against it' in row:
                table.add_row(
                    f'{host}, {name}', cell(row['mAP'], 1),
                    *gain_cells(row['bapg against it'], row['bapg interval']))
    return table


def _ideals(results: dict, over: str) -> Table:
    """What is left of a gain if one thing about all detections is right."""
    table = numbers_table(
        'Average mAP (%) if one thing about detections were right, and what a '
        f'variant has more than its host, in pairs ± SE: {over}',
        ['as it is', *IDEALS])
    for host, variants in results['localization'].items():
        for name, row in variants.items():
            table.add_row(
                host if name == 'host' else f'{host}, {name}',
                *(' '.join(filter(None, (f'{pair[0]:.1f}', cell(
                    row['gain if'][kind], 1, '+') if 'gain if' in row else
                    ''))) for kind, pair in row['mAP if'].items()))
    return table


def _gates(results: dict, over: str) -> List[Table]:
    """Boundaries of detections beside change points; misses of all, found by
    the first encoder, by each host alone, and by chance."""
    finders = [*list(results['collapse'])[:1], *results['localization'], EVEN]
    return boundary_tables(
        results['gates'], f', ± deviation over seeds: {over}',
        [name for name in finders if name in results['gates']],
        lambda pair: cell(pair, 3),
        lambda pair: cell(_percent(pair), 1) if pair else '')


def _percent(pair: Pair) -> Pair:
    mean, deviation = pair
    return 100 * mean, deviation and 100 * deviation


def cell(pair: Pair, digits: int, sign: str = '') -> str:
    """``1.5 ± 0.3``, or ``1.5`` where nothing deviates."""
    mean, deviation = pair
    text = f'{mean:{sign}.{digits}f}'
    return text if deviation is None else f'{text} ± {deviation:.{digits}f}'


def gain_cells(pair: Optional[Pair], interval: Optional[Sequence[float]]
               ) -> Tuple[str, str]:
    """A difference with its error, and its interval; empty if there is
    none."""
    return ('', '') if not pair or not interval else (
        cell(pair, 1, '+'), '{:+.1f} to {:+.1f}'.format(*interval))


def markdown(table: Table) -> str:
    """A table as Markdown, without its title."""
    header = [str(column.header) for column in table.columns]
    rows = list(zip(*(column.cells for column in table.columns)))
    lines = [header, ['---'] * len(header), *rows]
    return '\n'.join('| ' + ' | '.join(line) + ' |' for line in lines)


class PageError(UserError, ValueError):
    """A page has no place for a table, or there is no such table; the message
    says which there are."""


def check_page(page: Path, dataset: str,
               names: Optional[Sequence[str]] = None) -> None:
    """See that a page has a place for some table of a dataset.

    Args:
        page, names: See :func:`update_page`.
        dataset: Its title.

    Raises:
        PageError: If not, or if there is no table of a name.
    """
    for name in names or ():
        if name not in TABLES:
            raise PageError(f'found no table {name}, expected some of '
                            f'{", ".join(TABLES)}')
    if f'<!-- {dataset} ' not in Path(page).read_text(encoding='utf-8'):
        raise PageError(
            f'{page}: found no place for a table of {dataset}, expected '
            f'lines such as <!-- {dataset} encoders --> and <!-- end -->')


def update_page(page: Path, results: dict,
                names: Optional[Sequence[str]] = None) -> int:
    """Write tables where a page of Markdown has places for them.

    A place lies between the lines ``<!-- FIR encoders -->`` and
    ``<!-- end -->``, with the dataset's title and what the table is about.

    Args:
        page: File to change; places of other datasets stay as they are.
        results: Of :func:`.cross_validation_report.report`.
        names: Of the tables to write, of :data:`TABLES`; others stay as they
            are. All by default.

    Returns:
        How many places there were.

    Raises:
        PageError: If the page has no place for any of the dataset's tables,
            or for none of these, or if there is no table of a name.
    """
    check_page(page, results['dataset'], names)
    text, count = Path(page).read_text(encoding='utf-8'), 0
    made = {name: table for name, table in tables(results).items()
            if name in (names or TABLES)}
    for name, table in made.items():
        mark = f'<!-- {results["dataset"]} {name} -->'
        filled = f'{mark}\n{markdown(table)}\n<!-- end -->'
        text, places = re.subn(
            f'{re.escape(mark)}.*?<!-- end -->',
            filled.replace('\\', r'\\'), text, flags=re.DOTALL)
        count += places
    if not count:
        raise PageError(
            f'{page}: found places for other tables of {results["dataset"]}, '
            f'expected one for {" or ".join(made) or "a table that is made"}')
    write_text(page, text)
    return count
