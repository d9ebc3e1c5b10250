"""Sampled frames, or the features at their times, into the pipeline.

All read ``first``, ``last`` and ``grid`` of ``UntrimmedFrameDataset`` and load
what is shown in the middle of each step.
"""
from pathlib import Path
from typing import NamedTuple, Optional, Sequence, Set, Tuple

import mmcv
import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmaction.structures import ActionDataSample
from mmcv.transforms import BaseTransform
from mmengine.logging import print_log

from mmbapg.ops import TemporalGrid

from ..feature_files import FeatureFileError
from ..numbered_frames import frames_by_number
from ..open_videos import open_video
from ..recently_used import RecentlyUsed
from ..video_reader import ROUNDING
from ..video_stream import END_TOLERANCE, VideoError
from .loading import LoadFeatures

#: Bytes of features that each process keeps, so as not to load them again for
#: the next batch.
MOST_KEPT = 2**30


def sampled_frames(results: dict) -> np.ndarray:
    """Frames ``first - context .. last + context``, ``(n, )``; ``(N, n)`` of
    ``N`` runs of the same length.

    Beyond the ends of the video its first and last frame stand in. Where
    ``frames`` names some one by one, it is those.
    """
    if 'frames' in results:
        return results['frames']
    first, last, number = (np.expand_dims(results[key], -1)
                           for key in ('first', 'last', 'num_frames'))
    frames = first + np.arange(-results['context'],
                               (last - first).max() + results['context'])
    return frames.clip(0, number - 1)


def sampled_times(results: dict) -> np.ndarray:
    """Seconds of :func:`sampled_frames`, or those that the dataset tells."""
    if 'frame_times' in results:
        return results['frame_times']
    return results['grid'].to_seconds(sampled_frames(results))


def add_frames(results: dict,
                frames: 'np.ndarray | Sequence[np.ndarray]') -> dict:
    """Add frames under the names that MMAction2's transforms read."""
    results['imgs'] = list(frames)
    results['original_shape'] = results['img_shape'] = frames[0].shape[:2]
    results.update(modality='RGB', num_clips=1, clip_len=1)
    return results


@TRANSFORMS.register_module()
class LoadVideoFrames(BaseTransform):
    """Decode the frames of a sample from its video."""

    def transform(self, results: dict) -> dict:
        reader = open_video(results['path'])
        return add_frames(results, reader.frames_at(
            sampled_times(results), results.get('soon')))


@TRANSFORMS.register_module()
class LoadFrameFolder(BaseTransform):
    """Read frames from a folder of numbered images.

    Image ``i`` is shown from ``i / fps`` to ``(i + 1) / fps`` seconds, the
    first being image 0 of the video. Where the folder ends up to a second
    before the annotated duration, its last image stands for the rest, as the
    last frame of a video does.

    Args:
        filename_tmpl: Name of an image.
        start_index: Number of the first image.

    Raises:
        VideoError: If an image is missing or not readable.
    """

    def __init__(self,
                 filename_tmpl: str = 'img_{:05}.jpg',
                 start_index: int = 1) -> None:
        self.filename_tmpl = filename_tmpl
        self.start_index = start_index

    def transform(self, results: dict) -> dict:
        numbers = _numbers_at(sampled_times(results), results)
        folder, fps = Path(results['path']), results['fps']
        if not self._path(folder, numbers[-1]).is_file():
            numbers = numbers.clip(max=self._last(
                folder, max(numbers[-1], int(results['duration'] * fps)), fps))
        frames = [self._read(self._path(folder, number))
                  for number in numbers]
        return add_frames(results, frames)

    def _path(self, folder: Path, number: int) -> Path:
        return folder / self.filename_tmpl.format(number + self.start_index)

    def _last(self, folder: Path, end: int, fps: float) -> int:
        """The last image, or ``end`` if there is none in the last second."""
        for number in range(end, end - int(END_TOLERANCE * fps) - 1, -1):
            if self._path(folder, number).is_file():
                return number
        return end

    def _read(self, path: Path) -> np.ndarray:
        image = mmcv.imread(str(path), channel_order='rgb') if path.is_file(
        ) else None
        if image is None:
            raise VideoError(f'{path}: found no readable image, expected one '
                             'for every video frame')
        return image


@TRANSFORMS.register_module()
class LoadNumberedFrames(BaseTransform):
    """Decode frames by their number, for files whose time stamps are wrong.

    Frame ``i`` is taken to be shown from ``i / fps`` to ``(i + 1) / fps``
    seconds, with the ``fps`` that the dataset tells.

    Raises:
        VideoError: If the file does not decode, or no rate is told.
    """

    def transform(self, results: dict) -> dict:
        numbers = _numbers_at(sampled_times(results), results)
        return add_frames(results, frames_by_number(results['path'], numbers))


def _numbers_at(times: np.ndarray, results: dict) -> np.ndarray:
    """Numbers of the frames shown at some times, from 0 on."""
    fps = results.get('fps')
    if fps is None:
        raise VideoError(
            f'{results["path"]}, field fps: found nothing in the '
            'annotation file, expected the frame rate of the images')
    return np.floor((times + ROUNDING) * fps).astype(int)


@TRANSFORMS.register_module()
class SampleFeatures(BaseTransform):
    """Take the stored clip features nearest to the times of the frames.

    Args:
        short_features: ``error``, or ``hold`` to let the last step stand for
            the rest of a video whose features end early; it is named.
        **kwargs: See :class:`LoadFeatures`.
    """

    TAKES_BATCHES = True

    def __init__(self, short_features: str = 'error', **kwargs) -> None:
        self.loader = LoadFeatures(**kwargs)
        self.settings = tuple(
            (name, tuple(value) if isinstance(value, list) else value)
            for name, value in sorted(kwargs.items()))
        self.short_features = short_features
        self._named: Set[str] = set()

    def transform(self, results: dict) -> dict:
        frames = sampled_frames(results)
        results['features'] = np.concatenate([
            self._take(video, results['grid'], frames[places])
            for video, places in results.get('runs', [(results, slice(None))])
        ])
        return results

    def _take(self, video: dict, grid: TemporalGrid,
              frames: np.ndarray) -> np.ndarray:
        """Features of frames of a video."""
        sampled = sampled_features(
            self.settings, tuple(video['feature_paths']), video['video_name'],
            video.get('fps'), video['duration'], grid, video['num_frames'])
        self.loader.refuse_another_width(video['path'],
                                         sampled.features.shape[1])
        if (sampled.covered < video['num_frames'] and
                frames.max() >= sampled.covered):
            self._on_short(video['path'], (
                f'{video["path"]}: found {sampled.num_steps} steps, which end '
                f'at {sampled.end:.2f} s, expected them to reach '
                f'{video["duration"]:.2f} s, the duration'))
        return sampled.features.take(sampled.places[frames], axis=0)

    def _on_short(self, path: str, text: str) -> None:
        if self.short_features == 'error':
            raise FeatureFileError(
                f"{text} (short_features='hold' lets the last one stand for "
                'the rest)')
        if path not in self._named:
            self._named.add(path)
            print_log(f'{text}; the last one stands for the rest', 'current',
                      30)


class SampledFeatures(NamedTuple):
    """Features that the sampled frames of a video take.

    Attributes:
        features: ``(K, C)``, those that some frame takes.
        places: ``(num_frames, )``, which of them each frame takes.
        covered: Frames before the first that features end too early for.
        num_steps: Steps of the whole file.
        end: Where they end, in seconds.
    """
    features: np.ndarray
    places: np.ndarray
    covered: int
    num_steps: int
    end: float

    @property
    def nbytes(self) -> int:
        """Memory that they take."""
        return self.features.nbytes + self.places.nbytes


def _sample(settings: tuple, paths: Tuple[str, ...], video_name: str,
            fps: Optional[float], duration: float, frames: TemporalGrid,
            num_frames: int) -> SampledFeatures:
    """Load a video's features and sample them on the grid of its frames."""
    loaded = LoadFeatures(**dict(settings)).transform(
        dict(feature_paths=list(paths), video_name=video_name, fps=fps,
             duration=duration))
    features, grid = loaded['features'], loaded['grid']
    times = frames.to_seconds(np.arange(num_frames))
    steps = np.rint(grid.to_steps(times)).astype(int)
    covered = np.searchsorted(
        steps, len(features) + max(1 / grid.interval, 1))
    taken, places = np.unique(steps.clip(0, len(features) - 1),
                              return_inverse=True)
    return SampledFeatures(features[taken], places, int(covered),
                           len(features), grid.to_seconds(len(features) - 0.5))


#: Each process keeps those that it used last.
sampled_features = RecentlyUsed(_sample, MOST_KEPT)


@TRANSFORMS.register_module()
class PackFrames(BaseTransform):
    """Pack frames ``(n, 3, H, W)`` or features ``(C, n)`` as input.

    The data sample tells which part of which video they are, and in training
    the pools of Eq. 3 that hold the frame. Features of a whole batch are
    ``(N, C, n)``; their data sample holds arrays with a row for each frame.
    """

    TAKES_BATCHES = True

    META_KEYS: Tuple[str, ...] = (
        'video_name', 'path', 'first', 'last', 'num_frames', 'grid',
        'instances', 'negative_of', 'frame_labels', 'inside',
        'frame_numbers', 'clips', 'keep_from')

    def transform(self, results: dict) -> dict:
        if 'imgs' in results:
            inputs = torch.from_numpy(np.ascontiguousarray(results['imgs']))
        else:
            inputs = torch.from_numpy(
                np.ascontiguousarray(results['features'].swapaxes(-1, -2)))
        sample = ActionDataSample(
            metainfo={key: results[key] for key in self.META_KEYS
                      if key in results})
        return dict(inputs=inputs, data_samples=sample)
