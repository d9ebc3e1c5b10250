"""The encoder of stage 1 that sees many seconds of stored clip features."""
from typing import Optional, Sequence

import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..layers import ChannelLayerNorm, Conv1d


@MODELS.register_module()
class DilatedFeatureEncoder(BaseModule):
    """Dilated convolutions over clip features, each beside a shortcut.

    What a step means in its surroundings tells where an action ends: with the
    five default dilations an embedding sees 31 steps to either side. The block
    is that of temporal convolutional networks for action segmentation (MS-TCN,
    https://arxiv.org/abs/1903.01945), with a layer normalization in front.

    Nothing is padded: the dataset's ``context`` must be ``sum(dilations)``, so
    that an embedding is the same in whichever run of frames it is computed.

    Args:
        in_channels: Width of the features.
        channels: Width of the hidden layers.
        out_channels: Width of the embedding.
        dilations: One block each, in steps.
        dropout: Of each block; half as much of the standardized features.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 in_channels: int,
                 channels: int = 64,
                 out_channels: int = 32,
                 dilations: Sequence[int] = (1, 2, 4, 8, 16),
                 dropout: float = 0.3,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.context = sum(dilations)
        # no momentum: the statistics of all that training has seen
        self.norm = nn.BatchNorm1d(in_channels, affine=False, momentum=None)
        self.dropout = nn.Dropout(dropout / 2)
        self.in_proj = Conv1d(in_channels, channels, 1)
        self.blocks = nn.ModuleList(
            DilatedBlock(channels, dilation, dropout)
            for dilation in dilations)
        self.out_proj = Conv1d(channels, out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, n + 2 * context)`` features to ``(B, D, n)`` embeddings."""
        x = self.in_proj(self.dropout(self.norm(x)))
        for block in self.blocks:
            x = block(x)
        return self.out_proj(x)


class DilatedBlock(nn.Module):
    """Adds what a step, its predecessor and its successor tell.

    Args:
        channels: Width.
        dilation: Steps to predecessor and successor.
        dropout: Before it is added.
    """

    def __init__(self, channels: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.dilation = dilation
        self.norm = ChannelLayerNorm(channels)
        self.conv = Conv1d(channels, channels, 3, dilation=dilation)
        self.out_proj = Conv1d(channels, channels, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, T)`` to ``(B, C, T - 2 * dilation)``."""
        added = self.out_proj(F.relu(self.conv(self.norm(x))))
        return x[:, :, self.dilation:-self.dilation] + self.dropout(added)
