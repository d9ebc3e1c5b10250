"""Regression of the tIoU of proposals, few of which overlap anything."""
from typing import NamedTuple, Optional

import torch
from mmaction.registry import MODELS
from torch import Tensor

from mmbapg.ops import as_precise

from .weighted_loss import WeightedLoss


class Draws(NamedTuple):
    """Uniform random numbers in [0, 1) for proposals of medium and of low
    tIoU, both in the shape of the targets."""
    medium: Tensor
    low: Tensor


@MODELS.register_module()
class BalancedIoULoss(WeightedLoss):
    """Half the mean squared error of a balanced choice of proposals (BMN,
    https://arxiv.org/abs/1907.09702, Sec. 4.2; G-TAD).

    All proposals of high tIoU are taken, and about as many of medium and of
    low ones: a medium one if its draw is above ``1 - high / medium`` by their
    numbers. Weights are those of the references, and squared as theirs. So is
    what happens if there are fewer medium (or low) proposals than high ones:
    the threshold is negative then, and every cell of the map weighs one more.

    Args:
        high: Above it, a tIoU is high.
        low: Up to it, a tIoU above 0 is low.
        loss_weight: Factor of the loss.
    """

    def __init__(self, high: float = 0.7, low: float = 0.3,
                 loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        self.high = high
        self.low = low

    def forward(self, scores: Tensor, targets: Tensor,
                draws: Optional[Draws] = None) -> Tensor:
        """Scalar loss, 0 where nothing overlaps.

        Args:
            scores: ``(B, D, T)`` predicted tIoU.
            targets: The same of the truth, 0 at invalid cells.
            draws: Random numbers; drawn here by default.
        """
        weights = self.weights(targets, draws)
        error = weights * (as_precise(scores) - targets)
        return (0.5 * self.loss_weight * error.square().sum() /
                weights.sum().clamp(min=1))

    @torch.no_grad()
    def weights(self, targets: Tensor,
                draws: Optional[Draws] = None) -> Tensor:
        """How much each cell weighs: 0, 1, or up to 3 as told above."""
        draws = draws or Draws(torch.rand_like(targets),
                               torch.rand_like(targets))
        high = targets > self.high
        weights = high.to(targets)
        for chosen, draw in (
                ((targets > self.low) & ~high, draws.medium),
                ((targets > 0) & (targets <= self.low), draws.low)):
            threshold = 1 - high.sum() / chosen.sum()
            weights = weights + (chosen * draw > threshold)
        return weights
