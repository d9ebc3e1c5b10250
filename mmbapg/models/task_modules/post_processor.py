"""From raw candidates to the detections of a video."""
from typing import Optional, Sequence

import torch
from mmaction.registry import TASK_UTILS
from mmengine.structures import InstanceData
from torch import Tensor

from mmbapg.ops import Detections, TemporalGrid, batched_nms

from .point_generator import Points


@TASK_UTILS.register_module()
class SegmentPostProcessor:
    """Score filter, top-k per level, length filter, NMS, seconds, clamp.

    Args:
        score_threshold: Candidates must score more.
        pre_nms_topk: Candidates kept for each pyramid level.
        min_length: Candidates must be longer, in steps.
        nms: Arguments of :func:`mmbapg.ops.batched_nms`.
    """

    def __init__(self,
                 score_threshold: float = 0.001,
                 pre_nms_topk: int = 2000,
                 min_length: float = 0.05,
                 nms: Optional[dict] = None) -> None:
        self.score_threshold = score_threshold
        self.pre_nms_topk = pre_nms_topk
        self.min_length = min_length
        self.nms = dict(nms or {})

    def select(self, scores: Tensor, distances: Tensor,
               points: Points) -> Detections:
        """Candidates of one level, best first, in steps.

        Args:
            scores: ``(T_l, num_classes)`` probabilities; 0 at padded steps.
            distances: ``(T_l, 2)`` to start and end in strides of the level.
            points: Points of the level.
        """
        flat = scores.flatten()
        index = (flat > self.score_threshold).nonzero().squeeze(1)
        order = flat[index].sort(descending=True).indices
        index = index[order[:self.pre_nms_topk]]
        point = index.div(scores.shape[1], rounding_mode='floor')
        reach = distances[point] * points.stride[point, None]
        position = points.position[point]
        segments = torch.stack(
            [position - reach[:, 0], position + reach[:, 1]], dim=1)
        candidates = Detections(segments, flat[index],
                                index % scores.shape[1])
        return candidates.take(
            segments[:, 1] - segments[:, 0] > self.min_length)

    def finish(self, levels: Sequence[Detections], grid: TemporalGrid,
               duration: float) -> InstanceData:
        """Suppress, and put on the video's clock.

        Args:
            levels: Candidates of each level, in steps.
            grid: The video's grid.
            duration: Of the video, in seconds; detections are clamped to it.

        Returns:
            InstanceData: ``segments`` ``(N, 2)`` in seconds, ``scores`` and
            ``labels`` ``(N,)``, best first, on the CPU.
        """
        candidates = Detections(*(torch.cat(field).cpu()
                                  for field in zip(*levels)))
        kept = batched_nms(candidates, **self.nms)
        seconds = grid.to_seconds(kept.segments).clamp(min=0, max=duration)
        return InstanceData(
            segments=seconds, scores=kept.scores, labels=kept.labels)
