"""What the backbones of the anchor-free localizers share."""
from typing import Callable, List, Optional, Sequence, Tuple

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmbapg.errors import SettingError

from ..layers import (
    ConvTower,
    MaskedConv1d,
    sinusoid_table,
    stretch_table,
)

Pyramid = Tuple[List[Tensor], List[Tensor]]
#: ``(level, stride) -> block``; a block maps features and mask to the same.
MakeBlock = Callable[[int, int], nn.Module]


class PyramidBackbone(BaseModule):
    """Clip features to a feature pyramid.

    Convolutions embed the features, ``stem`` blocks refine them, and each
    ``branch`` block halves the temporal resolution. Subclasses say what a
    block is.

    Args:
        in_channels: Width of the clip features; a list for features of
            several kinds that are concatenated.
        channels: Width of the network.
        arch: Number of embedding convolutions, stem blocks, branch blocks.
        make_block: Makes a block from its pyramid level and stride.
        max_seq_len: Sequence length in training; the positional encoding is
            made for it, and stretched for longer videos.
        position_encoding: Add a sinusoid encoding to the embedded features.
        proj_channels: If ``in_channels`` is a list: width to which each kind
            is projected on its own first.
        embed_kernel_size: Of the embedding convolutions.
        with_norm, norm_eps, mask_after_act: Of the embedding convolutions;
            see :class:`ConvTower`.
        input_dropout: Chance that a channel of a video, once projected, is
            zero at all steps of a training sample; OpenTAD's ``input_pdrop``,
            0.2 for most of its ActionFormers.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    #: Longer videos are padded to a multiple of this.
    length_multiple: int

    def __init__(self,
                 in_channels: 'int | Sequence[int]',
                 channels: int,
                 arch: Sequence[int],
                 make_block: MakeBlock,
                 max_seq_len: int,
                 position_encoding: bool = False,
                 proj_channels: Optional[Sequence[int]] = None,
                 embed_kernel_size: int = 3,
                 with_norm: bool = True,
                 norm_eps: float = 1e-5,
                 mask_after_act: bool = False,
                 input_dropout: float = 0.0,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        num_embed, num_stem, num_branch = *arch[:2], num_levels(arch) - 1
        self.channels = channels
        self.num_levels = num_branch + 1
        self.input_proj = None
        if not isinstance(in_channels, int):
            self.input_proj = SplitProjection(in_channels, proj_channels)
            in_channels = sum(proj_channels or ())
        self.input_drop = nn.Dropout1d(input_dropout)
        self.embed = ConvTower(
            in_channels,
            channels,
            num_embed,
            embed_kernel_size,
            with_norm=with_norm,
            norm_eps=norm_eps,
            mask_after_act=mask_after_act)
        self.stem = nn.ModuleList(make_block(0, 1) for _ in range(num_stem))
        self.branch = nn.ModuleList(
            make_block(level + 1, 2) for level in range(num_branch))
        self.register_buffer(
            'position_table',
            sinusoid_table(max_seq_len, channels)
            if position_encoding else None,
            persistent=False)

    @property
    def sees_padding(self) -> bool:
        """Whether what is found in a video depends on how far it is padded:
        a stretched positional encoding does."""
        return self.position_table is not None

    def init_weights(self) -> None:
        """Zero the biases of all convolutions, as in the references."""
        super().init_weights()
        for module in self.modules():
            if isinstance(module, nn.Conv1d) and module.bias is not None:
                nn.init.zeros_(module.bias)

    def forward(self, x: Tensor, mask: Tensor) -> Pyramid:
        """Extract the pyramid.

        Args:
            x: ``(B, C_in, T)``; ``T`` must be a multiple of the largest
                stride.
            mask: ``(B, 1, T)`` bool, true at valid steps.

        Returns:
            tuple: Per level, ``(B, C, T / 2^level)`` features and
            ``(B, 1, T / 2^level)`` masks.
        """
        if self.input_proj is not None:
            x = self.input_proj(x, mask)
        x = self.embed(self.input_drop(x), mask)
        if self.position_table is not None:
            x = x + stretch_table(self.position_table, x.shape[-1]) * mask
        for block in self.stem:
            x, mask = block(x, mask)
        feats, masks = [x], [mask]
        for block in self.branch:
            x, mask = block(x, mask)
            feats.append(x)
            masks.append(mask)
        return feats, masks


class SplitProjection(nn.Module):
    """Projects concatenated features of several kinds, each on its own."""

    def __init__(self, in_channels: Sequence[int],
                 out_channels: Optional[Sequence[int]]) -> None:
        super().__init__()
        if out_channels is None or len(out_channels) != len(in_channels):
            raise SettingError(
                f'in_channels lists {len(in_channels)} kinds of features, '
                f'expected as many proj_channels, found {out_channels}')
        self.in_channels = list(in_channels)
        self.convs = nn.ModuleList(
            MaskedConv1d(*widths, 1)
            for widths in zip(in_channels, out_channels))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """``(B, sum(in), T)`` to ``(B, sum(out), T)``."""
        parts = x.split(self.in_channels, dim=1)
        return torch.cat(
            [conv(part, mask)[0] for conv, part in zip(self.convs, parts)],
            dim=1)


def num_levels(arch: Sequence[int]) -> int:
    """Of the pyramid that ``arch`` asks for.

    Raises:
        SettingError: If it does not list three numbers.
    """
    if len(arch) != 3:
        raise SettingError(
            f'arch is {tuple(arch)}, expected three numbers: of embedding '
            'convolutions, of stem blocks and of branch blocks')
    return arch[2] + 1


def per_level(setting, arch: Sequence[int],
              name: str) -> list:
    """A setting of every level, given once for all or as a list.

    Raises:
        SettingError: If a list has another length.
    """
    if not isinstance(setting, Sequence):
        return [setting] * num_levels(arch)
    if len(setting) != num_levels(arch):
        raise SettingError(
            f'{name} lists {len(setting)} sizes, but arch {tuple(arch)} has '
            f'{num_levels(arch)} pyramid levels')
    return list(setting)
