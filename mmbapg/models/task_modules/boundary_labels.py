"""Which steps of a sequence are the start or the end of an instance."""
from typing import Tuple

import torch
from mmaction.registry import TASK_UTILS
from torch import Tensor

from mmbapg.ops import overlap_with_steps

#: Labels ``(T,)`` of starts and of ends.
Labels = Tuple[Tensor, Tensor]


@TASK_UTILS.register_module()
class CoveredBoundaryLabels:
    """The share of a step that lies near a boundary (BSN, BMN, G-TAD).

    Near is a region of one width for all instances.

    Args:
        width: Of a region, in steps.
        extent: What step k extends over: ``[k + extent[0], k + extent[1]]``.
            BMN and G-TAD on ActivityNet let it reach half a step into both
            neighbours.
    """

    def __init__(self, width: float = 3.0,
                 extent: Tuple[float, float] = (0.0, 1.0)) -> None:
        self.width = width
        self.extent = extent

    def __call__(self, segments: Tensor, num_steps: int) -> Labels:
        """Label ``T`` steps.

        Args:
            segments: ``(G, 2)`` in steps, of which step i fills [i, i + 1].
            num_steps: T.
        """
        first, last = self.extent
        return boundary_regions_by_step(
            segments, segments.new_full((len(segments), ), self.width / 2),
            num_steps, self.extent, lambda overlap: overlap / (last - first))


@TASK_UTILS.register_module()
class BoundaryRegionLabels:
    """1 in the region of a boundary, 0 elsewhere (BSN++,
    https://arxiv.org/abs/2009.07641, Sec. 4.1).

    A region reaches to both sides by a share of the instance's length. A step
    is in it if they overlap at all, so that short instances do not get lost
    between the middles of two steps.

    Args:
        reach: Share of an instance's length.
        extent: See :class:`CoveredBoundaryLabels`.
    """

    def __init__(self, reach: float = 0.1,
                 extent: Tuple[float, float] = (0.0, 1.0)) -> None:
        self.reach = reach
        self.extent = extent

    def __call__(self, segments: Tensor, num_steps: int) -> Labels:
        """See :class:`CoveredBoundaryLabels`."""
        reach = self.reach * (segments[:, 1] - segments[:, 0])
        return boundary_regions_by_step(
            segments, reach, num_steps, self.extent,
            lambda overlap: (overlap > 0).to(overlap))


def boundary_regions_by_step(segments: Tensor, reach: Tensor, num_steps: int,
                             extent: Tuple[float, float], label_of) -> Labels:
    """Labels of starts and ends by how much of a step a region covers.

    Args:
        segments: ``(G, 2)``.
        reach: ``(G,)`` half of a region's width.
        num_steps: T.
        extent: See :class:`CoveredBoundaryLabels`.
        label_of: Of ``(T,)`` overlaps in steps.
    """
    start, end = (
        label_of(overlap_with_steps(
            torch.stack([boundary - reach, boundary + reach], dim=1),
            num_steps, extent))
        for boundary in segments.unbind(dim=1))
    return start, end
