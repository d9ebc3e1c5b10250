"""Classes for class-agnostic detections."""
import torch
from mmaction.registry import TASK_UTILS
from mmaction.structures import ActionDataSample

from mmbapg.errors import SettingError
from mmbapg.ops import Detections


@TASK_UTILS.register_module()
class VideoScoreFusion:
    """Gives every proposal the classes that a classifier found in its video.

    The practice on ActivityNet, where a video rarely holds more than one
    class: a localizer that is trained with one class for all finds segments,
    and an external classifier of whole videos names them. The score is
    ``(proposal score * class score) ** power``.

    Args:
        topk: Classes of each video.
        max_proposals: Proposals of each video that are named; the result has
            up to ``topk`` times as many detections.
        power: See above. 0.5 in ActionFormer's code and those after it, 1 in
            that of BSN, BMN, G-TAD and AFSD.
    """

    def __init__(self, topk: int = 2, max_proposals: int = 200,
                 power: float = 0.5) -> None:
        self.topk = topk
        self.max_proposals = max_proposals
        self.power = power

    def __call__(self, proposals: Detections,
                 sample: ActionDataSample) -> Detections:
        """Name proposals.

        Args:
            proposals: Best first; their labels are ignored.
            sample: With the meta information ``video_scores``
                ``(num_classes,)``, which ``LoadVideoScores`` reads.

        Returns:
            Detections, best first.

        Raises:
            SettingError: If there are no scores of the video, or too few.
        """
        scores = sample.get('video_scores')
        if scores is None:
            raise SettingError(
                f'video {sample.video_name}: found no video_scores, expected '
                'LoadVideoScores in the pipeline and video_scores among the '
                'meta_keys of PackFeatures')
        if len(scores) < self.topk:
            raise SettingError(
                f'video {sample.video_name}: found video_scores of '
                f'{len(scores)} classes, expected at least topk={self.topk}')
        best = torch.as_tensor(scores).to(proposals.scores).topk(self.topk)
        number = len(proposals.scores[:self.max_proposals])
        fused = (best.values[:, None] *
                 proposals.scores[:number]).pow(self.power).flatten()
        order = fused.sort(descending=True, stable=True).indices
        return Detections(
            proposals.segments[:number].repeat(self.topk, 1), fused,
            best.indices.repeat_interleave(number)).take(order)
