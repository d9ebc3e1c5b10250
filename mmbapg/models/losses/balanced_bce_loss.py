"""Binary cross-entropy in which positives and negatives weigh the same."""
from typing import Optional, Tuple

import torch
from mmaction.registry import MODELS
from torch import Tensor

from mmbapg.ops import as_precise

from .weighted_loss import WeightedLoss


@MODELS.register_module()
class BalancedBCELoss(WeightedLoss):
    """Weighted binary logistic regression (BSN,
    https://arxiv.org/abs/1806.02964, Sec. 3.3).

    With P positives and N negatives,
    ``-(sum log p / (P + added) + sum log(1 - p) / (N + added)) / 2``: the
    form of BSN and its successors, whose weights and mean cancel.

    Args:
        threshold: Targets above it are positive.
        negative_threshold: Targets up to it are negative, others are not
            counted; ``threshold`` by default.
        added: Counts as so many more positives and negatives. G-TAD's code
            for THUMOS14 adds 10.
        eps: Added to probabilities before the logarithm.
        loss_weight: Factor of the loss.
    """

    def __init__(self,
                 threshold: float = 0.5,
                 negative_threshold: Optional[float] = None,
                 added: float = 0.0,
                 eps: float = 1e-6,
                 loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        self.threshold = threshold
        self.negative_threshold = (threshold if negative_threshold is None
                                   else negative_threshold)
        self.added = added
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
        negative = targets <= self.negative_threshold
        if counts is not None:
            positive, negative = positive & counts, negative & counts
        total = scores.new_zeros(())
        for chosen, probability, number in zip(
                (positive, negative), (scores, 1 - scores),
                self.divisors(positive.sum(), negative.sum())):
            logs = torch.log(probability + self.eps)
            total = total - (logs * chosen).sum() / number
        return 0.5 * self.loss_weight * total

    def divisors(self, positives: Tensor,
                 negatives: Tensor) -> Tuple[Tensor, Tensor]:
        """What the sums over positives and negatives are divided by.

        Args:
            positives, negatives: Their numbers.
        """
        return ((positives + self.added).clamp(min=1),
                (negatives + self.added).clamp(min=1))
