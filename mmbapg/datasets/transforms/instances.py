"""What references do to the instances of a video before they train on it."""
from typing import Optional, Set

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.logging import print_log

from mmbapg.ops import clip_segments, distinct_instances


@TRANSFORMS.register_module()
class DropRepeatedInstances(BaseTransform):
    """Leave out instances that are annotated twice.

    Args:
        tolerance, min_length: See :func:`mmbapg.ops.distinct_instances`.
    """

    def __init__(self,
                 tolerance: float = 1e-3,
                 min_length: Optional[float] = None) -> None:
        self.tolerance = tolerance
        self.min_length = min_length

    def transform(self, results: dict) -> dict:
        kept = distinct_instances(results['segments'], results['labels'],
                                  self.tolerance, self.min_length)
        results['segments'] = results['segments'][kept]
        results['labels'] = results['labels'][kept]
        return results


@TRANSFORMS.register_module()
class DropShortInstances(BaseTransform):
    """Leave out instances that are short beside their video, as OpenTAD does
    in training on ActivityNet, whose videos become a fixed number of steps.

    Args:
        min_share: Of the video's duration; instances must be longer.
    """

    def __init__(self, min_share: float = 0.01) -> None:
        self.min_share = min_share

    def transform(self, results: dict) -> dict:
        segments = results['segments']
        lengths = segments[:, 1] - segments[:, 0]
        kept = lengths > self.min_share * results['duration']
        results.update(segments=segments[kept],
                       labels=results['labels'][kept])
        return results


@TRANSFORMS.register_module()
class ClipInstances(BaseTransform):
    """Cut instances off where the features end.

    A video may be longer than its features: frames are missing, or it was
    downloaded in part. Instances that begin after the last feature are left
    out, the others end there. A video may be left without any instance.

    Args:
        keep_ratio: An instance is also left out if features cover less than
            this share of it. ActionFormer for ActivityNet: 0.5; TriDet for
            HACS: 0.
        slack: Features reach half a window beyond the last step
            (ActionFormer), or just to the step after it (TriDet for HACS).
    """

    def __init__(self, keep_ratio: float = 0.5, slack: bool = True) -> None:
        self.keep_ratio = keep_ratio
        self.slack = slack
        self._named: Set[str] = set()

    def transform(self, results: dict) -> dict:
        grid = results['grid']
        reach = len(results['features']) + self.slack * grid.half_window
        end = grid.to_seconds(reach)
        results['segments'], kept = clip_segments(
            results['segments'], -np.inf, end, self.keep_ratio)
        results['labels'] = results['labels'][kept]
        if len(kept) and not kept.any():
            self._say_once(results['video_name'], end)
        return results

    def _say_once(self, video: str, end: float) -> None:
        if video not in self._named:
            self._named.add(video)
            print_log(
                f'video {video}: its features end at {end:.1f} s, before any '
                'instance that could be kept; nothing but background is left',
                'current', 30)


@TRANSFORMS.register_module()
class ClassAgnosticLabels(BaseTransform):
    """Make all instances one class, 0, for a head with a single class.

    For training on ActivityNet, where scores of whole videos name the classes
    of detections later. The list of classes of the dataset stays as it is, so
    that tests have all of them.
    """

    def transform(self, results: dict) -> dict:
        results['labels'] = np.zeros_like(results['labels'])
        return results
