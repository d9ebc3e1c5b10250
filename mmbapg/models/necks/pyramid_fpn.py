"""The feature pyramid network of ActionFormer's code."""
from typing import List, Optional

from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..layers import ChannelLayerNorm, MaskedConv1d


@MODELS.register_module()
class PyramidFPN(BaseModule):
    """Every level with what all coarser ones know (``FPN1D``).

    Feature pyramid network (https://arxiv.org/abs/1612.03144), Sec. 3, over
    time: each level is projected, gets the sum of all coarser levels, each
    step of them for two of its own, and is smoothed by a depthwise
    convolution and normalized. No published setting has it; ActionFormer and
    its heirs choose it by ``fpn_type: fpn``.

    Args:
        in_channels: Width of every level.
        num_levels: Number of pyramid levels.
        channels: Width of what comes out; by default that of what goes in.
        with_norm: Normalize what comes out.
        norm_eps: Of the normalization.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    #: It needs to know which steps are valid.
    reads_masks = True

    def __init__(self,
                 in_channels: int,
                 num_levels: int,
                 channels: Optional[int] = None,
                 with_norm: bool = True,
                 norm_eps: float = 1e-5,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.channels = in_channels if channels is None else channels
        self.laterals = nn.ModuleList(
            MaskedConv1d(in_channels, self.channels, 1, bias=False)
            for _ in range(num_levels))
        self.convs = nn.ModuleList(
            MaskedConv1d(self.channels, self.channels, 3,
                         groups=self.channels, bias=False)
            for _ in range(num_levels))
        self.norms = nn.ModuleList(
            ChannelLayerNorm(self.channels, eps=norm_eps)
            if with_norm else nn.Identity() for _ in range(num_levels))

    def forward(self, feats: List[Tensor],
                masks: List[Tensor]) -> List[Tensor]:
        """``(B, C_in, T_l)`` features and ``(B, 1, T_l)`` masks of each level
        to ``(B, C, T_l)``; every level has half of the steps of the one
        before it, rounded up."""
        merged = [lateral(feat, mask)[0] for lateral, feat, mask
                  in zip(self.laterals, feats, masks)]
        for level in range(len(merged) - 1, 0, -1):
            twice = merged[level].repeat_interleave(2, dim=-1)
            finer = merged[level - 1]
            merged[level - 1] = finer + twice[..., :finer.shape[-1]]
        return [norm(conv(feat, mask)[0]) for norm, conv, feat, mask
                in zip(self.norms, self.convs, merged, masks)]
