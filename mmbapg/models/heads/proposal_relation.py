"""BSN++'s confidence of proposals, which see each other."""
from typing import Optional, Sequence

from torch import Tensor, nn

from mmbapg.ops import boundary_matching_plan
from mmbapg.setting_checks import expect_one_of

from ..layers import Conv1d
from ..layers.map_attention import ChannelAttention, PositionAttention
from ..layers.map_conv import MapConv

#: What the two branches attend to.
RELATIONS = ('position', 'channel')


class ProposalRelationBlock(nn.Module):
    """Proposal relation block (BSN++, https://arxiv.org/abs/2009.07641,
    Sec. 3.3).

    Proposals are sampled as in BMN and go through a convolution over their
    samples. Two branches attend to other proposals and to channels; each
    predicts both maps, and so does what both have found together. The mean
    of the three counts.

    Args:
        in_channels: Width of the sequence.
        num_steps, num_durations: T and D.
        sequence_channels: Of the sequence that is sampled.
        num_samples, samples_per_bin, boundary_ratio: See
            :func:`mmbapg.ops.boundary_matching_plan`.
        map_channels: Width of the first layer on the map.
        channels: Of what the branches work on; ``map_channels`` if ``None``.
        reduction, scale: See :class:`PositionAttention`.
        channel_mean: ``mean`` of :class:`ChannelAttention`.
        relations: Attentions that there are, of :data:`RELATIONS`; the branch
            of another sees what comes in, for ablation.

    Raises:
        SettingError: If a relation is unknown.
    """

    def __init__(self,
                 in_channels: int,
                 num_steps: int,
                 num_durations: int,
                 sequence_channels: int = 128,
                 num_samples: int = 32,
                 samples_per_bin: int = 3,
                 boundary_ratio: float = 0.5,
                 map_channels: int = 512,
                 channels: Optional[int] = 128,
                 reduction: int = 2,
                 scale: float = 1.0,
                 channel_mean: bool = True,
                 relations: Sequence[str] = RELATIONS) -> None:
        super().__init__()
        for each in relations:
            expect_one_of('relations', each, RELATIONS)
        self.sequence = nn.Sequential(
            Conv1d(in_channels, sequence_channels, 3, padding=1),
            nn.ReLU(inplace=True))
        plan = boundary_matching_plan(num_steps, num_durations, num_samples,
                                      samples_per_bin, boundary_ratio)
        self.map_in = nn.Sequential(
            MapConv(sequence_channels, map_channels, [plan], num_steps,
                    num_durations), nn.ReLU(inplace=True))
        if channels is not None:
            self.map_in += nn.Sequential(
                nn.Conv2d(map_channels, channels, 1), nn.ReLU(inplace=True))
        width = channels or map_channels
        self.position = (PositionAttention(width, reduction, scale)
                         if 'position' in relations else None)
        self.channel = (ChannelAttention(channel_mean)
                        if 'channel' in relations else None)
        self.branches = nn.ModuleList(
            layer(width, width) for _ in range(2))
        self.joined = layer(width, width)
        self.outs = nn.ModuleList(nn.Conv2d(width, 2, 1) for _ in range(3))

    def forward(self, x: Tensor, valid: Tensor) -> Tensor:
        """Rate all proposals.

        Args:
            x: ``(B, C, T)``.
            valid: ``(D, T)`` bool.

        Returns:
            ``(B, 2, D, T)`` probabilities: tIoU by regression and by
            classification.
        """
        features = self.map_in(self.sequence(x))
        attended = [features if attention is None else
                    attention(features, valid)
                    for attention in (self.position, self.channel)]
        found = [branch(each) for branch, each in
                 zip(self.branches, attended)]
        found.append(self.joined(found[0] + found[1]))
        maps = [out(each).sigmoid() for out, each in zip(self.outs, found)]
        return (maps[0] + maps[1] + maps[2]) / 3


def layer(in_channels: int, channels: int) -> nn.Sequential:
    """A convolution over 3 x 3 proposals."""
    return nn.Sequential(nn.Conv2d(in_channels, channels, 3, padding=1),
                         nn.ReLU(inplace=True))
