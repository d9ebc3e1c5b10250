"""What localizers share that rate all proposals of a window."""
from typing import List, Optional, Sequence, Tuple

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData
from torch import Tensor

from mmbapg.errors import CheckpointMismatchError

from ..heads.dense_map_head import MapOutputs
from ..layers import Sequences, pad_sequences
from .single_stage import with_implied
from .windowed import WindowedLocalizer, cut


class DenseProposalLocalizer(WindowedLocalizer):
    """Backbone and head over windows of one length.

    In training the samples are windows (:class:`SlidingWindowDataset`), or
    whole videos whose features are resized (:class:`ResizeFeatures`). In
    testing they are videos: a longer one is cut into windows here, a shorter
    one is filled up with zeros that count as features, as in the references.

    It finds proposals, all of one class, for ``ProposalRecallMetric``; where
    ``head.post_processor`` has a ``score_fusion``, scores of whole videos
    make detections of them.

    Args:
        in_channels: Width of the clip features.
        backbone, head: Configs. Widths and lengths follow from each other.
        window_size: Steps of a window, T of the head's maps.
        window_overlap, windows_per_batch, complete_windows, ignored_rest: See
            :class:`WindowedLocalizer`.
        data_preprocessor: Config; by default tensors just move to the
            model's device.
        init_cfg: See :class:`mmengine.model.BaseModel`.
    """

    def __init__(self,
                 in_channels: int,
                 backbone: dict,
                 head: dict,
                 window_size: int,
                 window_overlap: float = 0.5,
                 windows_per_batch: int = 8,
                 complete_windows: bool = True,
                 ignored_rest: int = 0,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(window_size, window_overlap, windows_per_batch,
                         complete_windows, ignored_rest, data_preprocessor,
                         init_cfg)
        self.backbone = MODELS.build(dict(in_channels=in_channels, **backbone))
        self.head = MODELS.build(dict(
            num_steps=window_size,
            **with_implied(head, in_channels=self.backbone.channels)))

    @property
    def finds_proposals(self) -> bool:
        """Whether no scores of whole videos name what it finds."""
        return self.head.post_processor.score_fusion is None

    def loss(self, inputs: Sequence[Tensor],
             data_samples: List[ActionDataSample]) -> dict:
        """Losses of a batch of windows; see :meth:`forward`."""
        self.refuse_longer(inputs, data_samples)
        return self.head.loss(self.head(self._features(inputs)), data_samples)

    def predict(
            self, inputs: Sequence[Tensor],
            data_samples: List[ActionDataSample]) -> List[ActionDataSample]:
        """Data samples with ``pred_instances``; see :meth:`forward`."""
        results = self.head.predict(
            self.raw_outputs(inputs), self.windows(inputs), data_samples)
        for sample, result in zip(data_samples, results):
            sample.pred_instances = result
        return data_samples

    def predict_windows(self, windows: Sequences,
                        places: Sequence[Tuple[int, int]],
                        sample: ActionDataSample) -> InstanceData:
        """See :meth:`.base.BaseLocalizer.predict_windows`."""
        found, = self.head.predict(
            self.head.infer(self._features(windows)), [places], [sample])
        return found

    def raw_outputs(self, inputs: Sequence[Tensor]) -> MapOutputs:
        """Of every window of the first video, then of the second, ..."""
        sequences = cut(inputs, self.windows(inputs))
        parts = self.in_parts(
            sequences, lambda part: self.head.infer(self._features(part)))
        return MapOutputs(*map(torch.cat, zip(*parts)))

    def _features(self, sequences: Sequences):
        batch, _ = pad_sequences(sequences, self.window_size or 0)
        return self.backbone(batch)

    def _check_class_count(self, state_dict, prefix, *_) -> None:
        """There are no classes, but two maps."""
        key = prefix + self.class_bias_key
        if key in state_dict and len(state_dict[key]) != 2:
            raise CheckpointMismatchError(
                f'the checkpoint has {len(state_dict[key])} outputs for each '
                f'proposal ({key}), expected 2: proposals are of no class')
