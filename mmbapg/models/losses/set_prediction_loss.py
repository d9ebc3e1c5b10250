"""Regression losses of predictions that are matched one to one."""
import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import Tensor

from mmbapg.ops import as_precise, segment_iou, to_start_end

from .weighted_loss import WeightedLoss


@MODELS.register_module()
class SegmentL1Loss(WeightedLoss):
    """Summed distance of centres and widths."""

    def forward(self, pred: Tensor, target: Tensor) -> Tensor:
        """Scalar loss of ``(N, 2)`` segments, 0 where there are none."""
        return self.loss_weight * F.l1_loss(
            as_precise(pred), as_precise(target), reduction='sum')


@MODELS.register_module()
class SegmentIoULoss(WeightedLoss):
    """Summed ``1 - tIoU`` of segments given by centre and width."""

    def forward(self, pred: Tensor, target: Tensor) -> Tensor:
        """Scalar loss of ``(N, 2)`` segments, 0 where there are none."""
        iou = segment_iou(to_start_end(as_precise(pred)),
                          to_start_end(as_precise(target))).diagonal()
        return self.loss_weight * (1 - iou).sum()
