"""What to lower where windows of frames do not fit in memory."""
from contextlib import contextmanager
from typing import Iterator, Sequence

from torch import Tensor

from mmbapg.errors import UserError

#: What PyTorch says where memory does not suffice, on any device.
WORDS = ('out of memory', 'not enough memory', "can't allocate memory")


class WindowMemoryError(UserError, RuntimeError):
    """A window does not fit in memory; the message says what to lower."""


@contextmanager
def told_memory(windows: Sequence[Tensor], training: bool) -> Iterator[None]:
    """Say what to lower if what is done within needs too much memory.

    Args:
        windows: ``(3, T, H, W)`` each.
        training: Whether the model is trained.

    Raises:
        WindowMemoryError: In the place of PyTorch's error.
    """
    try:
        yield
    except RuntimeError as error:
        text = str(error).lower()
        if not any(words in text for words in WORDS):
            raise
        _, length, height, width = windows[0].shape
        what = ('batch_size of train_dataloader' if training else
                'windows_per_pass')
        raise WindowMemoryError(
            f'found no memory for {len(windows)} windows of {length} frames '
            f'of {width} x {height} pixels, expected less: lower {what}, '
            'clips_per_pass of the video_backbone or the pixels of the '
            'pipeline, shorten the window, or set with_cp=True and mixed '
            'precision (--amp)') from error
