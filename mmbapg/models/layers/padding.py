"""Feature sequences of different length in one batch."""
from typing import Sequence, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor


def pad_sequences(sequences: Sequence[Tensor],
                  min_length: int = 0,
                  divisor: int = 1) -> Tuple[Tensor, Tensor]:
    """Zero-pad sequences on the right to one length.

    The channels of a step lie together in memory, as :mod:`.conv` wants them.

    Args:
        sequences: ``(C, T_i)`` features of each video, or ``(B, C, T)`` if
            all have one length, which then are not copied.
        min_length: The batch is padded at least to this length.
        divisor: If a sequence is longer than ``min_length``, the batch is
            padded to a multiple of this.

    Returns:
        tuple: ``(B, C, T)`` features and ``(B, 1, T)`` bool mask, true at the
        steps that a sequence has.
    """
    lengths = [sequence.shape[-1] for sequence in sequences]
    length = padded_length(max(lengths), min_length, divisor)
    if isinstance(sequences, Tensor):
        padded = _extended(sequences, length)
    else:
        padded = torch.stack([
            _extended(each, length).transpose(0, 1) for each in sequences
        ]).transpose(1, 2)
    # filled row by row: to copy the lengths, a GPU would have to be waited for
    mask = torch.zeros(len(lengths), 1, length, dtype=torch.bool,
                       device=padded.device)
    for row, steps in enumerate(lengths):
        mask[row, :, :steps] = True
    return padded, mask


def padded_length(length: int, min_length: int, divisor: int) -> int:
    """Length to which :func:`pad_sequences` pads one sequence."""
    if length <= min_length:
        return min_length
    return -(-length // divisor) * divisor


def _extended(features: Tensor, length: int) -> Tensor:
    missing = length - features.shape[-1]
    if not missing:
        return features
    rows = F.pad(features.transpose(-1, -2), (0, 0, 0, missing))
    return rows.transpose(-1, -2)
