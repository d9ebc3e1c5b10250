"""Weights of an ensemble, by grid search."""
from fractions import Fraction
from math import comb
from typing import Callable, Dict, Sequence, Tuple

import numpy as np
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from mmbapg.errors import SettingError
from mmbapg.ops.simplex import shifted_shares, simplex_points

#: ``figure(weights)``, of which more is better.
Figure = Callable[[np.ndarray], float]
#: Figures that are the same so far are equal: sums of floats are not exact.
DECIMALS = 9
#: Of a grid.
MOST_POINTS = 1_000_000


class WeightSearch:
    """Finds the weights of an ensemble that give the highest figure.

    All weights that are multiples of a step and add up to 1 are tried. Then
    the step is halved a few times, and a step of weight is moved from one
    member to another, where it helps most, until no move helps. Of weights
    that are equally good, those nearest to equal ones are better, and of
    these the first in ascending order: nothing is drawn at random.

    Args:
        number: Members of the ensemble.
        step: Of the grid; 1 over a whole number.
        halvings: Of the step.

    Raises:
        SettingError: If the step is no such number, or if the grid has more
            than :data:`MOST_POINTS` points.
    """

    def __init__(self, number: int, step: float = 0.1,
                 halvings: int = 1) -> None:
        parts = round(1 / step) if 0 < step <= 1 else 0
        if not parts or abs(parts * step - 1) > 1e-6:
            raise SettingError(
                f'step: found {step}, expected 1 over a whole number, as 0.1 '
                'or 0.25: weights are multiples of it and add up to 1')
        if halvings < 0:
            raise SettingError(
                f'halvings: found {halvings}, expected 0 or more')
        points = comb(parts + number - 1, number - 1)
        if points > MOST_POINTS:
            raise SettingError(
                f'step: found {step} for {number} weights, which makes a grid '
                f'of {points} points, expected at most {MOST_POINTS}: take a '
                'larger step, and more halvings')
        self.points = simplex_points(number, parts)
        self.parts, self.halvings = parts, halvings

    def __call__(self, figures: Sequence[Figure]) -> np.ndarray:
        """Search once for each figure, with one progress bar.

        Returns:
            ``(len(figures), number)`` weights.
        """
        with Progress(TextColumn('{task.description}'), BarColumn(),
                      MofNCompleteColumn(), TimeElapsedColumn(),
                      TextColumn('eta'), TimeRemainingColumn()) as progress:
            task = progress.add_task(
                'Weights', total=len(figures) * len(self.points))
            return np.array([self._best(_Tried(figure, progress, task))
                             for figure in figures])

    def _best(self, tried: '_Tried') -> np.ndarray:
        parts = self.parts
        best = tried.best(self.points, parts)
        for _ in range(self.halvings):
            parts, best = 2 * parts, 2 * best
            moved = True
            while moved:
                around = shifted_shares(best)
                tried.expect(around, parts)
                better = tried.best(np.vstack([best, around]), parts)
                moved, best = bool((better != best).any()), better
        return best / parts


class _Tried:
    """A figure, computed once for the same weights."""

    def __init__(self, figure: Figure, progress: Progress, task) -> None:
        self.figure, self.progress, self.task = figure, progress, task
        self.found: Dict[Tuple[Fraction, ...], float] = {}

    def __call__(self, shares: np.ndarray, parts: int) -> float:
        key = _key(shares, parts)
        if key not in self.found:
            self.found[key] = round(self.figure(shares / parts), DECIMALS)
            self.progress.advance(self.task)
        return self.found[key]

    def expect(self, points: np.ndarray, parts: int) -> None:
        """Lengthen the progress bar by what has not been tried yet."""
        new = {_key(shares, parts) for shares in points} - self.found.keys()
        total = self.progress.tasks[self.task].total or 0
        self.progress.update(self.task, total=total + len(new))

    def best(self, points: np.ndarray, parts: int) -> np.ndarray:
        """See :class:`WeightSearch`."""
        values = np.array([self(shares, parts) for shares in points])
        among = points[values == values.max()]
        spread = np.square(among).sum(axis=1)  # least where all are equal
        return np.array(min(among[spread == spread.min()].tolist()))


def _key(shares: np.ndarray, parts: int) -> Tuple[Fraction, ...]:
    return tuple(Fraction(share, parts) for share in shares.tolist())
