"""Smooth L1 of some of many predictions."""
import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import Tensor

from mmbapg.ops import as_precise

from .weighted_loss import WeightedLoss


@MODELS.register_module()
class ChosenSmoothL1Loss(WeightedLoss):
    """Mean smooth L1 (Fast R-CNN, https://arxiv.org/abs/1504.08083, Eq. 3)
    of what is chosen."""

    def forward(self, scores: Tensor, targets: Tensor,
                chosen: Tensor) -> Tensor:
        """Scalar loss, 0 if nothing is chosen.

        Args:
            scores, targets: Of any one shape.
            chosen: Bool, of the same shape.
        """
        each = F.smooth_l1_loss(as_precise(scores), targets,
                                reduction='none')
        return self.loss_weight * (each * chosen).sum() / (
            chosen.sum().clamp(min=1))
