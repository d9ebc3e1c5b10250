"""Binary cross-entropy in which positives weigh more, up to a limit."""
from typing import Tuple

from mmaction.registry import MODELS
from torch import Tensor

from .balanced_bce_loss import BalancedBCELoss


@MODELS.register_module()
class LimitedBCELoss(BalancedBCELoss):
    """Weighted binary logistic regression as in MMAction2's BMN.

    With P positives of N targets and ``r = N / P`` within limits, positives
    weigh ``r / 2``, negatives ``r / (2 (r - 1))``, and the loss is the mean.
    Without limits, positives and negatives weigh the same.

    Args:
        threshold: Targets above it are positive.
        limits: Of r.
        eps: Added to probabilities before the logarithm.
        loss_weight: Factor of the loss.
    """

    def __init__(self,
                 threshold: float = 0.5,
                 limits: Tuple[float, float] = (1.05, 21.0),
                 eps: float = 1e-5,
                 loss_weight: float = 1.0) -> None:
        super().__init__(threshold, eps=eps, loss_weight=loss_weight)
        self.limits = limits

    def divisors(self, positives: Tensor,
                 negatives: Tensor) -> Tuple[Tensor, Tensor]:
        """See :meth:`BalancedBCELoss.divisors`."""
        positives = positives.clamp(min=1)
        number = positives + negatives
        ratio = (number / positives).clamp(*self.limits)
        return number / ratio, number * (ratio - 1) / ratio
