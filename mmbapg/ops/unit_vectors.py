"""Frame embeddings as unit vectors, without loss of precision."""
from typing import Optional

import torch
from torch import Tensor

#: Columns of the similarity matrix, and rows of embeddings, at a time.
BLOCK = 256


def on_exact_device(embeddings: Tensor) -> Tensor:
    """On their device, or on the CPU where it lacks what we need: a Mac's GPU
    has no double precision, and CUDA no deterministic cumulative sum, where
    deterministic algorithms are asked for. Results then are there, too."""
    kind = embeddings.device.type
    lacks = kind == 'mps' or (
        kind != 'cpu' and torch.are_deterministic_algorithms_enabled())
    return embeddings.cpu() if lacks else embeddings


def as_precise(embeddings: Tensor) -> Tensor:
    """In single or double precision, whichever they are, or else in single."""
    exact = embeddings.dtype in (torch.float32, torch.float64)
    return embeddings if exact else embeddings.float()


def row_scales(embeddings: Tensor) -> Tensor:
    """What to multiply each row with for an L2 norm of 1.

    Returns:
        ``(n,)`` float64; 0 for rows of zeros, and NaN for rows that hold NaN
        or infinity.
    """
    rows = as_precise(embeddings)
    norms = torch.linalg.vector_norm(rows, dim=1).double()
    # squares of the largest and the smallest numbers need more range
    extreme = ~((norms > 1e-15) & (norms < 1e15))
    norms[extreme] = rows[extreme].double().norm(dim=1)
    scales = torch.where(norms > 0, 1 / norms, norms)
    return scales.masked_fill(norms.isinf(), torch.nan)


@torch.no_grad()
def unit_rows(embeddings: Tensor, scales: Optional[Tensor] = None) -> Tensor:
    """L2-normalize rows in double precision, back in the input's precision.

    Args:
        embeddings: ``(n, d)``.
        scales: :func:`row_scales`, if known.
    """
    scales = row_scales(embeddings) if scales is None else scales
    rows = as_precise(embeddings)
    unit = torch.empty_like(rows)
    # in parts, as long videos would fill the memory in double precision
    for part, each, scale in zip(unit.split(BLOCK), rows.split(BLOCK),
                                 scales.split(BLOCK)):
        part.copy_(each.double() * scale[:, None])
    return unit
