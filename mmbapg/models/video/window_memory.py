"""What to lower where windows or clips of frames do not fit in memory."""
from contextlib import contextmanager
from typing import Iterator, Sequence, Union

from torch import Tensor

from mmbapg.errors import UserError

#: What PyTorch says where memory does not suffice, on any device.
WORDS = ('out of memory', 'not enough memory', "can't allocate memory")


class WindowMemoryError(UserError, RuntimeError):
    """A window does not fit in memory; the message says what to lower."""


def is_of_memory(error: RuntimeError) -> bool:
    """Whether PyTorch says that memory does not suffice."""
    text = str(error).lower()
    return any(words in text for words in WORDS)


@contextmanager
def told_memory(windows: Union[Tensor, Sequence[Tensor]], kind: str,
                lower: str) -> Iterator[None]:
    """Say what to lower if what is done within needs too much memory.

    Args:
        windows: ``(3, T, H, W)`` each.
        kind: What they are.
        lower: The settings.

    Raises:
        WindowMemoryError: In the place of PyTorch's error.
    """
    try:
        yield
    except RuntimeError as error:
        if not is_of_memory(error):
            raise
        _, length, height, width = windows[0].shape
        raise WindowMemoryError(
            f'found no memory for {len(windows)} {kind} of {length} frames of '
            f'{width} x {height} pixels, expected less: lower {lower}'
        ) from error
