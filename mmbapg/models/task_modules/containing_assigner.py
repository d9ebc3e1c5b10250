"""Points learn the shortest instance that contains them."""
from typing import NamedTuple

from mmaction.registry import TASK_UTILS
from torch import Tensor

from .point_assigner import boundary_distances
from .point_generator import Points


class ContainedTargets(NamedTuple):
    """``labels`` ``(P,)`` int64, -1 where nothing is learned; ``distances``
    ``(P, 2)`` to start and end in the unit of the points, 1 there."""
    labels: Tensor
    distances: Tensor


@TASK_UTILS.register_module()
class ContainingAssigner:
    """A point learns the shortest of the instances that it lies in.

    AFSD (https://arxiv.org/abs/2103.13137), Sec. 3.4. Both boundaries count as
    inside. The farther boundary must be more than the point's least distance
    away, and no more than its largest; ranges of ``(-1, inf)`` allow all, as
    for THUMOS14.
    """

    def __call__(self, points: Points, segments: Tensor,
                 labels: Tensor) -> ContainedTargets:
        """Assign.

        Args:
            points: Points of all levels, ``P`` in all.
            segments: ``(G, 2)`` instances in the unit of the points.
            labels: ``(G,)`` int64.
        """
        position = points.position
        if not len(segments):
            return ContainedTargets(
                position.new_full(position.shape, -1, dtype=labels.dtype),
                position.new_ones(len(position), 2))
        distances = boundary_distances(points, segments)
        farther = distances.amax(dim=-1)
        learned = (distances >= 0).all(dim=-1) & (
            farther > points.reach[:, :1]) & (farther <= points.reach[:, 1:])
        length = (segments[:, 1] - segments[:, 0]).expand_as(farther)
        shortest, chosen = length.masked_fill(
            ~learned, float('inf')).min(dim=1)
        positive = shortest.isfinite()
        chosen_distances = distances.gather(
            1, chosen[:, None, None].expand(-1, 1, 2))[:, 0]
        return ContainedTargets(
            labels[chosen].masked_fill(~positive, -1),
            chosen_distances.masked_fill(~positive[:, None], 1))
