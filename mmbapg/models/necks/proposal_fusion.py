"""Stage 4 of BAPG: proposal-level features join the video-level ones."""
from typing import List, NamedTuple, Optional, Sequence

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from torch import Tensor, nn

from mmbapg.errors import SettingError

from ..layers import Conv1d
from .fusion import FusionNeck


class RegionMembership(NamedTuple):
    """Which step lies in which region.

    ``member`` ``(B, T, R)`` 0 or 1; ``segmentation`` ``(B, R)``, -1 where a
    video has fewer regions than the batch has room for.
    """
    member: Tensor
    segmentation: Tensor


@MODELS.register_module()
class ProposalFusionNeck(FusionNeck):
    """Refines the features of each step by those of the regions it lies in.

    BAPG (https://arxiv.org/abs/2309.13810), Sec. II-D. A step lies in one
    region of each segmentation. The mean feature of that region, the step's
    proposal-level feature, is combined with the step's own; see
    :class:`FusionNeck` for how the two are added:

    .. math:: h_t = v_t + \\sum_k A_k \\bar{v}_{r_k(t)}, \\qquad
              v_t = W_v x_t + b

    Features are narrowed before they are pooled, which as both are linear is
    the same as after, and costs a small host's step much less.

    Args:
        in_channels: Width of the features.
        num_segmentations: Numbers of change points that proposals come from.
        hidden_channels: Width of the perceptron.
        dropout: See :class:`FusionNeck`.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 in_channels: int,
                 num_segmentations: int,
                 hidden_channels: int = 128,
                 dropout: float = 0.0,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(in_channels, hidden_channels, dropout, init_cfg)
        self.num_segmentations = num_segmentations
        self.video_proj = Conv1d(in_channels, hidden_channels, 1)
        self.region_proj = nn.Linear(
            hidden_channels, num_segmentations * hidden_channels, bias=False)

    @staticmethod
    def settings_from(packed) -> dict:
        """See :class:`FusionNeck`."""
        return dict(num_segmentations=packed.num_segmentations)

    def hidden(self, x: Tensor, mask: Tensor,
               data_samples: List[ActionDataSample]) -> Tensor:
        """See :class:`FusionNeck`."""
        own = self.video_proj(x)
        regions = [sample.regions for sample in data_samples]
        self._refuse_more(max(each.num_segmentations for each in regions))
        member, segmentation = region_membership(regions, mask)
        number = member.sum(dim=1, keepdim=True).clamp(min=1)
        shares = (member / number).transpose(1, 2).to(own)
        of_regions = self._project(shares @ own.transpose(1, 2), segmentation)
        return own + (member.to(of_regions) @ of_regions).transpose(1, 2)

    def _refuse_more(self, found: int) -> None:
        if found > self.num_segmentations:
            raise SettingError(
                f'found proposals of {found} segmentations, expected at most '
                f'{self.num_segmentations}: num_change_points of the '
                'clustering and num_segmentations of the neck disagree')

    def _project(self, pooled: Tensor, segmentation: Tensor) -> Tensor:
        """The projection of each region for its own segmentation.

        Args:
            pooled: ``(B, R, H)``.
            segmentation: ``(B, R)``, -1 where there is no region.

        Returns:
            ``(B, R, H)``, zero where there is no region.
        """
        for_each = self.region_proj(pooled).unflatten(
            2, (self.num_segmentations, -1))
        owner = torch.arange(self.num_segmentations, device=pooled.device)
        owned = segmentation[..., None] == owner
        return (for_each * owned[..., None]).sum(dim=2)


def region_membership(regions: Sequence, mask: Tensor) -> RegionMembership:
    """Lay regions on the steps of a batch.

    Args:
        regions: For each video, ``steps`` ``(R, 2)`` on the grid of its
            features and ``segmentation`` ``(R,)``.
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
