"""Videos that are too long for a network, in windows."""
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from mmaction.registry import DATASETS
from mmengine.logging import print_log

from mmbapg.errors import SettingError
from mmbapg.ops import clip_segments, shown_share, sliding_windows
from mmbapg.setting_checks import expect_accepted

from .annotations import AnnotationError, named
from .temporal_localization import TemporalLocalizationDataset


class Windows(NamedTuple):
    """Of one video: ``samples``, and how many instances are in none of
    them."""
    samples: List[dict]
    unseen: int


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
        cut_instances: ``False`` leaves instances as they are. A window is
            then kept if it shows ``min_share`` of one, and has all of which
            it shows anything, as for G-TAD.
        ignored_rest: See :func:`mmbapg.ops.sliding_windows`.
        num_durations: Steps of the longest proposal of the model: instances
            that are longer are counted and named. None by default.
        first_step: From which step of a window on instances are seen; AFSD's
            code, which counts the frames of a clip from 1, has 1.

    Samples tell how short the shortest of all that any window would keep of
    their video is, ``shortest_instance`` in seconds; as in AFSD's code, those
    windows count, too, that show too little of their best instance. Videos
    that are shorter than a window are counted and named, and so are those
    with instances that are in no sample.

    Raises:
        AnnotationError: If no window shows enough of an instance, or all
            instances are longer than ``num_durations``.
    """

    def __init__(self,
                 *args,
                 window_size: int = 128,
                 overlap: float = 0.75,
                 min_share: float = 0.75,
                 best_share: float = 0.0,
                 cut_instances: bool = True,
                 ignored_rest: int = 0,
                 num_durations: Optional[int] = None,
                 first_step: int = 0,
                 **kwargs) -> None:
        expect_accepted('window_size, overlap', sliding_windows, window_size,
                        window_size, overlap)
        self.window_size = window_size
        self.overlap = overlap
        self.min_share = min_share
        self.best_share = best_share
        self.cut_instances = cut_instances
        self.ignored_rest = ignored_rest
        self.num_durations = num_durations
        self.first_step = first_step
        super().__init__(*args, **kwargs)

    def load_data_list(self) -> List[dict]:
        """Videos, or the windows of all of them."""
        videos = super().load_data_list()
        if self.test_mode:
            return videos
        loader = self.pipeline.transforms[0]
        if not hasattr(loader, 'steps_of'):
            raise SettingError(
                f'found {type(loader).__name__} at the beginning of the '
                'pipeline, expected LoadFeatures, or a sampler of frames, '
                'which knows the grid')
        if self.num_durations is not None:
            self._name_longer(videos, loader, self.num_durations)
        of_videos = [self._windows(video, loader) for video in videos]
        samples = [sample for windows in of_videos
                   for sample in windows.samples]
        if not samples:
            raise AnnotationError(
                f'{self.ann_file}: no window of {self.window_size} steps '
                f'shows {max(self.min_share, self.best_share):g} of an '
                'instance in any of '
                f'{len(videos)} videos, expected some to train on')
        print_log(f'{self.ann_file}: {len(samples)} windows with instances in '
                  f'{len(videos)} videos', 'current')
        self._name_what_is_odd(videos, of_videos)
        return samples

    def _windows(self, video: dict, loader: Any) -> Windows:
        num_steps, grid = loader.steps_of(video)
        edges = grid.edges()
        samples, shortest = [], float('inf')
        seen = np.zeros(len(video['segments']), dtype=bool)
        for window in sliding_windows(num_steps, self.window_size,
                                      self.overlap,
                                      ignored_rest=self.ignored_rest):
            start, end = edges.to_seconds(
                np.add(window, (self.first_step, 0)))
            segments, kept = self._instances(video['segments'], start, end)
            if not kept.any():
                continue
            shortest = min(shortest, float(np.diff(segments).min()))
            if self._shows_enough(video, start, end):
                seen |= kept
                samples.append(dict(
                    video, window=window, segments=segments,
                    labels=video['labels'][kept]))
        return Windows([dict(sample, shortest_instance=shortest)
                        for sample in samples], int((~seen).sum()))

    def _instances(self, segments: np.ndarray, start: float,
                   end: float) -> Tuple[np.ndarray, np.ndarray]:
        """Instances of a window, and which ones they are."""
        if self.cut_instances:
            return clip_segments(segments, start, end, self.min_share)
        share = shown_share(segments, start, end)
        kept = (share > 0) & bool((share >= self.min_share).any())
        return segments[kept], kept

    def _shows_enough(self, video: dict, start: float, end: float) -> bool:
        share = shown_share(video['segments'], start, end)
        return bool((share >= self.best_share).any())

    def _name_what_is_odd(self, videos: Sequence[dict],
                          of_videos: Sequence[Windows]) -> None:
        names = [video['video_name'] for video in videos]
        without = [name for name, windows in zip(names, of_videos)
                   if not windows.samples]
        if without:
            print_log(
                f'{self.ann_file}: no window shows enough of an instance in '
                f'{named(without)}; left out of training', 'current', 30)
        unseen = {name: windows.unseen for name, windows in zip(
            names, of_videos) if windows.samples and windows.unseen}
        if unseen:
            print_log(
                f'{self.ann_file}: {sum(unseen.values())} instances are in no '
                f'window to train on, as windows of {self.window_size} steps '
                f'show too little of them, in {named(unseen)}', 'current', 30)
        short = [name for name, windows in zip(names, of_videos)
                 for sample in windows.samples[:1]
                 if np.diff(sample['window'])[0] < self.window_size]
        if short:
            print_log(
                f'{self.ann_file}: shorter than a window of '
                f'{self.window_size} steps, and filled up: {named(short)}',
                'current')

    def _name_longer(self, videos: List[dict], loader: Any,
                     most: int) -> None:
        """Of which no proposal covers all."""
        longer, of = [], 0
        for video in videos:
            _, grid = loader.steps_of(video)
            length = np.diff(video['segments'], axis=1) / grid.interval
            longer += [video['video_name']] * int((length > most).sum())
            of += len(length)
        if longer and len(longer) == of:
            raise AnnotationError(
                f'{self.ann_file}: all {of} instances are longer than '
                f'num_durations={most} steps, expected some that a proposal '
                'can cover; take more durations, or longer steps')
        if longer:
            print_log(
                f'{self.ann_file}: {len(longer)} of {of} instances are longer '
                f'than num_durations={most} steps, so no proposal covers all '
                f'of them: {named(sorted({*longer}))}', 'current', 30)
