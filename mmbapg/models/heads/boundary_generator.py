"""BSN++'s boundaries, read in both directions."""
from typing import NamedTuple, Tuple

import torch
from torch import Tensor, nn

from mmbapg.setting_checks import expect_one_of

from ..layers import Conv1d
from ..layers.nested_unet import NestedUNet

FORMS = ('mean', 'last', 'joined')


class Boundaries(NamedTuple):
    """``start`` and ``end`` ``(B, T)`` probabilities; ``supervised`` ``(H, B,
    2, T)``, those of each prediction layer; ``features`` ``(B, C, T)`` that
    they are made of."""
    start: Tensor
    end: Tensor
    supervised: Tensor
    features: Tensor


class ComplementaryBoundaryGenerator(nn.Module):
    """Complementary boundary generator (BSN++,
    https://arxiv.org/abs/2009.07641, Sec. 3.3).

    A nested U-Net predicts starts and ends. What it takes for a start in a
    sequence that is read backwards is an end, and the other way round, so
    both directions are fused by the geometric mean (Eq. 1) without another
    weight.

    Args:
        in_channels: Width of the input.
        channels: Of the network's nodes.
        form: Deep supervision is drawn in the paper and not told. ``mean``:
            each decoder node of full resolution has a prediction layer, all
            are supervised, and their mean counts (UNet++); ``last``: the same,
            and the last one counts. ``joined``: one layer on all three nodes
            of the first row, without deep supervision, as in the unofficial
            code.
        supervise_input: With ``mean`` or ``last``, the first node has a layer,
            too.

    Raises:
        SettingError: If ``form`` is unknown.
    """

    def __init__(self, in_channels: int, channels: int = 512,
                 form: str = 'mean', supervise_input: bool = False) -> None:
        super().__init__()
        expect_one_of('form', form, FORMS)
        self.form = form
        self.first = 0 if supervise_input else 1
        self.network = NestedUNet(in_channels, channels)
        widths = ([3 * channels] if form == 'joined' else
                  [channels] * (3 - self.first))
        self.outs = nn.ModuleList(Conv1d(width, 2, 1) for width in widths)

    def forward(self, x: Tensor) -> Boundaries:
        """One direction, for ``(B, C, T)``."""
        nodes = self.network(x)
        joined = torch.cat(nodes, dim=1)
        sources = [joined] if self.form == 'joined' else nodes[self.first:]
        heads = torch.stack([out(source).sigmoid() for out, source in
                             zip(self.outs, sources)])
        counts = heads.mean(dim=0) if self.form == 'mean' else heads[-1]
        return Boundaries(counts[:, 0], counts[:, 1], heads, joined)

    def backward_pass(self, x: Tensor) -> Boundaries:
        """The same network on the reversed sequence, in the order of time:
        starts are what it took for ends."""
        found = self(x.flip(2))
        return Boundaries(
            found.end.flip(1), found.start.flip(1),
            found.supervised.flip(2, 3), found.features.flip(2))

    def both_ways(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        """Starts and ends ``(B, T)`` by both directions (Eq. 1)."""
        start, end = (
            (one * other).sqrt() for one, other in zip(
                self(x)[:2], self.backward_pass(x)[:2]))
        return start, end
