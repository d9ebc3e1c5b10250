"""Two ways to write a segment."""
import torch
from torch import Tensor


def to_centre_width(segments: Tensor) -> Tensor:
    """``(..., 2)`` start and end to centre and width.

    Example:
        >>> to_centre_width(torch.tensor([2.0, 6.0]))
        tensor([4., 4.])
    """
    start, end = segments.unbind(dim=-1)
    return torch.stack([(start + end) / 2, end - start], dim=-1)


def to_start_end(segments: Tensor) -> Tensor:
    """``(..., 2)`` centre and width to start and end."""
    centre, width = segments.unbind(dim=-1)
    return torch.stack([centre - width / 2, centre + width / 2], dim=-1)
