"""Classification loss with a class for the background."""
import torch
from mmaction.registry import MODELS
from torch import Tensor

from mmbapg.ops import as_precise

from .weighted_loss import WeightedLoss

#: Added to probabilities, so that one of 0 has a logarithm.
EPS = 1e-6


def softmax_focal_loss(logits: Tensor,
                       targets: Tensor,
                       alpha: float = 0.25,
                       gamma: float = 2.0) -> Tensor:
    """Focal loss (https://arxiv.org/abs/1708.02002, Eq. 5) over a softmax.

    Args:
        logits: ``(..., 1 + num_classes)``, the background first.
        targets: ``(...)`` int64, 0 for the background.
        alpha: Weight of the background; that of classes is ``1 - alpha``.
        gamma: Focusing exponent.

    Returns:
        ``(...)`` loss of every point, at least in single precision.

    Example:
        >>> loss = softmax_focal_loss(torch.zeros(1, 2), torch.tensor([1]))
        >>> round(loss.item(), 4)
        0.13
    """
    prob = as_precise(logits).softmax(dim=-1)
    prob = prob.gather(-1, targets[..., None]).squeeze(-1) + EPS
    background = targets == 0
    weight = torch.full_like(prob, 1 - alpha).masked_fill(background, alpha)
    # a probability of 1 is above 1 by EPS, and powers of less than 0 are none
    return -weight * (1 - prob).clamp(min=0)**gamma * prob.log()


@MODELS.register_module()
class SoftmaxFocalLoss(WeightedLoss):
    """:func:`softmax_focal_loss` of every point.

    Args:
        alpha, gamma: See :func:`softmax_focal_loss`.
        loss_weight: Factor of the loss.
    """

    def __init__(self,
                 alpha: float = 0.25,
                 gamma: float = 2.0,
                 loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        self.alpha = alpha
        self.gamma = gamma

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """See :func:`softmax_focal_loss`; not reduced."""
        return self.loss_weight * softmax_focal_loss(
            logits, targets, self.alpha, self.gamma)
