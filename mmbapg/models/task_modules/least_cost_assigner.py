"""Points that learn what they already predict best."""
from typing import NamedTuple

import torch
from mmaction.registry import TASK_UTILS
from torch import Tensor

from mmbapg.ops import as_precise

from ..losses.focal_loss import sigmoid_focal_loss
from ..losses.segment_iou_loss import distance_diou_loss
from .point_assigner import (
    CentrePointAssigner,
    PointTargets,
    boundary_distances,
)
from .point_generator import Points


class PointPredictions(NamedTuple):
    """What a network says of the points of a video.

    ``logits`` ``(P, num_classes)``; ``distances`` ``(P, 2)`` to start and end
    in strides of the point, not negative.
    """
    logits: Tensor
    distances: Tensor


@TASK_UTILS.register_module()
class LeastCostAssigner(CentrePointAssigner):
    """Classes by centre sampling, boundaries by the least cost.

    TemporalMaxer (https://arxiv.org/abs/2303.09055) as its authors train it:
    their assigner is SimOTA's (https://arxiv.org/abs/2107.08430)
    with settings that leave this of it. Which points are positive, and of
    which classes, is as in :class:`CentrePointAssigner`. A positive point
    regresses the instance of least cost among *all* that contain it, which
    need not be one of those whose class it learns: the focal loss of the
    point's logits, were the instance's class the only one, and the 1-D
    distance-IoU loss of its segment. No gradient goes through the choice.

    Args:
        *args, **kwargs: See :class:`CentrePointAssigner`.
        cls_weight, iou_weight: Weights of both costs.
        alpha, gamma: Of the focal loss.
    """

    reads_predictions = True

    def __init__(self,
                 *args,
                 cls_weight: float = 1.0,
                 iou_weight: float = 2.0,
                 alpha: float = 0.25,
                 gamma: float = 2.0,
                 **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.cls_weight = cls_weight
        self.iou_weight = iou_weight
        self.alpha = alpha
        self.gamma = gamma

    @torch.no_grad()
    def __call__(  # type: ignore[override]  # see reads_predictions
            self, points: Points, segments: Tensor, labels: Tensor,
            predictions: PointPredictions) -> PointTargets:
        """Assign.

        Args:
            points, segments, labels: See :class:`CentrePointAssigner`.
            predictions: Of the same points.
        """
        targets = super().__call__(points, segments, labels)
        if not len(segments):
            return targets
        distances = boundary_distances(points, segments) / (
            points.stride[:, None, None])
        chosen = self.cost(distances, labels, predictions).argmin(dim=1)
        rows = torch.arange(len(chosen), device=chosen.device)
        return targets._replace(distances=distances[rows, chosen])

    def cost(self, distances: Tensor, labels: Tensor,
             predictions: PointPredictions) -> Tensor:
        """Of every point with every instance.

        Args:
            distances: ``(P, G, 2)`` from points to boundaries, in strides.
            labels: ``(G,)`` int64.
            predictions: Of the points.

        Returns:
            ``(P, G)``; infinite where an instance does not contain a point.
        """
        logits = as_precise(predictions.logits)
        present, absent = (
            sigmoid_focal_loss(logits, torch.full_like(logits, target),
                               self.alpha, self.gamma) for target in (1, 0))
        focal = (absent.sum(dim=1, keepdim=True) +
                 (present - absent)[:, labels])
        reach = predictions.distances[:, None].expand_as(distances)
        cost = (self.cls_weight * focal +
                self.iou_weight * distance_diou_loss(reach, distances))
        return cost.masked_fill(distances.amin(dim=-1) < 0, float('inf'))
