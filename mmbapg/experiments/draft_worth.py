"""How much work a draft of segments saves a person who annotates.

A draft is judged by its boundaries. One that lies within the tolerance of a
true boundary stays. Each other one is moved to a true boundary that is still
missing, or deleted, and what is missing then is added: each is one edit. An
empty timeline takes an edit for each true boundary.
"""
import json
from typing import Dict, List, NamedTuple, Optional, Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from mmbapg.apis.drafts_of_segments import PENALTY, RATE, chooser, cut_times
from mmbapg.datasets.annotations import load_annotations, select
from mmbapg.datasets.boundary_times import true_boundaries
from mmbapg.datasets.embedding_files import read_embeddings
from mmbapg.evaluation.boundary_f1 import boundary_pairs
from mmbapg.files import replace_file
from mmbapg.video_names import file_of

from .cross_validation import CrossValidation, Run
from .few_labels import draw_labelled
from .paired_variants import spread
from .stages import FourStages

#: Seconds by which a boundary may be off.
TOLERANCE = 0.5
#: Of the encoder, which only has to embed test videos.
ENCODER = 'not-cross-fitted'
#: Ways to choose the number of cuts.
NUMBERS = (RATE, PENALTY)
EMPTY, EVEN, CUT = 'empty', 'evenly spaced', 'cut'
#: What is asked of each draft.
FOUND, EDITS, SAVED = 'found', 'edits', 'saved'


class Draft(NamedTuple):
    """Boundaries of a video.

    ``found`` and ``true``, times in seconds.
    """
    found: np.ndarray
    true: np.ndarray

    @property
    def right(self) -> int:
        """Boundaries that stay."""
        return len(boundary_pairs(self.found, self.true, TOLERANCE))

    @property
    def edits(self) -> int:
        """Fewest edits that make it right.

        Example:
            >>> Draft(np.array([1.0, 5.0, 9.0]), np.array([1.2, 6.0])).edits
            2
        """
        return max(len(self.found), len(self.true)) - self.right


def figures_of(drafts: Sequence[Draft]) -> Dict[str, float]:
    """Over all videos: share of the true boundaries that are found, edits for
    each true boundary, and share of an empty timeline's edits that is saved.
    """
    number = max(sum(len(draft.true) for draft in drafts), 1)
    edits = sum(draft.edits for draft in drafts) / number
    return {FOUND: sum(draft.right for draft in drafts) / number,
            EDITS: edits, SAVED: 1 - edits}


def even_cuts(number: int, duration: float) -> np.ndarray:
    """So many times, evenly spaced within a video."""
    return np.linspace(0, duration, number + 2)[1:-1]


class DraftTrials(CrossValidation):
    """A cross-validation whose encoders are judged by the drafts that they
    make: its figures are way to choose the number of cuts -> kind of draft ->
    :func:`figures_of`."""

    def _encode(self, run: Run) -> dict:
        stages = self.stages(run)
        stages.learn_embeddings()
        return {number: {kind: figures_of(drafts) for kind, drafts in
                         drafts_of(stages, number).items()}
                for number in NUMBERS}


def drafts_of(stages: FourStages, number: str) -> Dict[str, List[Draft]]:
    """Drafts of the test videos, by kind.

    Evenly spaced cuts are as many as the change points.
    """
    found: Dict[str, List[Draft]] = {EMPTY: [], EVEN: [], CUT: []}
    for video in select(load_annotations(stages.annotations),
                        where=stages.test):
        duration = float(video.duration)
        true = true_boundaries(video.segments, duration)
        content = read_embeddings(file_of(stages.embeddings_dir, video.name,
                                          '{}.npz'))
        cuts = cut_times(content, duration, chooser(number), video.name)
        for kind, times in ((EMPTY, np.empty(0)), (CUT, cuts),
                            (EVEN, even_cuts(len(cuts), duration))):
            found[kind].append(Draft(times, true))
    return found


def report(cv: DraftTrials, parts: Sequence[int], seeds: Sequence[int],
           labelled: Sequence[Optional[int]], jobs: int = 1) -> dict:
    """Train what is missing; print a table and write it.

    Args:
        cv: Dataset and folder.
        parts, seeds: To run over.
        labelled: Numbers of annotated videos; ``None`` for all.
        jobs: Processes.

    Returns:
        What ``drafts.json`` holds: row -> figure -> mean, and deviation over
        seeds.

    Raises:
        AnnotationError: If there are not so many videos, before anything is
            trained.
    """
    grid = {few: [[Run(part, seed, ENCODER, labelled=few) for part in parts]
                  for seed in seeds] for few in labelled}
    runs = [run for rows in grid.values() for row in rows for run in row]
    for run in runs:
        if run.labelled is not None:
            draw_labelled(cv.training_videos(run._replace(labelled=None)),
                          run.labelled, run.seed, cv.dataset.group)
    cv.complete(runs, jobs)
    results: Dict[str, dict] = {}
    for few, rows in grid.items():
        for number in NUMBERS:
            results.update(_rows(cv, rows, number, few))
    content = json.dumps(results, indent=1).encode()
    replace_file(cv.work_dir / 'drafts.json',
                 lambda file: file.write(content))
    Console(width=120).print(draft_table(cv.dataset.title, results))
    return results


def _rows(cv: DraftTrials, rows: Sequence[Sequence[Run]], number: str,
          labelled: Optional[int]) -> Dict[str, dict]:
    """Rows of the table for one encoder and one way to choose the number."""
    judged = [[cv.figures(run)[number] for run in row] for row in rows]
    videos = 'all' if labelled is None else str(labelled)
    return {f'{kind}, {number}, {videos} videos': {
        figure: spread(np.array([[each[kind][figure] for each in row]
                                 for row in judged]))
        for figure in (FOUND, EDITS, SAVED)} for kind in (CUT, EVEN)}


def draft_table(title: str, results: Dict[str, dict]) -> Table:
    """Shares in percent, with deviations over seeds."""
    table = Table(title=f'{title}: drafts, {TOLERANCE:g} s of tolerance; an '
                  'empty timeline takes 1 edit for each boundary')
    for name in ('draft', 'boundaries found', 'edits for each boundary',
                 'edits saved'):
        table.add_column(name)
    for row, figures in results.items():
        table.add_row(row, _text(figures[FOUND], 100), _text(
            figures[EDITS], 1), _text(figures[SAVED], 100))
    return table


def _text(pair, scale: float) -> str:
    mean, deviation = pair
    digits = 1 if scale > 1 else 2
    text = f'{scale * mean:.{digits}f}'
    return text if deviation is None else (
        f'{text} ± {scale * deviation:.{digits}f}')
