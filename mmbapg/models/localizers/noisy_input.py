"""Noise on the features of training videos."""
from typing import Tuple

import numpy as np
import torch
from torch import Tensor

from ..layers import Sequences
from .single_stage import SingleStageLocalizer


class NoisyInputLocalizer(SingleStageLocalizer):
    """A single-stage localizer that learns from slightly changed features.

    Args:
        *args, **kwargs: See :class:`SingleStageLocalizer`.
        input_noise: Deviation of the normal noise that is added to the
            features in training, padded steps included.
    """

    def __init__(self, *args, input_noise: float = 0.0, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.input_noise = input_noise

    def _pad(self, inputs: Sequences) -> Tuple[Tensor, Tensor]:
        batch, mask = super()._pad(inputs)
        if self.training and self.input_noise > 0:
            noise = _normal_noise(batch)
            batch = torch.add(batch, noise, alpha=self.input_noise)
        return batch, mask


def _normal_noise(batch: Tensor) -> Tensor:
    """Standard normal noise for ``(B, C, T)``; follows PyTorch's seed."""
    if (batch.device.type != 'cpu' or batch.dtype != torch.float32 or
            torch.compiler.is_compiling()):
        return torch.randn_like(batch)
    # On CPU, PyTorch needs twice as long, a tenth of a training step.
    generator = np.random.Generator(
        np.random.SFC64(int(torch.randint(2**63 - 1, ()))))
    size, channels, steps = batch.shape
    return torch.from_numpy(generator.standard_normal(
        (size, steps, channels), np.float32)).transpose(1, 2)
