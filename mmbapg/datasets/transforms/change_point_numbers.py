"""At how many change points a video is cut: three ways to decide it."""
from functools import lru_cache
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence, Union

import torch
from mmengine.logging import print_log
from torch import Tensor

from mmbapg.errors import SettingError
from mmbapg.ops import (
    ChangePoints,
    choose_num_change_points,
    find_change_points,
    max_feasible_change_points,
    segmentations_of,
    total_scatter,
)

#: What ``num_change_points`` may be besides numbers.
AUTO, BY_RATE = 'auto', 'by rate'
#: Penalty of a change point where no rate is known. On three datasets and a
#: rendered one, proposals are better with it than with 1, the penalty of
#: ``auto`` (docs/method.md).
PENALTY_WITHOUT_RATE = 2.0
#: Boundaries of a video that nobody has seen, for the cost of a model.
TYPICAL = 20


class Video(NamedTuple):
    """What is cut.

    Attributes:
        embeddings: ``(n, d)`` of its frames.
        min_size: Fewest frames of a region.
        expected: Boundaries of actions that a video of this length has on
            average; ``None`` where nobody knows.
        name: For messages.
    """
    embeddings: Tensor
    min_size: int
    expected: Optional[float]
    name: str

    @property
    def feasible(self) -> int:
        """Most change points."""
        return max_feasible_change_points(len(self.embeddings), self.min_size)

    def search(self, largest: int) -> ChangePoints:
        """Best change points for all numbers up to the largest, which may be
        0."""
        if not largest:
            return ChangePoints(torch.empty(0, 0, dtype=torch.int64),
                                torch.empty(0, dtype=torch.float64))
        return find_change_points(self.embeddings, largest, self.min_size)


class FixedNumbers:
    """The same numbers for all videos, fewer where these are too short."""

    #: Whether proposals of a segmentation stand before those of the next.
    in_turn = False

    def __init__(self, numbers: Sequence[int]) -> None:
        self.typical = sorted(numbers)

    def segment(self, video: Video) -> List[Tensor]:
        """Change points of each segmentation: as many segmentations as there
        are :attr:`typical` numbers, whatever the video."""
        numbers = [min(number, video.feasible) for number in self.typical]
        if numbers != self.typical:
            print_log(
                f'video {video.name}: {self.typical[-1]} change points are '
                f'asked for, but its {len(video.embeddings)} frames in regions'
                f' of at least {video.min_size} allow at most '
                f'{video.feasible}; cut there', 'current', 30)
        return segmentations_of(video.search(numbers[-1]).change_points,
                                numbers)

    def look_at(self, expected: Optional[float], folder: Path) -> None:
        """Say what is to be said of embeddings in a folder, by what
        :class:`Video` expects of one."""

    def settings(self, expected: Optional[float]) -> object:
        """What decides the numbers, besides the embeddings."""
        return self.typical


class PenalizedNumber:
    """As many as the criterion of kernel temporal segmentation finds.

    Args:
        penalty: Of a change point.
        most: Change points to consider.
    """

    in_turn = False

    def __init__(self, penalty: float, most: int) -> None:
        self.penalty, self.most = penalty, most
        self.typical = [most]

    def segment(self, video: Video) -> List[Tensor]:
        """See :class:`FixedNumbers`."""
        found = video.search(min(self.most, video.feasible))
        return segmentations_of(found.change_points,
                                [self.choose(found, video)])

    def choose(self, found: ChangePoints, video: Video) -> int:
        """Number that is chosen of those that were found."""
        return choose_num_change_points(
            found.objective[:self.most], total_scatter(video.embeddings),
            len(video.embeddings), self.penalty)

    def look_at(self, expected: Optional[float], folder: Path) -> None:
        """See :class:`FixedNumbers`."""

    def settings(self, expected: Optional[float]) -> object:
        """See :class:`FixedNumbers`."""
        return AUTO


class NumbersByRate:
    """Multiples of as many as videos of this length have on average.

    The first multiple is the best guess, and the others are for what it
    misses, so their proposals stand behind. No more than every second frame
    is a change point.

    Args:
        multiples: Of the expected number of boundaries.
        otherwise: Chooses the number of the first segmentation where nobody
            knows what to expect.
    """

    in_turn = True

    def __init__(self, multiples: Sequence[float],
                 otherwise: PenalizedNumber) -> None:
        self.multiples = list(multiples)
        self.otherwise = otherwise
        self.typical = self._numbers(TYPICAL)

    def segment(self, video: Video) -> List[Tensor]:
        """See :class:`FixedNumbers`."""
        limit = min(video.feasible, max(len(video.embeddings) // 2, 1))
        expected = video.expected
        found = video.search(min(limit, max(self._numbers(
            self.otherwise.most / self.multiples[0] if expected is None
            else expected))))
        if expected is None:
            expected = (self.otherwise.choose(found, video) /
                        self.multiples[0])
        if expected > limit:
            print_log(
                f'video {video.name}: about {expected:.0f} boundaries are '
                f'expected, but its {len(video.embeddings)} frames are cut at '
                f'most {limit} times; cut there (a smaller interval of the '
                'encoder gives more frames)', 'current', 30)
        return segmentations_of(found.change_points, [
            min(number, limit) for number in self._numbers(expected)])

    def look_at(self, expected: Optional[float], folder: Path) -> None:
        """See :class:`FixedNumbers`."""
        if expected is None:
            _say_that_no_rate_is_known(folder)

    def settings(self, expected: Optional[float]) -> object:
        """See :class:`FixedNumbers`."""
        return [BY_RATE, expected, self.multiples]

    def _numbers(self, expected: float) -> List[int]:
        return [max(round(multiple * expected), 1)
                for multiple in self.multiples]


@lru_cache(None)  # once for each folder
def _say_that_no_rate_is_known(folder: Path) -> None:
    print_log(
        f'{folder}: found embeddings that do not tell how often actions begin '
        'and end in the training videos (their encoder is untrained, or of an '
        'earlier version); the number of change points follows from the '
        'similarities of each video alone; train the encoder again, or set '
        'bapg.clustering.num_change_points', 'current', 30)


Numbers = Union[FixedNumbers, PenalizedNumber, NumbersByRate]


def numbers_of(num_change_points: Union[str, Sequence[int]],
               multiples: Sequence[float],
               penalty: float,
               max_auto: int) -> Numbers:
    """The way that settings of a clustering ask for.

    Raises:
        SettingError: If there is no such way, or the numbers allow no cut.
    """
    if not isinstance(num_change_points, str):
        if isinstance(num_change_points, int) or not (
                0 <= min(num_change_points, default=-1)
                and max(num_change_points) >= 1):
            raise SettingError(
                f'num_change_points is {num_change_points!r}, expected '
                'numbers such as (5, 10, 15, 20)')
        return FixedNumbers(num_change_points)
    ways: Dict[str, Numbers] = {
        AUTO: PenalizedNumber(penalty, max_auto),
        BY_RATE: NumbersByRate(multiples, PenalizedNumber(
            PENALTY_WITHOUT_RATE, max_auto))
    }
    if num_change_points not in ways:
        raise SettingError(f'num_change_points is {num_change_points!r}, '
                           'expected numbers such as (5, 10, 15, 20), '
                           f'{" or ".join(map(repr, ways))}')
    return ways[num_change_points]
