"""The head of TadTR."""
import copy
import math
from typing import Dict, List, NamedTuple, Sequence, Tuple, cast

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS, TASK_UTILS
from mmaction.structures import ActionDataSample
from mmengine.dist import all_reduce
from mmengine.model import BaseModule
from mmengine.structures import InstanceData
from torch import Tensor, nn

from mmbapg.ops import roi_align_1d, segment_iou, to_start_end

from ..task_modules.hungarian_assigner import Instances

Matches = Sequence[Tuple[Tensor, Tensor]]


class QueryOutputs(NamedTuple):
    """Raw outputs of ``L`` decoder layers for ``B`` sequences.

    ``logits`` ``(L, B, Q, num_classes)``; ``segments`` ``(L, B, Q, 2)``,
    centre and width as shares of the sequence; ``actionness`` ``(B, Q)`` of
    the last layer's segments, in [0, 1].
    """
    logits: Tensor
    segments: Tensor
    actionness: Tensor

    @classmethod
    def concat(cls, outputs: Sequence['QueryOutputs']) -> 'QueryOutputs':
        """Outputs of several batches as those of one."""
        logits, segments, actionness = zip(*outputs)
        return cls(torch.cat(logits, dim=1), torch.cat(segments, dim=1),
                   torch.cat(actionness))


@MODELS.register_module()
class SegmentQueryHead(BaseModule):
    """Classifies, refines and rates the segments of queries.

    TadTR (https://arxiv.org/abs/2106.10271). Every decoder layer has a branch
    for classes and one for segments. Actionness regression then rates the
    segments of the last layer by the features in and around them.

    Args:
        num_classes: Number of classes.
        in_channels: Width of the queries and of the encoded sequence.
        num_layers: Layers of the decoder.
        prior_prob: Initial probability of every class of every query.
        initial_width_logit: Logit of the first layer's initial widths.
        roi_bins: Bins of RoIAlign, by which a segment is rated.
        roi_scale: By how much a segment is widened first.
        actionness_weight: Of the loss of the actionness, whose target is the
            tIoU of the segment with the instance that it fits best.
        actionness_in_batch: Look for that instance among those of the whole
            batch, as TadTR's code does. ``False`` looks in the same sequence.
        assigner, post_processor: Configs of task modules.
        loss_cls, loss_l1, loss_iou: Configs of losses that sum; each is
            divided by the number of instances.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 num_classes: int,
                 in_channels: int,
                 num_layers: int = 4,
                 prior_prob: float = 0.01,
                 initial_width_logit: float = -2.0,
                 roi_bins: int = 16,
                 roi_scale: float = 1.5,
                 actionness_weight: float = 4.0,
                 actionness_in_batch: bool = True,
                 assigner: dict = dict(type='HungarianAssigner'),
                 post_processor: dict = dict(type='WindowPostProcessor'),
                 loss_cls: dict = dict(
                     type='SigmoidFocalLoss', loss_weight=2.0),
                 loss_l1: dict = dict(type='SegmentL1Loss', loss_weight=5.0),
                 loss_iou: dict = dict(type='SegmentIoULoss', loss_weight=2.0),
                 init_cfg=None) -> None:
        super().__init__(init_cfg)
        self.num_classes = num_classes
        self.roi_bins = roi_bins
        self.roi_scale = roi_scale
        self.actionness_weight = actionness_weight
        self.actionness_in_batch = actionness_in_batch
        self.assigner = TASK_UTILS.build(assigner)
        self.post_processor = TASK_UTILS.build(post_processor)
        self.loss_cls = MODELS.build(loss_cls)
        self.loss_l1 = MODELS.build(loss_l1)
        self.loss_iou = MODELS.build(loss_iou)

        classifier = nn.Linear(in_channels, num_classes)
        nn.init.constant_(classifier.bias,
                          math.log(prior_prob / (1 - prior_prob)))
        regressor = perceptron(in_channels, in_channels, 2)
        last = cast(nn.Linear, regressor[-1])
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        # all layers start alike
        self.cls_branches = nn.ModuleList(
            copy.deepcopy(classifier) for _ in range(num_layers))
        regressors = [copy.deepcopy(regressor) for _ in range(num_layers)]
        nn.init.constant_(cast(nn.Linear, regressors[0][-1]).bias[1:],
                          initial_width_logit)
        self.segment_branches = nn.ModuleList(regressors)
        self.actionness = perceptron(roi_bins * in_channels, in_channels, 1)

    def forward(self, hidden: Tensor, segments: Tensor, memory: Tensor,
                lengths: Tensor) -> QueryOutputs:
        """Classify and rate.

        Args:
            hidden: ``(L, B, Q, C)`` queries of each decoder layer.
            segments: ``(L, B, Q, 2)``, refined by ``segment_branches``.
            memory: ``(B, T, C)`` the encoded sequence.
            lengths: ``(B,)`` valid steps of each sequence.
        """
        logits = torch.stack([branch(queries) for branch, queries in zip(
            self.cls_branches, hidden)])
        centre, width = segments[-1].detach().unbind(dim=-1)
        length = lengths.to(centre)[:, None]
        widened = to_start_end(
            torch.stack([centre, width * self.roi_scale], dim=-1))
        steps = (widened * length[..., None]).clamp(min=0)
        pooled = roi_align_1d(
            memory.transpose(1, 2), torch.minimum(steps, length[..., None]),
            self.roi_bins, lengths)
        rating = self.actionness(pooled.flatten(2)).float().sigmoid()
        return QueryOutputs(logits, segments, rating.squeeze(-1))

    def loss(self, outputs: QueryOutputs,
             instances: Sequence[Instances]) -> Dict[str, Tensor]:
        """Losses of a batch.

        Args:
            outputs: Raw outputs.
            instances: Of each sequence, ``(G, 2)`` segments, centre and width
                as shares of the sequence, and ``(G,)`` labels.

        Returns:
            dict: ``loss_cls``, ``loss_l1`` and ``loss_iou`` of the last layer
            and, after ``d0.``, ``d1.``, ..., of the others;
            ``loss_actionness``; and ``class_error``, the percentage of
            matched queries of the last layer with another best class.
        """
        number = outputs.logits.new_full(
            (), sum(len(labels) for _, labels in instances),
            dtype=torch.float32)
        all_reduce(number, 'mean')
        number = number.clamp(min=1)
        losses = {}
        for layer, (logits, segments) in enumerate(
                zip(outputs.logits, outputs.segments)):
            matches = self.assigner(logits, segments, instances)
            of_layer = self._matched_losses(logits.float(), segments,
                                            instances, matches, number)
            last = layer == len(outputs.logits) - 1
            losses.update({name if last else f'd{layer}.{name}': value
                           for name, value in of_layer.items()})
        rating = self._actionness_target(outputs.segments[-1], instances)
        losses['loss_actionness'] = self.actionness_weight * F.l1_loss(
            outputs.actionness, rating)
        losses['class_error'] = class_error(outputs.logits[-1], instances,
                                            matches)
        return losses

    def predict(self, outputs: QueryOutputs, lengths: Sequence[int],
                windows: Sequence[Sequence[Tuple[int, int]]],
                samples: Sequence[ActionDataSample]) -> List[InstanceData]:
        """Detections of each video of a batch.

        Args:
            outputs: Raw outputs for all windows, video by video.
            lengths: Steps that each of these sequences counts as.
            windows: Of each video, each window's first step and the step after
                its last.
            samples: Of each video.

        Returns:
            list: See :meth:`WindowPostProcessor.finish`.
        """
        scores = (outputs.logits[-1].float().sigmoid() *
                  outputs.actionness[..., None])
        shares = to_start_end(outputs.segments[-1])
        sequence = iter(zip(scores, shares, lengths))
        results = []
        for of_video, sample in zip(windows, samples):
            candidates = []
            for first, _ in of_video:
                score, share, length = next(sequence)
                candidates.append(self.post_processor.select(
                    score, first + share * length))
            results.append(
                self.post_processor.finish(candidates, of_video, sample))
        return results

    def _matched_losses(self, logits: Tensor, segments: Tensor,
                        instances: Sequence[Instances], matches: Matches,
                        number: Tensor) -> Dict[str, Tensor]:
        sequence, query, targets, labels = gather(instances, matches)
        classes = torch.zeros_like(logits)
        classes[sequence, query, labels] = 1
        matched = segments[sequence, query]
        return dict(
            loss_cls=self.loss_cls(logits, classes) / number,
            loss_l1=self.loss_l1(matched, targets) / number,
            loss_iou=self.loss_iou(matched, targets) / number)

    @torch.no_grad()
    def _actionness_target(self, segments: Tensor,
                           instances: Sequence[Instances]) -> Tensor:
        """tIoU of each segment with its best instance, ``(B, Q)``."""
        targets = torch.cat([segments for segments, _ in instances])
        if not len(targets):
            return torch.zeros_like(segments[..., 0])
        iou = segment_iou(
            to_start_end(segments.flatten(0, 1)), to_start_end(targets))
        iou = iou.view(*segments.shape[:2], -1)
        if not self.actionness_in_batch:
            owner = torch.repeat_interleave(torch.tensor(
                [len(labels) for _, labels in instances])).to(iou.device)
            own = owner == torch.arange(len(iou), device=iou.device)[:, None]
            iou = iou * own[:, None]
        return iou.amax(dim=2)


def perceptron(in_channels: int, channels: int,
               out_channels: int) -> nn.Sequential:
    """Three layers."""
    return nn.Sequential(
        nn.Linear(in_channels, channels), nn.ReLU(inplace=True),
        nn.Linear(channels, channels), nn.ReLU(inplace=True),
        nn.Linear(channels, out_channels))


def gather(instances: Sequence[Instances],
           matches: Matches) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    """Sequence, query, target segment and label of every match."""
    sequence = torch.cat([torch.full_like(query, index)
                          for index, (query, _) in enumerate(matches)])
    query = torch.cat([query for query, _ in matches])
    targets, labels = (torch.cat([
        video[field][target] for video, (_, target) in zip(instances, matches)
    ]) for field in (0, 1))
    return sequence, query, targets, labels


@torch.no_grad()
def class_error(logits: Tensor, instances: Sequence[Instances],
                matches: Matches) -> Tensor:
    """Percentage of matched queries whose best class is another one."""
    sequence, query, _, labels = gather(instances, matches)
    wrong = logits[sequence, query].argmax(dim=1) != labels
    return 100 * wrong.float().sum() / max(len(wrong), 1)
