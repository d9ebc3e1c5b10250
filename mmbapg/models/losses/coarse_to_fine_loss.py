"""The losses of AFSD's two predictions."""
from typing import Dict, List, NamedTuple, Sequence, Tuple

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS, TASK_UTILS
from torch import Tensor, nn

from mmbapg.ops import as_precise

from ..task_modules.containing_assigner import ContainedTargets
from ..task_modules.point_generator import Points
from .boundary_activation_loss import boundary_activation_loss, boundary_maps
from .segment_iou_loss import distance_iou


class Sums(NamedTuple):
    """Of one clip: a loss summed over its points ``()``, and the positive
    points ``()`` by which it is divided."""
    total: Tensor
    number: Tensor


@MODELS.register_module()
class CoarseToFineLoss(nn.Module):
    """AFSD (https://arxiv.org/abs/2103.13137), Eq. 8 and Eq. 11 to 14.

    A point in an instance is a positive of the coarse prediction. One whose
    coarse segment overlaps its instance enough is a positive of the refined
    prediction; others are background to it. Coarse segments hold their points,
    as do instances: GIoU is IoU for them.

    Args:
        min_iou: Least tIoU of the coarse segment of a refined positive.
        best_is_refined: The points of the clip with the best tIoU are refined
            positives, whatever it is, as for ActivityNet.
        offset_beta: Up to this difference, the loss of offsets is quadratic
            (smooth L1): 1 for ActivityNet, 0 for L1.
        per_clip: Divide by the positives of each clip and average over clips,
            as for ActivityNet, and not by those of the batch.
        reg_weight, cls_weight: Of the losses of segments, and of those of
            classes and quality.
        level_weight: Of the finest level's activations in the loss of starts
            and ends, against 1 of the frames'.
        assigner: Config; see :class:`ContainingAssigner`.
        loss_cls: Config of a loss that is not reduced.
    """

    def __init__(self,
                 min_iou: float = 0.5,
                 best_is_refined: bool = False,
                 offset_beta: float = 0.0,
                 per_clip: bool = False,
                 reg_weight: float = 10.0,
                 cls_weight: float = 1.0,
                 level_weight: float = 0.1,
                 assigner: dict = dict(type='ContainingAssigner'),
                 loss_cls: dict = dict(type='SoftmaxFocalLoss')) -> None:
        super().__init__()
        self.min_iou = min_iou
        self.best_is_refined = best_is_refined
        self.offset_beta = offset_beta
        self.per_clip = per_clip
        self.reg_weight = reg_weight
        self.cls_weight = cls_weight
        self.level_weight = level_weight
        self.assigner = TASK_UTILS.build(assigner)
        self.loss_cls = MODELS.build(loss_cls)

    def forward(self, outputs, points: Points,
                instances: Sequence[Tuple[Tensor, Tensor]],
                clip_length: int) -> Dict[str, Tensor]:
        """Losses of a batch.

        Args:
            outputs: :class:`ClipOutputs`.
            points: ``P`` points, in frames.
            instances: For each clip, ``(G, 2)`` segments in frames and
                ``(G,)`` labels.
            clip_length: Frames of a clip.

        Returns:
            dict: ``loss_reg`` and ``loss_cls`` of the coarse prediction,
            ``loss_refined_reg`` and ``loss_refined_cls``, ``loss_quality``,
            ``loss_start`` and ``loss_end``.
        """
        clips = []
        for index, (segments, labels) in enumerate(instances):
            targets = self.assigner(points, segments, labels)
            clips.append({
                **self._coarse(outputs, index, targets),
                **self._refined(outputs, index, targets)})
        losses = {name: self._mean([clip[name] for clip in clips])
                  for name in clips[0]}
        for name in losses:
            losses[name] = losses[name] * (
                self.reg_weight if name.endswith('reg') else self.cls_weight)
        maps = torch.stack([boundary_maps(segments, clip_length)
                            for segments, _ in instances])
        frames, *of_level = (
            boundary_activation_loss(activation, maps.to(activation))
            for activation in outputs.activations)
        start, end = (frames + self.level_weight * sum(of_level)).mean(dim=0)
        return dict(losses, loss_start=start, loss_end=end)

    def _mean(self, clips: List[Sums]) -> Tensor:
        total, number = (torch.stack(field) for field in zip(*clips))
        if self.per_clip:
            return (total / number.clamp(min=1)).mean()
        return total.sum() / number.sum().clamp(min=1)

    def _coarse(self, outputs, index: int,
                targets: ContainedTargets) -> Dict[str, Sums]:
        positive = targets.labels >= 0
        iou, _ = distance_iou(
            only(outputs.distances[index], positive), targets.distances)
        reg = 1 - iou
        cls = self.loss_cls(outputs.logits[index], targets.labels + 1)
        number = positive.sum()
        return dict(
            loss_reg=Sums((reg * positive).sum(), number),
            loss_cls=Sums(cls.sum(), number))

    def _refined(self, outputs, index: int,
                 targets: ContainedTargets) -> Dict[str, Sums]:
        positive = targets.labels >= 0
        coarse = as_precise(only(outputs.distances[index], positive))
        half = coarse.sum(dim=-1, keepdim=True) / 2
        offsets = as_precise(outputs.offsets[index])

        refined = self._refined_positives(coarse.detach(), targets, positive)
        missing = (targets.distances - coarse) / half
        reg = F.smooth_l1_loss(offsets, missing.detach(), reduction='none',
                               beta=self.offset_beta).sum(dim=-1)
        cls = self.loss_cls(outputs.refined_logits[index],
                            (targets.labels + 1) * refined)
        # no constant, as in the reference: segments learn of it, too
        iou, _ = distance_iou(coarse + half * offsets, targets.distances)
        quality = F.binary_cross_entropy_with_logits(
            as_precise(outputs.quality[index]), iou.clamp(0, 1),
            reduction='none')
        number = refined.sum()
        return dict(
            loss_refined_reg=Sums((reg * refined).sum(), number),
            loss_refined_cls=Sums(cls.sum(), number),
            loss_quality=Sums((quality * positive).sum(), positive.sum()))

    def _refined_positives(self, coarse: Tensor, targets: ContainedTargets,
                           positive: Tensor) -> Tensor:
        """``(P,)`` bool."""
        iou, _ = distance_iou(coarse, targets.distances)
        iou = iou.masked_fill(~positive, -1)
        least = iou.new_full((), self.min_iou)
        if self.best_is_refined:
            least = torch.minimum(least, iou.max())
        return positive & (iou >= least)


def only(distances: Tensor, positive: Tensor) -> Tensor:
    """Those of positive points, 1 elsewhere: what is not learned may be
    infinite, and times 0 it would not be 0."""
    return distances.where(positive[:, None], torch.ones_like(distances))
