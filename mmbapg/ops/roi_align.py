"""1-D RoIAlign, in plain PyTorch."""
from typing import Optional

import torch
from torch import Tensor


def roi_align_1d(features: Tensor,
                 segments: Tensor,
                 num_bins: int,
                 lengths: Optional[Tensor] = None,
                 samples_per_bin: int = 0) -> Tensor:
    """Mean features of the bins of segments.

    RoIAlign (https://arxiv.org/abs/1703.06870, Sec. 3) along time, on the
    sample grid of TadTR's CUDA operator: a segment is at least one step long;
    each of its bins is sampled at ``ceil(length / num_bins)`` evenly spaced
    places; place ``t`` lies between the steps ``floor(t)`` and
    ``floor(t) + 1``, with no shift by half a step; places before -1 or after
    ``T`` count as zero, others beyond the first or last step as that step.

    A bin is linear in the features, so all bins are one matrix product.

    Args:
        features: ``(B, C, T)``.
        segments: ``(B, N, 2)`` start and end in steps. They get no gradient.
            While PyTorch traces a network for export, they must not be longer
            than the sequence.
        num_bins: Of each segment.
        lengths: ``(B,)`` steps of each sequence; ``T`` by default.
        samples_per_bin: A fixed number of places in each bin; 0 for as many
            as said above.

    Returns:
        ``(B, N, C, num_bins)``.
    """
    shares = bin_shares(segments.detach().float(), num_bins,
                        features.shape[2], lengths, samples_per_bin)
    pooled = shares.flatten(1, 2).to(features) @ features.transpose(1, 2)
    return pooled.unflatten(1, (-1, num_bins)).transpose(2, 3)


def bin_shares(segments: Tensor,
               num_bins: int,
               num_steps: int,
               lengths: Optional[Tensor] = None,
               samples_per_bin: int = 0) -> Tensor:
    """What each step contributes to each bin of :func:`roi_align_1d`.

    Args:
        segments: ``(B, N, 2)`` in steps, single precision.
        num_bins, lengths, samples_per_bin: See :func:`roi_align_1d`.
        num_steps: T.

    Returns:
        ``(B, N, num_bins, T)`` weights; those of a bin sum to 1, less what
        lies beyond the sequence.
    """
    batch, number, _ = segments.shape
    if lengths is None:
        lengths = segments.new_full((batch, ), num_steps)
    length = lengths.to(segments).view(-1, 1, 1, 1)

    start = segments[..., 0, None, None]
    bin_size = (segments[..., 1, None, None] - start).clamp(min=1) / num_bins
    samples = bin_size.ceil()  # of each bin
    if samples_per_bin:
        samples = torch.full_like(samples, samples_per_bin)
        most = samples_per_bin
    elif torch.jit.is_tracing():  # a graph for ONNX has no number of the data
        most = -(-num_steps // num_bins)
    else:
        most = int(samples.max()) if number else 1
    order = torch.arange(most, device=segments.device)
    first = torch.arange(num_bins, device=segments.device)[:, None]
    # (B, N, num_bins, most), of which those from `samples` on do not count
    place = start + first * bin_size + (order + 0.5) * bin_size / samples
    counts = (order < samples) & (place >= -1) & (place <= length)
    place = torch.minimum(place.clamp(min=0), length - 1)

    before = place.floor()
    after = torch.minimum(before + 1, length - 1)
    share = place - before
    weight = counts / samples
    shares = segments.new_zeros(batch, number, num_bins, num_steps)
    shares.scatter_add_(3, before.long(), weight * (1 - share))
    return shares.scatter_add_(3, after.long(), weight * share)
