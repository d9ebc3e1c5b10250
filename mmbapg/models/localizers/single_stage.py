"""What all single-stage localizers share."""
import inspect
from typing import List, Optional, Sequence, Tuple

from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData
from torch import Tensor, nn

from mmbapg.building_faults import parameters_of
from mmbapg.errors import SettingError

from ..heads.anchor_free_head import HeadOutputs
from ..layers import Sequences, pad_sequences, padded_length
from .base import BaseLocalizer


@MODELS.register_module()
class SingleStageLocalizer(BaseLocalizer):
    """Backbone, neck and head over the clip features of a whole video.

    Videos of a batch may differ in length: they are padded here, because only
    the network knows to which length.

    Args:
        backbone: Config; makes a feature pyramid. Its ``max_seq_len`` is the
            localizer's where it does not say its own.
        neck: Config; refines each level. It has ``sees_padding`` if what it
            makes depends on padding, and ``reads_masks`` if it is called with
            the levels' masks, too. Its ``channels``, or ``in_channels``, and
            ``num_levels`` are the backbone's where it does not say its own.
            ``None`` hands the levels on as they are.
        head: Config; makes raw outputs, losses and detections. Its
            ``in_channels`` are the ``channels`` of the neck, or of the
            backbone, where it does not say its own.
        max_seq_len: Steps that the network trains on. Shorter videos are
            padded to it; longer ones only occur at test time.
        data_preprocessor: Config; by default tensors just move to the
            model's device.
        init_cfg: See :class:`mmengine.model.BaseModel`.

    Raises:
        SettingError: If the head has points for another number of levels.
    """

    class_bias_key = 'head.cls_out.bias'

    def __init__(self,
                 backbone: dict,
                 neck: Optional[dict],
                 head: dict,
                 max_seq_len: int,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        self.backbone = MODELS.build(
            with_implied(backbone, max_seq_len=max_seq_len))
        width = getattr(self.backbone, 'channels', None)
        levels = getattr(self.backbone, 'num_levels', None)
        self.neck = nn.Identity() if neck is None else MODELS.build(
            with_implied(neck, channels=width, in_channels=width,
                         num_levels=levels))
        self.head = MODELS.build(with_implied(
            head, in_channels=getattr(self.neck, 'channels', width)))
        points = getattr(self.head, 'point_generator', None)
        if points is not None:
            points.expect_levels(levels)
        self.max_seq_len = max_seq_len

    @property
    def sees_padding(self) -> bool:
        """Whether what is found in a video depends on how far it is padded."""
        return self.backbone.sees_padding or getattr(
            self.neck, 'sees_padding', False)

    def loss(self, inputs: Sequence[Tensor],
             data_samples: List[ActionDataSample]) -> dict:
        """Losses of a batch; see :meth:`forward`."""
        for features, sample in zip(inputs, data_samples):
            if features.shape[-1] > self.max_seq_len:
                raise SettingError(
                    f'video {sample.video_name}: {features.shape[-1]} feature '
                    f'steps, expected at most max_seq_len={self.max_seq_len} '
                    'in training; add RandomTruncation to the pipeline')
        outputs, masks = self._forward(inputs)
        instances = [(sample.grid.to_steps(
            sample.gt_instances.segments).float(), sample.gt_instances.labels)
                     for sample in data_samples]
        return self.head.loss(outputs, masks, instances)

    def predict(self, inputs: Sequence[Tensor],
                data_samples: List[ActionDataSample]
                ) -> List[ActionDataSample]:
        """Data samples with ``pred_instances``; see :meth:`forward`."""
        # Together if that changes nothing, else one by one.
        size = 1 if self.sees_padding else len(inputs)
        for first in range(0, len(inputs), size):
            part = slice(first, first + size)
            outputs, masks = self._forward(inputs[part])
            results = self.head.predict(outputs, masks, data_samples[part])
            for sample, result in zip(data_samples[part], results):
                sample.pred_instances = result
        return data_samples

    def predict_windows(self, windows: Sequences,
                        places: Sequence[Tuple[int, int]],
                        sample: ActionDataSample) -> InstanceData:
        """Candidates of all windows together go through the suppression; see
        :meth:`.base.BaseLocalizer.predict_windows`."""
        found = self.head.candidates(*self._forward(windows))
        moved = [level._replace(segments=level.segments + first)
                 for (first, _), levels in zip(places, found)
                 for level in levels]
        finish = self.head.post_processor
        return finish.finish(finish.cut_to_video(moved, sample), sample)

    def raw_outputs(self, inputs: Sequence[Tensor]) -> HeadOutputs:
        """Per level; see :meth:`forward`."""
        return self._forward(inputs)[0]

    def extract_feat(
            self, inputs: Sequences) -> Tuple[List[Tensor], List[Tensor]]:
        """Pad and run backbone and neck.

        Returns:
            tuple: Per level, ``(B, C, T_l)`` features and ``(B, 1, T_l)``
            masks.
        """
        feats, masks = self.backbone(*self._pad(inputs))
        return self.refine(feats, masks), masks

    def refine(self, feats: List[Tensor],
               masks: List[Tensor]) -> List[Tensor]:
        """The backbone's levels as the head gets them."""
        if getattr(self.neck, 'reads_masks', False):
            return self.neck(feats, masks)
        return self.neck(feats)

    def _pad(self, inputs: Sequences) -> Tuple[Tensor, Tensor]:
        """To ``max_seq_len``, or beyond it to what the backbone needs."""
        target = (self.max_seq_len, self.backbone.length_multiple)
        if self.sees_padding and not self.training:
            lengths = {padded_length(sequence.shape[-1], *target)
                       for sequence in inputs}
            if len(lengths) > 1:
                raise SettingError(
                    f'{type(self).__name__} depends on how far a video is '
                    f'padded: found videos for {sorted(lengths)} steps in one '
                    'batch, expected one length; use batches of 1')
        return pad_sequences(inputs, *target)

    def _forward(self,
                 inputs: Sequences) -> Tuple[HeadOutputs, List[Tensor]]:
        feats, masks = self.extract_feat(inputs)
        return self.head(feats, masks), masks


def with_implied(cfg: dict, **implied) -> dict:
    """A part's config with settings that follow from another part.

    What the config says itself stays. A setting that is ``None``, which the
    other part does not tell, or that the part does not take, is left out.
    """
    kind = cfg.get('type')
    kind = MODELS.get(kind) if isinstance(kind, str) else kind
    # A name that is missing or unknown is left to the registry, which says so.
    known = parameters_of(kind) if inspect.isclass(kind) else ()
    return {**{name: value for name, value in implied.items()
               if value is not None and name in known}, **cfg}
