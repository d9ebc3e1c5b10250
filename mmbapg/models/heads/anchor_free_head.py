"""The anchor-free head of ActionFormer."""
import math
from functools import partial
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import torch
from mmaction.registry import MODELS, TASK_UTILS
from mmaction.structures import ActionDataSample
from mmcv.cnn import Scale
from mmengine.dist import all_reduce
from mmengine.model import BaseModule
from mmengine.structures import InstanceData
from torch import Tensor, nn

from mmbapg.ops import Detections, as_precise

from ..layers import ConvTower, MaskedConv1d
from ..task_modules.least_cost_assigner import PointPredictions
from ..task_modules.point_assigner import PointTargets
from ..task_modules.point_generator import concat_points


class HeadOutputs(NamedTuple):
    """Raw outputs, one entry per pyramid level.

    ``cls_logits`` ``(B, T_l, num_classes)``; ``distances`` ``(B, T_l, 2)`` to
    start and end in strides of the level, not negative.
    """
    cls_logits: List[Tensor]
    distances: List[Tensor]


class RegressionPairs(NamedTuple):
    """What is regressed.

    ``distances`` and ``targets`` ``(N, 2)`` in strides of the points' levels;
    ``class_weight`` ``(B, P, num_classes)`` or ``None``, how much each entry
    of the classification loss counts.
    """
    distances: Tensor
    targets: Tensor
    class_weight: Optional[Tensor] = None


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
        with_norm, norm_eps, mask_after_act: See :class:`ConvTower`.
        mask_output: Outputs are zero at invalid steps.
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
                 with_norm: bool = True,
                 norm_eps: float = 1e-5,
                 mask_after_act: bool = False,
                 mask_output: bool = True,
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
        self.mask_output = mask_output
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

        self.tower_cfg: Dict[str, Any] = dict(
            in_channels=in_channels,
            channels=channels,
            num_layers=num_layers,
            with_norm=with_norm,
            norm_eps=norm_eps,
            mask_after_act=mask_after_act)
        self._add_branch('cls', num_classes, kernel_size)
        self._add_branch('reg', self.num_regressed, kernel_size)
        self.scales = nn.ModuleList(
            Scale(1.0) for _ in self.point_generator.strides)

    def init_weights(self) -> None:
        """Start every class at its prior probability."""
        super().init_weights()
        for name in self.class_branches:
            bias = getattr(self, f'{name}_out').bias
            nn.init.constant_(bias, _logit(self.prior_prob))
            if self.empty_classes:
                bias.data[self.empty_classes] = _logit(1e-6)

    @property
    def num_predicted_classes(self) -> Optional[int]:
        """Classes of detections; ``None`` if an external classifier names
        them."""
        named_outside = self.post_processor.score_fusion is not None
        return None if named_outside else self.num_classes

    def forward(self, feats: List[Tensor],
                masks: List[Tensor]) -> HeadOutputs:
        """Apply both towers.

        Args:
            feats: ``(B, C, T_l)`` features of each level.
            masks: ``(B, 1, T_l)`` bool of each level.
        """
        return HeadOutputs(
            self._branch('cls', feats, masks), self._reach(feats, masks))

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
        targets = self._assign(outputs, instances)
        classes = torch.stack([target.classes for target in targets])
        distances = torch.stack([target.distances for target in targets])
        valid = torch.cat(masks, dim=2)[:, 0]
        positive = valid & (classes.sum(dim=-1) > 0)
        normalizer = self._update_normalizer(positive.sum())
        pairs = self._regression_pairs(outputs, classes, distances, positive)

        classes = classes * (1 - self.label_smoothing)
        classes = classes + self.label_smoothing / (self.num_classes + 1)
        logits = torch.cat(outputs.cls_logits, dim=1)
        weight = pairs.class_weight
        # found once: each time, a GPU would have to be waited for
        place = valid.nonzero(as_tuple=True)
        loss_cls = self.loss_cls(logits[place], classes[place],
                                 None if weight is None else weight[place])
        loss_reg = self.loss_reg(pairs.distances, pairs.targets)
        return dict(
            loss_cls=loss_cls / normalizer, loss_reg=loss_reg / normalizer)

    def predict(self, outputs: HeadOutputs, masks: List[Tensor],
                samples: Sequence[ActionDataSample]) -> List[InstanceData]:
        """Detections of each video of a batch.

        Args:
            outputs: Raw outputs.
            masks: ``(B, 1, T_l)`` bool of each level.
            samples: See :meth:`SegmentPostProcessor.finish`.

        Returns:
            list: See :meth:`SegmentPostProcessor.finish`.
        """
        return [
            self.post_processor.finish(levels, sample)
            for levels, sample in zip(self.candidates(outputs, masks), samples)
        ]

    def candidates(self, outputs: HeadOutputs,
                   masks: List[Tensor]) -> List[Sequence[Detections]]:
        """Candidates of each level of each video, before suppression."""
        points = self._points(outputs)
        scores = [
            as_precise(logits).sigmoid() * mask.transpose(1, 2)
            for logits, mask in zip(outputs.cls_logits, masks)
        ]
        return [self.post_processor.limit([
            self.post_processor.select(
                score[video], partial(self._distances_at, outputs, level,
                                      video), point)
            for level, (score, point) in enumerate(zip(scores, points))
        ]) for video in range(len(scores[0]))]

    #: Branches that give a value for each class.
    class_branches: Tuple[str, ...] = ('cls', )

    @property
    def num_regressed(self) -> int:
        """Values that the regression branch gives for each point."""
        return 2

    def _add_branch(self, name: str, num_outputs: int,
                    kernel_size: int) -> None:
        self.add_module(f'{name}_tower', self._make_tower(kernel_size))
        self.add_module(f'{name}_out', MaskedConv1d(
            self.tower_cfg['channels'], num_outputs, kernel_size))

    def _make_tower(self, kernel_size: int) -> nn.Module:
        return ConvTower(kernel_size=kernel_size, **self.tower_cfg)

    def _apply_tower(self, tower: nn.Module, feats: List[Tensor],
                     masks: List[Tensor]) -> List[Tensor]:
        """``(B, C, T_l)`` of each level, here level by level."""
        return [tower(feat, mask) for feat, mask in zip(feats, masks)]

    def _branch(self, name: str, feats: List[Tensor],
                masks: List[Tensor]) -> List[Tensor]:
        """``(B, T_l, outputs)`` of a tower and its output convolution."""
        tower = getattr(self, f'{name}_tower')
        out = getattr(self, f'{name}_out')
        results = []
        for feat, mask in zip(self._apply_tower(tower, feats, masks), masks):
            out_mask = mask if self.mask_output else torch.ones_like(mask)
            results.append(out(feat, out_mask)[0].transpose(1, 2))
        return results

    def _reach(self, feats: List[Tensor],
               masks: List[Tensor]) -> List[Tensor]:
        """The regression branch, scaled per level and not negative."""
        values = self._branch('reg', feats, masks)
        return [scale(value).relu()
                for scale, value in zip(self.scales, values)]

    def _assign(self, outputs: HeadOutputs,
                instances: Sequence[Tuple[Tensor, Tensor]]
                ) -> List[PointTargets]:
        """Targets of each video, by what is predicted if that matters."""
        points = concat_points(self._points(outputs))
        if not getattr(self.assigner, 'reads_predictions', False):
            return [self.assigner(points, *video) for video in instances]
        predictions = map(
            PointPredictions, torch.cat(outputs.cls_logits, dim=1),
            torch.cat(outputs.distances, dim=1))
        return [self.assigner(points, *video, found)
                for video, found in zip(instances, predictions)]

    def _regression_pairs(self, outputs: HeadOutputs, classes: Tensor,
                          distances: Tensor,
                          positive: Tensor) -> RegressionPairs:
        """Positive points, whatever their classes."""
        reach = torch.cat(outputs.distances, dim=1)
        place = positive.nonzero(as_tuple=True)
        return RegressionPairs(reach[place], distances[place])

    def _distances_at(self, outputs: HeadOutputs, level: int, video: int,
                      step: Tensor, label: Tensor) -> Tensor:
        """``(N, 2)`` distances of chosen steps; classes share them."""
        return outputs.distances[level][video, step]

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
