"""The head of DyFADet."""
from typing import List

import torch
from mmaction.registry import MODELS
from torch import Tensor, nn

from ..layers import DynamicTower
from .anchor_free_head import AnchorFreeHead, HeadOutputs, RegressionPairs


@MODELS.register_module()
class DynamicHead(AnchorFreeHead):
    """Towers whose pyramid levels look at each other.

    DyFADet (https://arxiv.org/abs/2407.03197), Sec. 3.3. A point is regressed
    once for each of its classes, but counts once for the normalizer.

    Args:
        *args, **kwargs: See :class:`AnchorFreeHead`. Towers are normalized,
            and zero at invalid steps, whatever ``with_norm`` and
            ``mask_after_act``.
        tau: See :class:`DynamicAggregation`.
    """

    def __init__(self, *args, tau: float = 1.5, **kwargs) -> None:
        self.tau = tau
        super().__init__(*args, **kwargs)

    def _make_tower(self, kernel_size: int) -> nn.Module:
        cfg = {name: value for name, value in self.tower_cfg.items()
               if name not in ('with_norm', 'mask_after_act')}
        return DynamicTower(kernel_size=kernel_size, tau=self.tau, **cfg)

    def _apply_tower(self, tower: nn.Module, feats: List[Tensor],
                     masks: List[Tensor]) -> List[Tensor]:
        """``(B, C, T_l)`` of each level, all levels together."""
        return tower(feats, masks)

    def _regression_pairs(self, outputs: HeadOutputs, classes: Tensor,
                          distances: Tensor,
                          positive: Tensor) -> RegressionPairs:
        """Pairs of a positive point and one of its classes."""
        video, point, _ = (positive[..., None] & (classes > 0)).nonzero(
            as_tuple=True)
        reach = torch.cat(outputs.distances, dim=1)
        return RegressionPairs(reach[video, point], distances[video, point])
