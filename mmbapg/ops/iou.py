"""Temporal intersection over union (tIoU) of segments."""
import torch
from torch import Tensor


def segment_iou(segments: Tensor, others: Tensor) -> Tensor:
    """Pairwise tIoU.

    Args:
        segments: ``(N, 2)`` start and end, in any one unit.
        others: ``(M, 2)`` in the same unit.

    Returns:
        ``(N, M)`` tIoU. Two segments whose union is empty have tIoU 0.

    Example:
        >>> segments = torch.tensor([[0.0, 4.0]])
        >>> segment_iou(segments, torch.tensor([[2.0, 4.0], [5.0, 6.0]]))
        tensor([[0.5000, 0.0000]])
    """
    overlap = (torch.minimum(segments[:, None, 1], others[None, :, 1]) -
               torch.maximum(segments[:, None, 0], others[None, :, 0]))
    overlap = overlap.clamp(min=0)
    lengths = segments[:, 1] - segments[:, 0]
    other_lengths = others[:, 1] - others[:, 0]
    union = lengths[:, None] + other_lengths[None, :] - overlap
    return torch.where(union > 0, overlap / union, torch.zeros_like(overlap))
