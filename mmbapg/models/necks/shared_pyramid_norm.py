"""The identity neck of TemporalMaxer."""
from typing import List, Optional

from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor

from ..layers import ChannelLayerNorm, GroupNorm


@MODELS.register_module()
class SharedPyramidNorm(BaseModule):
    """One normalization for all pyramid levels.

    TemporalMaxer's code makes one for each level and then uses the last of
    them everywhere; its published weights and results are of this network.

    Args:
        channels: Width of every level.
        num_groups: Of a group normalization over all steps, padded ones
            among them, which has no weights. ``None`` is a layer
            normalization of every step on its own.
        norm_eps: Of the normalization.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 channels: int,
                 num_groups: Optional[int] = None,
                 norm_eps: float = 1e-5,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        #: Whether the output depends on how far a sequence is padded.
        self.sees_padding = num_groups is not None
        self.norm = (
            GroupNorm(num_groups, channels, norm_eps, affine=False)
            if num_groups is not None else
            ChannelLayerNorm(channels, norm_eps))

    def forward(self, feats: List[Tensor]) -> List[Tensor]:
        """``(B, C, T_l)`` features of each level to the same shapes."""
        return [self.norm(feat) for feat in feats]
