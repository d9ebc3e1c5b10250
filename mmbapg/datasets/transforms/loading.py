"""Clip features into the pipeline."""
from typing import Optional

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from mmbapg.ops import TemporalGrid

from ..feature_files import FeatureFileError, read_features, read_provenance


@TRANSFORMS.register_module()
class LoadFeatures(BaseTransform):
    """Load a video's clip features and lay their grid.

    Reads ``feature_paths`` and ``fps``; adds ``features``
    ``(T, C)`` float32 and ``grid``.

    Args:
        stride: Video frames from one step to the next. ``None`` reads the
            grid from the files, which only those of
            ``tools/extract_features.py`` hold.
        window: Video frames that a step describes.
        channels: Width to expect, over all folders together.
        key: See :func:`read_features`.
        length_slack: Steps by which the features of several folders may
            differ in length; they are cut to the shortest.
    """

    def __init__(self,
                 stride: Optional[float] = None,
                 window: float = 0,
                 channels: Optional[int] = None,
                 key: Optional[str] = None,
                 length_slack: int = 2) -> None:
        self.stride = stride
        self.window = window
        self.channels = channels
        self.key = key
        self.length_slack = length_slack

    def transform(self, results: dict) -> dict:
        paths = results['feature_paths']
        several = len(paths) > 1
        parts = [read_features(path, self.key,
                               None if several else self.channels)
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
        results['features'] = features
        results['grid'] = self._grid(results)
        return results

    def _grid(self, results: dict) -> TemporalGrid:
        if self.stride is None:
            path = results['feature_paths'][0]
            try:
                return TemporalGrid.of_interval(
                    read_provenance(path).interval)
            except FeatureFileError:
                raise FeatureFileError(
                    f'{path}: found no grid in the file, expected stride and '
                    'window in LoadFeatures: only files of '
                    'tools/extract_features.py carry their grid') from None
        if results.get('fps') is None:
            raise FeatureFileError(
                f'video {results["video_name"]}, field fps: found nothing in '
                'the annotation file, expected a number there or as fps of '
                'the dataset')
        return TemporalGrid(self.stride, self.window, results['fps'])


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
