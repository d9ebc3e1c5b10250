"""TriDet."""
from typing import Sequence, Tuple

import torch
from mmaction.registry import MODELS
from torch import Tensor

from .single_stage import SingleStageLocalizer


@MODELS.register_module()
class TriDet(SingleStageLocalizer):
    """`TriDet: Temporal Action Detection with Relative Boundary Modeling
    <https://arxiv.org/abs/2303.07347>`_ (Shi et al., CVPR 2023).

    Its backbone is :class:`SGPBackbone`, its neck :class:`PyramidNorm` and
    its head :class:`TridentHead`; official checkpoints are converted by
    ``tools/convert_checkpoint.py``.

    Args:
        *args, **kwargs: See :class:`SingleStageLocalizer`.
        input_noise: Deviation of the noise that is added to the features in
            training, padded steps included.
    """

    def __init__(self, *args, input_noise: float = 0.0, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.input_noise = input_noise

    def _pad(self, inputs: Sequence[Tensor]) -> Tuple[Tensor, Tensor]:
        batch, mask = super()._pad(inputs)
        if self.training and self.input_noise > 0:
            batch = batch + self.input_noise * torch.randn_like(batch)
        return batch, mask
