"""Normalization of ``(B, C, T)`` features."""
import torch.nn.functional as F
from torch import Tensor, nn


class ChannelLayerNorm(nn.LayerNorm):
    """Layer normalization over the channels of ``(B, C, T)`` features.

    ``LayerNorm`` of ActionFormer's ``libs/modeling/blocks.py``: biased
    variance, ``eps`` inside the root.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Normalize every step on its own; shape stays ``(B, C, T)``."""
        normed = F.layer_norm(x.transpose(1, 2), self.normalized_shape,
                              self.weight, self.bias, self.eps)
        return normed.transpose(1, 2)
