"""Points of the feature pyramid, one for each step of each level."""
from typing import List, NamedTuple, Optional, Sequence, Tuple

import torch
from mmaction.registry import TASK_UTILS
from torch import Tensor

from mmbapg.errors import SettingError


class Points(NamedTuple):
    """Points of one or more levels.

    ``position`` ``(P,)`` in steps of the finest level; ``reach`` ``(P, 2)``
    least and largest distance that a point regresses, in the same steps;
    ``stride`` ``(P,)`` of the point's level.
    """
    position: Tensor
    reach: Tensor
    stride: Tensor


@TASK_UTILS.register_module()
class PointGenerator:
    """Makes points for pyramids of any length.

    Args:
        regression_ranges: For each level, the least and largest distance (in
            steps of the finest level) to an instance's farther boundary.
        scale_factor: Stride of a level over that of the level below.
        first_stride: Of the finest level. Where it is not 1, positions and
            distances are in what it counts, such as frames.
        offset: Of a level's first point from the beginning, in strides of the
            level; 0.5 puts points in the middle of what they stand for.
    """

    def __init__(self,
                 regression_ranges: Sequence[Tuple[float, float]],
                 scale_factor: int = 2,
                 first_stride: int = 1,
                 offset: float = 0.0) -> None:
        self.regression_ranges = [tuple(pair) for pair in regression_ranges]
        self.strides = [
            first_stride * scale_factor**level
            for level in range(len(regression_ranges))
        ]
        self.offset = offset

    def expect_levels(self, number: Optional[int]) -> None:
        """Refuse a pyramid whose levels have no points, or points whose level
        there is not; what goes through both would stop at the fewer.

        Args:
            number: Levels of the pyramid; ``None`` if it does not tell.

        Raises:
            SettingError: If there are not as many regression ranges.
        """
        if number not in (None, len(self.strides)):
            raise SettingError(
                f'point_generator.regression_ranges lists {len(self.strides)} '
                f'levels, but the pyramid has {number}, expected a range for '
                'each')

    def __call__(self, lengths: Sequence[int],
                 device: torch.device) -> List[Points]:
        """Make the points of each level from the levels' lengths."""
        points = []
        for length, stride, reach in zip(lengths, self.strides,
                                         self.regression_ranges):
            index = torch.arange(length, dtype=torch.float32, device=device)
            position = (index + self.offset) * stride
            # filled: to copy numbers, a GPU would have to be waited for
            least, most, strides = (
                position.new_full((length, ), number)
                for number in (*reach, stride))
            points.append(
                Points(position, torch.stack([least, most], dim=1), strides))
        return points


def concat_points(points: Sequence[Points]) -> Points:
    """Points of all levels in one."""
    return Points(*map(torch.cat, zip(*points)))
