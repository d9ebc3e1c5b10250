"""Logistic regression, fitted to the end: no setting decides the result."""
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor


class LinearClassifier(NamedTuple):
    """Standardizes features, and tells two classes apart.

    Attributes:
        mean, scale: ``(C,)`` of the features that it was fitted to.
        weight: ``(C,)``.
        bias: ``()``.
    """
    mean: Tensor
    scale: Tensor
    weight: Tensor
    bias: Tensor

    def scores(self, features: Tensor) -> Tensor:
        """``(n, C)`` features to ``(n,)`` logits."""
        unit = (features.double() - self.mean) / self.scale
        return unit @ self.weight + self.bias


def fit_logistic(features: Tensor, labels: Tensor,
                 decay: float = 1e-3) -> LinearClassifier:
    """Fit in double precision.

    Args:
        features: ``(n, C)``.
        labels: ``(n,)`` bool.
        decay: Weight of half the squared length of the weights, beside the
            mean cross entropy. Features are standardized, so it means the
            same for all of them.
    """
    wide = features.double()
    mean, scale = wide.mean(0), wide.std(0, correction=0).clamp(min=1e-6)
    unit, target = (wide - mean) / scale, labels.double()
    weight = unit.new_zeros(unit.shape[1], requires_grad=True)
    bias = unit.new_zeros((), requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [weight, bias], max_iter=500, tolerance_grad=1e-7,
        tolerance_change=1e-12, line_search_fn='strong_wolfe')

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(
            unit @ weight + bias, target) + 0.5 * decay * weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return LinearClassifier(mean, scale, weight.detach(), bias.detach())
