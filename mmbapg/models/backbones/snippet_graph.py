"""G-TAD's network before its head."""
from typing import NamedTuple

from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmbapg.ops import nearest_steps

from ..layers.graph_block import GCNeXtBlock


class SnippetFeatures(NamedTuple):
    """``base`` and ``refined`` ``(B, C, T)``, after the first and the second
    block, and ``graph`` ``(B, T, K)``, neighbours in ``base``."""
    base: Tensor
    refined: Tensor
    graph: Tensor


@MODELS.register_module()
class SnippetGraphBackbone(BaseModule):
    """A convolution and two blocks on graphs of snippets (G-TAD,
    https://arxiv.org/abs/1911.11462, Sec. 3.2).

    Boundaries are found in what the first block makes, proposals are rated by
    what the second one does.

    Args:
        in_channels: Width of the clip features.
        channels: Width of the network.
        input_groups: Of the first convolution.
        block: Arguments of :class:`GCNeXtBlock`.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 in_channels: int,
                 channels: int = 256,
                 input_groups: int = 4,
                 block: dict = dict(),
                 init_cfg=None) -> None:
        super().__init__(init_cfg)
        self.channels = channels
        self.input_conv = nn.Sequential(
            nn.Conv1d(in_channels, channels, 3, padding=1,
                      groups=input_groups), nn.ReLU(inplace=True))
        self.base_block = GCNeXtBlock(channels, **block)
        self.block = GCNeXtBlock(channels, **block)

    def forward(self, x: Tensor) -> SnippetFeatures:
        """Of ``(B, C_in, T)`` clip features."""
        base = self.base_block(self.input_conv(x))
        graph = nearest_steps(base, self.block.num_neighbours)
        return SnippetFeatures(base, self.block(base, graph), graph)
