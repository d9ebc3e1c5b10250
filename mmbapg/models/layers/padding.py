"""Feature sequences of different length in one batch."""
from typing import Iterator, Sequence, Tuple, Union, overload

import torch
import torch.nn.functional as F
from torch import Tensor


class PaddedSequences:
    """Sequences that are padded already, and not with zeros.

    What is behind the last valid step of a sequence is there to be seen by
    kernels that reach beyond it. As a sequence, it has the valid parts.

    Args:
        batch: ``(B, C, T)``.
        lengths: Valid steps of each.
    """

    def __init__(self, batch: Tensor, lengths: Sequence[int]) -> None:
        self.batch, self.lengths = batch, list(lengths)

    def __len__(self) -> int:
        return len(self.lengths)

    @overload
    def __getitem__(self, index: int) -> Tensor: ...

    @overload
    def __getitem__(self, index: slice) -> 'PaddedSequences': ...

    def __getitem__(self, index):
        if isinstance(index, slice):
            return PaddedSequences(self.batch[index], self.lengths[index])
        return self.batch[index][:, :self.lengths[index]]

    def __iter__(self) -> Iterator[Tensor]:
        return map(self.__getitem__, range(len(self)))


#: Features of each video, or of videos of one length in one tensor.
Sequences = Union[Sequence[Tensor], Tensor, PaddedSequences]


def join_sequences(parts: Sequence[Sequences]) -> Sequences:
    """Sequences of several batches as those of one."""
    padded = [part for part in parts if isinstance(part, PaddedSequences)]
    if not padded:
        return [each for part in parts for each in part]
    return PaddedSequences(
        torch.cat([part.batch for part in padded]),
        [length for part in padded for length in part.lengths])


def pad_sequences(sequences: Sequences,
                  min_length: int = 0,
                  divisor: int = 1) -> Tuple[Tensor, Tensor]:
    """Zero-pad sequences on the right to one length.

    The channels of a step lie together in memory, as :mod:`.conv` wants them.

    Args:
        sequences: ``(C, T_i)`` features of each video, or ``(B, C, T)`` if
            all have one length, which then are not copied. Of those that are
            padded already, the padding stays.
        min_length: The batch is padded at least to this length.
        divisor: If a sequence is longer than ``min_length``, the batch is
            padded to a multiple of this.

    Returns:
        tuple: ``(B, C, T)`` features and ``(B, 1, T)`` bool mask, true at the
        steps that a sequence has.
    """
    lengths = [sequence.shape[-1] for sequence in sequences]
    whole = (sequences.batch if isinstance(sequences, PaddedSequences) else
             sequences)
    longest = whole.shape[-1] if isinstance(whole, Tensor) else max(lengths)
    length = padded_length(longest, min_length, divisor)
    if isinstance(whole, Tensor):
        padded = _extended(whole, length)
    else:
        padded = torch.stack([
            _extended(each, length).transpose(0, 1) for each in whole
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
