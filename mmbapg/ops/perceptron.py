"""A small perceptron, fitted to a few thousand samples in a second."""
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Perceptron(NamedTuple):
    """Standardizes figures, and tells classes apart.

    Attributes:
        mean, scale: ``(C,)`` of the figures that it was fitted to.
        layers: Two, of weights.
    """
    mean: Tensor
    scale: Tensor
    layers: nn.Module

    @torch.no_grad()
    def classes(self, figures: Tensor) -> Tensor:
        """``(n, C)`` figures to ``(n,)`` numbers of classes."""
        return self.layers((figures - self.mean) / self.scale).argmax(1)


def fit_perceptron(figures: Tensor, labels: Tensor, num_classes: int,
                   hidden: int = 32, steps: int = 300, decay: float = 1e-3,
                   seed: int = 0) -> Perceptron:
    """Fit to all samples at once.

    Where classes are parted by more than a plane, as those of
    :mod:`.clip_shortcuts` are; :mod:`.logistic` is for one plane.

    Args:
        figures: ``(n, C)`` float.
        labels: ``(n,)`` int64, below ``num_classes``.
        num_classes: To tell apart.
        hidden: Width of the layer between.
        steps: Of Adam, the rate falling to 0 as a cosine.
        decay: Weight of half the squared length of all weights, beside the
            mean cross entropy.
        seed: Of the first weights; the process's random state stays as it is.
    """
    mean = figures.mean(0)
    scale = figures.std(0, correction=0).clamp(min=1e-6)
    unit = (figures - mean) / scale
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        torch.manual_seed(seed)
        layers = nn.Sequential(nn.Linear(figures.shape[1], hidden), nn.ReLU(),
                               nn.Linear(hidden, num_classes)).to(unit)
        optimizer = torch.optim.Adam(layers.parameters(), lr=0.02,
                                     weight_decay=decay)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        for _ in range(steps):
            optimizer.zero_grad()
            F.cross_entropy(layers(unit), labels).backward()
            optimizer.step()
            schedule.step()
    return Perceptron(mean, scale, layers)
