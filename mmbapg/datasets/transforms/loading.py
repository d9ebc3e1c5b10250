"""Clip features into the pipeline."""
from typing import Optional, Tuple

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from mmbapg.ops import TemporalGrid

from ..embedding_files import read_provenance
from ..feature_arrays import Key
from ..feature_files import FeatureFileError, count_steps, read_features

#: Fields of an annotation file: frames that features were made of, and all.
DESCRIBED = ('feature_frame', 'duration_frame')


@TRANSFORMS.register_module()
class LoadFeatures(BaseTransform):
    """Load a video's clip features, and say which seconds they stand for.

    Reads ``feature_paths``, ``fps``, and of a long video the ``steps`` to
    load, the first and the one after the last; adds ``features`` ``(T, C)``
    float32 and ``grid``.

    Args:
        stride: Video frames from one step to the next. 0 means that the steps
            share the whole video evenly. ``None`` reads the grid from the
            files, which only those of ``tools/extract_features.py`` hold.
            Where files tell that of clips, another one is refused.
        window: Video frames that a step describes.
        fps: Frames per second at which features were extracted, if videos
            were resampled for it; by default, those of each video.
        channels: Width to expect, over all folders together.
        key: See :func:`read_features`.
        length_slack: Steps by which the features of several folders may
            differ in length; they are cut to the shortest.
        every: Keep the first of so many rows of the files, each time.
            ``stride`` is that of the rows that are kept.
        described: With a ``stride`` of 0, the steps share those seconds that
            features were made of: of the ``duration_frame`` frames of a video
            the first ``feature_frame``, as BSN's annotations tell. Of a video
            without these fields it is the whole.
    """

    def __init__(self,
                 stride: Optional[float] = None,
                 window: float = 0,
                 fps: Optional[float] = None,
                 channels: Optional[int] = None,
                 key: Key = None,
                 length_slack: int = 2,
                 every: int = 1,
                 described: bool = False) -> None:
        self.stride = stride
        self.window = window
        self.fps = fps
        self.channels = channels
        self.key = key
        self.length_slack = length_slack
        self.every = every
        self.described = described
        self._first: Optional[Tuple[str, int]] = None

    def transform(self, results: dict) -> dict:
        paths = results['feature_paths']
        several = len(paths) > 1
        width = None if several else self.channels
        steps = results.get('steps')
        rows = steps and tuple(each * self.every for each in steps)
        parts = [read_features(path, self.key, width, rows)[::self.every]
                 for path in paths]
        lengths = [len(part) for part in parts]
        if max(lengths) - min(lengths) > self.length_slack:
            raise FeatureFileError(
                f'video {results["video_name"]}: found {lengths} steps in '
                f'{", ".join(paths)}, expected them to differ by at most '
                f'{self.length_slack}')
        features = parts[0]
        if several:
            features = np.concatenate(
                [part[:min(lengths)] for part in parts], axis=1)
            if self.channels not in (None, features.shape[1]):
                raise FeatureFileError(
                    f'{", ".join(paths)}: found {features.shape[1]} channels '
                    f'together, expected {self.channels} as in the config')
        self.refuse_another_width(paths[0], features.shape[1])
        results['features'] = features
        if steps is None:
            results['grid'] = self.grid_of(results, len(features))
        else:
            results['grid'] = self.grid_of(
                results, self.num_steps(results)).cropped(steps[0])
        return results

    def num_steps(self, results: dict) -> int:
        """Length of a video's features, which are not loaded for it.

        Args:
            results: With ``feature_paths``.
        """
        rows = min(count_steps(path, self.key)
                   for path in results['feature_paths'])
        return -(-rows // self.every)

    def refuse_another_width(self, path: str, width: int) -> None:
        """Where the config does not tell the width, the first file does."""
        self._first = self._first or (path, width)
        if width != self._first[1]:
            raise FeatureFileError(
                f'{path}: found {width} channels, expected {self._first[1]} '
                f'as in {self._first[0]}')

    def steps_of(self, video: dict) -> Tuple[int, TemporalGrid]:
        """Steps of a video's features, which are not loaded, and their
        grid."""
        num_steps = self.num_steps(video)
        return num_steps, self.grid_of(video, num_steps)

    def grid_of(self, results: dict, num_steps: int) -> TemporalGrid:
        """Grid of a video's features, which need not be loaded.

        Args:
            results: With ``feature_paths``, ``fps`` and ``duration``.
            num_steps: Length of the features.

        Raises:
            FeatureFileError: If neither the settings nor the file tell it.
        """
        path = results['feature_paths'][0]
        if self.stride is None:
            try:
                return read_provenance(path).temporal_grid()
            except FeatureFileError:
                raise FeatureFileError(
                    f'{path}: found no grid in the file, expected stride and '
                    'window in LoadFeatures: only files of '
                    'tools/extract_features.py carry their grid') from None
        if self.stride == 0:
            return TemporalGrid.spanning(self._spanned(results), num_steps)
        told = self._told_grid(path, self.stride)
        if told is not None:
            return told
        fps = self.fps or results.get('fps')
        if fps is None:
            raise FeatureFileError(
                f'video {results["video_name"]}, field fps: found nothing in '
                'the annotation file, expected a number there or as fps of '
                'the dataset or of LoadFeatures')
        return TemporalGrid(self.stride, self.window, fps)

    def _spanned(self, results: dict) -> float:
        """Seconds that all steps together stand for."""
        frames = [results.get(field) for field in DESCRIBED]
        if not self.described or None in frames:
            return results['duration']
        if not all(isinstance(each, (int, float)) and each > 0
                   for each in frames):
            raise FeatureFileError(
                f'video {results["video_name"]}, fields '
                f'{" and ".join(DESCRIBED)}: found {frames[0]!r} and '
                f'{frames[1]!r}, expected numbers above 0')
        return results['duration'] * frames[0] / frames[1]

    def _told_grid(self, path: str,
                   stride: float) -> Optional[TemporalGrid]:
        """Of clips, which their file tells.

        Raises:
            FeatureFileError: If the settings say something else.
        """
        if not path.endswith('.npz'):
            return None
        try:
            grid = read_provenance(path).grid
        except FeatureFileError:  # of others
            return None
        if grid is None:
            return None
        for name, found, expected in (
                ('stride', grid.stride, stride),
                ('window', grid.window, self.window),
                ('fps', grid.fps, self.fps or grid.fps)):
            if abs(found - expected) > 0.01 * expected:
                raise FeatureFileError(
                    f'{path}: found features with {name} {found:g}, expected '
                    f'{expected:g} as in LoadFeatures (which, without stride, '
                    'takes what the file tells)')
        return grid


@TRANSFORMS.register_module()
class SelectChannels(BaseTransform):
    """Keep the first channels of the features.

    TemporalMaxer's setting for MultiTHUMOS takes the RGB half of two-stream
    features.

    Args:
        channels: How many.

    Raises:
        FeatureFileError: If features have fewer.
    """

    TAKES_BATCHES = True

    def __init__(self, channels: int) -> None:
        self.channels = channels

    def transform(self, results: dict) -> dict:
        features = results['features']
        if features.shape[-1] < self.channels:
            raise FeatureFileError(
                f'video {np.ravel(results["video_name"])[0]}: found '
                f'{features.shape[-1]} channels, expected at least the '
                f'{self.channels} that SelectChannels keeps')
        results['features'] = features[..., :self.channels]
        return results


@TRANSFORMS.register_module()
class ResizeFeatures(BaseTransform):
    """Interpolate features linearly to a fixed length.

    As ActionFormer does for ActivityNet (``force_upsampling``).

    Args:
        length: Steps of the result.
    """

    def __init__(self, length: int) -> None:
        self.length = length

    def transform(self, results: dict) -> dict:
        features = torch.from_numpy(results['features'].T)[None]
        resized = torch.nn.functional.interpolate(
            features, self.length, mode='linear', align_corners=False)
        results['grid'] = results['grid'].resized(
            features.shape[2], self.length)
        results['features'] = resized[0].numpy().T
        return results
