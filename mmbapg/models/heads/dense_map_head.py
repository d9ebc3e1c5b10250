"""What heads share that rate all proposals of a sequence."""
from typing import List, NamedTuple, Optional, Sequence, Tuple

import torch
from mmaction.registry import MODELS, TASK_UTILS
from mmaction.structures import ActionDataSample
from mmengine.model import BaseModule
from mmengine.structures import InstanceData
from torch import Tensor

from mmbapg.errors import SettingError
from mmbapg.ops import valid_cells

from ..task_modules.map_targets import MapTargets


class MapOutputs(NamedTuple):
    """Probabilities: ``maps`` ``(B, 2, D, T)``, tIoU by regression and by
    classification; ``start`` and ``end`` ``(B, T)``."""
    maps: Tensor
    start: Tensor
    end: Tensor


class DenseMapHead(BaseModule):
    """Targets, losses and proposals of maps; a subclass makes the maps.

    Args:
        num_steps: T, steps of a sequence.
        num_durations: D, steps of the longest proposal.
        num_classes: 1, as proposals are of no class.
        target_maker, decoder, post_processor: Configs of task modules.
        loss_boundary: Config of the loss of starts, and of that of ends.
        loss_reg, loss_cls: Configs of the losses of the two maps.
        init_cfg: See :class:`mmengine.model.BaseModule`.

    Raises:
        SettingError: If sizes do not fit, or there are several classes.
    """

    def __init__(self,
                 num_steps: int,
                 num_durations: int,
                 num_classes: int = 1,
                 target_maker: dict = dict(type='MapTargetMaker'),
                 decoder: dict = dict(type='ProposalMapDecoder'),
                 post_processor: dict = dict(
                     type='ProposalPostProcessor',
                     nms=dict(method='soft', divisor=0.4, max_proposals=100)),
                 loss_boundary: dict = dict(type='BalancedBCELoss'),
                 loss_reg: dict = dict(type='BalancedIoULoss'),
                 loss_cls: dict = dict(
                     type='BalancedBCELoss', threshold=0.9),
                 init_cfg=None) -> None:
        super().__init__(init_cfg)
        if not 0 < num_durations <= num_steps:
            raise SettingError(
                f'found num_durations={num_durations}, expected 1 to '
                f'{num_steps}, the steps of a sequence (window_size)')
        if num_classes != 1:
            raise SettingError(
                f'found num_classes={num_classes}, expected 1: proposals are '
                'of no class; scores of whole videos name them '
                '(post_processor.score_fusion)')
        self.num_steps = num_steps
        self.num_durations = num_durations
        self.num_classes = num_classes
        self.target_maker = TASK_UTILS.build(target_maker)
        self.decoder = TASK_UTILS.build(decoder)
        self.post_processor = TASK_UTILS.build(
            dict(window_length=num_steps, **post_processor))
        self.loss_boundary = MODELS.build(loss_boundary)
        self.loss_reg = MODELS.build(loss_reg)
        self.loss_cls = MODELS.build(loss_cls)

    @property
    def num_predicted_classes(self) -> Optional[int]:
        """``None``: if at all, scores of whole videos name the classes."""
        return None

    def infer(self, features) -> MapOutputs:
        """Raw outputs of a test, where they differ from those of training."""
        return self(features)

    def targets(self, samples: Sequence[ActionDataSample],
                device: torch.device) -> MapTargets:
        """Targets of a batch; those of invalid cells are 0.

        Args:
            samples: With ``gt_instances`` in seconds, and ``grid``.
            device: Where they are needed.
        """
        each = [self.target_maker(
            sample.gt_instances.segments.to(device), sample.grid,
            self.num_durations, self.num_steps) for sample in samples]
        iou, start, end = map(torch.stack, zip(*each))
        return MapTargets(iou * self.valid(device), start, end)

    def valid(self, device: torch.device) -> Tensor:
        """``(D, T)`` bool: which cells are proposals."""
        return valid_cells(self.num_durations, self.num_steps, device)

    def loss(self, outputs: MapOutputs,
             samples: Sequence[ActionDataSample]) -> dict:
        """Losses of a batch.

        Args:
            outputs: Raw outputs.
            samples: See :meth:`targets`.

        Returns:
            dict: ``loss_boundary`` of starts and ends together, ``loss_reg``
            and ``loss_cls``.
        """
        return self.losses(
            outputs, self.targets(samples, outputs.maps.device))

    def losses(self, outputs: MapOutputs, targets: MapTargets) -> dict:
        """See :meth:`loss`."""
        return dict(
            loss_boundary=self.boundary_loss(outputs, targets),
            loss_reg=self.loss_reg(outputs.maps[:, 0], targets.iou),
            loss_cls=self.loss_cls(outputs.maps[:, 1], targets.iou,
                                   self.valid(targets.iou.device)))

    def boundary_loss(self, outputs: MapOutputs,
                      targets: MapTargets) -> Tensor:
        """Of starts and ends together."""
        return (self.loss_boundary(outputs.start, targets.start) +
                self.loss_boundary(outputs.end, targets.end))

    def predict(self, outputs: MapOutputs,
                windows: Sequence[Sequence[Tuple[int, int]]],
                samples: Sequence[ActionDataSample]) -> List[InstanceData]:
        """Proposals of each video of a batch, or detections.

        Args:
            outputs: Raw outputs for all windows, video by video.
            windows: Of each video, each window's first step and the step after
                its last.
            samples: Of each video.

        Returns:
            list: See :meth:`ProposalPostProcessor.finish`.
        """
        sequences = zip(*outputs)
        results = []
        for of_video, sample in zip(windows, samples):
            found = []
            for first, _ in of_video:
                segments, scores = self.decoder(*next(sequences))
                found.append(
                    self.post_processor.select(first + segments, scores))
            results.append(self.post_processor.finish(found, sample))
        return results
