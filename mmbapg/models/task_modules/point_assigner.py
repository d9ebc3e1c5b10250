"""Which points learn which instances."""
from typing import NamedTuple

import torch
from mmaction.registry import TASK_UTILS
from torch import Tensor

from .point_generator import Points


class PointTargets(NamedTuple):
    """``classes`` ``(P, num_classes)`` multi-hot float; ``distances``
    ``(P, 2)`` to start and end in strides of the point, where positive."""
    classes: Tensor
    distances: Tensor


def boundary_distances(points: Points, segments: Tensor) -> Tensor:
    """From points to boundaries of instances, in the segments' unit.

    Args:
        points: ``P`` points.
        segments: ``(G, 2)`` in steps of the finest level.

    Returns:
        ``(P, G, 2)`` distances to start and end; one of them is negative
        where a point lies outside of an instance.
    """
    position = points.position[:, None]
    start, end = segments[:, 0], segments[:, 1]
    return torch.stack([position - start, end - position], dim=-1)


@TASK_UTILS.register_module()
class CentrePointAssigner:
    """Each instance is learned by the points near its middle.

    ActionFormer (https://arxiv.org/abs/2202.07925), Sec. 3.3. A point learns
    an instance if it lies within ``radius`` strides of the instance's middle
    and inside it, and if the farther boundary is in the range of its level.
    Of several instances it regresses the shortest, and it learns the labels
    of all that are equally short.

    Args:
        num_classes: Number of classes.
        radius: In strides of the point's level; ``1e9`` for every point
            inside an instance (the copy of a config in a run's folder can
            hold no infinity).
        tie: Instances whose lengths differ by less, in steps, count as
            equally short; ``1e9`` for the labels of all instances that
            qualify, whatever their lengths.
    """

    #: Whether the head also hands over what it predicts.
    reads_predictions = False

    def __init__(self,
                 num_classes: int,
                 radius: float = 1.5,
                 tie: float = 1e-3) -> None:
        self.num_classes = num_classes
        self.radius = radius
        self.tie = tie

    def __call__(self, points: Points, segments: Tensor,
                 labels: Tensor) -> PointTargets:
        """Assign.

        Args:
            points: Points of all levels, ``P`` in all.
            segments: ``(G, 2)`` instances in steps of the finest level.
            labels: ``(G,)`` int64.
        """
        position, stride = points.position[:, None], points.stride[:, None]
        if not len(segments):
            return PointTargets(
                position.new_zeros(len(position), self.num_classes),
                position.new_zeros(len(position), 2))
        start, end = segments[:, 0], segments[:, 1]
        centre = 0.5 * (start + end)
        distances = boundary_distances(points, segments)
        inside = torch.minimum(
            position - torch.maximum(centre - stride * self.radius, start),
            torch.minimum(centre + stride * self.radius, end) - position) > 0
        farther = distances.amax(dim=-1)
        in_range = (farther >= points.reach[:, :1]) & (
            farther <= points.reach[:, 1:])
        length = (end - start).expand_as(farther)
        length = length.masked_fill(~(inside & in_range), float('inf'))
        shortest, chosen = length.min(dim=1)

        learned = (length <= shortest[:, None] + self.tie) & length.isfinite()
        one_hot = torch.nn.functional.one_hot(labels, self.num_classes)
        classes = (learned.to(start) @ one_hot.to(start)).clamp(max=1)
        rows = torch.arange(len(chosen), device=chosen.device)
        return PointTargets(classes, distances[rows, chosen] / stride)
