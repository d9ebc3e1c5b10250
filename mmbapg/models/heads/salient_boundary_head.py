"""The head of AFSD: coarse segments, refined by their boundaries."""
from typing import List, NamedTuple, Optional, Sequence, Tuple

import torch
from mmaction.registry import MODELS, TASK_UTILS
from mmaction.structures import ActionDataSample
from mmcv.cnn import Scale
from mmengine.model import BaseModule
from mmengine.structures import InstanceData
from torch import Tensor, nn

from mmbapg.errors import SettingError
from mmbapg.ops import boundary_max_pooling, boundary_regions

from ..layers import BoundaryRefinement, ConvNorm, same_conv
from ..losses.boundary_activation_loss import boundary_activation
from ..necks.clip_pyramid import ClipFeatures
from ..task_modules.clip_post_processor import Decoded
from ..task_modules.point_generator import Points, concat_points


class ClipOutputs(NamedTuple):
    """Raw outputs for ``B`` clips; ``P`` points of all levels, the finest
    first.

    ``distances`` ``(B, P, 2)`` in frames from a point to start and end of its
    coarse segment; ``logits`` ``(B, P, 1 + num_classes)``, the background
    first; ``offsets`` ``(B, P, 2)`` by which both distances grow, in halves
    of the coarse segment's length; ``refined_logits`` as ``logits``;
    ``quality`` ``(B, P)`` logit of the refined segment's tIoU. And
    ``activations`` ``(B, 2, T)`` of starts and ends: of frames, and of the
    finest level for segments and for classes; empty in testing.
    """
    distances: Tensor
    logits: Tensor
    offsets: Tensor
    refined_logits: Tensor
    quality: Tensor
    activations: Tuple[Tensor, ...]


@MODELS.register_module()
class SalientBoundaryHead(BaseModule):
    """Classifies points and regresses segments, twice.

    AFSD (https://arxiv.org/abs/2103.13137), Sec. 3.1 and 3.2: the second
    prediction knows what boundary max pooling finds at the boundaries of the
    first. All convolutions but the scales of distances are shared by levels.

    Args:
        num_classes: Number of classes, the background not counted.
        clip_length: Frames of a clip.
        point_generator: Config; its points are in frames.
        in_channels: Width of the pyramid.
        num_layers: Convolutions of a tower.
        num_groups: Of the normalizations.
        distance_units: Of each level, the frames by which its distances are
            multiplied; 1 of all by default.
        conv_std: Spread of the initial weights of all convolutions, if it is
            not Glorot's; AFSD's code has 0.01 for ActivityNet.
        loss: Config; see :class:`CoarseToFineLoss`.
        post_processor: Config; see :class:`ClipPostProcessor`.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 num_classes: int,
                 clip_length: int,
                 point_generator: dict,
                 in_channels: int = 512,
                 num_layers: int = 2,
                 num_groups: int = 32,
                 distance_units: Optional[Sequence[float]] = None,
                 conv_std: Optional[float] = None,
                 loss: dict = dict(type='CoarseToFineLoss'),
                 post_processor: dict = dict(type='ClipPostProcessor'),
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.num_classes = num_classes
        self.clip_length = clip_length
        self.conv_std = conv_std
        self.point_generator = TASK_UTILS.build(point_generator)
        num_levels = len(self.point_generator.strides)
        self.distance_units = list(distance_units or [1] * num_levels)
        if len(self.distance_units) != num_levels:
            raise SettingError(
                f'distance_units lists {len(self.distance_units)} numbers, '
                f'expected one for each of {num_levels} levels')
        self.loss_of_clips = MODELS.build(loss)
        self.post_processor = TASK_UTILS.build(post_processor)

        channels, outputs = in_channels, 1 + num_classes
        for name in ('reg', 'cls'):
            self.add_module(f'{name}_tower', nn.Sequential(*(
                ConvNorm(channels, channels, 3, num_groups=num_groups)
                for _ in range(num_layers))))
            self.add_module(f'{name}_refinement',
                            BoundaryRefinement(channels, num_groups))
        self.reg_out = same_conv(channels, 2, 3)
        self.cls_out = same_conv(channels, outputs, 3)
        self.refined_reg_out = same_conv(channels, 2)
        self.refined_cls_out = same_conv(channels, outputs)
        self.quality_out = same_conv(channels, 1, 3)
        self.scales = nn.ModuleList(Scale(1.0) for _ in range(num_levels))

    def init_weights(self) -> None:
        """Start all convolutions with ``conv_std``, if it is given."""
        super().init_weights()
        if self.conv_std is not None:
            for module in self.modules():
                if isinstance(module, nn.Conv1d):
                    nn.init.normal_(module.weight, std=self.conv_std)

    @property
    def num_class_outputs(self) -> int:
        """Of the classification; the background is one."""
        return 1 + self.num_classes

    @property
    def num_predicted_classes(self) -> Optional[int]:
        """``None`` if classes of detections are named outside."""
        fusion = self.post_processor.score_fusion
        return self.num_classes if fusion is None else None

    def forward(self, features: ClipFeatures) -> ClipOutputs:
        """Both predictions for all points of clips."""
        towers = [(self.reg_tower(level), self.cls_tower(level))
                  for level in features.levels]
        reach = [self._reach(level, reg) for level, (reg, _) in
                 enumerate(towers)]
        salient = self._salient(features, reach)
        outputs, activations = [], [features.frames]
        for level, (pair, distances) in enumerate(zip(towers, reach)):
            regions = self._regions(distances)
            reg, cls = (
                refinement(tower, regions, salient[level])
                for refinement, tower in zip(
                    (self.reg_refinement, self.cls_refinement), pair))
            outputs.append((
                distances, self.cls_out(pair[1]).transpose(1, 2),
                self.refined_reg_out(reg.features).transpose(1, 2),
                self.refined_cls_out(cls.features).transpose(1, 2),
                self.quality_out(reg.features)[:, 0]))
            if not level:
                activations += [reg.boundaries, cls.boundaries]
        return ClipOutputs._make([
            *(torch.cat(field, dim=1) for field in zip(*outputs)),
            tuple(map(boundary_activation, activations))])

    def boundary_features(self, features: ClipFeatures) -> List[Tensor]:
        """Features ``(B, 2C, T)`` that tell boundaries: of frames, and of the
        finest level for segments and for classes."""
        finest = features.levels[0]
        return [features.frames,
                self.reg_refinement.boundaries(self.reg_tower(finest)),
                self.cls_refinement.boundaries(self.cls_tower(finest))]

    def points(self, lengths: Sequence[int],
               device: torch.device) -> List[Points]:
        """Points of each level, in frames."""
        return self.point_generator(lengths, device)

    def loss(self, outputs: ClipOutputs, lengths: Sequence[int],
             instances: Sequence[Tuple[Tensor, Tensor]]) -> dict:
        """Losses of a batch of clips.

        Args:
            outputs: Raw outputs.
            lengths: Of the levels.
            instances: For each clip, ``(G, 2)`` segments in frames and
                ``(G,)`` labels.
        """
        points = concat_points(self.points(lengths, outputs.logits.device))
        return self.loss_of_clips(outputs, points, instances,
                                  self.clip_length)

    def predict(self, outputs: ClipOutputs, lengths: Sequence[int],
                starts: Sequence[int],
                sample: ActionDataSample) -> InstanceData:
        """Detections of a video.

        Args:
            outputs: Raw outputs for its clips.
            lengths: Of the levels.
            starts: First frame of each clip.
            sample: See :meth:`ClipPostProcessor.detections`.
        """
        return self.post_processor.detections(
            self.decode(outputs, lengths), starts, sample)

    def decode(self, outputs: ClipOutputs,
               lengths: Sequence[int]) -> Decoded:
        """Refined segments in frames of the clip, and their scores."""
        position = concat_points(
            self.points(lengths, outputs.logits.device)).position
        return self.post_processor.decode(outputs, position, self.clip_length)

    def _reach(self, level: int, reg: Tensor) -> Tensor:
        """``(B, T_l, 2)`` distances in frames."""
        grown = self.scales[level](self.reg_out(reg)).exp()
        return (grown * self.distance_units[level]).transpose(1, 2)

    def _regions(self, distances: Tensor) -> Tensor:
        """Of the coarse segments, in steps of their level."""
        length = distances.shape[1]
        steps = distances.detach() / self.clip_length * length
        index = torch.arange(length, device=steps.device)[:, None]
        segments = torch.cat(
            [index - steps[..., :1], index + steps[..., 1:]], dim=-1)
        return boundary_regions(segments, steps.sum(dim=-1))

    def _salient(self, features: ClipFeatures,
                 reach: Sequence[Tensor]) -> Sequence[Tensor]:
        """``(B, C, T_l)`` of each level: what frames have at the boundaries
        of the coarse segments."""
        lengths = [each.shape[1] for each in reach]
        position = concat_points(
            self.points(lengths, features.frames.device)).position[:, None]
        distances = torch.cat(list(reach), dim=1).detach()
        segments = torch.cat([position - distances[..., :1],
                              position + distances[..., 1:]], dim=-1)
        regions = boundary_regions(
            segments, segments[..., 1] - segments[..., 0] + 1)
        # all levels at once: what the pooling prepares, it prepares once
        return boundary_max_pooling(features.frames, regions).split(
            lengths, dim=2)
