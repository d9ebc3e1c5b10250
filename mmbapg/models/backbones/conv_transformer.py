"""The multi-scale backbone of ActionFormer."""
from typing import List, Optional, Sequence, Tuple

from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..layers import (
    ConvTower,
    ConvTransformerBlock,
    sinusoid_table,
    stretch_table,
)

Pyramid = Tuple[List[Tensor], List[Tensor]]


@MODELS.register_module()
class ConvTransformerBackbone(BaseModule):
    """Clip features to a feature pyramid.

    ActionFormer (https://arxiv.org/abs/2202.07925), Sec. 3.2: convolutions
    embed the features, ``stem`` blocks refine them, and each ``branch`` block
    halves the temporal resolution.

    Args:
        in_channels: Width of the clip features.
        channels: Width of the network.
        arch: Number of embedding convolutions, stem blocks, branch blocks.
        num_heads: Attention heads.
        window: Attention window, one for all pyramid levels or one for each;
            ``None`` is global attention.
        max_seq_len: Sequence length in training; the positional encoding is
            made for it, and stretched for longer videos.
        position_encoding: Add a sinusoid encoding to the embedded features.
        drop_path: Stochastic depth of all blocks.
        attn_drop: Dropout of attention weights.
        proj_drop: Dropout of the branches' outputs.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 in_channels: int,
                 channels: int = 512,
                 arch: Sequence[int] = (2, 2, 5),
                 num_heads: int = 4,
                 window: 'Optional[int] | Sequence[Optional[int]]' = 19,
                 max_seq_len: int = 2304,
                 position_encoding: bool = False,
                 drop_path: float = 0.1,
                 attn_drop: float = 0.0,
                 proj_drop: float = 0.0,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        num_embed, num_stem, num_branch = arch
        self.num_levels = num_branch + 1
        windows = (
            list(window) if isinstance(window, Sequence) else [window] *
            self.num_levels)
        if len(windows) != self.num_levels:
            raise ValueError(
                f'window lists {len(windows)} sizes, but arch {tuple(arch)} '
                f'has {self.num_levels} pyramid levels')

        def block(level: int, stride: int) -> ConvTransformerBlock:
            return ConvTransformerBlock(
                channels,
                num_heads,
                stride,
                windows[level],
                drop_path=drop_path,
                attn_drop=attn_drop,
                proj_drop=proj_drop)

        # ActionFormer pads videos to a multiple of this. Windowed attention
        # here needs no such padding, but a stretched positional encoding
        # depends on the padded length.
        self.length_multiple = max(
            2**level * (2 * (size // 2) if size else 1)
            for level, size in enumerate(windows))
        self.embed = ConvTower(in_channels, channels, num_embed)
        self.stem = nn.ModuleList(block(0, 1) for _ in range(num_stem))
        self.branch = nn.ModuleList(
            block(level + 1, 2) for level in range(num_branch))
        self.register_buffer(
            'position_table',
            sinusoid_table(max_seq_len, channels)
            if position_encoding else None,
            persistent=False)

    def init_weights(self) -> None:
        """Zero the biases of all projections, as in the reference."""
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
        x = self.embed(x, mask)
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

