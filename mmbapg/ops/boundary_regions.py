"""The regions in which boundaries of coarse segments are looked for."""
import torch
from torch import Tensor


@torch.no_grad()
def boundary_regions(segments: Tensor,
                     lengths: Tensor,
                     inside: float = 4.0,
                     outside: float = 10.0) -> Tensor:
    """Regions around start and end, larger inside of a segment than outside.

    AFSD (https://arxiv.org/abs/2103.13137), Eq. 3.

    Args:
        segments: ``(..., 2)`` start and end in steps.
        lengths: ``(...)`` what counts as their length, in steps.
        inside, outside: A region reaches this part (``length / inside``, at
            least one step) into the segment, and that part out of it.

    Returns:
        ``(..., 4)`` first and last step of the region of the start, and of
        that of the end, rounded to the nearest, halves to the even one.

    Example:
        >>> boundary_regions(torch.tensor([[20., 60.]]), torch.tensor([40.]))
        tensor([[16., 30., 50., 64.]])
    """
    start, end = segments.unbind(dim=-1)
    into, out = ((lengths / part).clamp(min=1) for part in (inside, outside))
    return torch.stack(
        [start - out, start + into, end - into, end + out], dim=-1).round()
