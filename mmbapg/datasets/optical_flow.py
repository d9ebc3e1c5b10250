"""Optical flow between the frames of a video, with OpenCV."""
from typing import Any, Callable, Dict, Iterable, Iterator, Optional

import numpy as np

from mmbapg.errors import UserError

#: ``(before, after) -> (H, W, 2)`` of grey frames ``(H, W)``.
Flow = Callable[[np.ndarray, np.ndarray], np.ndarray]
#: Pixels of movement for which 255 stands, and 0 in the other direction.
BOUND = 20.0


class FlowError(UserError, ValueError):
    """Optical flow cannot be computed; the message says why."""


def flow_frames(frames: Iterable[np.ndarray], method: str = 'tvl1',
                bound: float = BOUND) -> Iterator[np.ndarray]:
    """Optical flow from each frame to the next, one for each frame.

    After the last frame, where there is no next one, the flow before it is
    given again.

    Args:
        frames: ``(H, W, 3)`` uint8 RGB each.
        method: One of :data:`METHODS`.
        bound: In pixels; what moves more counts as this.

    Yields:
        ``(H, W, 2)`` uint8: movement to the right, and down; 128 is none.

    Raises:
        FlowError: If the method is unknown or not installed.
    """
    cv2, compute = _opencv(), flow_method(method)
    before: Optional[np.ndarray] = None
    last: Optional[np.ndarray] = None
    for frame in frames:
        grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
        if before is not None:
            last = as_bytes(compute(before, grey), bound)
            yield last
        before = grey
    if before is not None:
        yield last if last is not None else as_bytes(
            np.zeros((*before.shape, 2)), bound)


def as_bytes(flow: np.ndarray, bound: float) -> np.ndarray:
    """Flow in pixels to uint8, rounded to the nearest.

    Example:
        >>> as_bytes(np.array([-99.0, 0.0, 10.0]), bound=20).tolist()
        [0, 128, 191]
    """
    scaled = (flow.clip(-bound, bound) + bound) * (255 / (2 * bound))
    return np.rint(scaled).astype(np.uint8)


def flow_method(method: str) -> Flow:
    """The function that a method's name stands for.

    Raises:
        FlowError: See :func:`flow_frames`.
    """
    if method not in METHODS:
        raise FlowError(f'flow is {method!r}, expected one of '
                        f'{", ".join(METHODS)}')
    try:
        return METHODS[method]()
    except AttributeError as error:
        others = ', '.join(name for name in METHODS if name != method)
        raise FlowError(
            f'flow {method}: OpenCV is without it ({error}), expected the '
            'package opencv-contrib-python; without it there are '
            f'{others}') from None


def _opencv() -> Any:
    """OpenCV, whose types do not tell what its versions have."""
    import cv2
    return cv2


def _tvl1() -> Flow:
    algorithm = _opencv().optflow.DualTVL1OpticalFlow_create()
    return lambda before, after: algorithm.calc(before, after, None)


def _dis() -> Flow:
    cv2 = _opencv()
    algorithm = cv2.DISOpticalFlow_create(
        cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return lambda before, after: algorithm.calc(before, after, None)


def _farneback() -> Flow:
    return lambda before, after: _opencv().calcOpticalFlowFarneback(
        before, after, None, pyr_scale=0.5, levels=3, winsize=15,
        iterations=3, poly_n=5, poly_sigma=1.2, flags=0)


#: Name -> what makes the function. TV-L1 is the one of AFSD, and of the flow
#: that I3D was trained on; the others are faster.
METHODS: Dict[str, Callable[[], Flow]] = dict(
    tvl1=_tvl1, dis=_dis, farneback=_farneback)
