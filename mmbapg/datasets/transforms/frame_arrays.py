"""Frames that are stored as arrays into the pipeline, for localizers that see
frames: ``(T, H, W, 3)`` of RGB, ``(T, H, W, 2)`` of optical flow, uint8."""
from pathlib import Path
from typing import Optional, Tuple

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from mmbapg.ops import TemporalGrid

from ..feature_arrays import FeatureFileError, array_shape, read_array
from .frame_samplers import FrameSampler

#: Share of the frames that an annotated duration asks for, and seconds, by
#: which an array may be shorter or longer.
SLACK_SHARE, SLACK_SECONDS = 0.1, 1.0


@TRANSFORMS.register_module()
class SampleStoredFrames(FrameSampler):
    """All frames of a video's arrays, as ``tools/data/store_frames.py`` writes
    them and AFSD's authors have them.

    Reads ``feature_paths``, ``duration`` and ``video_name``; adds
    ``features`` ``(T,)``, numbers of frames, and ``grid``.

    Args:
        fps: Frames of the arrays per second. ``None`` means that they share
            the whole video evenly, as for ActivityNet-1.3.
        channels: To expect: 3 for RGB, 2 for flow, 5 for both.
        most: Frames beyond so many are left out: a video of ActivityNet-1.3 is
            one clip, of which the authors' arrays can have a frame too many.

    Raises:
        FeatureFileError: If an array is no array of frames, or has another
            number of frames than ``fps`` asks for; or if flow has another
            number than RGB.
    """

    def __init__(self, fps: Optional[float] = 10.0,
                 channels: Optional[int] = None,
                 most: Optional[int] = None) -> None:
        super().__init__()
        self.fps = fps
        self.channels = channels
        self.most = most
        self.is_spread = fps is None

    def sample(self, video: dict) -> Tuple[np.ndarray, TemporalGrid]:
        """See :class:`FrameSampler`."""
        name, paths = video['video_name'], video['feature_paths']
        shapes = [_frame_shape(path) for path in paths]
        number = shapes[0][0]
        for path, shape in zip(paths, shapes):
            if shape[:3] != shapes[0][:3]:
                raise FeatureFileError(
                    f'video {name}: {path}: found {_told(shape)}, expected '
                    f'{_told(shapes[0])} as in {paths[0]}: RGB and flow of a '
                    'video have the same frames')
        channels = sum(shape[3] for shape in shapes)
        if self.channels not in (None, channels):
            raise FeatureFileError(
                f'video {name}: {", ".join(paths)}: found {channels} '
                f'channels, expected {self.channels}: RGB has 3, and flow 2')
        duration = video['duration']
        if self.fps is None:
            return (np.arange(number)[:self.most],
                    TemporalGrid.spanning(duration, number))
        asked = duration * self.fps
        if abs(number - asked) > (
                SLACK_SHARE * asked + SLACK_SECONDS * self.fps):
            raise FeatureFileError(
                f'video {name}: {paths[0]}: found {number} frames, which are '
                f'{number / duration:.3g} for each of its {duration:g} s, '
                f'expected {self.fps:g}; were they stored at another rate?')
        return (np.arange(number)[:self.most],
                TemporalGrid.of_interval(1 / self.fps))


@TRANSFORMS.register_module()
class ReadStoredFrames(BaseTransform):
    """Read the frames of a sample from its video's arrays.

    Reads ``feature_paths`` and ``features``, numbers of frames; adds ``imgs``
    and the fields that MMAction2's transforms of images read. Channels of
    several arrays stand one after the other.
    """

    def transform(self, results: dict) -> dict:
        number = results['features']
        parts = [read_array(Path(path))[number]
                 for path in results['feature_paths']]
        frames = np.concatenate(parts, axis=-1)
        size = frames.shape[1:3]
        results.update(
            imgs=list(frames), frame_order=np.arange(len(frames)),
            original_shape=size, img_shape=size, modality='RGB', num_clips=1,
            clip_len=len(frames))
        return results


@TRANSFORMS.register_module()
class FlipFrames(BaseTransform):
    """Mirror all frames of a sample, or none.

    What moves to the left in a picture moves to the right in its mirror, so
    the horizontal part of optical flow changes its sign. Flow is found by the
    number of channels: 2 for flow, 5 for RGB and flow.

    Args:
        flip_ratio: How often.
        negate_flow: ``False`` leaves the sign of the flow, as AFSD's code
            does.
    """

    def __init__(self, flip_ratio: float = 0.5,
                 negate_flow: bool = True) -> None:
        self.flip_ratio = flip_ratio
        self.negate_flow = negate_flow

    def transform(self, results: dict) -> dict:
        if np.random.rand() < self.flip_ratio:
            results['imgs'] = [self._mirrored(image)
                               for image in results['imgs']]
        return results

    def _mirrored(self, image: np.ndarray) -> np.ndarray:
        mirrored = image[:, ::-1].copy()
        if self.negate_flow and image.shape[2] in (2, 5):
            mirrored[..., -2] = 255 - mirrored[..., -2]
        return mirrored


def _frame_shape(path: str) -> Tuple[int, ...]:
    shape = array_shape(Path(path))
    if len(shape) != 4 or not all(shape):
        raise FeatureFileError(
            f'{path}: found an array of shape {tuple(shape)}, expected (T, H, '
            'W, 3) of RGB frames, or (T, H, W, 2) of optical flow')
    return tuple(shape)


def _told(shape: Tuple[int, ...]) -> str:
    number, height, width, _ = shape
    return f'{number} frames of {width} x {height} pixels'
