"""From raw candidates to the detections of a video."""
from typing import Callable, Optional, Sequence

import torch
from mmaction.registry import TASK_UTILS
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData
from torch import Tensor

from mmbapg.ops import Detections, TemporalGrid, batched_nms
from mmbapg.ops.nms import SOFT_NMS_METHODS
from mmbapg.setting_checks import expect_fields, expect_one_of

from .point_generator import Points

#: ``(step, label) -> distances``.
DistancesOf = Callable[[Tensor, Tensor], Tensor]


@TASK_UTILS.register_module()
class SegmentPostProcessor:
    """Makes detections of what a pyramid network scores.

    :meth:`select` picks the best candidates of each level that are not too
    short, :meth:`limit` the best of all levels; :meth:`finish` puts them
    together, removes repetitions (NMS) and gives the rest in seconds within
    the video.

    Args:
        score_threshold: Candidates must score more.
        pre_nms_topk: Candidates kept for each pyramid level; ``None`` for
            all.
        max_candidates: Candidates kept of all levels of a video, or of a
            window, together; ``None`` for all that levels keep. OpenTAD
            limits these, and single levels not.
        min_length: Candidates must be longer, in steps.
        nms: Arguments of :func:`mmbapg.ops.batched_nms`.
        score_fusion: Config of a task module that names the classes of
            class-agnostic detections; see :class:`VideoScoreFusion`.

    Example:
        >>> from mmbapg.ops import TemporalGrid
        >>> sample = ActionDataSample()
        >>> sample.set_metainfo(dict(
        ...     grid=TemporalGrid(stride=25, window=0, fps=25), duration=9.0))
        >>> found = Detections(torch.tensor([[2.0, 12.0]]),
        ...                    torch.tensor([0.9]), torch.tensor([0]))
        >>> SegmentPostProcessor().finish([found], sample).segments
        tensor([[2., 9.]])
    """

    def __init__(self,
                 score_threshold: float = 0.001,
                 pre_nms_topk: Optional[int] = 2000,
                 max_candidates: Optional[int] = None,
                 min_length: float = 0.05,
                 nms: Optional[dict] = None,
                 score_fusion: Optional[dict] = None) -> None:
        self.score_threshold = score_threshold
        self.pre_nms_topk = pre_nms_topk
        self.max_candidates = max_candidates
        self.min_length = min_length
        self.nms = dict(nms or {})
        expect_fields('post_processor.nms', self.nms, batched_nms,
                      'detections')
        if 'method' in self.nms:
            expect_one_of('post_processor.nms.method', self.nms['method'],
                          (*SOFT_NMS_METHODS, 'nms', None))
        self.score_fusion = (
            None if score_fusion is None else TASK_UTILS.build(score_fusion))

    def select(self, scores: Tensor, distances_of: DistancesOf,
               points: Points) -> Detections:
        """Candidates of one level, best first, in steps.

        Args:
            scores: ``(T_l, num_classes)`` probabilities; 0 at padded steps.
            distances_of: Gives the distances to start and end of chosen
                steps and classes, ``(N, 2)`` in strides of the level.
            points: Points of the level.
        """
        flat = scores.flatten()
        index = (flat > self.score_threshold).nonzero().squeeze(1)
        order = flat[index].sort(descending=True).indices
        index = index[order[:self.pre_nms_topk]]
        point = index.div(scores.shape[1], rounding_mode='floor')
        label = index % scores.shape[1]
        reach = distances_of(point, label) * points.stride[point, None]
        position = points.position[point]
        segments = torch.stack(
            [position - reach[:, 0], position + reach[:, 1]], dim=1)
        candidates = Detections(segments, flat[index], label)
        return candidates.take(
            segments[:, 1] - segments[:, 0] > self.min_length)

    def limit(self, levels: Sequence[Detections]) -> Sequence[Detections]:
        """The best candidates of all levels of a sequence.

        Args:
            levels: Candidates of each level.

        Returns:
            The same where there is no limit; or all that are left as those of
            one level, best first.
        """
        if self.max_candidates is None:
            return levels
        joined = Detections(*map(torch.cat, zip(*levels)))
        best = joined.scores.sort(descending=True).indices
        return [joined.take(best[:self.max_candidates])]

    def grid_of(self, sample: ActionDataSample) -> TemporalGrid:
        """The grid in whose steps candidates are."""
        return sample.grid

    def finish(self, levels: Sequence[Detections],
               sample: ActionDataSample) -> InstanceData:
        """Apply NMS to all levels together, and change steps to seconds.

        Args:
            levels: Candidates of each level, in steps.
            sample: With the meta information ``grid`` and ``duration``
                (seconds, to which detections are clamped), and what
                ``score_fusion`` needs.

        Returns:
            InstanceData: ``segments`` ``(N, 2)`` in seconds, ``scores`` and
            ``labels`` ``(N,)``, best first, on the CPU.
        """
        candidates = Detections(*(torch.cat(field).cpu()
                                  for field in zip(*levels)))
        kept = batched_nms(candidates, **self.nms)
        seconds = self.grid_of(sample).to_seconds(kept.segments)
        kept = kept._replace(segments=self.within(seconds, sample))
        if self.score_fusion is not None:
            kept = self.score_fusion(kept, sample)
        return InstanceData(**kept._asdict())

    def cut_to_video(self, levels: Sequence[Detections],
                     sample: ActionDataSample) -> Sequence[Detections]:
        """Candidates, in steps, that end where the video does.

        Those of windows are before the suppression, as in OpenTAD: else two
        that differ only beyond the ends of the video would both stay.
        """
        first, end = (self.grid_of(sample).to_steps(seconds)
                      for seconds in (0.0, sample.duration))
        return [level._replace(segments=level.segments.clamp(first, end))
                for level in levels]

    def within(self, seconds: Tensor, sample: ActionDataSample) -> Tensor:
        """Segments ``(N, 2)`` in seconds, cut off at the ends of the video."""
        return seconds.clamp(min=0, max=sample.duration)
