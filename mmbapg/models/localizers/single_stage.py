"""What all single-stage localizers share."""
from typing import List, Optional, Sequence, Tuple

from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.model import BaseModel
from torch import Tensor

from ..heads.anchor_free_head import HeadOutputs
from ..layers import pad_sequences, padded_length


@MODELS.register_module()
class SingleStageLocalizer(BaseModel):
    """Backbone, neck and head over the clip features of a whole video.

    Videos of a batch may differ in length: they are padded here, because only
    the network knows to which length.

    Args:
        backbone: Config; makes a feature pyramid.
        neck: Config; refines each level.
        head: Config; makes raw outputs, losses and detections.
        max_seq_len: Steps that the network trains on. Shorter videos are
            padded to it; longer ones only occur at test time.
        data_preprocessor: Config; by default tensors just move to the
            model's device.
        init_cfg: See :class:`mmengine.model.BaseModel`.
    """

    def __init__(self,
                 backbone: dict,
                 neck: dict,
                 head: dict,
                 max_seq_len: int,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        self.backbone = MODELS.build(backbone)
        self.neck = MODELS.build(neck)
        self.head = MODELS.build(head)
        self.max_seq_len = max_seq_len
        self._register_load_state_dict_pre_hook(self._check_class_count)

    def forward(self,
                inputs: Sequence[Tensor],
                data_samples: Optional[List[ActionDataSample]] = None,
                mode: str = 'tensor'):
        """The entry of MMEngine.

        Args:
            inputs: ``(C, T_i)`` clip features of each video.
            data_samples: One for each video, with ``gt_instances`` (loss) and
                the meta information ``grid`` and ``duration``.
            mode: ``loss``, ``predict`` or ``tensor``.

        Returns:
            A dict of losses, the data samples with ``pred_instances``, or the
            raw per-level outputs of the head.
        """
        if mode == 'tensor':
            return self._forward(inputs)[0]
        if mode == 'predict':
            return self.predict(inputs, data_samples)
        if mode == 'loss':
            return self.loss(inputs, data_samples)
        raise ValueError(f'mode is {mode!r}, expected one of loss, predict '
                         'and tensor')

    def loss(self, inputs: Sequence[Tensor],
             data_samples: List[ActionDataSample]) -> dict:
        """Losses of a batch; see :meth:`forward`."""
        for features, sample in zip(inputs, data_samples):
            if features.shape[-1] > self.max_seq_len:
                raise ValueError(
                    f'video {sample.video_name}: {features.shape[-1]} feature '
                    f'steps, expected at most max_seq_len={self.max_seq_len} '
                    'in training; add RandomTruncation to the pipeline')
        outputs, masks = self._forward(inputs)
        instances = [(sample.grid.to_steps(
            sample.gt_instances.segments).float(), sample.gt_instances.labels)
                     for sample in data_samples]
        return self.head.loss(outputs, masks, instances)

    def predict(self, inputs: Sequence[Tensor],
                data_samples: List[ActionDataSample]):
        """Data samples with ``pred_instances``; see :meth:`forward`."""
        # Together if that changes nothing, else one by one.
        size = 1 if self.backbone.sees_padding else len(inputs)
        for first in range(0, len(inputs), size):
            part = slice(first, first + size)
            outputs, masks = self._forward(inputs[part])
            results = self.head.predict(outputs, masks, data_samples[part])
            for sample, result in zip(data_samples[part], results):
                sample.pred_instances = result
        return data_samples

    def extract_feat(
            self, inputs: Sequence[Tensor]
    ) -> Tuple[List[Tensor], List[Tensor]]:
        """Pad and run backbone and neck.

        Returns:
            tuple: Per level, ``(B, C, T_l)`` features and ``(B, 1, T_l)``
            masks.
        """
        feats, masks = self.backbone(*self._pad(inputs))
        return self.neck(feats), masks

    def _pad(self, inputs: Sequence[Tensor]) -> Tuple[Tensor, Tensor]:
        """To ``max_seq_len``, or beyond it to what the backbone needs."""
        target = (self.max_seq_len, self.backbone.length_multiple)
        if self.backbone.sees_padding and not self.training:
            lengths = {padded_length(sequence.shape[-1], *target)
                       for sequence in inputs}
            if len(lengths) > 1:
                raise ValueError(
                    f'{type(self).__name__} depends on how far a video is '
                    f'padded: found videos for {sorted(lengths)} steps in one '
                    'batch, expected one length; use batches of 1')
        return pad_sequences(inputs, *target)

    def _forward(self,
                 inputs: Sequence[Tensor]) -> Tuple[HeadOutputs, List[Tensor]]:
        feats, masks = self.extract_feat(inputs)
        return self.head(feats, masks), masks

    def _check_class_count(self, state_dict, prefix, *_) -> None:
        """Refuse another class count, which MMEngine would only log."""
        key = prefix + 'head.cls_out.weight'
        found = len(state_dict[key]) if key in state_dict else None
        if found not in (None, self.head.num_classes):
            raise ValueError(
                f'the checkpoint knows {found} classes ({key}), expected '
                f'num_classes={self.head.num_classes} as in the config')
