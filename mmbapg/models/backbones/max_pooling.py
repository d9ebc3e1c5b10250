"""The multi-scale backbone of TemporalMaxer."""
from typing import Sequence, Tuple

from mmaction.registry import MODELS
from torch import Tensor, nn

from ..layers import MaxPool1d, downsample_mask
from .pyramid import PyramidBackbone


@MODELS.register_module()
class MaxPoolingBackbone(PyramidBackbone):
    """A feature pyramid of nothing but max pooling.

    TemporalMaxer (https://arxiv.org/abs/2303.09055). Everything
    that is learned is in the embedding convolutions.

    Args:
        in_channels, channels, max_seq_len: See :class:`PyramidBackbone`.
        arch: Number of embedding convolutions, poolings of stride 1 (none in
            the reference) and of stride 2.
        **kwargs: See :class:`PyramidBackbone`.
    """

    def __init__(self,
                 in_channels: 'int | Sequence[int]',
                 channels: int = 512,
                 arch: Sequence[int] = (2, 0, 5),
                 max_seq_len: int = 2304,
                 **kwargs) -> None:
        super().__init__(in_channels, channels, arch,
                         lambda level, stride: MaskedMaxPool1d(stride),
                         max_seq_len, **kwargs)
        self.length_multiple = 2**arch[2]


class MaskedMaxPool1d(nn.Module):
    """Max pooling over three steps whose output is zero at invalid ones.

    What it reads is not masked: as in the reference, the last valid step may
    take over what the embedding leaves at the step after it.
    """

    def __init__(self, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.pool = MaxPool1d(3, stride=stride, padding=1)

    def forward(self, x: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        """``(B, C, T)`` and mask to ``(B, C, T / stride)`` and mask."""
        mask = downsample_mask(mask, self.stride)
        return self.pool(x) * mask, mask
