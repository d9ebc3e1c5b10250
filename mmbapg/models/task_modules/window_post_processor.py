"""From raw candidates of sliding windows to the detections of a video."""
from typing import List, Sequence, Tuple

import torch
from mmaction.registry import TASK_UTILS
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData
from torch import Tensor

from mmbapg.ops import Detections, temporal_nms


@TASK_UTILS.register_module()
class WindowPostProcessor:
    """Makes detections of what is found in the windows of a video.

    The best candidates of each window are kept. Queries of one window do not
    repeat each other, so NMS is needed only where two windows overlap. It acts
    once for each stretch that a window shares with the next, on the detections
    that touch it, within each class. A detection that touches several such
    stretches takes part in each and stays if it survives in any.

    Args:
        max_per_window: Candidates (query and class) kept for each window.
        iou_threshold: Of the NMS.
        list_repeats: A detection that survives in several stretches is listed
            as often, as TadTR's evaluation code does; every further time it
            counts as a false positive. ``False`` lists it once.
    """

    def __init__(self,
                 max_per_window: int = 100,
                 iou_threshold: float = 0.4,
                 list_repeats: bool = False) -> None:
        self.max_per_window = max_per_window
        self.iou_threshold = iou_threshold
        self.list_repeats = list_repeats

    def select(self, scores: Tensor, segments: Tensor) -> Detections:
        """Candidates of one window, best first.

        Args:
            scores: ``(Q, num_classes)``.
            segments: ``(Q, 2)`` start and end.
        """
        number = min(self.max_per_window, scores.numel())
        best, index = scores.flatten().topk(number)
        query = index.div(scores.shape[1], rounding_mode='floor')
        return Detections(segments[query], best, index % scores.shape[1])

    def finish(self, candidates: Sequence[Detections],
               windows: Sequence[Tuple[int, int]],
               sample: ActionDataSample) -> InstanceData:
        """Remove what two windows found twice, and change steps to seconds.

        Args:
            candidates: Of each window, in steps of the video; step ``i``
                fills ``[i, i + 1)``.
            windows: First step of each window and the step after its last, in
                order.
            sample: With the meta information ``grid``.

        Returns:
            InstanceData: ``segments`` ``(N, 2)`` in seconds, ``scores`` and
            ``labels`` ``(N,)``, best first, on the CPU. As in the reference,
            segments may reach beyond the video.
        """
        found = Detections(*(torch.cat(field).cpu()
                             for field in zip(*candidates)))
        shared = [(after[0], before[1])
                  for before, after in zip(windows, windows[1:])]
        found = found.take(self._survivors(found, shared))
        found = found.take(
            found.scores.sort(descending=True, stable=True).indices)
        seconds = sample.grid.edges().to_seconds(found.segments)
        return InstanceData(**found._replace(segments=seconds)._asdict())

    def _survivors(self, found: Detections,
                   shared: Sequence[Tuple[int, int]]) -> Tensor:
        """Indices of the detections to list."""
        start, end = found.segments.unbind(dim=1)
        alone = torch.ones_like(found.scores, dtype=torch.bool)
        survivors: List[Tensor] = []
        for first, last in shared:
            touches = end.clamp(max=last) > start.clamp(min=first)
            alone &= ~touches
            for label in found.labels[touches].unique():
                index = (touches & (found.labels == label)).nonzero()[:, 0]
                _, kept = temporal_nms(found.segments[index],
                                       found.scores[index],
                                       self.iou_threshold)
                survivors.append(index[kept])
        joined = torch.cat([*survivors, alone.nonzero()[:, 0]])
        return joined if self.list_repeats else joined.unique()
