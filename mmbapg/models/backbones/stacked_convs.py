"""A few convolutions, shared by what follows."""
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..layers import Conv1d


@MODELS.register_module()
class StackedConvBackbone(BaseModule):
    """Base module of BSN++ (https://arxiv.org/abs/2009.07641, Sec. 3.3).

    Args:
        in_channels: Width of the clip features.
        channels: Width of the network.
        num_layers: Convolutions over three steps, each followed by ReLU.
        groups: Of each; 4 in BMN's code.
        norm: Batch normalization between convolution and ReLU, which the
            paper does not have.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 in_channels: int,
                 channels: int = 256,
                 num_layers: int = 2,
                 groups: int = 1,
                 norm: bool = False,
                 init_cfg=None) -> None:
        super().__init__(init_cfg)
        self.channels = channels
        layers = []
        for number in range(num_layers):
            layers += [
                Conv1d(channels if number else in_channels, channels, 3,
                       padding=1, groups=groups),
                nn.BatchNorm1d(channels) if norm else nn.Identity(),
                nn.ReLU(inplace=True)]
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C_in, T)`` to ``(B, C, T)``."""
        return self.layers(x)
