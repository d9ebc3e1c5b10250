"""The head of TriDet."""
from typing import List, NamedTuple, Tuple

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import Tensor

from mmbapg.errors import SettingError
from mmbapg.ops import as_precise

from ..losses.segment_iou_loss import distance_iou
from .anchor_free_head import AnchorFreeHead, RegressionPairs


class TridentOutputs(NamedTuple):
    """Raw outputs, one entry per pyramid level.

    ``cls_logits``, ``start_logits`` and ``end_logits``
    ``(B, T_l, num_classes)``; ``bins`` ``(B, T_l, 2 * (num_bins + 1))``, those
    to the start first, not negative.
    """
    cls_logits: List[Tensor]
    bins: List[Tensor]
    start_logits: List[Tensor]
    end_logits: List[Tensor]


@MODELS.register_module()
class TridentHead(AnchorFreeHead):
    """Distances to the boundaries as expectations over bins.

    TriDet (https://arxiv.org/abs/2303.07347), Sec. 3.3, Eq. 5-7. The distance
    to the start is distributed over ``num_bins + 1`` steps that end at the
    point; the logit of each step is the sum of two: one of a start of the
    class at that step, one of the point itself for that distance. Likewise for
    the end. Boundaries depend on the class.

    The classification loss of a pair of point and class is weighted by
    ``IoU ** iou_weight_power`` of its segment. As in the reference this weight
    is not detached: classification teaches the boundaries too.

    Args:
        num_bins: Steps that the distributions reach.
        boundary_kernel_size: Of the convolutions of both boundary branches.
        iou_weight_power: See above.
        *args, **kwargs: See :class:`AnchorFreeHead`.
    """

    class_branches = ('cls', 'start', 'end')

    def __init__(self,
                 *args,
                 num_bins: int = 16,
                 boundary_kernel_size: int = 3,
                 iou_weight_power: float = 0.2,
                 **kwargs) -> None:
        self.num_bins = num_bins
        self.iou_weight_power = iou_weight_power
        super().__init__(*args, **kwargs)
        if getattr(self.assigner, 'reads_predictions', False):
            raise SettingError(
                f'assigner: found {type(self.assigner).__name__}, which '
                'compares instances with the one segment of a point, expected '
                'CentrePointAssigner: the segments of TridentHead depend on '
                'the class')
        for name in ('start', 'end'):
            self._add_branch(name, self.num_classes, boundary_kernel_size)

    @property
    def num_regressed(self) -> int:
        """Values that the regression branch gives for each point."""
        return 2 * (self.num_bins + 1)

    def forward(  # type: ignore[override]  # the outputs of a head are its own
            self, feats: List[Tensor],
            masks: List[Tensor]) -> TridentOutputs:
        """Apply all towers; no gradient goes from the boundary towers to the
        pyramid.

        Args:
            feats: ``(B, C, T_l)`` features of each level.
            masks: ``(B, 1, T_l)`` bool of each level.
        """
        fixed = [feat.detach() for feat in feats]
        return TridentOutputs(
            self._branch('cls', feats, masks), self._reach(feats, masks),
            self._branch('start', fixed, masks),
            self._branch('end', fixed, masks))

    def _regression_pairs(  # type: ignore[override]
            self, outputs: TridentOutputs, classes: Tensor,
                          distances: Tensor,
                          positive: Tensor) -> RegressionPairs:
        """Pairs of a positive point and one of its classes."""
        learned = positive[..., None] & (classes > 0)
        lengths = [logits.shape[1] for logits in outputs.cls_logits]
        found, wanted, weights = [], [], []
        for level, (pairs, target) in enumerate(
                zip(learned.split(lengths, 1), distances.split(lengths, 1))):
            place = video, step, label = pairs.nonzero(as_tuple=True)
            found.append(
                self._distances_at(outputs, level, video, step, label))
            wanted.append(target[video, step])
            weight = torch.ones_like(pairs, dtype=target.dtype)
            weights.append(
                weight.index_put(place, self._weight(found[-1], wanted[-1])))
        return RegressionPairs(
            torch.cat(found), torch.cat(wanted), torch.cat(weights, dim=1))

    def _weight(self, found: Tensor, wanted: Tensor) -> Tensor:
        """``(N,)`` tIoU to a power, with no infinite slope at zero."""
        iou, _ = distance_iou(found, wanted)
        touches = iou > 0
        power = torch.where(touches, iou, 1).pow(self.iou_weight_power)
        return power * touches

    def _distances_at(  # type: ignore[override]
            self, outputs: TridentOutputs, level: int, video,
                      step: Tensor, label: Tensor) -> Tensor:
        """``(N, 2)`` expected distances of chosen steps and classes."""
        to_start, to_end = outputs.bins[level][video, step].chunk(2, dim=-1)
        before, after = self._windows(outputs.start_logits[level],
                                      outputs.end_logits[level])
        bins = torch.arange(self.num_bins + 1, device=step.device)
        # no matrix product, which mixed precision would round to 8 bits
        start = before[video, step, label] + to_start
        end = after[video, step, label] + to_end
        return torch.stack([
            (as_precise(start).softmax(dim=-1) * bins.flip(0)).sum(dim=-1),
            (as_precise(end).softmax(dim=-1) * bins).sum(dim=-1)], dim=-1)

    def _windows(self, start: Tensor,
                 end: Tensor) -> Tuple[Tensor, Tensor]:
        """Logits of the steps that each step's bins stand for.

        Beyond the ends of the sequence they are zero.

        Args:
            start, end: ``(B, T_l, num_classes)``.

        Returns:
            tuple: Views ``(B, T_l, num_classes, num_bins + 1)``.
        """
        reach = self.num_bins
        before = F.pad(start, (0, 0, reach, 0)).unfold(1, reach + 1, 1)
        after = F.pad(end, (0, 0, 0, reach)).unfold(1, reach + 1, 1)
        return before, after
