"""How far the mere size of changes gets: a baseline for encoders of clips."""
from typing import Optional

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn


@MODELS.register_module()
class FrameDifferenceEncoder(BaseModule):
    """A perceptron on how much each frame differs from the one before.

    Made-up boundaries can betray themselves by a seam, by brightness or by
    the traces of a codec, none of which helps to find actions. This encoder
    sees nothing else: of each pair of neighbouring frames the mean absolute
    difference, its deviation over the frame, and the change of the mean and of
    the deviation of all values; never what is in a frame. An encoder that
    beats it has learned more.

    Args:
        num_frames: Of a clip.
        channels: Width of both layers, and of the features.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    NUM_FIGURES = 4

    def __init__(self,
                 num_frames: int = 8,
                 channels: int = 64,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        figures = self.NUM_FIGURES * (num_frames - 1)
        self.layers = nn.Sequential(
            nn.BatchNorm1d(figures), nn.Linear(figures, channels), nn.ReLU(),
            nn.Linear(channels, channels), nn.ReLU())

    def forward(self, clips: Tensor) -> Tensor:
        """Frames ``(N, 3, T, H, W)`` or features ``(N, C, T)`` to one step,
        ``(N, channels, 1)``."""
        return self.layers(change_figures(clips).flatten(1)).unsqueeze(2)


def change_figures(clips: Tensor) -> Tensor:
    """The four figures ``(N, 4, T - 1)`` of neighbouring frames; logarithms
    of the first two, which differ by orders of magnitude."""
    values = clips.float().transpose(1, 2).flatten(2)
    change = (values[:, 1:] - values[:, :-1]).abs()
    size = torch.stack([change.mean(2), change.std(2)], dim=1)
    level = torch.stack([values.mean(2), values.std(2)], dim=1)
    return torch.cat([size.add(1e-3).log(), level.diff(dim=2)], dim=1)
