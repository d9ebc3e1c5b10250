"""What localizers share that see a long video through sliding windows."""
from itertools import islice
from typing import Callable, Iterator, List, Optional, Sequence, Tuple, TypeVar

from mmaction.structures import ActionDataSample
from torch import Tensor

from mmbapg.errors import SettingError
from mmbapg.ops import sliding_windows
from mmbapg.setting_checks import expect_accepted

from .base import BaseLocalizer

Outputs = TypeVar('Outputs')


class WindowedLocalizer(BaseLocalizer):
    """Cuts videos into windows, in testing.

    In training the samples are windows (:class:`SlidingWindowDataset`).

    Args:
        window_size: Steps of a window; ``None`` for whole videos.
        window_overlap: Share of a window that the next one sees again, in
            testing.
        windows_per_batch: Windows that are computed together, in testing.
        complete_windows, ignored_rest: See
            :func:`mmbapg.ops.sliding_windows`.
        data_preprocessor, init_cfg: See :class:`BaseLocalizer`.
    """

    def __init__(self,
                 window_size: Optional[int],
                 window_overlap: float,
                 windows_per_batch: int,
                 complete_windows: bool = True,
                 ignored_rest: int = 0,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        if window_size is not None:
            expect_accepted('window_size, window_overlap', sliding_windows,
                            window_size, window_size, window_overlap)
        self.window_size = window_size
        self.window_overlap = window_overlap
        self.windows_per_batch = windows_per_batch
        self.complete_windows = complete_windows
        self.ignored_rest = ignored_rest

    def refuse_longer(self, inputs: Sequence[Tensor],
                      data_samples: List[ActionDataSample]) -> None:
        """Training samples are windows.

        Raises:
            SettingError: If one is longer.
        """
        for features, sample in zip(inputs, data_samples):
            if self.window_size and features.shape[-1] > self.window_size:
                raise SettingError(
                    f'video {sample.video_name}: {features.shape[-1]} feature '
                    f'steps, expected at most window_size={self.window_size} '
                    'in training; use SlidingWindowDataset, and CropWindow in '
                    'its pipeline')

    def windows(self,
                inputs: Sequence[Tensor]) -> List[List[Tuple[int, int]]]:
        """Of each video, each window's first step and the step after its
        last."""
        if self.window_size is None:
            return [[(0, features.shape[-1])] for features in inputs]
        return [sliding_windows(
            features.shape[-1], self.window_size, self.window_overlap,
            self.complete_windows, self.ignored_rest) for features in inputs]

    def in_parts(self, sequences: Sequence[Tensor],
                 forward: Callable[[List[Tensor]], Outputs]
                 ) -> List[Outputs]:
        """Outputs for so many windows at a time as may be computed together.
        """
        left = iter(sequences)
        parts: Iterator[List[Tensor]] = iter(
            lambda: list(islice(left, self.windows_per_batch)), [])
        return [forward(part) for part in parts]


def cut(inputs: Sequence[Tensor],
        windows: Sequence[Sequence[Tuple[int, int]]]) -> List[Tensor]:
    """Features of each window of the first video, then of the second, ..."""
    return [features[:, first:end]
            for features, of_video in zip(inputs, windows)
            for first, end in of_video]
