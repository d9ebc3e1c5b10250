"""Classes of whole clips: kinds of boundaries, and actions."""
from typing import Any, Dict, List, Optional

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmbapg.errors import SettingError
from mmbapg.ops import as_precise


class ClipClassHead(BaseModule):
    """Average over time, dropout, a linear layer and cross entropy.

    A subclass says where the labels are, and what to do with the scores.

    Args:
        in_channels: Width of the features.
        num_classes: Of clips.
        dropout: Before the linear layer.
        hidden_channels: Width of a convolution over three steps before the
            average, for encoders that see every frame alone: their average
            cannot tell what changes. ``None`` for none, as in the paper,
            whose encoder shifts channels in time.
        loss_weight: Factor of the loss.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    #: Name of the losses and figures.
    name: str

    def __init__(self,
                 in_channels: int,
                 num_classes: int,
                 dropout: float = 0.5,
                 hidden_channels: Optional[int] = None,
                 loss_weight: float = 1.0,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.num_classes = num_classes
        self.loss_weight = loss_weight
        self.over_time = nn.Identity() if hidden_channels is None else (
            nn.Sequential(nn.Conv1d(in_channels, hidden_channels, 3,
                                    padding=1), nn.ReLU()))
        self.dropout = nn.Dropout(dropout)
        self.fc_cls = nn.Linear(hidden_channels or in_channels, num_classes)

    def init_weights(self) -> None:
        """A last layer that knows nothing yet."""
        super().init_weights()
        nn.init.normal_(self.fc_cls.weight, std=0.01)
        nn.init.zeros_(self.fc_cls.bias)

    def forward(self, features: Tensor) -> Tensor:
        """``(N, C, T)`` features to ``(N, num_classes)`` logits."""
        return self.fc_cls(self.dropout(self.over_time(features).mean(2)))

    def loss(self, features: Tensor, data_samples: Any) -> Dict[str, Tensor]:
        """Cross entropy over the clips that have a class, and the share of
        them that are right, in percent.

        Args:
            features: ``(N, C, T)``.
            data_samples: One for each clip.

        Raises:
            SettingError: If a label is not below ``num_classes``.
        """
        labels = self._checked(self.labels_of(data_samples))
        labels = labels.to(features.device)
        logits = as_precise(self(features))
        known = labels >= 0
        number = known.sum().clamp(min=1)
        losses = F.cross_entropy(logits, labels.clamp(min=0),
                                 reduction='none')
        right = (logits.argmax(1) == labels) & known
        return {
            f'loss_{self.name}': self.loss_weight * (losses * known).sum() /
            number,
            f'{self.name}_accuracy': 100 * right.sum() / number}

    def predict(self, features: Tensor, data_samples: Any) -> None:
        """Add the scores ``(num_classes,)`` of each clip to its sample."""
        for sample, score in zip(data_samples,
                                 self(features).softmax(dim=1)):
            self.add_scores(sample, score)

    def labels_of(self, data_samples: Any) -> List[int]:
        """The class of each clip, -1 for none."""
        raise NotImplementedError

    def add_scores(self, sample: Any, score: Tensor) -> None:
        """Put the scores of a clip where metrics look for them."""
        raise NotImplementedError

    def _checked(self, labels: List[int]) -> Tensor:
        if max(labels) >= self.num_classes:
            raise SettingError(
                f'found a clip of class {max(labels)}, expected numbers below '
                f'the {self.num_classes} classes of model.heads: num_classes '
                f'of {type(self).__name__} and the dataset disagree')
        return torch.tensor(labels)


@MODELS.register_module()
class BoundaryKindHead(ClipClassHead):
    """Which kind of boundary a clip has (BSP, Sec. 3.3, its default).

    Predictions are ``pred_score`` and ``pred_label``, as those of MMAction2's
    recognizers, so that its metrics apply. With kinds ``[one, 'same_speed']``
    of the dataset, and two classes, it is the paper's binary task.
    """

    name = 'boundary'

    def labels_of(self, data_samples: Any) -> List[int]:
        """The number of each clip's kind: from its meta information, which
        lies on no GPU, unlike ``gt_label``."""
        return [sample.label for sample in data_samples]

    def add_scores(self, sample: Any, score: Tensor) -> None:
        """As MMAction2's heads."""
        sample.set_pred_score(score)
        sample.set_pred_label(score.argmax(dim=0, keepdim=True))


@MODELS.register_module()
class ClipActionHead(ClipClassHead):
    """Which action a clip shows: the pretraining that BSP is added to.

    Clips of two different actions have no class; they do not count.
    """

    name = 'action'

    def labels_of(self, data_samples: Any) -> List[int]:
        """The class of each clip, -1 where it changes."""
        return [sample.action_label for sample in data_samples]

    def add_scores(self, sample: Any, score: Tensor) -> None:
        """As ``action_score``."""
        sample.set_field(score, 'action_score')
