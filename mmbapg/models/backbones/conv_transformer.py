"""The multi-scale backbone of ActionFormer."""
from typing import Optional, Sequence

from mmaction.registry import MODELS

from ..layers import ConvTransformerBlock
from .pyramid import PyramidBackbone, per_level


@MODELS.register_module()
class ConvTransformerBackbone(PyramidBackbone):
    """Transformer blocks over a feature pyramid.

    ActionFormer (https://arxiv.org/abs/2202.07925), Sec. 3.2.

    Args:
        in_channels, channels, arch, max_seq_len: See
            :class:`PyramidBackbone`.
        num_heads: Attention heads.
        window: Attention window, one for all pyramid levels or one for each;
            ``None`` is global attention (-1 in ActionFormer's files).
        drop_path: Stochastic depth of all blocks.
        attn_drop: Dropout of attention weights.
        proj_drop: Dropout of the branches' outputs.
        relative_position: See :class:`ConvAttention`; ``use_rel_pe`` in
            ActionFormer's files, none of which has it.
        **kwargs: See :class:`PyramidBackbone`.
    """

    def __init__(self,
                 in_channels: 'int | Sequence[int]',
                 channels: int = 512,
                 arch: Sequence[int] = (2, 2, 5),
                 num_heads: int = 4,
                 window: 'Optional[int] | Sequence[Optional[int]]' = 19,
                 max_seq_len: int = 2304,
                 drop_path: float = 0.1,
                 attn_drop: float = 0.0,
                 proj_drop: float = 0.0,
                 relative_position: bool = False,
                 **kwargs) -> None:
        windows = [
            size if size is not None and size > 1 else None
            for size in per_level(window, arch, 'window')
        ]

        def block(level: int, stride: int) -> ConvTransformerBlock:
            return ConvTransformerBlock(
                channels,
                num_heads,
                stride=stride,
                window=windows[level],
                drop_path=drop_path,
                attn_drop=attn_drop,
                proj_drop=proj_drop,
                relative_position=relative_position)

        super().__init__(in_channels, channels, arch, block, max_seq_len,
                         **kwargs)
        # ActionFormer pads videos to a multiple of this. Windowed attention
        # here needs no such padding, but a stretched positional encoding
        # depends on the padded length.
        self.length_multiple = max(
            2**level * (2 * (size // 2) if size else 1)
            for level, size in enumerate(windows))
