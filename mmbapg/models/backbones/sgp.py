"""The multi-scale backbones of TriDet and DyFADet."""
from typing import Sequence

from mmaction.registry import MODELS

from ..layers import DynEBlock, SGPBlock
from .pyramid import PyramidBackbone, per_level


@MODELS.register_module()
class SGPBackbone(PyramidBackbone):
    """Scalable-granularity perception blocks over a feature pyramid.

    TriDet (https://arxiv.org/abs/2303.07347), Sec. 3.2. As in the reference,
    the stem has kernels of one step and no stochastic depth.

    Args:
        in_channels, channels, arch, max_seq_len: See
            :class:`PyramidBackbone`.
        hidden_channels: Width of the perceptrons in the blocks.
        window: Kernel of the window-level branch, one for all pyramid levels
            or one for each.
        k: How much wider the large kernel is; see :class:`SGPBlock`.
        num_groups: Of the group normalization.
        drop_path: Stochastic depth of the branch blocks.
        init_std: Deviation of the initial depthwise kernels; 0 starts every
            block as a perceptron.
        **kwargs: See :class:`PyramidBackbone`.
    """

    # Means over the whole padded sequence enter every step.
    sees_padding = True
    block_type = SGPBlock

    def __init__(self,
                 in_channels: 'int | Sequence[int]',
                 channels: int = 512,
                 hidden_channels: int = 768,
                 arch: Sequence[int] = (2, 2, 5),
                 window: 'int | Sequence[int]' = 1,
                 k: float = 5,
                 num_groups: int = 16,
                 max_seq_len: int = 2304,
                 drop_path: float = 0.1,
                 init_std: float = 0.0,
                 **kwargs) -> None:
        windows = per_level(window, arch, 'window')

        def block(level: int, stride: int) -> SGPBlock:
            in_stem = level == 0
            return self.block_type(
                channels,
                hidden_channels,
                window=1 if in_stem else windows[level],
                k=k,
                stride=stride,
                num_groups=num_groups,
                drop_path=None if in_stem else drop_path,
                init_std=init_std)

        super().__init__(in_channels, channels, arch, block, max_seq_len,
                         **kwargs)
        self.length_multiple = max(
            2**level * (size if size > 1 else 1)
            for level, size in enumerate(windows))

    def init_weights(self) -> None:
        """Draw the depthwise kernels."""
        super().init_weights()
        for block in [*self.stem, *self.branch]:
            block.init_kernels()


@MODELS.register_module()
class DynEBackbone(SGPBackbone):
    """The encoder of DyFADet: :class:`DynEBlock` over a feature pyramid.

    Args:
        *args, **kwargs: See :class:`SGPBackbone`.
    """

    block_type = DynEBlock
