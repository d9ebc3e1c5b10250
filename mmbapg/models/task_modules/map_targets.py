"""What the maps of a proposal generator should be."""
from typing import NamedTuple

import torch
from mmaction.registry import TASK_UTILS
from torch import Tensor

from mmbapg.ops import TemporalGrid, as_precise, iou_map

#: Steps by which single precision can move the end of a sequence.
ROUNDING = 1e-3


class MapTargets(NamedTuple):
    """``iou`` ``(D, T)`` of each proposal with its best instance, valid or
    not; ``start`` and ``end`` ``(T,)`` labels. With a batch dimension in
    front where several sequences are together."""
    iou: Tensor
    start: Tensor
    end: Tensor


@TASK_UTILS.register_module()
class MapTargetMaker:
    """Makes maps and labels of the instances of a sequence.

    Step i of the sequence fills ``[i, i + 1]``, and a proposal the steps
    between its ends (:mod:`mmbapg.ops.proposal_maps`). Instances are cut off
    at the ends of the sequence for the map.

    Args:
        boundary_labels: Config of a task module that labels steps.
        cut_boundaries: Labels see instances cut off, too, so that the ends of
            the sequence count as boundaries: for sequences that are whole
            videos.
        whole_frame_origin: Times on the map count from a whole frame, half a
            step before the first and rounded toward zero, as in G-TAD's code
            for THUMOS14: its maps sit a fraction of a step beside.
    """

    def __init__(self,
                 boundary_labels: dict = dict(type='CoveredBoundaryLabels'),
                 cut_boundaries: bool = False,
                 whole_frame_origin: bool = False) -> None:
        self.boundary_labels = TASK_UTILS.build(boundary_labels)
        self.cut_boundaries = cut_boundaries
        self.whole_frame_origin = whole_frame_origin

    @torch.no_grad()
    def __call__(self, segments: Tensor, grid: TemporalGrid,
                 num_durations: int, num_steps: int) -> MapTargets:
        """Targets of one sequence, in single precision.

        Args:
            segments: ``(G, 2)`` in seconds.
            grid: Of the sequence.
            num_durations, num_steps: D and T.
        """
        steps = grid.edges().to_steps(as_precise(segments))
        # what ends with its video lies just between two labels
        steps = steps.masked_fill((steps - num_steps).abs() < ROUNDING,
                                  num_steps)
        on_map = (steps + self._shift(grid)).clamp(min=0, max=num_steps)
        labelled = (steps.clamp(min=0, max=num_steps) if self.cut_boundaries
                    else steps)
        start, end = self.boundary_labels(labelled, num_steps)
        return MapTargets(iou_map(on_map, num_durations, num_steps).float(),
                          start.float(), end.float())

    def _shift(self, grid: TemporalGrid) -> float:
        """From edges of steps to times on the map, in steps."""
        if not self.whole_frame_origin:
            return 0.0
        edge = grid.edges().start * grid.stride + grid.window / 2
        return (edge - int(edge)) / grid.stride
