"""Frames of raw video into the pipeline, for localizers that see frames.

What :mod:`.frame_samplers` has chosen is decoded, each frame once, and packed
with the grid of the localizer's steps.
"""
import math
from typing import Sequence

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform, Compose

from ..open_videos import open_video
from .formatting import sample_of
from .frame_samplers import grid_of_steps


@TRANSFORMS.register_module()
class DecodeFrames(BaseTransform):
    """Decode the frames of a sample: ``features``, which are times, to
    ``imgs``, in which each frame is once, and ``frame_order``, the number
    among them of each.

    Args:
        each: Transforms of MMAction2 without anything random, such as
            ``Resize`` and ``CenterCrop``. They act on a few frames at a time,
            so that frames of full size never fill the memory.
        frames_at_once: How many.

    Raises:
        VideoError: If the video is not usable, or shorter than annotated.
    """

    def __init__(self,
                 each: Sequence[dict] = (),
                 frames_at_once: int = 32) -> None:
        self.each = Compose([TRANSFORMS.build(step) for step in each])
        self.frames_at_once = frames_at_once

    def transform(self, results: dict) -> dict:
        reader = open_video(results['path'])
        times, order = np.unique(results['features'], return_inverse=True)
        imgs: list = []
        for first in range(0, len(times), self.frames_at_once):
            frames = reader.frames_at(times[first:first + self.frames_at_once])
            few = self.each(dict(
                imgs=list(frames), original_shape=frames.shape[1:3],
                img_shape=frames.shape[1:3], modality='RGB', num_clips=1,
                clip_len=len(frames)))
            imgs += few.pop('imgs')
        results.update(few, imgs=imgs, clip_len=len(imgs),
                       frame_order=order.reshape(-1))
        return results


@TRANSFORMS.register_module()
class PackFrameWindow(BaseTransform):
    """Pack frames as input, and instances as ``gt_instances``.

    ``inputs`` is ``(3, T, H, W)`` uint8, RGB. The data sample is that of
    :class:`PackFeatures`; its ``grid`` is of the localizer's steps, and
    ``frames_per_step`` are the frames of one. Of clips, which may overlap,
    the inputs are ``(3, n, H, W)``, each frame once, and ``frame_order``
    ``(T,)`` tells the place among them of each frame of the clips.

    Args:
        meta_keys: Fields of the video that the data sample keeps as meta
            information.
    """

    def __init__(self,
                 meta_keys: Sequence[str] = ('video_name', 'duration', 'grid')
                 ) -> None:
        self.meta_keys = meta_keys

    def transform(self, results: dict) -> dict:
        scale = results['frames_per_step']
        results.update(grid=grid_of_steps(results['grid'], scale),
                       num_steps=max(len(results['features']) // scale, 1))
        sample = sample_of(results, self.meta_keys)
        sample.set_metainfo(dict(frames_per_step=scale * math.prod(
            results['features'].shape[1:])))
        frames, order = np.stack(results['imgs']), results['frame_order']
        if results['features'].ndim > 1:
            sample.set_metainfo(dict(frame_order=torch.from_numpy(order)))
        elif not np.array_equal(order, np.arange(len(frames))):
            frames = frames[order]
        return dict(inputs=torch.from_numpy(frames).permute(3, 0, 1, 2),
                    data_samples=sample)
