"""Where the boundary of a clip is, as a heat map."""
from typing import Any, Dict, Optional, Sequence

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmbapg.ops import as_precise


@MODELS.register_module()
class ChangePointHead(BaseModule):
    """Regression of a Gaussian heat map of the change point.

    BSP (https://arxiv.org/abs/2011.10830), Sec. 3.3, its second task, which
    learns less than the kinds of boundaries. Features are interpolated to one
    step for each frame if there are fewer.

    Args:
        in_channels: Width of the features.
        num_frames: Of a clip, the paper's :math:`L = 2\\tau`.
        loss_weight: Factor of the loss.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 in_channels: int,
                 num_frames: int = 8,
                 loss_weight: float = 1.0,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.num_frames = num_frames
        self.loss_weight = loss_weight
        self.conv = nn.Conv1d(in_channels, 1, 1)

    def forward(self, features: Tensor) -> Tensor:
        """``(N, C, T)`` features to ``(N, num_frames)`` heat maps."""
        heat = self.conv(features)
        if heat.shape[2] != self.num_frames:
            heat = F.interpolate(heat, self.num_frames, mode='linear')
        return heat[:, 0]

    def loss(self, features: Tensor, data_samples: Any) -> Dict[str, Tensor]:
        """Smooth L1 between heat maps, and how many frames the highest place
        is off, over clips that have a change point.

        Args:
            features: ``(N, C, T)``.
            data_samples: One for each clip, with ``change_point``.
        """
        points = torch.tensor([sample.change_point
                               for sample in data_samples])
        target = gaussian_heat_maps(points, self.num_frames)
        points, target = (each.to(features.device)
                          for each in (points, target))
        heat = as_precise(self(features))
        known = points > 0
        off = ((heat.argmax(1) + 1 - points).abs() * known).sum()
        return dict(
            loss_heat_map=self.loss_weight * F.smooth_l1_loss(heat, target),
            frames_off=off / known.sum().clamp(min=1))

    def predict(self, features: Tensor, data_samples: Any) -> None:
        """Add the ``heat_map`` ``(num_frames,)`` of each clip."""
        for sample, heat in zip(data_samples, self(features)):
            sample.set_field(heat, 'heat_map')


def gaussian_heat_maps(change_points: 'Tensor | Sequence[int]',
                       num_frames: int) -> Tensor:
    """The paper's :math:`y_t = \\exp(-(t - \\mu)^2 / (2\\tau))`, for
    :math:`t` from 1 to :math:`L = 2\\tau`.

    Args:
        change_points: ``(N,)`` the :math:`\\mu` of each clip, 0 for a clip
            without one, whose heat map is 0.
        num_frames: :math:`L`.

    Returns:
        ``(N, num_frames)`` float32.

    Example:
        >>> gaussian_heat_maps([2, 0], 4).tolist()[0][1]
        1.0
    """
    points = torch.as_tensor(change_points)[:, None]
    place = torch.arange(1, num_frames + 1)
    heat = torch.exp(-(place - points).float().square() / num_frames)
    return heat * (points > 0)
