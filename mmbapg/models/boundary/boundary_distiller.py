"""BSP's integration by distillation: one network that stands for two."""
from typing import Any, Dict, Mapping, Optional

import torch
from mmaction.registry import MODELS
from mmengine.model import ModuleDict
from torch import Tensor, nn

from mmbapg.errors import SettingError

from .boundary_learner import BoundaryLearner
from .two_stream_encoder import equally_long


@MODELS.register_module()
class BoundaryDistiller(BoundaryLearner):
    """Learns to give the features of two trained encoders.

    BSP (https://arxiv.org/abs/2011.10830), Sec. 3.4. Of teachers
    :math:`f_v` (actions) and :math:`f_b` (boundaries), with pointwise
    projections :math:`h_k` of the student's features:

    .. math:: \\|f_v(x) - h_1(f_s(x))\\|^2 + \\|f_b(x) - h_2(f_s(x))\\|^2

    and the cross entropy of the heads. The squared norm is the mean over
    clips and steps of the sum over channels, as the formula says; with many
    channels a small ``match_weight`` balances it against the cross entropy.
    Teachers are not trained, and see what the student sees.

    Args:
        encoder, heads: Of the student, see :class:`BoundaryLearner`.
        teachers: Name -> config of a teacher. Its ``init_cfg`` says where its
            weights are: ``dict(type='Pretrained', checkpoint=FILE,
            prefix='encoder.')`` takes those of a :class:`BoundaryLearner`.
        in_channels: Width of the student's features.
        teacher_channels: Name -> width of a teacher's features.
        match_weight: Factor of the matching losses.
        **kwargs: See :class:`BoundaryLearner`.

    Raises:
        SettingError: If teachers and widths have different names; in
            ``init_weights``, if a teacher has no weights.
    """

    def __init__(self,
                 encoder: dict,
                 heads: Mapping[str, dict],
                 teachers: Mapping[str, dict],
                 in_channels: int,
                 teacher_channels: Mapping[str, int],
                 match_weight: float = 1.0,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(encoder, heads, data_preprocessor, init_cfg)
        if set(teachers) != set(teacher_channels):
            raise SettingError(
                f'teacher_channels has {sorted(teacher_channels)}, expected '
                f'the names of the teachers, {sorted(teachers)}')
        self.match_weight = match_weight
        self._untaught = [name for name, teacher in teachers.items()
                          if not teacher.get('init_cfg')]
        self.teachers: Any = ModuleDict({
            name: MODELS.build(teacher) for name, teacher in teachers.items()
        }).requires_grad_(False)
        self.projections: Any = ModuleDict({
            name: nn.Conv1d(in_channels, width, 1)
            for name, width in teacher_channels.items()})
        self.teachers.eval()

    def init_weights(self) -> None:
        """Refuse teachers that nobody has taught."""
        if self._untaught:
            raise SettingError(
                f'model.teachers.{self._untaught[0]}.init_cfg: found none, '
                'expected where the trained weights are, such as '
                "dict(type='Pretrained', checkpoint=FILE, prefix='encoder.')")
        super().init_weights()

    def train(self, mode: bool = True) -> 'BoundaryDistiller':
        """Teachers stay as they are in testing."""
        super().train(mode)
        self.teachers.eval()
        return self

    def loss(self, clips: Tensor, data_samples: Any) -> Dict[str, Tensor]:
        """Losses of all heads, and ``loss_match_NAME`` of all teachers."""
        features = self.encoder(clips)
        losses = self._losses_of_heads(features, data_samples)
        for name, teacher in self.teachers.items():
            with torch.no_grad():
                wanted = teacher(clips)
            own, wanted = equally_long([self.projections[name](features),
                                        wanted])
            losses[f'loss_match_{name}'] = (
                self.match_weight * (own - wanted).square().sum(1).mean())
        return losses
