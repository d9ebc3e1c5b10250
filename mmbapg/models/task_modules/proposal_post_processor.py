"""From scored proposals of windows to those of a video, and to detections."""
from typing import Callable, Dict, Optional, Sequence

import torch
from mmaction.registry import TASK_UTILS
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData
from torch import Tensor

from mmbapg.ops import Detections, TemporalGrid, decaying_nms, temporal_nms
from mmbapg.setting_checks import expect_fields, expect_one_of

PLACES = ('edges', 'middles')


def _greedy(segments: Tensor, scores: Tensor, iou_threshold: float,
            max_proposals: int, **others) -> Tensor:
    """Positions of what greedy NMS leaves. Fields of the other method may be
    there too, where a base config has them."""
    _, kept = temporal_nms(segments, scores, iou_threshold)
    return kept[:max_proposals]


WAYS: Dict[str, Callable] = dict(soft=decaying_nms, greedy=_greedy)


@TASK_UTILS.register_module()
class ProposalPostProcessor:
    """Removes repetitions, changes steps to seconds, and names classes.

    Args:
        nms: How repetitions are suppressed: ``dict(method='soft')`` with
            arguments of :func:`mmbapg.ops.proposal_nms.decaying_nms`, of
            which ``divisor`` and ``max_proposals`` must be there; or
            ``dict(method='greedy', iou_threshold=..., max_proposals=...)``.
        window_length: Steps of a window, of which ``spared_iou`` of ``nms``
            takes shares. The head tells it.
        nms_in_windows: Suppress in each window first, and then what all
            windows have left, with the scores that it has left them. Even a
            single window is suppressed twice then, as in G-TAD's code.
        too_long: Proposals of so many steps or more score 0.
        bounds_at: Where proposals from step a to step b begin and end: at
            the ``edges`` before these steps, or at their ``middles``, as in
            G-TAD's code for THUMOS14.
        keep_beyond_end: Keep proposals of which nothing is left once they are
            cut off at the end of the video. They end before they start, as in
            G-TAD's code, which finds them where a video is padded.
        decimals: Of seconds and of scores, where results are rounded.
        score_fusion: Config of a task module that names the classes of
            proposals; see :class:`VideoScoreFusion`. Without, all are of
            class 0.

    Raises:
        SettingError: If ``method`` or ``bounds_at`` is unknown, or ``nms`` has
            not the fields of its method.
    """

    def __init__(self,
                 nms: dict,
                 window_length: float = 1.0,
                 nms_in_windows: bool = False,
                 too_long: Optional[float] = None,
                 bounds_at: str = 'edges',
                 keep_beyond_end: bool = False,
                 decimals: Optional[Sequence[int]] = None,
                 score_fusion: Optional[dict] = None) -> None:
        settings = dict(nms)
        self.method = settings.pop('method', None)
        expect_one_of('post_processor.nms.method', self.method, WAYS)
        expect_one_of('post_processor.bounds_at', bounds_at, PLACES)
        expect_fields('post_processor.nms', settings, WAYS[self.method],
                      'segments', 'scores', 'span')
        self.nms = settings
        self.window_length = window_length
        self.nms_in_windows = nms_in_windows
        self.too_long = too_long
        self.bounds_at = bounds_at
        self.keep_beyond_end = keep_beyond_end
        self.decimals = decimals
        self.score_fusion = (
            None if score_fusion is None else TASK_UTILS.build(score_fusion))

    def select(self, segments: Tensor, scores: Tensor) -> Detections:
        """Proposals of one window.

        Args:
            segments: ``(N, 2)`` in steps of the video.
            scores: ``(N,)``.

        Returns:
            Detections, on the CPU, in double precision.
        """
        segments, scores = segments.cpu().double(), scores.cpu().double()
        if self.too_long is not None:
            length = segments[:, 1] - segments[:, 0]
            scores = scores * (length < self.too_long)
        found = Detections(segments, scores,
                           torch.zeros(len(scores), dtype=torch.int64))
        return self.suppress(found) if self.nms_in_windows else found

    def suppress(self, found: Detections) -> Detections:
        """What NMS leaves, in the order in which it picks it."""
        if self.method == 'soft':
            inds, scores = decaying_nms(
                found.segments, found.scores, span=self.window_length,
                **self.nms)
            return found.take(inds)._replace(scores=scores)
        return found.take(_greedy(found.segments, found.scores, **self.nms))

    def finish(self, windows: Sequence[Detections],
               sample: ActionDataSample) -> InstanceData:
        """Proposals or detections of a video.

        Args:
            windows: Of each window, in order; see :meth:`select`.
            sample: With the meta information ``grid`` and ``duration``
                (seconds, to which proposals are cut off), and what
                ``score_fusion`` needs.

        Returns:
            InstanceData: ``segments`` ``(N, 2)`` in seconds, ``scores`` and
            ``labels`` ``(N,)``, best first, on the CPU.
        """
        found = self.suppress(
            Detections(*(torch.cat(field) for field in zip(*windows))))
        seconds = self.grid_of(sample).to_seconds(found.segments)
        # not both ends on both sides: see keep_beyond_end
        start = seconds[:, 0].clamp(min=0)
        end = seconds[:, 1].clamp(max=sample.duration)
        found = found._replace(segments=torch.stack([start, end], dim=1))
        if not self.keep_beyond_end:
            found = found.take(start < end)
        if self.score_fusion is not None:
            found = self.score_fusion(found, sample)
        if self.decimals is not None:
            found = self._rounded(found)
        return InstanceData(segments=found.segments.float(),
                            scores=found.scores.float(), labels=found.labels)

    def grid_of(self, sample: ActionDataSample) -> TemporalGrid:
        """The grid on which a proposal's steps are the times of its ends."""
        return (sample.grid.edges() if self.bounds_at == 'edges' else
                sample.grid)

    def _rounded(self, found: Detections) -> Detections:
        seconds, scores = self.decimals or ()
        found = found._replace(
            segments=found.segments.round(decimals=seconds),
            scores=found.scores.round(decimals=scores))
        order = found.scores.sort(descending=True, stable=True).indices
        return found.take(order)
