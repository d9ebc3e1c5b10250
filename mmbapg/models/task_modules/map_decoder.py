"""From the maps of a proposal generator to scored proposals."""
from typing import Optional, Tuple

import torch
from mmaction.registry import TASK_UTILS
from torch import Tensor

from mmbapg.ops import as_precise, cell_segments
from mmbapg.setting_checks import expect_one_of

SELECTIONS = ('all', 'peaks')


@TASK_UTILS.register_module()
class ProposalMapDecoder:
    """Scores the cells of a map, and takes some.

    The score of cell ``(d, i)`` is ``(start[i] * end[i + d + 1]) **
    boundary_power * (regression * classification) ** confidence_power``. As
    in BMN, a cell whose last boundary ``i + d + 1`` is no step of the
    sequence is left out.

    ============ ================== ====================
    method       ``boundary_power`` ``confidence_power``
    ============ ================== ====================
    BMN          1                  1
    G-TAD        0                  1
    BSN++ Eq. 8  1                  0.5
    ============ ================== ====================

    Args:
        boundary_power, confidence_power: See above.
        selection: ``all`` cells; or those between ``peaks``, whose start and
            end each are higher than both neighbours, or higher than
            ``peak_share`` of the highest, or the sequence's first and last
            step.
        peak_share: See above.
        max_candidates: So many of these, the best ones; by default all.
    """

    def __init__(self,
                 boundary_power: float = 1.0,
                 confidence_power: float = 1.0,
                 selection: str = 'all',
                 peak_share: float = 0.5,
                 max_candidates: Optional[int] = None) -> None:
        expect_one_of('selection', selection, SELECTIONS)
        self.boundary_power = boundary_power
        self.confidence_power = confidence_power
        self.selection = selection
        self.peak_share = peak_share
        self.max_candidates = max_candidates

    def __call__(self, maps: Tensor, start: Tensor,
                 end: Tensor) -> Tuple[Tensor, Tensor]:
        """Proposals of one sequence.

        Args:
            maps: ``(2, D, T)`` regressed tIoU and probability.
            start, end: ``(T,)`` probabilities.

        Returns:
            tuple: ``(N, 2)`` int64 first and last boundary in steps, and
            ``(N,)`` scores, duration by duration, or the best ones first if
            they are limited.
        """
        durations, length = maps.shape[1:]
        cells = cell_segments(durations, length, maps.device)
        last = cells[..., 1]
        chosen = last < length
        last = last.clamp(max=length - 1)
        if self.selection == 'peaks':
            opens, closes = (self._peaks(each) for each in (start, end))
            opens[0] = closes[-1] = True
            chosen &= opens & closes[last]
        scores = as_precise(maps[0]) * maps[1]
        if self.confidence_power != 1:
            scores = scores.pow(self.confidence_power)
        if self.boundary_power:
            bounds = as_precise(start) * end[last]
            scores = scores * bounds.pow(self.boundary_power)
        segments, scores = cells[chosen], scores[chosen]
        if self.max_candidates and len(scores) > self.max_candidates:
            best = scores.sort(descending=True, stable=True).indices
            best = best[:self.max_candidates]
            segments, scores = segments[best], scores[best]
        return segments, scores

    def _peaks(self, scores: Tensor) -> Tensor:
        inner = scores[1:-1]
        peaks = torch.zeros_like(scores, dtype=torch.bool)
        peaks[1:-1] = ((inner > scores[:-2]) & (inner > scores[2:])) | (
            inner > self.peak_share * scores.max())
        return peaks
