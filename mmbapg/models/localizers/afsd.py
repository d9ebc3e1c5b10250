"""AFSD."""
from typing import List, Optional, Sequence, Tuple

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from torch import Tensor

from mmbapg.errors import SettingError
from mmbapg.ops import sliding_windows
from mmbapg.setting_checks import expect_accepted

from ..heads.salient_boundary_head import ClipOutputs
from ..losses.boundary_consistency_loss import boundary_consistency_loss
from .base import BaseLocalizer


@MODELS.register_module()
class AFSD(BaseLocalizer):
    """`Learning Salient Boundary Feature for Anchor-free Temporal Action
    Localization <https://arxiv.org/abs/2103.13137>`_ (Lin et al., CVPR 2021).

    End to end, from the frames of a clip to segments. In training, samples
    are clips; in testing they are videos, which are cut here into clips that
    overlap. What a clip has too few of is filled up.

    Official checkpoints are converted by ``tools/convert_checkpoint.py``.

    Args:
        backbone: Config; makes maps ``(B, C, T', H, W)`` of frames.
        neck: Config; makes a pyramid of maps.
        head: Config; makes raw outputs, losses and detections.
        clip_length: Frames of a clip.
        clip_overlap: Share of a clip that the next one sees again, in testing.
        clips_per_batch: Clips that are computed together, in testing.
        padding: What fills up a clip, as a value of normalized frames: 0 is
            grey.
        training_padding: The same in training, if it differs: AFSD's code for
            THUMOS14 has -1, black.
        mean, std: Frames are normalized by ``(x - mean) / std``.
        consistency_weight: Of boundary contrastive learning, for clips that
            come with their ``splice`` (:class:`SpliceBackground`).
        consistency_weights: Of its features: those of frames, and those of the
            finest level for segments and for classes.
        consistency_strides: Frames of a step of these features. By default
            those that they have; AFSD's code has 1, 4 and 4 for ActivityNet,
            too, where the last two are 8.
        data_preprocessor: Config; by default tensors just move to the
            model's device.
        init_cfg: See :class:`mmengine.model.BaseModel`.

    Raises:
        SettingError: If no clips can be cut so, or the head has points for
            another number of levels.
    """

    class_bias_key = 'head.cls_out.bias'
    takes_batches = False

    def __init__(self,
                 backbone: dict,
                 neck: dict,
                 head: dict,
                 clip_length: int = 256,
                 clip_overlap: float = 0.5,
                 clips_per_batch: int = 1,
                 padding: float = 0.0,
                 training_padding: Optional[float] = None,
                 mean: float = 127.5,
                 std: float = 127.5,
                 consistency_weight: float = 0.1,
                 consistency_weights: Sequence[float] = (1.0, 0.1, 0.1),
                 consistency_strides: Optional[Sequence[float]] = None,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        expect_accepted('clip_length, clip_overlap', sliding_windows,
                        clip_length, clip_length, clip_overlap)
        self.backbone = MODELS.build(backbone)
        self.neck = MODELS.build(dict(clip_length=clip_length, **neck))
        self.head = MODELS.build(dict(clip_length=clip_length, **head))
        self.head.point_generator.expect_levels(
            getattr(self.neck, 'num_levels', None))
        self.clip_length = clip_length
        self.clip_overlap = clip_overlap
        self.clips_per_batch = clips_per_batch
        self.padding = padding
        self.training_padding = (
            padding if training_padding is None else training_padding)
        self.mean = mean
        self.std = std
        self.consistency_weight = consistency_weight
        self.num_channels = backbone.get('in_channels', 3)
        self.consistency_weights = list(consistency_weights)
        self.consistency_strides = consistency_strides

    def loss(self, inputs: Sequence[Tensor],
             data_samples: List[ActionDataSample]) -> dict:
        """Losses of a batch of clips; see :meth:`forward`."""
        for frames, sample in zip(inputs, data_samples):
            if frames.shape[1] > self.clip_length:
                raise SettingError(
                    f'video {sample.video_name}: {frames.shape[1]} frames, '
                    f'expected at most clip_length={self.clip_length} in '
                    'training')
        clips = torch.stack([
            self._filled_up(frames, self.training_padding)
            for frames in inputs])
        outputs, lengths = self.network(clips)
        instances = [(sample.grid.beginnings().to_steps(
            sample.gt_instances.segments).float(), sample.gt_instances.labels)
                     for sample in data_samples]
        losses = self.head.loss(outputs, lengths, instances)
        spliced = [index for index, sample in enumerate(data_samples)
                   if 'splice' in sample]
        if spliced:
            losses['loss_consistency'] = self._consistency(
                clips[spliced], [data_samples[index] for index in spliced])
        return losses

    def predict(
            self, inputs: Sequence[Tensor],
            data_samples: List[ActionDataSample]) -> List[ActionDataSample]:
        """Data samples with ``pred_instances``; see :meth:`forward`."""
        for frames, sample in zip(inputs, data_samples):
            outputs, lengths = self.outputs_of_video(frames)
            sample.pred_instances = self.head.predict(
                outputs, lengths, self.clip_starts(frames), sample)
        return data_samples

    def raw_outputs(self, inputs: Sequence[Tensor]) -> ClipOutputs:
        """Of every clip of the first video, then of the second, ..."""
        return joined([self.outputs_of_video(frames)[0] for frames in inputs])

    def outputs_of_video(
            self, frames: Tensor) -> Tuple[ClipOutputs, List[int]]:
        """Raw outputs for the clips of a video, and lengths of the levels.

        Args:
            frames: ``(C, T, H, W)``, not normalized.
        """
        clips = self.clip_starts(frames)
        parts = []
        for first in range(0, len(clips), self.clips_per_batch):
            outputs, lengths = self.network(torch.stack([
                self._filled_up(frames[:, start:start + self.clip_length],
                                self.padding)
                for start in clips[first:first + self.clips_per_batch]]))
            parts.append(outputs)
        return joined(parts), lengths

    def network(self, clips: Tensor) -> Tuple[ClipOutputs, List[int]]:
        """Raw outputs, and the lengths of the pyramid's levels.

        Args:
            clips: ``(B, C, clip_length, H, W)``, normalized.
        """
        features = self.neck(self._maps(clips))
        return self.head(features), [
            level.shape[-1] for level in features.levels]

    def _maps(self, clips: Tensor) -> Sequence[Tensor]:
        maps = self.backbone(clips)
        return [maps] if isinstance(maps, Tensor) else maps

    def clip_starts(self, frames: Tensor) -> List[int]:
        """First frames of the clips of a video, in testing."""
        return [first for first, _ in sliding_windows(
            frames.shape[1], self.clip_length, self.clip_overlap)]

    def _filled_up(self, frames: Tensor, padding: float) -> Tensor:
        """``(C, clip_length, H, W)``, normalized."""
        if len(frames) != self.num_channels:
            raise SettingError(
                f'found frames of {len(frames)} channels, expected '
                f'{self.num_channels}: RGB has 3, and flow 2')
        frames = (frames.float() - self.mean) / self.std
        frames = frames.to(self.head.cls_out.weight.dtype)
        missing = self.clip_length - frames.shape[1]
        return torch.nn.functional.pad(
            frames, (0, 0, 0, 0, 0, missing), value=padding)

    def _consistency(self, clips: Tensor,
                     samples: Sequence[ActionDataSample]) -> Tensor:
        """Loss of spliced clips, which are made here of the clips that they
        are spliced from: no frame comes twice."""
        clips = torch.stack([
            clip[:, sample.splice.frame_index]
            for clip, sample in zip(clips, samples)])
        features = self.head.boundary_features(
            self.neck(self._maps(clips), num_levels=1))
        strides = self.consistency_strides or [
            self.clip_length / each.shape[-1] for each in features]
        losses = [boundary_consistency_loss(
            each, sample.splice.pieces, strides, self.consistency_weights)
                  for *each, sample in zip(*features, samples)]
        return self.consistency_weight * torch.stack(losses).mean()


def joined(outputs: Sequence[ClipOutputs]) -> ClipOutputs:
    """Outputs for several batches of clips as those for one."""
    *fields, activations = zip(*outputs)
    return ClipOutputs._make([
        *map(torch.cat, fields), tuple(map(torch.cat, zip(*activations)))])
