"""The encoder of stage 1 for stored clip features."""
from typing import Optional, Sequence

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn


@MODELS.register_module()
class TemporalFeatureEncoder(BaseModule):
    """A small temporal network on clip features.

    To every feature its changes over ``2 * reach`` steps are appended, for
    each reach; all are standardized, and a perceptron embeds them. How
    features change tells where an action ends; the features alone do not.

    Args:
        in_channels: Width of the features.
        channels: Width of the hidden layers.
        out_channels: Width of the embedding.
        num_layers: Hidden layers.
        reaches: Steps to the predecessors and successors whose differences
            are appended; the greatest is the dataset's ``context``.
        dropout: Before every hidden layer.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 in_channels: int,
                 channels: int = 256,
                 out_channels: int = 64,
                 num_layers: int = 2,
                 reaches: Sequence[int] = (2, 4),
                 dropout: float = 0.2,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.reaches = list(reaches)
        inputs = (1 + len(self.reaches)) * in_channels
        # no momentum: the statistics of all that training has seen
        self.norm = nn.BatchNorm1d(inputs, affine=False, momentum=None)
        widths = [inputs] + [channels] * num_layers
        layers = []
        for width in widths[:-1]:
            layers += [nn.Dropout(dropout), nn.Conv1d(width, channels, 1),
                       nn.ReLU(inplace=True)]
        self.layers = nn.Sequential(
            *layers, nn.Conv1d(widths[-1], out_channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, n + 2 * context)`` features to ``(B, D, n)`` embeddings,
        where ``context`` is the greatest reach."""
        context = max(self.reaches)
        last = x.shape[2] - context

        def shifted(steps: int) -> Tensor:
            return x[:, :, context + steps:last + steps]

        changes = [shifted(reach) - shifted(-reach) for reach in self.reaches]
        return self.layers(self.norm(torch.cat([shifted(0), *changes],
                                               dim=1)))
