"""Frames of the size, and of the number, that AFSD was trained on."""
from typing import Tuple

import mmcv
import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from mmbapg.ops import TemporalGrid

from .frame_samplers import SampleSpreadFrames, frame_rate, num_frames


@TRANSFORMS.register_module()
class ShrinkFrames(BaseTransform):
    """Resize frames as Pillow does, which averages over what a pixel of the
    result covers. OpenCV, which MMAction2's ``Resize`` calls, looks at 16
    pixels, however much smaller frames become.

    Args:
        size: Height, and width, of the result.
        interpolation: A method of Pillow.
    """

    def __init__(self, size: int, interpolation: str = 'bicubic') -> None:
        self.size = size
        self.interpolation = interpolation

    def transform(self, results: dict) -> dict:
        size = (self.size, self.size)
        results['imgs'] = [
            mmcv.imresize(image, size, interpolation=self.interpolation,
                          backend='pillow') for image in results['imgs']]
        results['img_shape'] = size
        return results


@TRANSFORMS.register_module()
class SampleFramesUpTo(SampleSpreadFrames):
    """All frames of a short video, and of a long one so many that are spread
    over it, as AFSD does for ActivityNet-1.3. A frame stands for what is
    between it and its neighbours.

    Args:
        steps, frames_per_step, fps: See :class:`SampleSpreadFrames`.
    """

    def sample(self, video: dict) -> Tuple[np.ndarray, TemporalGrid]:
        """See :class:`FrameSampler`."""
        fps = frame_rate(video, self.fps)
        total = num_frames(video, fps)
        most = self.steps * self.frames_per_step
        if total > most:
            times, _ = super().sample(video)
            return times, TemporalGrid.spanning(video['duration'], most)
        times = (np.arange(total) + 0.5) / fps
        return times, TemporalGrid.of_interval(1 / fps)
