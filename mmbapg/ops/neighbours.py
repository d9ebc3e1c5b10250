"""Nearest neighbours among the steps of a sequence."""
import torch
from torch import Tensor

from .unit_vectors import as_precise


@torch.no_grad()
def nearest_steps(features: Tensor, number: int) -> Tensor:
    """For each step, the steps whose features are most alike.

    Args:
        features: ``(B, C, T)``.
        number: Neighbours of each step, itself included.

    Returns:
        ``(B, T, number)`` int64, by squared Euclidean distance, the nearest
        first. Of equally distant steps any may be named.

    Raises:
        ValueError: If there are fewer steps.

    Example:
        >>> nearest_steps(torch.tensor([[[0.0, 5.0, 1.0]]]), 2)
        tensor([[[0, 2],
                 [1, 2],
                 [2, 0]]])
    """
    if number > features.shape[2]:
        raise ValueError(f'found {features.shape[2]} steps, expected at least '
                         f'num_neighbours={number}')
    rows = as_precise(features).transpose(1, 2)
    norms = rows.square().sum(dim=2)
    # that of the step itself changes no order and is left out
    distances = norms[:, None] - 2 * rows @ rows.transpose(1, 2)
    return distances.topk(number, dim=2, largest=False).indices
