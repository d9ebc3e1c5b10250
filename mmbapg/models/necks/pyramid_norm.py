"""The identity neck of the anchor-free localizers."""
from typing import List, Optional

from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..layers import ChannelLayerNorm


@MODELS.register_module()
class PyramidNorm(BaseModule):
    """Layer normalization of each pyramid level (``FPNIdentity``).

    Args:
        channels: Width of every level.
        num_levels: Number of pyramid levels.
        norm_eps: Of the normalization; OpenTAD has 1e-6.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 channels: int,
                 num_levels: int,
                 norm_eps: float = 1e-5,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.norms = nn.ModuleList(
            ChannelLayerNorm(channels, eps=norm_eps)
            for _ in range(num_levels))

    def forward(self, feats: List[Tensor]) -> List[Tensor]:
        """``(B, C, T_l)`` features of each level to the same shapes."""
        return [norm(feat) for norm, feat in zip(self.norms, feats)]
