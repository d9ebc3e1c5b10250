"""1-D deformable sampling, in plain PyTorch."""
import torch
import torch.nn.functional as F
from torch import Tensor


def deformable_sampling(values: Tensor, locations: Tensor,
                        weights: Tensor) -> Tensor:
    """Weighted sum of values at fractional places of a sequence.

    The inner sums of deformable attention (https://arxiv.org/abs/2010.04159,
    Eq. 2) along time. Between steps values are interpolated linearly; beyond
    the first and the last step they fade to zero. A location is a fraction of
    the whole sequence: step ``i`` of ``T`` lies at ``(i + 0.5) / T``, as in
    ``grid_sample`` with ``align_corners=False``. Unlike that, PyTorch's
    ``embedding_bag`` needs no room for the single samples, and its backward
    pass can be made deterministic on GPUs.

    Args:
        values: ``(B, T, H, D)``, ``D`` channels for each of ``H`` heads.
        locations: ``(B, Q, H, P)``, ``P`` places for each query and head.
        weights: ``(B, Q, H, P)`` of the places.

    Returns:
        ``(B, Q, H, D)``.
    """
    batch, length, heads, channels = values.shape
    position = locations * length - 0.5
    before = position.floor()
    share = position - before
    steps = torch.stack([before, before + 1], dim=-1).long()
    weights = weights[..., None] * torch.stack([1 - share, share], dim=-1)
    weights = weights * ((steps >= 0) & (steps < length))

    # rows of all videos and heads in one table
    video = torch.arange(batch, device=values.device).view(-1, 1, 1, 1, 1)
    head = torch.arange(heads, device=values.device).view(-1, 1, 1)
    rows = (video * length + steps.clamp(0, length - 1)) * heads + head
    summed = F.embedding_bag(
        rows.flatten(3).flatten(0, 2),
        values.reshape(-1, channels),
        mode='sum',
        per_sample_weights=weights.to(values).flatten(3).flatten(0, 2))
    return summed.view(*locations.shape[:3], channels)
