"""The anchor-free head of ActionFormer."""
import math
from typing import List, NamedTuple, Optional, Sequence, Tuple

import torch
from mmaction.registry import MODELS, TASK_UTILS
from mmcv.cnn import Scale
from mmengine.dist import all_reduce
from mmengine.model import BaseModule
from mmengine.structures import InstanceData
from torch import Tensor, nn

from mmbapg.ops import TemporalGrid

from ..layers import ConvTower, MaskedConv1d
from ..task_modules import concat_points


class HeadOutputs(NamedTuple):
    """Raw outputs, one entry per pyramid level.

    ``cls_logits`` ``(B, T_l, num_classes)``; ``distances`` ``(B, T_l, 2)`` to
    start and end in strides of the level, not negative.
    """
    cls_logits: List[Tensor]
    distances: List[Tensor]


@MODELS.register_module()
class AnchorFreeHead(BaseModule):
    """Classifies every point and regresses its distances to the boundaries.

    ActionFormer (https://arxiv.org/abs/2202.07925), Sec. 3.2-3.4. The two
    towers are shared by all pyramid levels.

    Args:
        num_classes: Number of classes.
        in_channels: Width of the pyramid.
        channels: Width of the towers.
        num_layers: Convolutions of a tower, the output one not counted.
        kernel_size: Of all convolutions.
        prior_prob: Initial probability of every class at every point.
        empty_classes: Classes without any instance; they start at 1e-6.
        label_smoothing: Pulls class targets towards
            ``label_smoothing / (num_classes + 1)``.
        initial_normalizer: First value of the moving average of positive
            points by which the losses are divided.
        normalizer_momentum: How much of the moving average stays.
        point_generator, assigner, post_processor: Configs of task modules.
        loss_cls, loss_reg: Configs of losses that sum.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 num_classes: int,
                 in_channels: int,
                 point_generator: dict,
                 channels: int = 512,
                 num_layers: int = 2,
                 kernel_size: int = 3,
                 prior_prob: float = 0.01,
                 empty_classes: Sequence[int] = (),
                 label_smoothing: float = 0.0,
                 initial_normalizer: float = 100.0,
                 normalizer_momentum: float = 0.9,
                 assigner: dict = dict(type='CentrePointAssigner'),
                 post_processor: dict = dict(type='SegmentPostProcessor'),
                 loss_cls: dict = dict(type='SigmoidFocalLoss'),
                 loss_reg: dict = dict(type='SegmentDIoULoss'),
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.num_classes = num_classes
        self.prior_prob = prior_prob
        self.empty_classes = list(empty_classes)
        self.label_smoothing = label_smoothing
        self.normalizer_momentum = normalizer_momentum
        self.register_buffer('loss_normalizer',
                             torch.tensor(float(initial_normalizer)))
        self.point_generator = TASK_UTILS.build(point_generator)
        self.assigner = TASK_UTILS.build(
            dict(num_classes=num_classes, **assigner))
        self.post_processor = TASK_UTILS.build(post_processor)
        self.loss_cls = MODELS.build(loss_cls)
        self.loss_reg = MODELS.build(loss_reg)

        tower = (in_channels, channels, num_layers, kernel_size)
        self.cls_tower = ConvTower(*tower)
        self.cls_out = MaskedConv1d(channels, num_classes, kernel_size)
        self.reg_tower = ConvTower(*tower)
        self.reg_out = MaskedConv1d(channels, 2, kernel_size)
        self.scales = nn.ModuleList(
            Scale(1.0) for _ in self.point_generator.strides)

    def init_weights(self) -> None:
        """Start every class at its prior probability."""
        super().init_weights()
        nn.init.constant_(self.cls_out.bias, _logit(self.prior_prob))
        if self.empty_classes:
            self.cls_out.bias.data[self.empty_classes] = _logit(1e-6)

    def forward(self, feats: List[Tensor],
                masks: List[Tensor]) -> HeadOutputs:
        """Apply both towers.

        Args:
            feats: ``(B, C, T_l)`` features of each level.
            masks: ``(B, 1, T_l)`` bool of each level.
        """
        cls_logits, distances = [], []
        for feat, mask, scale in zip(feats, masks, self.scales):
            logits, _ = self.cls_out(self.cls_tower(feat, mask), mask)
            reach, _ = self.reg_out(self.reg_tower(feat, mask), mask)
            cls_logits.append(logits.transpose(1, 2))
            distances.append(scale(reach).relu().transpose(1, 2))
        return HeadOutputs(cls_logits, distances)

    def loss(self, outputs: HeadOutputs, masks: List[Tensor],
             instances: Sequence[Tuple[Tensor, Tensor]]) -> dict:
        """Losses of a batch.

        Args:
            outputs: Raw outputs.
            masks: ``(B, 1, T_l)`` bool of each level.
            instances: For each video, ``(G, 2)`` segments in steps of the
                finest level and ``(G,)`` labels.

        Returns:
            dict: ``loss_cls`` and ``loss_reg``.
        """
        points = concat_points(self._points(outputs))
        targets = [self.assigner(points, *video) for video in instances]
        classes = torch.stack([target.classes for target in targets])
        distances = torch.stack([target.distances for target in targets])
        valid = torch.cat(masks, dim=2)[:, 0]
        positive = valid & (classes.sum(dim=-1) > 0)
        normalizer = self._update_normalizer(positive.sum())

        classes = classes * (1 - self.label_smoothing)
        classes = classes + self.label_smoothing / (self.num_classes + 1)
        logits = torch.cat(outputs.cls_logits, dim=1)
        reach = torch.cat(outputs.distances, dim=1)
        return dict(
            loss_cls=self.loss_cls(logits[valid], classes[valid]) / normalizer,
            loss_reg=self.loss_reg(reach[positive], distances[positive]) /
            normalizer)

    def predict(self, outputs: HeadOutputs, masks: List[Tensor],
                grids: Sequence[TemporalGrid],
                durations: Sequence[float]) -> List[InstanceData]:
        """Detections of each video of a batch.

        Args:
            outputs: Raw outputs.
            masks: ``(B, 1, T_l)`` bool of each level.
            grids: The videos' grids.
            durations: The videos' durations in seconds.

        Returns:
            list: See :meth:`SegmentPostProcessor.finish`.
        """
        points = self._points(outputs)
        scores = [
            logits.sigmoid() * mask.transpose(1, 2)
            for logits, mask in zip(outputs.cls_logits, masks)
        ]
        results = []
        for video, (grid, duration) in enumerate(zip(grids, durations)):
            levels = [
                self.post_processor.select(score[video], reach[video], point)
                for score, reach, point in zip(scores, outputs.distances,
                                               points)
            ]
            results.append(self.post_processor.finish(levels, grid, duration))
        return results

    def _load_from_state_dict(self, state_dict, prefix, *args) -> None:
        # Converted checkpoints hold no running normalizer: keep the initial.
        state_dict.setdefault(prefix + 'loss_normalizer',
                              self.loss_normalizer.clone())
        super()._load_from_state_dict(state_dict, prefix, *args)

    def _points(self, outputs: HeadOutputs):
        lengths = [logits.shape[1] for logits in outputs.cls_logits]
        return self.point_generator(lengths, outputs.cls_logits[0].device)

    def _update_normalizer(self, num_positive: Tensor) -> Tensor:
        num_positive = num_positive.to(self.loss_normalizer)
        all_reduce(num_positive, 'mean')
        self.loss_normalizer.mul_(self.normalizer_momentum).add_(
            (1 - self.normalizer_momentum) * num_positive.clamp(min=1))
        # A copy: the buffer changes again before a later backward pass could
        # read it (gradient accumulation).
        return self.loss_normalizer.clone()


def _logit(probability: float) -> float:
    return math.log(probability / (1 - probability))
