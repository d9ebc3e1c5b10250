"""Regression loss of the anchor-free localizers."""
from typing import Tuple

from mmaction.registry import MODELS
from torch import Tensor

from mmbapg.ops import as_precise

from .weighted_loss import WeightedLoss


def distance_diou_loss(pred: Tensor, target: Tensor,
                       eps: float = 1e-8) -> Tensor:
    """1-D distance-IoU loss (https://arxiv.org/abs/1911.08287), not reduced.

    Both segments are given by their distances from one common point inside
    them: ``1 - IoU + (centre distance / enclosing length)²``.

    Args:
        pred: ``(..., 2)`` non-negative distances to start and end.
        target: Same shape.
        eps: Lower bound of denominators.

    Returns:
        ``(...)`` loss of every segment.

    Example:
        >>> import torch
        >>> distance_diou_loss(torch.tensor([1.0, 1.0]),
        ...                    torch.tensor([1.0, 1.0])).item()
        0.0
    """
    pred, target = as_precise(pred), as_precise(target)
    iou, enclosing = distance_iou(pred, target, eps)
    centre_shift = 0.5 * ((pred[..., 1] - pred[..., 0]) -
                          (target[..., 1] - target[..., 0]))
    return 1 - iou + (centre_shift / enclosing.clamp(min=eps)).square()


def distance_iou(pred: Tensor,
                 target: Tensor,
                 eps: float = 1e-8) -> Tuple[Tensor, Tensor]:
    """tIoU of segments that share a point, and the length that encloses both.

    Args:
        pred, target, eps: See :func:`distance_diou_loss`.

    Returns:
        tuple: ``(...)`` each, at least in single precision.
    """
    pred, target = as_precise(pred), as_precise(target)
    overlap = (pred.minimum(target)).sum(dim=-1)
    union = pred.sum(dim=-1) + target.sum(dim=-1) - overlap
    enclosing = (pred.maximum(target)).sum(dim=-1)
    return overlap / union.clamp(min=eps), enclosing


@MODELS.register_module()
class SegmentDIoULoss(WeightedLoss):
    """Summed :func:`distance_diou_loss`."""

    def forward(self, pred: Tensor, target: Tensor) -> Tensor:
        """Scalar loss, summed over all segments; 0 where there are none."""
        return self.loss_weight * distance_diou_loss(pred, target).sum()
