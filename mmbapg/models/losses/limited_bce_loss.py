"""Binary cross-entropy in which positives weigh more, up to a limit."""
from typing import Optional, Tuple

import torch
from mmaction.registry import MODELS
from torch import Tensor

from mmbapg.ops import as_precise

from .weighted_loss import WeightedLoss


@MODELS.register_module()
class LimitedBCELoss(WeightedLoss):
    """Weighted binary logistic regression as in MMAction2's BMN.

    With P positives of N targets and ``r = N / P`` within limits, positives
    weigh ``r / 2``, negatives ``r / (2 (r - 1))``, and the loss is the mean.
    :class:`.BalancedBCELoss` is the same without limits.

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
        super().__init__(loss_weight)
        self.threshold = threshold
        self.limits = limits
        self.eps = eps

    def forward(self, scores: Tensor, targets: Tensor,
                counts: Optional[Tensor] = None) -> Tensor:
        """Scalar loss.

        Args:
            scores: Probabilities, of any shape.
            targets: Of the same shape.
            counts: Bool, broadcast to that shape: what counts at all.
        """
        scores = as_precise(scores)
        positive = targets > self.threshold
        negative = ~positive
        if counts is not None:
            positive, negative = positive & counts, negative & counts
        found = positive.sum().clamp(min=1)
        number = found + negative.sum()
        ratio = (number / found).clamp(*self.limits)
        logs = (ratio * positive * torch.log(scores + self.eps) +
                ratio / (ratio - 1) * negative *
                torch.log(1 - scores + self.eps))
        return -0.5 * self.loss_weight * logs.sum() / number
