"""AdaTAD's temporal-informative adapter (TIA)."""
from typing import Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmbapg.errors import SettingError

#: Tokens of windows: number of windows, steps in time, places in an image.
TokenGrid = Tuple[int, int, int]


class TemporalAdapter(BaseModule):
    """A small branch that lets the tokens of a window see along time.

    AdaTAD (https://arxiv.org/abs/2311.17241), Sec. 3.2. Channels are narrowed,
    a depthwise convolution acts along time at each place of the image, and
    channels are widened again::

        d = GELU(down(x));  s = pointwise(depthwise(d));  gamma * up(d + s)

    The convolution sees a whole window, also where the network around it sees
    clips of it; beyond the two ends of the window are zeros. ``up`` starts at
    zero, so that a network with new adapters is the one without.

    Args:
        channels: Width of the tokens.
        ratio: Share of ``channels`` that is left in between.
        kernel_size, dilation: Of the convolution along time, in steps.
    """

    def __init__(self,
                 channels: int,
                 ratio: float = 0.25,
                 kernel_size: int = 3,
                 dilation: int = 1) -> None:
        super().__init__()
        hidden = int(ratio * channels)
        if hidden < 1 or kernel_size % 2 == 0:
            raise SettingError(
                f'adapter: found ratio {ratio} of {channels} channels and '
                f'kernel_size {kernel_size}, expected at least one channel, '
                'and an odd size')
        self.gamma = nn.Parameter(torch.ones(1))
        self.down_proj = nn.Linear(channels, hidden)
        self.dwconv = nn.Conv1d(
            hidden, hidden, kernel_size, dilation=dilation,
            padding=kernel_size // 2 * dilation, groups=hidden)
        self.conv = nn.Conv1d(hidden, hidden, 1)
        self.up_proj = nn.Linear(hidden, channels)
        self.init_weights()

    def init_weights(self) -> None:
        """As the reference.

        A network around it that initializes all its linear layers alike does
        so before this, so that ``up`` is zero when training starts.
        """
        hidden = self.up_proj.in_features
        size, = self.dwconv.kernel_size
        nn.init.constant_(self.gamma, 1)
        nn.init.trunc_normal_(self.down_proj.weight, std=0.02)
        nn.init.normal_(self.dwconv.weight, std=(2 / size)**0.5)
        nn.init.normal_(self.conv.weight, std=(2 / hidden)**0.5)
        nn.init.zeros_(self.up_proj.weight)
        for name, parameter in self.named_parameters():
            if name.endswith('.bias'):
                nn.init.zeros_(parameter)

    def forward(self, x: Tensor, grid: TokenGrid) -> Tensor:
        """What is added to tokens.

        Args:
            x: ``(..., C)`` tokens, window by window, in each of them step by
                step in time, in each step place by place.
            grid: Sizes of these three.
        """
        narrow = F.gelu(self.down_proj(x))
        windows, steps, places = grid
        along_time = narrow.reshape(windows, steps, places, -1).permute(
            0, 2, 3, 1).flatten(0, 1)
        along_time = self.conv(self.dwconv(along_time))
        mixed = along_time.reshape(windows, places, -1, steps).permute(
            0, 3, 1, 2).reshape(narrow.shape)
        return self.gamma * self.up_proj(narrow + mixed)


def blocks_with_adapters(depth: int,
                         index: Optional[Sequence[int]]) -> Sequence[int]:
    """Blocks of a network that get an adapter, in order; all by default.

    Raises:
        SettingError: If the network has no such block, or none is asked for.
    """
    if index is None:
        return range(depth)
    chosen = sorted({*index})
    if not chosen or not 0 <= chosen[0] <= chosen[-1] < depth:
        raise SettingError(f'adapter_index is {list(index)}, expected some of '
                           f'the blocks 0 to {depth - 1}')
    return chosen
