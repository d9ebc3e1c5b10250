"""The one place that knows how feature steps and seconds relate."""
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import torch

Times = TypeVar('Times', float, np.ndarray, torch.Tensor)


@dataclass(frozen=True)
class TemporalGrid:
    """Index along a feature sequence <-> seconds of the video.

    Step ``i`` describes the ``window`` video frames that begin at frame
    ``(start + i) * stride``, and stands for their middle:
    ``seconds = ((start + i) * stride + window / 2) / fps``. With
    ``start = 0`` this is ActionFormer's convention.

    Attributes:
        stride: Video frames from one step to the next.
        window: Video frames that one step describes.
        fps: Video frames per second.
        start: Steps cut off before the first one (temporal crops).

    Example:
        >>> grid = TemporalGrid(stride=4, window=16, fps=25)
        >>> grid.to_seconds(10.0)
        1.92
        >>> grid.to_steps(1.92)
        10.0
    """
    stride: float
    window: float
    fps: float
    start: float = 0

    def __post_init__(self):
        if not (self.stride > 0 and self.fps > 0 and self.window >= 0):
            raise ValueError(
                'a temporal grid needs stride > 0, fps > 0 and window >= 0, '
                f'found stride={self.stride}, fps={self.fps}, '
                f'window={self.window}')

    @classmethod
    def of_interval(cls, interval: float) -> 'TemporalGrid':
        """Steps that describe ``[i, i + 1) * interval`` seconds."""
        return cls(stride=interval, window=interval, fps=1.0)

    @classmethod
    def spanning(cls, duration: float, num_steps: int) -> 'TemporalGrid':
        """``num_steps`` equal steps that fill ``duration`` seconds."""
        return cls.of_interval(duration / num_steps)

    @property
    def interval(self) -> float:
        """Seconds from one step to the next."""
        return self.stride / self.fps

    @property
    def half_window(self) -> float:
        """Half of what a step describes, in steps."""
        return 0.5 * self.window / self.stride

    def to_seconds(self, steps: Times) -> Times:
        """Positions in steps, fractions allowed, to seconds."""
        return ((steps + self.start) * self.stride +
                0.5 * self.window) / self.fps

    def to_steps(self, seconds: Times) -> Times:
        """Seconds to positions in steps, fractions and negatives kept."""
        return (seconds * self.fps -
                0.5 * self.window) / self.stride - self.start

    def cropped(self, first_step: float) -> 'TemporalGrid':
        """The grid of the same features from ``first_step`` on."""
        return replace(self, start=self.start + first_step)

    def edges(self) -> 'TemporalGrid':
        """The grid on which step ``i`` fills ``[i, i + 1)``, and does not
        stand at ``i``: TadTR's convention."""
        return self.cropped(-0.5)

    def beginnings(self) -> 'TemporalGrid':
        """The grid on which what step ``i`` describes begins at ``i``: AFSD's
        convention, whose frames lie between their number and the next."""
        return self.cropped(-self.half_window)

    def resized(self, num_steps: int, new_num_steps: int) -> 'TemporalGrid':
        """The grid after linear interpolation to ``new_num_steps`` steps.

        As in ActionFormer's ``force_upsampling``: all frames that the
        sequence describes are shared out evenly.
        """
        if self.start:
            raise ValueError('resize the features before cropping them')
        stride = ((num_steps - 1) * self.stride + self.window) / new_num_steps
        return replace(self, stride=stride, window=stride)
