"""Stage 4 of BAPG: proposal-level features join the video-level ones."""
from typing import NamedTuple, Optional, Sequence

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..layers import ChannelLayerNorm, Conv1d


class RegionMembership(NamedTuple):
    """Which step lies in which region.

    ``member`` ``(B, T, R)`` 0 or 1; ``segmentation`` ``(B, R)``, -1 where a
    video has fewer regions than the batch has room for.
    """
    member: Tensor
    segmentation: Tensor


@MODELS.register_module()
class ProposalFusionNeck(BaseModule):
    """Refines the features of each step by those of the regions it lies in.

    BAPG (https://arxiv.org/abs/2309.13810), Sec. II-D. A step lies in one
    region of each segmentation. The mean feature of that region, the step's
    proposal-level feature, is combined with the step's own by a perceptron
    whose output is added:

    .. math:: y_t = x_t + W_o\\,\\mathrm{relu}(\\mathrm{LN}(W_v x_t
                    + \\sum_k W_k \\bar{x}_{r_k(t)} + b))

    :math:`W_o` starts at zero, so the host sees exactly the features that it
    would see without the neck until training moves it. The layer
    normalization keeps scenes that training has not seen from being blown up;
    without it, a host trained on few videos can fail on new ones. Regions are
    few, so their part is computed once for each region and not for each step.

    Args:
        in_channels: Width of the features.
        num_segmentations: Numbers of change points that proposals come from.
        hidden_channels: Width of the perceptron.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 in_channels: int,
                 num_segmentations: int,
                 hidden_channels: int = 128,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.num_segmentations = num_segmentations
        self.video_proj = Conv1d(in_channels, hidden_channels, 1)
        self.region_proj = Conv1d(
            in_channels, num_segmentations * hidden_channels, 1, bias=False)
        self.norm = ChannelLayerNorm(hidden_channels)
        self.act = nn.ReLU(inplace=True)
        self.out_proj = Conv1d(hidden_channels, in_channels, 1, bias=False)
        nn.init.zeros_(self.out_proj.weight)

    def init_weights(self) -> None:
        """Keep the last layer at zero."""
        super().init_weights()
        nn.init.zeros_(self.out_proj.weight)

    def forward(self, x: Tensor, mask: Tensor,
                regions: Sequence) -> Tensor:
        """Fuse.

        Args:
            x: ``(B, C, T)`` features.
            mask: ``(B, 1, T)`` bool, true at valid steps.
            regions: For each video, ``steps`` ``(R, 2)`` on the grid of its
                features and ``segmentation`` ``(R,)``.

        Returns:
            ``(B, C, T)``; invalid steps are left as they are.
        """
        member, segmentation = region_membership(regions, mask)
        number = member.sum(dim=1, keepdim=True).clamp(min=1)
        pooled = (member / number).transpose(1, 2) @ x.transpose(1, 2)
        projected = self._project(pooled, segmentation)
        hidden = self.video_proj(x) + (member @ projected).transpose(1, 2)
        # masked where it is narrow: the last layer has no bias
        added = self.out_proj(self.act(self.norm(hidden)) * mask)
        # in place, as wide sequences take long to allocate, but never with
        # less precision than the features have
        return added.add_(x) if added.dtype == x.dtype else x + added

    def _project(self, pooled: Tensor, segmentation: Tensor) -> Tensor:
        """The projection of each region for its own segmentation.

        Args:
            pooled: ``(B, R, C)``.
            segmentation: ``(B, R)``, -1 where there is no region.

        Returns:
            ``(B, R, H)``, zero where there is no region.
        """
        owner = segmentation.flatten()
        counts = torch.bincount(
            owner + 1, minlength=self.num_segmentations + 1).tolist()
        found = len(counts) - 1
        if found > self.num_segmentations:
            raise ValueError(
                f'found proposals of {found} segmentations, expected at most '
                f'{self.num_segmentations}: num_change_points of the '
                'clustering and num_segmentations of the neck disagree')
        place = owner.argsort()[counts[0]:]
        parts = pooled.flatten(0, 1)[place].split(counts[1:])
        weights = self.region_proj.weight[..., 0].chunk(
            self.num_segmentations)
        projected = torch.cat([part @ weight.t()
                               for part, weight in zip(parts, weights)])
        empty = projected.new_zeros(len(owner), projected.shape[1])
        return empty.index_copy(0, place, projected).view(
            *segmentation.shape, -1)


def region_membership(regions: Sequence, mask: Tensor) -> RegionMembership:
    """Lay regions on the steps of a batch.

    Args:
        regions: See :meth:`ProposalFusionNeck.forward`.
        mask: ``(B, 1, T)``; an invalid step lies in no region.
    """
    room = max(len(each.segmentation) for each in regions)
    steps = mask.new_zeros(len(regions), room, 2, dtype=torch.float32)
    segmentation = mask.new_full((len(regions), room), -1, dtype=torch.int64)
    for row, each in enumerate(regions):
        steps[row, :len(each.steps)] = each.steps
        segmentation[row, :len(each.steps)] = each.segmentation
    position = torch.arange(mask.shape[2], device=mask.device)[:, None]
    member = ((position >= steps[:, None, :, 0]) &
              (position < steps[:, None, :, 1]) & mask.transpose(1, 2))
    return RegionMembership(member.float(), segmentation)
