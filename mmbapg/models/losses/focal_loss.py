"""Classification loss of the anchor-free localizers."""
from typing import Optional

import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import Tensor, nn

from mmbapg.ops import as_precise


def sigmoid_focal_loss(logits: Tensor,
                       targets: Tensor,
                       alpha: float = 0.25,
                       gamma: float = 2.0) -> Tensor:
    """Focal loss (https://arxiv.org/abs/1708.02002, Eq. 5), not reduced.

    Args:
        logits: Any shape.
        targets: Same shape, in [0, 1]; soft and multi-label ones are fine.
        alpha: Weight of positives against ``1 - alpha`` of negatives;
            negative switches it off.
        gamma: Focusing exponent.

    Returns:
        Loss of every entry, at least in single precision.

    Example:
        >>> import torch
        >>> round(sigmoid_focal_loss(torch.zeros(1), torch.ones(1)).item(), 6)
        0.043322
    """
    logits = as_precise(logits)
    prob = logits.sigmoid()
    cross_entropy = F.binary_cross_entropy_with_logits(
        logits, targets, reduction='none')
    prob_of_target = prob * targets + (1 - prob) * (1 - targets)
    loss = cross_entropy * (1 - prob_of_target)**gamma
    if alpha >= 0:
        loss = loss * (alpha * targets + (1 - alpha) * (1 - targets))
    return loss


@MODELS.register_module()
class SigmoidFocalLoss(nn.Module):
    """Summed :func:`sigmoid_focal_loss`.

    Args:
        alpha, gamma: See :func:`sigmoid_focal_loss`.
        loss_weight: Factor of the loss.
    """

    def __init__(self,
                 alpha: float = 0.25,
                 gamma: float = 2.0,
                 loss_weight: float = 1.0) -> None:
        super().__init__()
        self.alpha = alpha
        self.gamma = gamma
        self.loss_weight = loss_weight

    def forward(self,
                logits: Tensor,
                targets: Tensor,
                weight: Optional[Tensor] = None) -> Tensor:
        """Scalar loss, summed over all entries, each times its weight."""
        loss = sigmoid_focal_loss(logits, targets, self.alpha, self.gamma)
        if weight is not None:
            loss = loss * weight
        return self.loss_weight * loss.sum()
