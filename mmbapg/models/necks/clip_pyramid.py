"""The feature pyramid of AFSD, from maps of a clip."""
from typing import Any, List, NamedTuple, Optional, Sequence, cast

import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmbapg.errors import SettingError

from ..layers.conv_norm import ConvNorm, start_evenly


class ClipFeatures(NamedTuple):
    """Features of clips.

    ``levels`` ``(B, C, T_l)`` of each pyramid level, the finest first;
    ``frames`` ``(B, C, clip_length)``, one step for each frame.
    """
    levels: List[Tensor]
    frames: Tensor


@MODELS.register_module()
class ClipPyramid(BaseModule):
    """Maps of a clip to a pyramid, and to features of each frame.

    AFSD (https://arxiv.org/abs/2103.13137), Sec. 3 and 3.2. A convolution
    over the whole frame makes each map a sequence. A finer one gets what the
    coarser ones say besides. Convolutions of stride 2 add coarser levels, and
    the finest one is stretched to the frames for :attr:`ClipFeatures.frames`.

    Args:
        in_channels: Widths of the maps, the finest first.
        map_sizes: Height, and width, of the maps.
        clip_length: Frames of a clip.
        channels: Width of the pyramid.
        num_levels: Of the pyramid.
        num_groups: Of the normalizations.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 in_channels: Sequence[int],
                 map_sizes: Sequence[int],
                 clip_length: int,
                 channels: int = 512,
                 num_levels: int = 6,
                 num_groups: int = 32,
                 init_cfg=None) -> None:
        super().__init__(init_cfg)
        self.map_sizes = list(map_sizes)
        self.num_levels = num_levels
        self.clip_length = clip_length
        self.convs = nn.ModuleList(
            SpatialConvNorm(width, channels, size, num_groups)
            for width, size in zip(in_channels, map_sizes))
        self.convs.extend(
            ConvNorm(channels, channels, 3, 2, num_groups)
            for _ in range(num_levels - len(self.convs)))
        self.frame_convs = nn.Sequential(*(
            ConvNorm(channels, channels, size, num_groups=num_groups)
            for size in (3, 3, 1)))

    def forward(self, maps: Sequence[Tensor],
                num_levels: Optional[int] = None) -> ClipFeatures:
        """Make the pyramid.

        Args:
            maps: ``(B, C, T', H, W)`` of each endpoint, the finest first.
            num_levels: Make only so many levels.

        Raises:
            SettingError: If maps have another size than ``map_sizes``.
        """
        sizes = [tuple(each.shape[-2:]) for each in maps]
        expected = [(size, size) for size in self.map_sizes]
        if sizes != expected:
            raise SettingError(
                f'found maps of {sizes}, expected {expected}: frames are of '
                'another size than those that map_sizes are meant for')
        levels = [conv(each) for conv, each in zip(self.convs, maps)]
        for finer in range(len(levels) - 2, -1, -1):
            levels[finer] = levels[finer] + F.interpolate(
                levels[finer + 1], size=levels[finer].shape[-1])
        for conv in self.convs[len(maps):num_levels]:
            levels.append(conv(levels[-1]))
        frames = F.interpolate(levels[0], size=self.clip_length)
        return ClipFeatures(levels[:num_levels], self.frame_convs(frames))


class SpatialConvNorm(nn.Sequential):
    """Convolution over whole maps, group normalization and ReLU.

    Args:
        in_channels, channels: Widths.
        size: Height, and width, of the maps.
        num_groups: Of the normalization.
    """

    def __init__(self, in_channels: int, channels: int, size: int,
                 num_groups: int) -> None:
        super().__init__(
            nn.Conv3d(in_channels, channels, (1, size, size)),
            nn.GroupNorm(num_groups, channels), nn.ReLU())
        start_evenly(self[0])

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C_in, T, size, size)`` to ``(B, C, T)``."""
        conv, norm, act = cast(Sequence[Any], self)
        # each step as one row, of which the convolution is a product
        rows = F.linear(x.transpose(1, 2).flatten(2), conv.weight.flatten(1),
                        conv.bias)
        return act(norm(rows.transpose(1, 2)))
