"""From raw outputs for the clips of a video to its detections."""
from typing import NamedTuple, Optional, Sequence

import torch
from mmaction.registry import TASK_UTILS
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData
from torch import Tensor

from mmbapg.ops import Detections, TemporalGrid, as_precise

from .post_processor import SegmentPostProcessor


class Decoded(NamedTuple):
    """``segments`` ``(B, P, 2)`` in frames of the clip, and within it;
    ``scores`` ``(B, P, num_classes)``."""
    segments: Tensor
    scores: Tensor


@TASK_UTILS.register_module()
class ClipPostProcessor(SegmentPostProcessor):
    """Makes detections of what AFSD finds in the clips of a video.

    AFSD (https://arxiv.org/abs/2103.13137), Eq. 15. Candidates of all clips
    are put together before the suppression. Those that end before they begin
    are left out.

    Args:
        score_threshold: Candidates must score more.
        nms: Arguments of :func:`mmbapg.ops.batched_nms`. By default those of
            AFSD for THUMOS14, but for ``leave_last``.
        keep_beyond_end: Leave detections that end after the video as they
            are, as AFSD's code for THUMOS14 does: the last clip of a video
            can be longer than what is left of it. By default they end with
            the video.
        score_fusion: See :class:`SegmentPostProcessor`.
    """

    NMS = dict(method='gaussian', sigma=0.5, min_score=1e-3,
               max_per_class=5000, max_per_video=100_000)

    def __init__(self,
                 score_threshold: float = 0.01,
                 nms: Optional[dict] = None,
                 score_fusion: Optional[dict] = None,
                 keep_beyond_end: bool = False) -> None:
        super().__init__(score_threshold, min_length=0,
                         nms={**self.NMS, **(nms or {})},
                         score_fusion=score_fusion)
        self.keep_beyond_end = keep_beyond_end

    def decode(self, outputs, position: Tensor, clip_length: int) -> Decoded:
        """Refined segments, and their scores.

        Args:
            outputs: :class:`ClipOutputs`.
            position: ``(P,)`` points in frames.
            clip_length: Frames of a clip.
        """
        coarse, offsets = map(as_precise, (outputs.distances, outputs.offsets))
        refined = coarse + coarse.sum(dim=-1, keepdim=True) / 2 * offsets
        segments = torch.stack([position - refined[..., 0],
                                position + refined[..., 1]], dim=-1)
        first, second = (as_precise(each).softmax(dim=-1)[..., 1:] for each in
                         (outputs.logits, outputs.refined_logits))
        quality = as_precise(outputs.quality).sigmoid()[..., None]
        return Decoded(segments.clamp(0, clip_length),
                       (first + second) / 2 * quality)

    def grid_of(self, sample: ActionDataSample) -> TemporalGrid:
        """On which a frame lies between its number and the next."""
        return sample.grid.beginnings()

    def within(self, seconds: Tensor, sample: ActionDataSample) -> Tensor:
        return (seconds if self.keep_beyond_end else
                super().within(seconds, sample))

    def detections(self, decoded: Decoded, starts: Sequence[int],
                   sample: ActionDataSample) -> InstanceData:
        """Detections of a video.

        Args:
            decoded: Of its clips.
            starts: First frame of each clip.
            sample: See :meth:`SegmentPostProcessor.finish`; its grid counts
                frames.
        """
        clips = []
        for segments, scores, start in zip(*decoded, starts):
            point, label = (scores > self.score_threshold).nonzero(
                as_tuple=True)
            found = Detections(
                segments[point] + start, scores[point, label], label)
            clips.append(found.take(
                segments[point, 1] - segments[point, 0] > self.min_length))
        found = self.finish(clips, sample)
        start, end = found.segments.unbind(dim=1)
        return found[end > start]  # some began at the end of the video
