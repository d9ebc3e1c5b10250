"""Clip features with mean 0 and standard deviation 1."""
from typing import Iterable

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseDataPreprocessor
from torch import Tensor


@MODELS.register_module()
class FeatureStandardizer(BaseDataPreprocessor):
    """Standardize every channel by statistics of the training set.

    ``FeatureStatisticsHook`` measures them before the first iteration. The
    checkpoint holds them, so that a trained model needs no other file.

    Args:
        channels: Width of the features.
        min_std: Least standard deviation to divide by, so that channels that
            hardly vary do not become large.
    """

    def __init__(self, channels: int, min_std: float = 1e-6) -> None:
        super().__init__()
        self.min_std = min_std
        self.register_buffer('mean', torch.zeros(channels))
        self.register_buffer('std', torch.ones(channels))
        self.register_buffer('num_steps', torch.tensor(0))

    def measure(self, sequences: Iterable[Tensor]) -> None:
        """Take the statistics over all steps of ``(C, T_i)`` features."""
        count = 0
        total, squares = torch.zeros(2, dtype=torch.float64)
        for sequence in sequences:
            wide = sequence.double()
            count += wide.shape[1]
            total = total + wide.sum(dim=1)
            squares = squares + wide.square().sum(dim=1)
        mean = total / count
        variance = (squares / count - mean.square()).clamp(min=0)
        self.mean.copy_(mean)
        self.std.copy_(variance.sqrt().clamp(min=self.min_std))
        self.num_steps.fill_(count)

    def forward(self, data: dict, training: bool = False) -> dict:
        """Move a batch to the device and standardize its ``inputs``."""
        data = super().forward(data, training)
        data['inputs'] = [
            (sequence - self.mean[:, None]) / self.std[:, None]
            for sequence in data['inputs']
        ]
        return data
