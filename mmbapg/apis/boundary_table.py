"""Boundaries of detections beside change points: figures and a table."""
import json
from pathlib import Path
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    List,
    Mapping,
    Optional,
    Sequence,
)

import numpy as np
from rich.console import Console
from rich.table import Table

from mmbapg.datasets.annotations import VideoAnnotation
from mmbapg.datasets.usable_embeddings import check_header, read_checked
from mmbapg.evaluation import Segments
from mmbapg.evaluation.boundary_comparison import (
    EVEN,
    WITHIN,
    compare_boundaries,
    evenly_spaced,
)
from mmbapg.evaluation.boundary_f1 import (
    cut_times,
    detected_boundaries,
    true_boundaries,
)
from mmbapg.files import replace_file
from mmbapg.video_names import file_of


def boundaries_of(videos: Iterable[VideoAnnotation]) -> List[np.ndarray]:
    """True boundaries of each video, in seconds."""
    return [true_boundaries(video.segments, video.duration)
            for video in videos]


def boundaries_of_detections(videos: Sequence[VideoAnnotation],
                             found: Mapping[str, Segments]
                             ) -> List[np.ndarray]:
    """As many boundaries of detections as each video has, in seconds.

    Args:
        videos: To judge.
        found: Detections by video; a video may have none.
    """
    nothing = Segments(np.empty((0, 2)), np.empty(0), np.empty(0))
    times = []
    for video, true in zip(videos, boundaries_of(videos)):
        segments, _, scores = found.get(video.name, nothing).detections()
        times.append(detected_boundaries(segments, scores, len(true),
                                         video.duration))
    return times


def boundaries_of_embeddings(videos: Sequence[VideoAnnotation],
                             folder: Path) -> List[np.ndarray]:
    """As many change points as each video has boundaries, in seconds.

    Args:
        videos: To judge.
        folder: Of embeddings, as stage 2 writes them.

    Raises:
        UnusableEmbeddings: If those of a video are missing, damaged or of
            another length; all headers are looked at before any is cut.
    """
    paths = [file_of(folder, video.name, '{}.npz') for video in videos]
    for path, video in zip(paths, videos):
        check_header(path, video.duration)
    times = []
    for path, true in zip(paths, boundaries_of(videos)):
        content = read_checked(path)
        times.append(cut_times(content.embeddings, len(true),
                               content.provenance.interval))
    return times


def boundary_figures(videos: Sequence[VideoAnnotation],
                     detections: Mapping[str, Mapping[str, Segments]],
                     embeddings: Mapping[str, Path]) -> Dict[str, dict]:
    """Detections, change points and evenly spaced cuts beside each other.

    Args:
        videos: To judge; of unlabelled ones nothing is known.
        detections: Name -> detections by video.
        embeddings: Name -> folder of embeddings, for change points.

    Returns:
        Of :func:`.compare_boundaries`.

    Raises:
        UnusableEmbeddings: As :func:`boundaries_of_embeddings`.
    """
    videos = [video for video in videos if video.labelled]
    true = boundaries_of(videos)
    cuts = {name: boundaries_of_embeddings(videos, folder)
            for name, folder in embeddings.items()}
    return compare_boundaries({
        **{name: boundaries_of_detections(videos, found)
           for name, found in detections.items()},
        **cuts,
        EVEN: evenly_spaced(true, [video.duration for video in videos]),
    }, true)


def report_boundaries(videos: Sequence[VideoAnnotation],
                      detections: Mapping[str, Mapping[str, Segments]],
                      embeddings: Mapping[str, Path], out_dir: Path) -> dict:
    """Print :func:`boundary_figures`, and write ``boundaries.json``.

    Returns:
        What the file holds.
    """
    figures = boundary_figures(videos, detections, embeddings)
    for table in boundary_tables(figures):
        # on a screen of 80 columns, headings break, and names stay whole
        table.columns[0].no_wrap = True
        for column in table.columns:
            column.overflow = 'fold'
        Console().print(table)
    out_dir.mkdir(parents=True, exist_ok=True)
    content = json.dumps(figures, indent=1).encode()
    replace_file(out_dir / 'boundaries.json',
                 lambda file: file.write(content))
    return figures


def numbers_table(title: str, columns: Sequence[Any]) -> Table:
    """A table whose rows have a name, and numbers in the columns."""
    table = Table(title=title)
    table.add_column('', overflow='fold')
    for column in columns:
        table.add_column(column, justify='right')
    return table


def _f1(value: Any) -> str:
    return f'{value:.3f}'


def _percent(share: Any) -> str:
    return '' if share is None else f'{100 * share:.1f}'


def boundary_tables(figures: Mapping[str, dict], over: str = '',
                    finders: Optional[Sequence[str]] = None,
                    f1: Callable[[Any], str] = _f1,
                    share: Callable[[Any], str] = _percent) -> List[Table]:
    """Quality of each set of boundaries, and who finds whose misses.

    Args:
        figures: Of :func:`boundary_figures`, at least one row; or the same
            with something else in the place of each figure.
        over: What they are of, for the titles.
        finders: Columns of the second table; all by default.
        f1, share: Write a figure.
    """
    finders = list(figures) if finders is None else finders
    first = next(iter(figures.values()))
    quality = numbers_table(
        'Boundaries, true number given: F1, and % missed and false within '
        f'{WITHIN:g} s{over}',
        [*(f'F1 within {tolerance} s' for tolerance in first['f1']),
         'missed, %', 'false, %'])
    misses = numbers_table(
        f'Of the boundaries that each misses within {WITHIN:g} s, % found '
        f'by{over}', finders)
    for name, row in figures.items():
        quality.add_row(name, *map(f1, row['f1'].values()),
                        share(row['missed']), share(row['false alarms']))
        misses.add_row(name, *(share(row['misses found by'].get(finder))
                               for finder in finders))
    return [quality, misses]
