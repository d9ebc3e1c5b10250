"""Which proposals a loss sees: as many good ones as bad ones, and of every
length."""
from typing import Sequence

import torch
from mmaction.registry import TASK_UTILS
from torch import Tensor

from mmbapg.errors import SettingError


@TASK_UTILS.register_module()
class ScaleBalancedSampler:
    """Two-stage resampling of BSN++ (https://arxiv.org/abs/2009.07641,
    Sec. 3.4).

    Of the positive proposals of a batch a share is drawn without
    replacement, and as many of the negative ones. Regions of length are
    equally served rather than as often as they occur: a proposal of region i
    is drawn in proportion to ``r'_i / P_i`` (Eq. 4), with ``P_i`` proposals
    in it.

    Args:
        high: Proposals of more tIoU are positive.
        low: Those of less are negative; between them, none is drawn.
        edges: Where regions of length begin, as shares of the longest
            proposal's length.
        limit: lambda of Eq. 4.
        decay: t of Eq. 4, which the paper does not tell; ``limit`` by
            default, with which r' has no jump.
        share: Of the positives that are drawn.
        least: Negatives that are drawn, however few positives there are.
        by_scale: ``False`` draws all alike, which is the first stage alone.

    Raises:
        SettingError: If ``low`` is above ``high``, edges do not ascend, or a
            share or a parameter of Eq. 4 is not above 0.
    """

    def __init__(self,
                 high: float = 0.7,
                 low: float = 0.3,
                 edges: Sequence[float] = (0.3, 0.7),
                 limit: float = 0.15,
                 decay: float = 0.0,
                 share: float = 0.5,
                 least: int = 32,
                 by_scale: bool = True) -> None:
        if low > high:
            raise SettingError(f'low is {low} and high {high}, expected low '
                               'not to be above high')
        if list(edges) != sorted({*edges}):
            raise SettingError(f'edges is {tuple(edges)}, expected shares '
                               'that ascend')
        if not (0 < share <= 1 and limit > 0 and decay >= 0):
            raise SettingError(
                f'share is {share}, limit {limit} and decay {decay}, expected '
                'a share of at most 1, and all above 0 (decay: 0 for limit)')
        self.high = high
        self.low = low
        self.edges = tuple(edges)
        self.limit = limit
        self.decay = decay or limit
        self.share = share
        self.least = least
        self.by_scale = by_scale

    @torch.no_grad()
    def __call__(self, iou: Tensor, valid: Tensor) -> Tensor:
        """Choose proposals.

        Args:
            iou: ``(B, D, T)`` tIoU with the truth.
            valid: ``(D, T)`` bool.

        Returns:
            ``(B, D, T)`` bool.
        """
        positive = (iou > self.high) & valid
        negative = (iou < self.low) & valid
        number = (positive.sum() * self.share).ceil()
        chosen = self.draw(positive, number)
        return chosen | self.draw(negative, number.clamp(min=self.least))

    def draw(self, among: Tensor, number: Tensor) -> Tensor:
        """Draw so many of ``(B, D, T)`` candidates, or all if they are fewer.

        The order of ``-log(u) / weight`` is that of draws without
        replacement; to draw so, a GPU need not be waited for.
        """
        times = -torch.rand_like(among, dtype=torch.float32).log()
        times = times / self.weights(among).clamp(min=1e-30)
        times = times.masked_fill(~among, torch.inf)
        order = times.flatten().argsort()
        rank = torch.empty_like(order)
        rank[order] = torch.arange(len(order), device=order.device)
        return among & (rank.view_as(among) < number)

    def weights(self, among: Tensor) -> Tensor:
        """Weight of each candidate, ``(B, D, T)``; 0 for others."""
        if not self.by_scale:
            return among.float()
        durations = among.shape[1]
        length = torch.arange(1, durations + 1, device=among.device)
        region = torch.stack([length > edge * durations
                              for edge in self.edges]).sum(dim=0)
        weights = torch.zeros_like(among, dtype=torch.float32)
        counts = torch.stack([
            (among & (region == each)[:, None]).sum()
            for each in range(len(self.edges) + 1)])
        probabilities = self.probabilities(counts)
        for each, probability in enumerate(probabilities):
            inside = among & (region == each)[:, None]
            weights = weights + inside * (
                probability / counts[each].clamp(min=1))
        return weights

    def probabilities(self, counts: Tensor) -> Tensor:
        """r' of Eq. 4.

        Args:
            counts: ``(R,)`` proposals in each region.

        Returns:
            ``(R,)``; 0 for a region without any.
        """
        ratio = counts / counts.sum().clamp(min=1)
        rare = self.limit * torch.exp(ratio / self.decay - 1)
        limited = torch.where(ratio > self.limit,
                              torch.full_like(rare, self.limit), rare)
        return limited * (counts > 0)
