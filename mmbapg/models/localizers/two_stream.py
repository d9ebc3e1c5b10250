"""RGB and optical flow together."""
from typing import List, Mapping, Optional, Sequence

import torch
from mmaction.registry import MODELS, TASK_UTILS
from mmaction.structures import ActionDataSample
from torch import Tensor, nn

from mmbapg.setting_checks import expect_one_of

from ..heads.salient_boundary_head import ClipOutputs
from ..task_modules.clip_post_processor import Decoded
from .joined_streams import JoinedStreams

#: Ways to join the segments of streams.
FUSIONS = ('outputs', 'segments')


@MODELS.register_module()
class TwoStreamAFSD(JoinedStreams):
    """AFSD's fusion of networks that were trained one by one, in testing.

    Raw outputs are averaged, then decoded as those of one network.

    Args:
        localizer: Config of each :class:`AFSD`; its backbone begins without
            weights.
        channels: Name of each stream -> channels of its frames. Those of an
            input belong to the streams in this order.
        fusion: ``outputs`` averages all raw outputs, as for THUMOS14.
            ``segments`` decodes each stream's segments and takes the geometric
            mean of their times, as AFSD's code for ActivityNet-1.3; scores
            are those of the averaged outputs.
        post_processor: Config; by default that of the first stream.
        data_preprocessor: Config; by default tensors just move to the
            model's device.
        init_cfg: See :class:`mmengine.model.BaseModel`.

    Raises:
        SettingError: If ``fusion`` is unknown.
    """

    kind = 'frames'

    def __init__(self,
                 localizer: dict,
                 channels: Mapping[str, int] = dict(rgb=3, flow=2),
                 fusion: str = 'outputs',
                 post_processor: Optional[dict] = None,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        expect_one_of('fusion', fusion, FUSIONS)
        name = next(iter(channels))
        self.class_bias_key = f'streams.{name}.head.cls_out.bias'
        super().__init__(data_preprocessor, init_cfg)
        self.fusion = fusion
        self.channels = list(channels.values())
        self.streams = nn.ModuleDict({
            name: MODELS.build(dict(localizer, backbone=dict(
                localizer['backbone'], in_channels=number, init_cfg=None)))
            for name, number in channels.items()})
        if post_processor is not None:
            self.head.post_processor = TASK_UTILS.build(post_processor)

    def predict(
            self, inputs: Sequence[Tensor],
            data_samples: List[ActionDataSample]) -> List[ActionDataSample]:
        """Data samples with ``pred_instances``; see :meth:`forward`."""
        for frames, sample in zip(inputs, data_samples):
            sample.pred_instances = self.head.post_processor.detections(
                self._decoded(frames), self.first.clip_starts(frames), sample)
        return data_samples

    def raw_outputs(self, inputs: Sequence[Tensor]) -> ClipOutputs:
        """Averaged, of every clip of the first video, then of the second,
        ..."""
        return averaged([
            stream.raw_outputs(parts) for stream, parts in zip(
                self.streams.values(), zip(*map(self.parts, inputs)))])

    def _decoded(self, frames: Tensor) -> Decoded:
        found = [stream.outputs_of_video(part) for stream, part in zip(
            self.streams.values(), self.parts(frames))]
        outputs, lengths = zip(*found)
        joined = self.head.decode(averaged(outputs), lengths[0])
        if self.fusion == 'outputs':
            return joined
        segments = torch.stack([
            stream.head.decode(*each).segments
            for stream, each in zip(self.streams.values(), found)])
        mean = segments.prod(dim=0).pow(1 / len(segments))
        return joined._replace(segments=mean)


def averaged(outputs: Sequence[ClipOutputs]) -> ClipOutputs:
    """Mean of the raw outputs of several streams."""
    *fields, activations = zip(*outputs)
    return ClipOutputs._make([
        *(torch.stack(field).mean(dim=0) for field in fields),
        tuple(torch.stack(field).mean(dim=0) for field in zip(*activations))])
