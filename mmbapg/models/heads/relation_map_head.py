"""BSN++'s head."""
from typing import Any, NamedTuple, Optional

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS, TASK_UTILS
from torch import Tensor

from mmbapg.errors import SettingError
from mmbapg.setting_checks import expect_fields

from ..layers.nested_unet import require_multiple
from ..task_modules.map_targets import MapTargets
from .boundary_generator import Boundaries, ComplementaryBoundaryGenerator
from .dense_map_head import DenseMapHead, MapOutputs
from .proposal_relation import ProposalRelationBlock


class RelationOutputs(NamedTuple):
    """See :class:`.dense_map_head.MapOutputs`; ``forward`` and, if it is
    trained, ``backward`` are what the boundary generator found."""
    maps: Tensor
    start: Tensor
    end: Tensor
    forward: Boundaries
    backward: Optional[Boundaries]


@MODELS.register_module()
class RelationMapHead(DenseMapHead):
    """Boundaries in both directions and proposals that see each other (BSN++,
    https://arxiv.org/abs/2009.07641).

    Training sees the forward direction alone (Eq. 6), as the paper has it.
    ``loss_boundary`` is the mean over the supervised layers; the losses of
    maps see what ``sampler`` chooses.

    Args:
        in_channels: Width of the backbone.
        num_steps, num_durations: T, a multiple of 4, and D.
        boundaries: Arguments of :class:`ComplementaryBoundaryGenerator`.
        relation: Arguments of :class:`ProposalRelationBlock`.
        sampler: Config of a task module that chooses proposals.
        read_backward: ``False`` leaves the backward direction out, for
            ablation.
        train_backward: It is trained, too, as in the unofficial code.
        consistency_weight: With that, of the mean squared difference of the
            features of both directions; 1 in the unofficial code.
        target_maker, decoder, post_processor, loss_reg, loss_cls: See
            :class:`DenseMapHead`; by default as in the paper.
        **kwargs: See :class:`DenseMapHead`.

    Raises:
        SettingError: If T is no multiple of 4, if a field of ``boundaries``
            or ``relation`` is unknown, or if both directions should agree of
            which one is not trained.
    """

    def __init__(self,
                 in_channels: int,
                 num_steps: int,
                 num_durations: int,
                 boundaries: dict = dict(),
                 relation: dict = dict(),
                 sampler: dict = dict(type='ScaleBalancedSampler'),
                 read_backward: bool = True,
                 train_backward: bool = False,
                 consistency_weight: float = 0.0,
                 target_maker: dict = dict(
                     type='MapTargetMaker',
                     boundary_labels=dict(type='BoundaryRegionLabels')),
                 decoder: dict = dict(
                     type='ProposalMapDecoder', confidence_power=0.5,
                     max_candidates=5000),
                 loss_reg: dict = dict(
                     type='ChosenSmoothL1Loss', loss_weight=10.0),
                 loss_cls: dict = dict(
                     type='BalancedBCELoss', threshold=0.7,
                     negative_threshold=0.3, loss_weight=10.0),
                 **kwargs: Any) -> None:
        require_multiple(num_steps)
        expect_fields('boundaries', boundaries,
                      ComplementaryBoundaryGenerator, 'in_channels')
        expect_fields('relation', relation, ProposalRelationBlock,
                      'in_channels', 'num_steps', 'num_durations')
        if consistency_weight and not train_backward:
            raise SettingError(
                f'consistency_weight is {consistency_weight} without '
                'train_backward, expected 0: there is one direction')
        super().__init__(
            num_steps, num_durations, target_maker=target_maker,
            decoder=decoder, loss_reg=loss_reg, loss_cls=loss_cls, **kwargs)
        self.generator = ComplementaryBoundaryGenerator(
            in_channels, **boundaries)
        self.relation = ProposalRelationBlock(
            in_channels, num_steps, num_durations, **relation)
        self.sampler = TASK_UTILS.build(sampler)
        self.read_backward = read_backward
        self.train_backward = train_backward
        self.consistency_weight = consistency_weight

    def forward(self, features: Tensor) -> RelationOutputs:
        """As training sees ``(B, C, T)``."""
        forward = self.generator(features)
        backward = (self.generator.backward_pass(features)
                    if self.train_backward else None)
        return RelationOutputs(
            self.relation(features, self.valid(features.device)),
            forward.start, forward.end, forward, backward)

    def infer(self, features: Tensor) -> MapOutputs:
        """As testing does: boundaries are read in both directions."""
        start, end = (
            self.generator.both_ways(features) if self.read_backward else
            self.generator(features)[:2])
        return MapOutputs(
            self.relation(features, self.valid(features.device)), start, end)

    def losses(  # type: ignore[override]
            self, outputs: RelationOutputs, targets: MapTargets) -> dict:
        """See :meth:`DenseMapHead.loss`."""
        chosen = self.sampler(targets.iou, self.valid(targets.iou.device))
        losses = dict(
            loss_boundary=self.supervised_loss(outputs.forward, targets),
            loss_reg=self.loss_reg(outputs.maps[:, 0], targets.iou, chosen),
            loss_cls=self.loss_cls(outputs.maps[:, 1], targets.iou, chosen))
        if outputs.backward is not None:
            losses['loss_backward'] = self.supervised_loss(
                outputs.backward, targets)
            if self.consistency_weight:
                losses['loss_consistency'] = (
                    self.consistency_weight * F.mse_loss(
                        outputs.forward.features, outputs.backward.features))
        return losses

    def supervised_loss(self, found: Boundaries,
                        targets: MapTargets) -> Tensor:
        """Of starts and ends together, the mean over prediction layers."""
        return torch.stack([
            self.loss_boundary(layer[:, 0], targets.start) +
            self.loss_boundary(layer[:, 1], targets.end)
            for layer in found.supervised]).mean()
