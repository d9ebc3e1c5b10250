"""Boundary contrastive learning of AFSD."""
from typing import NamedTuple, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from mmbapg.ops import as_precise, boundary_max_pooling, boundary_regions


class Triplet(NamedTuple):
    """Features ``(C,)`` at boundaries in a spliced clip: where the first part
    of an action ends, where its second part starts, and where the background
    between them starts."""
    anchor: Tensor
    positive: Tensor
    negative: Tensor


def boundary_triplet(features: Tensor, pieces: Tensor,
                     stride: float) -> Triplet:
    """Boundary pooling at the seams of a spliced clip.

    AFSD (https://arxiv.org/abs/2103.13137), Sec. 3.3.

    Args:
        features: ``(2C, T)``, of which the first half tells starts and the
            second half ends.
        pieces: ``(3, 2)`` first and last frame of the two parts of the action,
            and of the background between them.
        stride: Frames of a step of the features.
    """
    regions = boundary_regions(pieces, pieces[:, 1] - pieces[:, 0] + 1)
    pooled = boundary_max_pooling(features[None], (regions / stride)[None])[0]
    starts, ends = pooled.chunk(2)
    return Triplet(ends[:, 0], starts[:, 1], starts[:, 2])


def boundary_consistency_loss(features: Sequence[Tensor], pieces: Tensor,
                              strides: Sequence[float],
                              weights: Sequence[float]) -> Tensor:
    """Both ends of a cut are alike, and unlike the background between them.

    AFSD, Eq. 9, as a margin of distances (not of their squares, as printed),
    which its code has.

    Args:
        features: ``(2C, T)`` each; see :func:`boundary_triplet`.
        pieces: See :func:`boundary_triplet`.
        strides, weights: Of each of the features.

    Returns:
        Scalar loss.
    """
    losses = []
    for each, stride, weight in zip(features, strides, weights):
        triplet = boundary_triplet(each, pieces, stride)
        anchor, positive, negative = (
            as_precise(part)[None] for part in triplet)
        losses.append(weight * F.triplet_margin_loss(
            anchor, positive, negative))
    return torch.stack(losses).sum()
