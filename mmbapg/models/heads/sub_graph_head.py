"""G-TAD's head."""
from typing import Any

from mmaction.registry import MODELS
from torch import Tensor, nn

from mmbapg.ops import alignment_plan, nearest_steps

from ..backbones.snippet_graph import SnippetFeatures
from ..layers import Conv1d
from ..layers.conv import centred_padding
from ..layers.graph_block import GCNeXtBlock, gather_steps
from ..layers.map_conv import MapConv
from .dense_map_head import DenseMapHead, MapOutputs


@MODELS.register_module()
class SubGraphHead(DenseMapHead):
    """Rates proposals by the sub-graphs that they cover (G-TAD,
    https://arxiv.org/abs/1911.11462, Sec. 3.3).

    The features of a proposal are bins of the sequence, and bins of what the
    steps' nearest neighbours in the graph have in common. Starts and ends,
    for which a block of their own looks, only help in training: G-TAD's score
    of a proposal has the two maps alone.

    Args:
        in_channels: Width of the backbone.
        num_steps, num_durations: T and D.
        bins: Of the sequence, for each proposal.
        context_bins: Of the neighbours.
        samples_per_bin: Places at which a bin is sampled; 0 for one in each
            step that it fills.
        map_channels: Width of the first layer on the map.
        hidden_channels: Of the others.
        kernel_size: Of the third and the fourth layer: 3 in G-TAD's code for
            THUMOS14, 1 in that for ActivityNet.
        block: Arguments of :class:`GCNeXtBlock`.
        target_maker, decoder, post_processor, loss_cls: See
            :class:`DenseMapHead`; by default as in G-TAD's code for THUMOS14.
        **kwargs: See :class:`DenseMapHead`.
    """

    def __init__(self,
                 in_channels: int,
                 num_steps: int,
                 num_durations: int,
                 bins: int = 16,
                 context_bins: int = 16,
                 samples_per_bin: int = 0,
                 map_channels: int = 512,
                 hidden_channels: int = 128,
                 kernel_size: int = 3,
                 block: dict = dict(),
                 target_maker: dict = dict(
                     type='MapTargetMaker', whole_frame_origin=True),
                 decoder: dict = dict(
                     type='ProposalMapDecoder', boundary_power=0),
                 post_processor: dict = dict(
                     type='ProposalPostProcessor',
                     nms=dict(method='soft', divisor=0.46, max_proposals=200,
                              leave_last=True),
                     nms_in_windows=True,
                     too_long=60,
                     bounds_at='middles',
                     keep_beyond_end=True),
                 loss_cls: dict = dict(
                     type='BalancedBCELoss', threshold=0.9, added=10,
                     loss_weight=10.0),
                 **kwargs: Any) -> None:
        super().__init__(
            num_steps, num_durations, target_maker=target_maker,
            decoder=decoder, post_processor=post_processor,
            loss_cls=loss_cls, **kwargs)
        self.start_block = GCNeXtBlock(in_channels, **block)
        self.start_out = Conv1d(in_channels, 1, 1)
        self.end_block = GCNeXtBlock(in_channels, **block)
        self.end_out = Conv1d(in_channels, 1, 1)
        self.num_neighbours = self.start_block.num_neighbours
        self.map_in = MapConv(
            in_channels, map_channels,
            [alignment_plan(num_steps, num_durations, number, samples_per_bin)
             for number in (bins, context_bins)], num_steps, num_durations)
        padding = centred_padding(kernel_size)
        self.map_layers = nn.Sequential(
            nn.ReLU(inplace=True),
            nn.Conv2d(map_channels, hidden_channels, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(hidden_channels, hidden_channels, kernel_size,
                      padding=padding), nn.ReLU(inplace=True),
            nn.Conv2d(hidden_channels, hidden_channels, kernel_size,
                      padding=padding), nn.ReLU(inplace=True))
        self.map_out = nn.Conv2d(hidden_channels, 2, 1)

    def forward(self, features: SnippetFeatures) -> MapOutputs:
        """Rate boundaries and proposals."""
        base, refined, graph = features
        start = self.start_out(self.start_block(base, graph))
        end = self.end_out(self.end_block(base, graph))
        maps = self.map_layers(self.map_in(refined, self.context(refined)))
        return MapOutputs(self.map_out(maps).sigmoid(),
                          start[:, 0].sigmoid(), end[:, 0].sigmoid())

    def context(self, features: Tensor) -> Tensor:
        """Mean of the neighbours of each step, ``(B, C, T)``."""
        graph = nearest_steps(features, self.num_neighbours)
        return gather_steps(features, graph).mean(dim=3)
