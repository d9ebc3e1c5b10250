"""Numbers as text, in the fewest bytes that a browser reads at once.

Digits of decimal numbers would take two to three times the room, which counts
where a report holds hundreds of thousands of detections.
"""
import base64
from typing import List, Sequence

import numpy as np

#: Kinds of numbers that scripts of the pages unpack, see ``logic.js``: the
#: letter and the bytes of NumPy's names, smallest first. A double holds all
#: whole numbers that occur.
WHOLE = ('u1', 'u2', 'i4', 'f8')
FRACTIONS = ('f4', 'f8')
#: Relative error that is allowed: less than four digits show.
TOLERANCE = 1e-6


def packed(values, kinds: Sequence[str]) -> List[str]:
    """Numbers as a kind, and as base64 of their bytes.

    Args:
        values: ``(N,)`` numbers; whole ones stay exact.
        kinds: :data:`WHOLE` or :data:`FRACTIONS`; the first that holds all
            values is taken.

    Returns:
        Kind and text.

    Example:
        >>> packed([1, 2, 255], WHOLE)
        ['u1', 'AQL/']
    """
    numbers = np.asarray(values, dtype=np.float64)
    kind = next(kind for kind in kinds if _holds(kind, numbers))
    return [kind, base64.b64encode(
        numbers.astype(f'<{kind}').tobytes()).decode()]


def unpacked(column: Sequence[str]) -> np.ndarray:
    """The numbers of :func:`packed`."""
    kind, text = column
    return np.frombuffer(base64.b64decode(text), dtype=f'<{kind}')


def _holds(kind: str, numbers: np.ndarray) -> bool:
    if kind[0] != 'f':
        limits = np.iinfo(kind)
        return bool((numbers >= limits.min).all() and
                    (numbers <= limits.max).all())
    with np.errstate(over='ignore'):  # infinite, which is not near
        return np.allclose(numbers.astype(kind), numbers, TOLERANCE, 0)
