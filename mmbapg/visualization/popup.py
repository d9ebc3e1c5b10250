"""Pictures in windows, where there is a display."""
import os
import sys
from typing import Mapping

import cv2
import mmcv
import numpy as np

from mmbapg.errors import UserError


class NoDisplay(UserError, RuntimeError):
    """No window can be opened; the message says why."""


def require_display() -> None:
    """Open a window and close it again.

    Raises:
        NoDisplay: If there is none.
    """
    try:
        if sys.platform == 'linux' and not (
                os.environ.get('DISPLAY') or
                os.environ.get('WAYLAND_DISPLAY')):
            # here some builds of OpenCV would end the process
            raise cv2.error('neither DISPLAY nor WAYLAND_DISPLAY is set')
        cv2.namedWindow('mmbapg')
        cv2.destroyWindow('mmbapg')
    except cv2.error as error:
        raise NoDisplay(
            'show: found no display to open a window on '
            f'({str(error).strip().splitlines()[0]}), expected one; '
            'return_vis=True and out_dir give the pictures without') from None


def show(images: Mapping[str, np.ndarray], wait_time: float) -> None:
    """Show images one after the other.

    Args:
        images: By title, ``(H, W, 3)`` uint8 RGB.
        wait_time: Seconds for each; 0 until a key is pressed.
    """
    for title, image in images.items():
        mmcv.imshow(image[..., ::-1], title, round(1000 * wait_time))
        cv2.destroyAllWindows()
