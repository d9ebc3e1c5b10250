"""What refines a coarse segment: the features at its boundaries."""
from typing import NamedTuple

import torch
from torch import Tensor, nn

from mmbapg.ops import boundary_max_pooling

from .conv_norm import ConvNorm


class Refined(NamedTuple):
    """``features`` ``(B, C, T_l)`` that predict the refinement; and
    ``boundaries`` ``(B, 2C, T_l)``, of which the first half tells starts and
    the second half ends."""
    features: Tensor
    boundaries: Tensor


class BoundaryRefinement(nn.Module):
    """The saliency-based refinement module for one of two towers.

    AFSD (https://arxiv.org/abs/2103.13137), Sec. 3.2.

    Args:
        channels: Width of the tower.
        num_groups: Of the normalizations.
    """

    def __init__(self, channels: int, num_groups: int) -> None:
        super().__init__()
        self.own = ConvNorm(channels, channels, num_groups=num_groups)
        self.boundaries = ConvNorm(channels, 2 * channels,
                                   num_groups=num_groups)
        self.frames = ConvNorm(channels, channels, num_groups=num_groups)
        self.joined = ConvNorm(4 * channels, channels, num_groups=num_groups)

    def forward(self, x: Tensor, regions: Tensor, salient: Tensor) -> Refined:
        """Refine one level.

        Args:
            x: ``(B, C, T_l)`` features of the tower.
            regions: ``(B, T_l, 4)`` of each step's coarse segment, in steps of
                the level; see :func:`mmbapg.ops.boundary_regions`.
            salient: ``(B, C, T_l)`` what boundary pooling finds in the
                features of frames.
        """
        boundaries = self.boundaries(x)
        pooled = boundary_max_pooling(boundaries, regions)
        joined = torch.cat([self.frames(salient), pooled, self.own(x)], dim=1)
        return Refined(self.joined(joined), boundaries)
