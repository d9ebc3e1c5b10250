"""Frames of windows that a localizer is given, and what they must be."""
from typing import NamedTuple, Optional, Sequence

import torch
from mmaction.structures import ActionDataSample
from torch import Tensor

from mmbapg.errors import UserError


class FramesError(UserError, ValueError):
    """Frames are not those of a window; the message says of which video."""


class FrameSequence(NamedTuple):
    """Frames of a video or a window, some of which may come again.

    Attributes:
        frames: ``(3, n, H, W)``, each once.
        order: ``(T,)``, the place among them of each frame of the sequence;
            ``None`` where the sequence is the frames themselves.
    """
    frames: Tensor
    order: Optional[Tensor] = None

    @classmethod
    def of(cls, frames: Tensor, sample: ActionDataSample) -> 'FrameSequence':
        """As ``PackFrameWindow`` packs it."""
        order = sample.get('frame_order')
        return cls(frames, None if order is None else order.to(frames.device))

    @property
    def length(self) -> int:
        """``T``."""
        return (self.frames.shape[1] if self.order is None
                else len(self.order))

    def part(self, first: int, end: int) -> Tensor:
        """``(3, end - first, H, W)``, or less at the end of the sequence."""
        if self.order is None:
            return self.frames[:, first:end]
        return self.frames.index_select(1, self.order[first:end])


def repeated(frames: Tensor, length: int) -> Tensor:
    """``(3, T, H, W)`` with the last frame repeated up to a length."""
    missing = length - frames.shape[1]
    if missing <= 0:
        return frames
    last = frames[:, -1:].expand(-1, missing, -1, -1)
    return torch.cat([frames, last], dim=1)


def refuse_too_long(length: int, sample: ActionDataSample, most: int,
                    steps: int) -> None:
    """Refuse a window of more frames than there are in training.

    Raises:
        FramesError: If it has more.
    """
    if length > most:
        raise FramesError(
            f'video {name_of(sample)}: found a window of {length} frames, '
            f'expected at most {most}, which are {steps} steps; add '
            'RandomTruncation or CropWindow to the pipeline')


def refuse_other_steps(sample: ActionDataSample, expected: int) -> None:
    """Refuse frames that were sampled for other steps than the network makes:
    all times would be wrong.

    Args:
        sample: With the meta information ``frames_per_step``, if it is known.
        expected: Frames of a step of the network.

    Raises:
        FramesError: If they were.
    """
    found = sample.get('frames_per_step', expected)
    if found != expected:
        raise FramesError(
            f'video {name_of(sample)}: found {found} frames for a step in the '
            f'pipeline, and {expected} in the video_backbone, expected one '
            'number: frames_per_step of both, which for SampleClips is its '
            'clip_len')


def refuse_other_sizes(windows: Sequence[Tensor],
                       samples: Sequence[ActionDataSample]) -> None:
    """Refuse frames that cannot stand in one batch.

    Raises:
        FramesError: If they differ in their pixels.
    """
    for frames, sample in zip(windows, samples):
        if frames.shape[2:] != windows[0].shape[2:]:
            (first_height, first_width), (height, width) = (
                each.shape[2:] for each in (windows[0], frames))
            raise FramesError(
                f'videos {name_of(samples[0])} and {name_of(sample)}: found '
                f'frames of {first_width} x {first_height} and of {width} x '
                f'{height} pixels in one batch, expected one size; add '
                'CenterCrop to the pipeline, or Resize with keep_ratio=False')


def name_of(sample: ActionDataSample) -> str:
    """Of its video, as far as it is known."""
    return sample.get('video_name', '?')
