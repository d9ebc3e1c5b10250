"""Videos that are too long for a network, in windows."""
from typing import Any, List

import numpy as np
from mmaction.registry import DATASETS
from mmengine.logging import print_log

from mmbapg.ops import clip_segments, sliding_windows

from .annotations import AnnotationError, named
from .temporal_localization import TemporalLocalizationDataset


@DATASETS.register_module()
class SlidingWindowDataset(TemporalLocalizationDataset):
    """One sample for each window in which there is an instance.

    TadTR's training set (https://github.com/xlliu7/TadTR): the same windows
    in every epoch, the last one of a video moved left so that it is complete.
    The pipeline begins with ``LoadFeatures``, or a sampler of frames, followed
    by ``CropWindow``.

    In test mode samples are whole videos: the localizer makes its windows,
    because detections of all windows are joined.

    Args:
        *args, **kwargs: See :class:`TemporalLocalizationDataset`.
        window_size: Steps of a window.
        overlap: Share of a window that the next one sees again.
        min_share: An instance is kept, clipped to the window, if at least
            this share of it is inside.
        best_share: A window is kept if at least this share of one of its
            instances is inside; AFSD has 1, the whole.

    Samples tell how short the shortest of all that is kept of their video is,
    ``shortest_instance`` in seconds.
    """

    def __init__(self,
                 *args,
                 window_size: int = 128,
                 overlap: float = 0.75,
                 min_share: float = 0.75,
                 best_share: float = 0.0,
                 **kwargs) -> None:
        self.window_size = window_size
        self.overlap = overlap
        self.min_share = min_share
        self.best_share = best_share
        super().__init__(*args, **kwargs)

    def load_data_list(self) -> List[dict]:
        """Videos, or the windows of all of them."""
        videos = super().load_data_list()
        if self.test_mode:
            return videos
        loader = self.pipeline.transforms[0]
        if not hasattr(loader, 'steps_of'):
            raise ValueError(
                f'found {type(loader).__name__} at the beginning of the '
                'pipeline, expected LoadFeatures, or a sampler of frames, '
                'which knows the grid')
        of_videos = [self._windows(video, loader) for video in videos]
        samples = [sample for windows in of_videos for sample in windows]
        if not samples:
            raise AnnotationError(
                f'{self.ann_file}: no window of {self.window_size} steps '
                f'shows {max(self.min_share, self.best_share):g} of an '
                'instance in any of '
                f'{len(videos)} videos, expected some to train on')
        print_log(f'{self.ann_file}: {len(samples)} windows with instances in '
                  f'{len(videos)} videos', 'current')
        without = [video['video_name']
                   for video, windows in zip(videos, of_videos) if not windows]
        if without:
            print_log(
                f'{self.ann_file}: no window shows enough of an instance in '
                f'{named(without)}; left out of training', 'current', 30)
        return samples

    def _windows(self, video: dict, loader: Any) -> List[dict]:
        num_steps, grid = loader.steps_of(video)
        edges = grid.edges()
        samples = []
        for window in sliding_windows(num_steps, self.window_size,
                                      self.overlap):
            start, end = edges.to_seconds(np.array(window))
            segments, kept = clip_segments(video['segments'], start, end,
                                           self.min_share)
            if kept.any() and self._shows_enough(video, start, end):
                samples.append(dict(
                    video, window=window, segments=segments,
                    labels=video['labels'][kept]))
        shortest = min((np.diff(sample['segments']).min()
                        for sample in samples), default=0.0)
        return [dict(sample, shortest_instance=float(shortest))
                for sample in samples]

    def _shows_enough(self, video: dict, start: float, end: float) -> bool:
        _, kept = clip_segments(video['segments'], start, end,
                                self.best_share)
        return bool(kept.any())
