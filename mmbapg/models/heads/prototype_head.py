"""The classes of the frames, as directions of their embeddings."""
from typing import List, Optional

import numpy as np
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.model import BaseModule
from torch import Tensor

from mmbapg.errors import SettingError
from mmbapg.ops import as_precise


@MODELS.register_module()
class PrototypeHead(BaseModule):
    """Turns the embedding of a frame towards the prototype of its class.

    Eq. 3 of BAPG compares frames of one instance with what surrounds it; it
    never learns what two instances have in common. Here each class, and the
    background, has a prototype, and the softmax of the scaled cosine
    similarities to all prototypes is trained with cross entropy (normalized
    softmax, https://arxiv.org/abs/1811.12649). A frame of several classes
    belongs to each in equal parts.

    Prototypes are not learned: they are the first axes of the space, whatever
    the encoder. So the first ``num_classes + 1`` channels of a unit embedding
    are its similarities to the classes in their order and, last, to the
    background, and mean the same with every encoder, as those of
    cross-fitting. The other channels are free.

    Args:
        num_classes: Without the background; less than the width of the
            embeddings.
        scale: Of the cosines.
        loss_weight: Factor of the loss.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 num_classes: int,
                 scale: float = 8.0,
                 loss_weight: float = 1.0,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.num_classes = num_classes
        self.scale = scale
        self.loss_weight = loss_weight
        # in checkpoints, by which embeddings tell how many of their channels
        # stand for classes
        self.register_buffer('class_channels', torch.tensor(num_classes + 1))

    def forward(self, embeddings: Tensor) -> Tensor:
        """``(N, D)`` embeddings to ``(N, num_classes + 1)`` logits, the
        background last.

        Raises:
            SettingError: If ``D`` is too small.
        """
        if embeddings.shape[1] <= self.num_classes:
            raise SettingError(
                f'embeddings of {embeddings.shape[1]} channels for '
                f'{self.num_classes} classes, expected at least '
                f'{self.num_classes + 1}: set model.backbone.out_channels')
        unit = F.normalize(as_precise(embeddings), dim=1)
        return self.scale * unit[:, :self.num_classes + 1]

    def loss(self, embeddings: Tensor,
             data_samples: List[ActionDataSample]) -> dict:
        """Cross entropy, averaged over the frames inside of a video.

        Args:
            embeddings: ``(N, D)`` of all frames of all samples.
            data_samples: With ``frame_labels``, an array ``(n, L)`` padded
                with -1, and which of their frames are ``inside``.

        Returns:
            dict: ``loss_class``, and ``class_accuracy`` in percent.
        """
        device = embeddings.device
        shares = torch.cat([torch.from_numpy(
            class_shares(sample.frame_labels, self.num_classes))
            for sample in data_samples]).to(device)
        inside = torch.cat([torch.from_numpy(sample.inside)
                            for sample in data_samples]).to(device)
        # mixed precision would round cosines to 8 bits
        with torch.autocast(device.type, enabled=False):
            logits = self(embeddings)
            losses = -(shares * logits.log_softmax(dim=1)).sum(dim=1)
        number = inside.sum().clamp(min=1)
        right = shares.gather(1, logits.argmax(dim=1, keepdim=True))[:, 0] > 0
        return dict(
            loss_class=self.loss_weight * (losses * inside).sum() / number,
            class_accuracy=100 * (right & inside).sum() / number)


def class_shares(labels: np.ndarray, num_classes: int) -> np.ndarray:
    """``(n, L)`` labels, padded with -1, as ``(n, num_classes + 1)`` shares
    that add up to 1; a frame without a label is background, the last.

    Raises:
        SettingError: If a label is not below ``num_classes``.
    """
    if labels.max(initial=-1) >= num_classes:
        raise SettingError(
            f'found a frame of class {labels.max()}, expected numbers below '
            f'the {num_classes} classes of model.class_head.num_classes')
    shares = np.zeros((len(labels), num_classes + 2), dtype=np.float32)
    np.put_along_axis(shares, np.where(labels < 0, num_classes + 1, labels),
                      1, axis=1)
    shares = shares[:, :-1]
    shares[:, -1] = shares.sum(axis=1) == 0
    return shares / shares.sum(axis=1, keepdims=True)
