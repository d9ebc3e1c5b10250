"""Names the actions of proposals that somebody else has found."""
from typing import List, NamedTuple, Optional, Sequence, Tuple

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.model import BaseModel
from mmengine.structures import InstanceData
from torch import Tensor

from mmbapg.errors import SettingError
from mmbapg.ops import TemporalGrid, roi_align_1d, segment_iou


class Examples(NamedTuple):
    """Segments ``(N, 2)`` in seconds, and their labels ``(N,)``."""
    segments: Tensor
    labels: Tensor


@MODELS.register_module()
class ProposalClassifier(BaseModel):
    """A small classifier on features that are pooled over proposals.

    It is trained on whole videos: true segments, copies of them whose ends
    are moved, and segments of the background. In testing it names proposals
    of any generator (``LoadFoundProposals``): a detection scores the
    proposal's score times the probability of its class.

    Args:
        head: Config of a :class:`PooledClassHead`.
        copies: Of each true segment, in training.
        jitter: Ends of copies move by up to this share of its length.
        background_iou: Random segments with less tIoU with any true one are
            background.
        margin: Segments are widened by this share of their length on both
            sides before they are pooled, so that what is around them counts.
        topk: Classes of each proposal.
        data_preprocessor: Config; by default tensors just move to the
            model's device.
        init_cfg: See :class:`mmengine.model.BaseModel`.
    """

    def __init__(self,
                 head: dict,
                 copies: int = 4,
                 jitter: float = 0.15,
                 background_iou: float = 0.3,
                 margin: float = 0.25,
                 topk: int = 2,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        self.head = MODELS.build(head)
        self.copies = copies
        self.jitter = jitter
        self.background_iou = background_iou
        self.margin = margin
        self.topk = min(topk, self.head.num_classes)

    def forward(self,
                inputs: Sequence[Tensor],
                data_samples: List[ActionDataSample],
                mode: str = 'predict'):
        """Losses of a batch (``loss``), or data samples with
        ``pred_instances`` (``predict``).

        Args:
            inputs: ``(C, T_i)`` features of each video.
            data_samples: With ``gt_instances``, ``grid`` and ``duration``; in
                testing with the meta information ``given_proposals``.
            mode: One of these two.
        """
        if mode == 'loss':
            return self.loss(inputs, data_samples)
        if mode == 'predict':
            return self.predict(inputs, data_samples)
        raise ValueError(f'mode is {mode!r}, expected loss or predict')

    def loss(self, inputs: Sequence[Tensor],
             data_samples: List[ActionDataSample]) -> dict:
        """See :meth:`PooledClassHead.loss`."""
        examples = [self.examples(sample) for sample in data_samples]
        return self.head.loss(
            torch.cat([self.pooled(features, each.segments, sample.grid)
                       for features, each, sample in zip(
                           inputs, examples, data_samples)]),
            torch.cat([each.labels for each in examples]))

    def predict(
            self, inputs: Sequence[Tensor],
            data_samples: List[ActionDataSample]) -> List[ActionDataSample]:
        """See :meth:`forward`."""
        for features, sample in zip(inputs, data_samples):
            segments, scores = given_proposals(sample)
            pooled = self.pooled(features, segments, sample.grid)
            best = self.head.probabilities(pooled).cpu().topk(self.topk)
            fused = (scores[:, None] * best.values).flatten()
            order = fused.sort(descending=True, stable=True).indices
            sample.pred_instances = InstanceData(
                segments=segments.repeat_interleave(self.topk, 0)[order],
                scores=fused[order], labels=best.indices.flatten()[order])
        return data_samples

    def pooled(self, features: Tensor, segments: Tensor,
               grid: TemporalGrid) -> Tensor:
        """``(N, C, bins)`` of ``(N, 2)`` segments in seconds."""
        reach = self.margin * (segments[:, 1] - segments[:, 0])
        widened = torch.stack(
            [segments[:, 0] - reach, segments[:, 1] + reach], dim=1)
        steps = grid.to_steps(widened).to(features.device)
        return roi_align_1d(features[None], steps[None], self.head.bins)[0]

    @torch.no_grad()
    def examples(self, sample: ActionDataSample) -> Examples:
        """What a video is trained on: true segments, copies of them, and as
        many of the background, as far as there is some.

        Background has the lengths of true segments.
        """
        true = sample.gt_instances
        copies = true.segments.repeat(self.copies, 1)
        length = copies[:, 1] - copies[:, 0]
        moves = (2 * torch.rand_like(copies) - 1) * self.jitter
        start = torch.rand_like(length) * (sample.duration - length)
        random = torch.stack([start, start + length], dim=1)
        # not amax, which there is none of in a video without instances
        apart = segment_iou(random, true.segments) < self.background_iou
        random = random[apart.all(dim=1)]
        labels = true.labels.repeat(1 + self.copies)
        return Examples(
            torch.cat([true.segments, copies + moves * length[:, None],
                       random]),
            torch.cat([labels, labels.new_full(
                (len(random), ), self.head.num_classes)]))


def given_proposals(sample: ActionDataSample) -> Tuple[Tensor, Tensor]:
    """Segments in seconds and scores, in single precision on the CPU.

    Raises:
        SettingError: If there are none in the data sample.
    """
    given = sample.metainfo.get('given_proposals')
    if given is None:
        raise SettingError(
            f'video {sample.video_name}: found no given_proposals, expected '
            'LoadFoundProposals in the pipeline and given_proposals among the '
            'meta_keys of PackFeatures')
    return (torch.as_tensor(given['segments']).float().view(-1, 2),
            torch.as_tensor(given['scores']).float())
