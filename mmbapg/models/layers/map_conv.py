"""A convolution over sampled proposal features that never holds them."""
from typing import List, Sequence

import torch
from torch import Tensor, nn

from mmbapg.ops import SamplingPlan, sample_map


class MapConv(nn.Conv2d):
    """What a 1x1 convolution makes of the samples of all proposals.

    Samples of a proposal, R for each of C channels, are sums of features of
    steps, and the convolution is linear. So steps are multiplied with the
    weights of each sample first, and only then the products are summed for
    each cell of the map (:mod:`mmbapg.ops.map_sampling`): a map of ``C * R``
    channels, which is 537 MB for one window of G-TAD's on THUMOS14, and
    products with it, are not needed. Results differ by rounding alone.

    The weight is that of the convolution, ``(out_channels, C * R, 1, 1)``,
    input channel ``c * R + r`` for sample r of channel c.

    Args:
        in_channels: C.
        out_channels: Width of the map.
        plans: Of each feature sequence that is sampled; their samples are
            counted one sequence after the other, R together.
        num_steps: T.
        num_durations: D.
    """

    def __init__(self, in_channels: int, out_channels: int,
                 plans: Sequence[SamplingPlan], num_steps: int,
                 num_durations: int) -> None:
        self.num_samples = [(len(plan.back_offsets) - 1) // num_steps
                            for plan in plans]
        super().__init__(in_channels * sum(self.num_samples), out_channels, 1)
        self.map_size = (num_durations, num_steps)
        for number, plan in enumerate(plans):
            for name, value in plan._asdict().items():
                # they follow the model to its device, and are no weights
                self.register_buffer(f'{name}_{number}', value,
                                     persistent=False)

    def forward(self, *sequences: Tensor) -> Tensor:
        """``(B, C, T)`` of each plan to ``(B, out_channels, D, T)``, in
        memory channels-last."""
        weights = self.weight[..., 0, 0].unflatten(
            1, (-1, sum(self.num_samples))).split(self.num_samples, dim=2)
        parts: List[Tensor] = []
        for number, (x, weight) in enumerate(zip(sequences, weights)):
            # (R * out, C)
            by_sample = weight.permute(2, 0, 1).flatten(0, 1)
            products = nn.functional.linear(x.transpose(1, 2), by_sample)
            rows = products.unflatten(2, (-1, self.out_channels))
            parts.append(sample_map(rows.flatten(1, 2), self._plan(number)))
        total = parts[0] if len(parts) == 1 else torch.stack(parts).sum(dim=0)
        if self.bias is not None:
            total = total + self.bias
        return total.unflatten(1, self.map_size).permute(0, 3, 1, 2)

    def _plan(self, number: int) -> SamplingPlan:
        return SamplingPlan(*(getattr(self, f'{name}_{number}')
                              for name in SamplingPlan._fields))
