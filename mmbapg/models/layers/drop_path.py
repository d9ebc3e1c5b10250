"""Residual branches that are scaled and dropped."""
import torch
from mmcv.cnn.bricks.drop import drop_path
from torch import Tensor, nn


class AffineDropPath(nn.Module):
    """Learned channel scale, then stochastic depth per sample.

    Args:
        channels: Width of the branch.
        drop_prob: Chance that a sample loses the branch while training.
        init_scale: Initial scale; small, so that a block starts as identity.
    """

    def __init__(self,
                 channels: int,
                 drop_prob: float = 0.0,
                 init_scale: float = 1e-4) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.full((channels, 1), init_scale))
        self.drop_prob = drop_prob

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, T)`` to the same shape."""
        return drop_path(self.scale * x, self.drop_prob, self.training)
