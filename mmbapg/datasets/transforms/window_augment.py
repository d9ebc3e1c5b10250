"""Changes of what frames look like, the same for all frames of a window."""
import random
from functools import partial
from typing import Callable, List

import cv2
import mmcv
import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from mmbapg.errors import SettingError

Change = Callable[[np.ndarray], np.ndarray]


class WindowTransform(BaseTransform):
    """One change, drawn once for all ``imgs`` of a sample, which are RGB."""

    def transform(self, results: dict) -> dict:
        for change in self.draw(results['imgs'][0].shape[:2]):
            results['imgs'] = [change(image) for image in results['imgs']]
        return results

    def draw(self, size) -> List[Change]:
        """Changes of each frame of ``(height, width)``, one after the
        other."""
        raise NotImplementedError


@TRANSFORMS.register_module()
class WindowRandAugment(WindowTransform):
    """`RandAugment <https://arxiv.org/abs/1909.13719>`_ of windows.

    With the eleven operations of MMAction2's ``ImgAug('default')``, which
    AdaTAD's settings use and which needs the package ``imgaug``. The direction
    of a shear, a shift and a rotation is drawn for each window, not once for
    the whole training as there.

    Args:
        num_ops: Operations for each window, all different.
        magnitude: From 0 to 10.
    """

    def __init__(self, num_ops: int = 2, magnitude: float = 9) -> None:
        if not (0 <= magnitude <= 10 and 0 < num_ops <= 11):
            raise SettingError(
                f'found num_ops={num_ops} and magnitude={magnitude}, expected '
                '1 to 11, and 0 to 10')
        self.num_ops = num_ops
        self.level = magnitude / 10

    def draw(self, size) -> List[Change]:
        """See :class:`WindowTransform`."""
        height, width = size
        level = self.level
        shear = float(np.tan(np.deg2rad(17.19 * level)))
        factor = 1.8 * level + 0.1
        operations = (
            _signed(mmcv.imshear, shear, direction='horizontal'),
            _signed(mmcv.imshear, shear, direction='vertical'),
            _signed(mmcv.imtranslate, 0.2 * level * width,
                    direction='horizontal'),
            _signed(mmcv.imtranslate, 0.2 * level * height,
                    direction='vertical'),
            _signed(mmcv.imrotate, 30 * level),
            partial(mmcv.posterize, bits=max(1, int(4 * level))),
            partial(mmcv.solarize, thr=256 * level),
            partial(_adjust_saturation, factor=factor),
            partial(mmcv.adjust_contrast, factor=factor),
            partial(mmcv.adjust_brightness, factor=factor),
            partial(mmcv.adjust_sharpness, factor=factor))
        return random.sample(operations, self.num_ops)


@TRANSFORMS.register_module()
class WindowColorJitter(WindowTransform):
    """Brightness, contrast, saturation and hue of windows, in random order.

    Args:
        brightness, contrast, saturation: Most that a factor differs from 1.
        hue: Most share of the colour circle by which colours turn.
    """

    def __init__(self,
                 brightness: float = 0.5,
                 contrast: float = 0.5,
                 saturation: float = 0.5,
                 hue: float = 0.1) -> None:
        self.factors = (
            (mmcv.adjust_brightness, brightness),
            (mmcv.adjust_contrast, contrast), (_adjust_saturation, saturation))
        self.hue = hue

    def draw(self, size) -> List[Change]:
        """See :class:`WindowTransform`."""
        changes: List[Change] = [
            partial(change, factor=random.uniform(max(0, 1 - most), 1 + most))
            for change, most in self.factors if most]
        if self.hue:
            changes.append(partial(
                _turn_hue, share=random.uniform(-self.hue, self.hue)))
        random.shuffle(changes)
        return changes


def _signed(change: Callable, amount: float, **kwargs) -> Change:
    """A change by an amount, or by its opposite."""
    signed = random.choice([-1, 1]) * amount

    def changed(image: np.ndarray) -> np.ndarray:
        return change(image, signed, **kwargs)

    return changed


def _adjust_saturation(image: np.ndarray, factor: float) -> np.ndarray:
    """Of an RGB image: 0 is grey, 1 changes nothing."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None]
    mixed = factor * image.astype(np.float32) + (1 - factor) * grey
    return mixed.round().clip(0, 255).astype(np.uint8)


def _turn_hue(image: np.ndarray, share: float) -> np.ndarray:
    """Turn the colours of an RGB image by a share of the colour circle."""
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV_FULL)
    hsv[..., 0] += np.uint8(round(share * 256) % 256)
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB_FULL)
