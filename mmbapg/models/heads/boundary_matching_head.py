"""MMAction2's BMN as a head."""
from typing import Any

import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import Tensor

from mmbapg.errors import SettingError

from ..layers.sparse_bmn import SparseBMN
from .dense_map_head import DenseMapHead, MapOutputs

#: Of BMN's first convolution.
INPUT_GROUPS = 4


@MODELS.register_module()
class BoundaryMatchingHead(DenseMapHead):
    """All of BMN (https://arxiv.org/abs/1907.09702) as MMAction2 has it,
    where its proposals are those of other generators on maps.

    Network, targets and losses are MMAction2's to rounding; so are proposals
    of a video that is one window. MMAction2's BMN itself sees whole videos of
    one length only.

    Args:
        in_channels: Width of the features. BMN sees them in four groups, so
            zeros fill them up to a multiple of 4.
        num_steps, num_durations: T and D, which are equal.
        sequence_channels, map_channels, channels: Widths, ``hidden_dim_1d``,
            ``hidden_dim_3d`` and ``hidden_dim_2d`` of MMAction2.
        num_samples, samples_per_bin, boundary_ratio: See
            :func:`mmbapg.ops.boundary_matching_plan`.
        target_maker, decoder, post_processor: See :class:`DenseMapHead`; by
            default as in MMAction2.
        loss_boundary, loss_reg, loss_cls: As well.
        **kwargs: See :class:`DenseMapHead`.

    Raises:
        SettingError: If ``num_durations`` is not ``num_steps``.
    """

    def __init__(self,
                 in_channels: int,
                 num_steps: int,
                 num_durations: int,
                 sequence_channels: int = 256,
                 map_channels: int = 512,
                 channels: int = 128,
                 num_samples: int = 32,
                 samples_per_bin: int = 3,
                 boundary_ratio: float = 0.5,
                 target_maker: dict = dict(
                     type='MapTargetMaker', cut_boundaries=True,
                     boundary_labels=dict(
                         type='CoveredBoundaryLabels', width=3,
                         extent=(-0.5, 1.5))),
                 decoder: dict = dict(
                     type='ProposalMapDecoder', selection='peaks'),
                 post_processor: dict = dict(
                     type='ProposalPostProcessor',
                     nms=dict(method='soft', divisor=0.4,
                              spared_iou=(0.5, 0.9), max_proposals=100)),
                 loss_boundary: dict = dict(type='LimitedBCELoss'),
                 loss_reg: dict = dict(
                     type='BalancedIoULoss', loss_weight=10.0),
                 loss_cls: dict = dict(type='LimitedBCELoss', threshold=0.9),
                 **kwargs: Any) -> None:
        super().__init__(
            num_steps, num_durations, target_maker=target_maker,
            decoder=decoder, post_processor=post_processor,
            loss_boundary=loss_boundary, loss_reg=loss_reg, loss_cls=loss_cls,
            **kwargs)
        if num_durations != num_steps:
            raise SettingError(
                f'found num_durations={num_durations}, expected {num_steps} '
                'as window_size: proposals of BMN are as long as a sequence')
        self.missing_channels = -in_channels % INPUT_GROUPS
        self.network = SparseBMN(
            num_steps, boundary_ratio, num_samples, samples_per_bin,
            feat_dim=in_channels + self.missing_channels,
            hidden_dim_1d=sequence_channels, hidden_dim_2d=channels,
            hidden_dim_3d=map_channels,
            # of its own proposals, which nobody asks for
            soft_nms_alpha=0, soft_nms_low_threshold=0,
            soft_nms_high_threshold=0, post_process_top_k=0)

    def forward(self, features: Tensor) -> MapOutputs:
        """Of ``(B, C, T)`` features."""
        filled = F.pad(features, (0, 0, 0, self.missing_channels))
        return MapOutputs(*self.network._forward(filled))
