"""The layers of DyFADet's head, which look at neighbouring pyramid levels.

DyFADet (https://arxiv.org/abs/2407.03197), Sec. 3.3. The kernel that gathers
the steps around a point is computed from these steps: it may be narrow at one
point and wide at the next.
"""
import math
from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmbapg.ops import as_precise

from .conv import Conv1d, centred_padding
from .norm import ChannelLayerNorm


def rectified_tanh(x: Tensor, tau: float) -> Tensor:
    """A gate from 0, where ``x <= 0``, to 1; it opens fastest at ``tau``."""
    lowest = math.tanh(tau)
    # a difference of nearly equal numbers, of which halves would leave little
    gate = (as_precise(x) - tau).tanh() + lowest
    return gate.div(1 + lowest).clamp(min=0).to(x.dtype)


class DynamicAggregation(nn.Module):
    """Gathers the steps around every step with weights of that step's own.

    Subclasses say how the gathered steps are weighted. As in the reference,
    what lies beyond the end of a video is gathered as it is, unmasked.

    Args:
        in_channels: Width of the input.
        channels: Width of the output.
        kernel_size: Steps that are gathered.
        tau: Of the gates; see :func:`rectified_tanh`.
        norm_eps: Of the normalizations.
    """

    def __init__(self,
                 in_channels: int,
                 channels: int,
                 kernel_size: int = 3,
                 tau: float = 1.5,
                 norm_eps: float = 1e-5) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.reach = centred_padding(kernel_size)
        self.tau = tau
        self.conv = Conv1d(in_channels * kernel_size, channels, 1)
        self.norm = ChannelLayerNorm(channels, eps=norm_eps)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """``(B, C_in, T)`` features and ``(B, 1, T)`` mask to ``(B, C, T)``,
        zero at invalid steps."""
        padded = F.pad(x.transpose(1, 2), (0, 0, self.reach, self.reach))
        # copied once, not by everything that is done with them
        steps = padded.unfold(1, self.kernel_size, 1).contiguous()
        out = self.conv(_as_channels(self._weigh(steps, x, mask)))
        return self.norm(out) * mask

    def _weigh(self, steps: Tensor, x: Tensor, mask: Tensor) -> Tensor:
        """Weighted steps.

        Args:
            steps: ``(B, T, C_in, kernel_size)``, the steps around each step.
            x, mask: See :meth:`forward`.

        Returns:
            Tensor: Of the shape of ``steps``.
        """
        raise NotImplementedError


class NeighbourAggregation(DynamicAggregation):
    """What a level tells its neighbours; see :class:`DynamicAggregation`.

    Each channel has a gate. As in the reference's code, the gathered steps
    are squared.
    """

    def __init__(self, in_channels: int, channels: int, **options) -> None:
        super().__init__(in_channels, channels, **options)
        self.gate = Conv1d(
            in_channels,
            in_channels,
            self.kernel_size,
            padding=self.reach,
            groups=in_channels)

    def _weigh(self, steps: Tensor, x: Tensor, mask: Tensor) -> Tensor:
        gate = rectified_tanh(self.gate(x), self.tau) * mask
        return steps.square() * gate.transpose(1, 2)[..., None]


class DepthAggregation(DynamicAggregation):
    """What a level takes over; see :class:`DynamicAggregation`.

    Each channel has a weight, and one gate is shared by all.
    """

    def __init__(self, in_channels: int, channels: int, **options) -> None:
        super().__init__(in_channels, channels, **options)

        def over_steps(outputs: int) -> Conv1d:
            return Conv1d(
                in_channels * self.kernel_size,
                outputs,
                self.kernel_size,
                padding=self.reach)

        self.weight_conv = over_steps(in_channels)
        self.weight_norm = ChannelLayerNorm(in_channels, eps=self.norm.eps)
        self.gate = over_steps(1)

    def _weigh(self, steps: Tensor, x: Tensor, mask: Tensor) -> Tensor:
        channels = _as_channels(steps)
        weight = self.weight_norm(self.weight_conv(channels)) * mask
        weight = weight * rectified_tanh(self.gate(channels), self.tau)
        return steps * weight.transpose(1, 2)[..., None]


class CrossLevelLayer(nn.Module):
    """Every pyramid level with what the next finer and coarser level tell.

    The modules are shared by all levels. ``scale_neighbours`` starts at zero:
    levels listen to each other as far as training finds it useful.

    Args:
        in_channels: Width of the pyramid.
        channels: Width of the output.
        **options: See :class:`DynamicAggregation`.
    """

    def __init__(self, in_channels: int, channels: int, **options) -> None:
        super().__init__()
        # their names keep both from weight decay, like every scale
        self.scale_neighbours = nn.Parameter(torch.zeros(1))
        self.scale_own = nn.Parameter(torch.ones(1))
        self.from_finer = NeighbourAggregation(in_channels, in_channels,
                                               **options)
        self.from_coarser = NeighbourAggregation(in_channels, in_channels,
                                                 **options)
        self.depth = DepthAggregation(in_channels, channels, **options)

    def forward(self, feats: List[Tensor],
                masks: List[Tensor]) -> List[Tensor]:
        """``(B, C_in, T_l)`` features and ``(B, 1, T_l)`` masks of each level
        to ``(B, C, T_l)``; every level has half of the steps of the one
        before it, rounded up."""
        told: List[List[Tensor]] = [[] for _ in feats]
        for level in range(len(feats) - 1):
            finer = self.from_finer(feats[level], masks[level])
            told[level + 1].append(finer[..., ::2])
            coarser = self.from_coarser(feats[level + 1], masks[level + 1])
            twice = torch.stack([coarser, coarser], dim=-1).flatten(-2)
            told[level].append(twice[..., :feats[level].shape[-1]])
        return [
            self.depth(
                self.scale_neighbours * sum(others) + self.scale_own * feat,
                mask) for others, feat, mask in zip(told, feats, masks)
        ]


class DynamicTower(nn.Module):
    """Stack of :class:`CrossLevelLayer` and ReLU.

    Args:
        in_channels: Width of the pyramid.
        channels: Width of every layer.
        num_layers: Number of layers.
        **options: See :class:`DynamicAggregation`.
    """

    def __init__(self, in_channels: int, channels: int, num_layers: int,
                 **options) -> None:
        super().__init__()
        widths = [in_channels] + [channels] * num_layers
        self.layers = nn.ModuleList(
            CrossLevelLayer(width, channels, **options)
            for width in widths[:-1])

    def forward(self, feats: List[Tensor],
                masks: List[Tensor]) -> List[Tensor]:
        """``(B, C_in, T_l)`` features of each level to ``(B, C, T_l)``."""
        for layer in self.layers:
            feats = [feat.relu() for feat in layer(feats, masks)]
        return feats


def _as_channels(steps: Tensor) -> Tensor:
    """``(B, T, C, K)`` to ``(B, C * K, T)``, those of one channel together."""
    return steps.flatten(2).transpose(1, 2)
