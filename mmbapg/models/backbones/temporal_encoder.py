"""The encoder of stage 1 for stored clip features."""
from typing import Optional

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn


@MODELS.register_module()
class TemporalFeatureEncoder(BaseModule):
    """A small temporal network on clip features.

    Every feature is standardized, its change over ``2 * reach`` steps is
    appended, and a perceptron embeds the two. What is there does not tell
    where an action ends, how it changes does.

    Args:
        in_channels: Width of the features.
        channels: Width of the hidden layers.
        out_channels: Width of the embedding.
        num_layers: Hidden layers.
        reach: Steps to the predecessor and successor whose difference is
            appended; the dataset's ``context``.
        dropout: Before every hidden layer.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 in_channels: int,
                 channels: int = 256,
                 out_channels: int = 64,
                 num_layers: int = 2,
                 reach: int = 2,
                 dropout: float = 0.2,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.reach = reach
        # no momentum: the statistics of all that training has seen
        self.norm = nn.BatchNorm1d(2 * in_channels, affine=False,
                                   momentum=None)
        widths = [2 * in_channels] + [channels] * num_layers
        layers = []
        for width in widths[:-1]:
            layers += [nn.Dropout(dropout), nn.Conv1d(width, channels, 1),
                       nn.ReLU(inplace=True)]
        self.layers = nn.Sequential(
            *layers, nn.Conv1d(widths[-1], out_channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, n + 2 * reach)`` features to ``(B, D, n)`` embeddings."""
        length = x.shape[2] - 2 * self.reach
        change = x[:, :, 2 * self.reach:] - x[:, :, :length]
        centre = F.pad(x, (-self.reach, -self.reach))
        return self.layers(self.norm(torch.cat([centre, change], dim=1)))
