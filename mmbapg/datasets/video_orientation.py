"""Turning and mirroring pictures as a video's display matrix says."""
import numpy as np


def as_shown(image: np.ndarray, frame) -> np.ndarray:
    """A picture as players show it.

    The matrix takes a place ``(x, y)`` of the stored picture to ``(a x + c y,
    b x + d y)`` on the screen. The nearest of the eight ways to turn and
    mirror by quarter turns is taken.

    Args:
        image: ``(H, W, 3)``, as it is stored.
        frame: The frame of PyAV that it is from.
    """
    matrix = frame.side_data.get('DISPLAYMATRIX')
    if matrix is None:
        return image
    (a, b, _), (c, d, _), _ = np.frombuffer(
        bytes(matrix), np.int32).reshape(3, 3).tolist()
    if abs(b) + abs(c) > abs(a) + abs(d):
        image, a, d = image.swapaxes(0, 1), c, b
    if a < 0:
        image = image[:, ::-1]
    return image[::-1] if d < 0 else image
