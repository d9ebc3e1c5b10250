"""Features that respond where actions start and end."""
import torch
import torch.nn.functional as F
from torch import Tensor

from mmbapg.ops import as_precise


def boundary_activation(features: Tensor) -> Tensor:
    """How much features tell a start, and an end, at every step.

    AFSD (https://arxiv.org/abs/2103.13137), Eq. 6.

    Args:
        features: ``(B, C, T)``, not negative; the first half of the channels
            tells starts, and the second half ends.

    Returns:
        ``(B, 2, T)`` in [0, 1], at least in single precision.
    """
    return as_precise(features).tanh().unflatten(1, (2, -1)).mean(dim=2)


def boundary_maps(segments: Tensor, num_steps: int,
                  min_width: float = 2.0) -> Tensor:
    """Where instances start and where they end.

    AFSD, Eq. 7: steps that are no farther from a boundary than a twentieth of
    the instance's length, and no less than half of ``min_width``.

    Args:
        segments: ``(G, 2)`` in steps.
        num_steps: Of the maps.
        min_width: Least width of such a neighbourhood, in steps.

    Returns:
        ``(2, num_steps)``: 1 near starts, and near ends, else 0.
    """
    steps = torch.arange(num_steps, device=segments.device)
    width = ((segments[:, 1] - segments[:, 0]) / 10).clamp(min=min_width)
    # (G, 2, 1)
    first, last = ((segments + sign * width[:, None] / 2).round()[..., None]
                   for sign in (-1, 1))
    return ((steps >= first) & (steps <= last)).any(dim=0).to(segments)


def boundary_activation_loss(activation: Tensor, maps: Tensor) -> Tensor:
    """Cross entropy of activations, AFSD's Eq. 8.

    Args:
        activation: ``(B, 2, T)`` in [0, 1].
        maps: ``(B, 2, T')`` by :func:`boundary_maps`; of ``T'`` steps, those
            that are nearest to the ``T`` count.

    Returns:
        ``(B, 2)`` of starts and ends, mean over steps.
    """
    target = F.interpolate(maps, size=activation.shape[-1])
    # mixed precision refuses this loss, even for single precision
    with torch.autocast(activation.device.type, enabled=False):
        return F.binary_cross_entropy(
            activation, target, reduction='none').mean(dim=-1)
