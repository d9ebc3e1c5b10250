"""Classes of segments by what is pooled over them."""
from typing import Optional

import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmbapg.ops import as_precise


@MODELS.register_module()
class PooledClassHead(BaseModule):
    """Two layers and cross-entropy over classes and background.

    Args:
        in_channels: Width of the features.
        num_classes: Of actions; the background comes last.
        bins: Of each segment.
        hidden_channels: Between the layers.
        dropout: Before each layer.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 in_channels: int,
                 num_classes: int,
                 bins: int = 4,
                 hidden_channels: int = 128,
                 dropout: float = 0.5,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.num_classes = num_classes
        self.bins = bins
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Dropout(dropout),
            nn.Linear(in_channels * bins, hidden_channels),
            nn.ReLU(inplace=True), nn.Dropout(dropout),
            nn.Linear(hidden_channels, num_classes + 1))

    def forward(self, pooled: Tensor) -> Tensor:
        """Logits ``(N, num_classes + 1)`` of ``(N, C, bins)``."""
        return as_precise(self.layers(pooled))

    def loss(self, pooled: Tensor, labels: Tensor) -> dict:
        """Cross-entropy ``loss_class``, and ``accuracy`` in percent; 0 of no
        segments, which videos without instances give.

        Args:
            pooled: See :meth:`forward`.
            labels: ``(N,)``, ``num_classes`` for background.
        """
        logits = self(pooled)
        number = max(len(labels), 1)
        losses = F.cross_entropy(logits, labels, reduction='sum')
        right = (logits.argmax(dim=1) == labels).sum()
        return dict(loss_class=losses / number, accuracy=100 * right / number)

    def probabilities(self, pooled: Tensor) -> Tensor:
        """``(N, num_classes)``; what they lack to 1 is background's."""
        return self(pooled).softmax(dim=1)[:, :self.num_classes]
