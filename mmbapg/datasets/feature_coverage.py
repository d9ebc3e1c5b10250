"""Whether features and annotations agree about the duration of videos.

A wrong frame rate, stride or window moves every instance, and nothing fails.
It shows in what the steps of the features cover.
"""
from typing import Dict, Optional, Sequence

import numpy as np

from mmbapg.ops import TemporalGrid

from .annotations import named
from .transforms.loading import LoadFeatures
from .transforms.sampled_frames import SampleFeatures

#: Share of the durations by which features may end too early or late.
DURATION_SLACK = 0.05
#: Videos that are enough to tell.
ENOUGH = 16


def wrong_coverage(samples: Sequence[dict], transforms: Sequence,
                   slack: float,
                   default_duration: Optional[float] = None) -> Optional[str]:
    """What is wrong, by the length of some videos' features.

    Args:
        samples: With ``video_name``, ``duration``, ``fps`` and
            ``feature_paths``.
        transforms: Of the pipeline; without one that loads features nothing
            is looked at.
        slack: Share of the durations by which the median may be off.
        default_duration: A duration that says nothing.

    Raises:
        FeatureFileError: If a file is unusable.
    """
    loader = features_loader(transforms)
    if loader is None or loader.stride == 0:
        return None
    known = [sample for sample in samples
             if sample['duration'] != default_duration]
    places = np.linspace(0, len(known) - 1, min(ENOUGH, len(known)))
    shares: Dict[str, float] = {}
    for sample in [known[int(place)] for place in places]:
        num_steps = loader.num_steps(sample)
        shares[sample['video_name']] = covered_share(
            loader.grid_of(sample, num_steps), num_steps, sample['duration'])
    fault = fault_of_shares(list(shares.values()), slack)
    return fault and f'{fault}; found in {named(shares)}'


def features_loader(transforms: Sequence) -> Optional[LoadFeatures]:
    """What loads the features of a pipeline, if anything does."""
    for transform in transforms:
        if isinstance(transform, LoadFeatures):
            return transform
        if isinstance(transform, SampleFeatures):
            return transform.loader
    return None


def covered_share(grid: TemporalGrid, num_steps: int,
                  duration: float) -> float:
    """Share of a video that its features cover.

    Features end with the last window that fits into the video, or go on to
    its end with a step for every stride: whatever is nearer to 1, give or take
    a step, is meant.
    """
    ends = np.array([num_steps * grid.stride,
                     (num_steps - 1) * grid.stride + grid.window]) / grid.fps
    return float(np.clip(1.0, (ends.min() - grid.interval) / duration,
                         (ends.max() + grid.interval) / duration))


def fault_of_shares(shares: Sequence[float], slack: float) -> Optional[str]:
    """What shares of several videos say of a whole set, if it is wrong."""
    middle = float(np.median(shares)) if len(shares) else 1.0
    if abs(middle - 1) <= slack:
        return None
    return (f'features cover {middle:.2f} of the annotated durations in the '
            'median, expected 1.00: is fps, stride or window wrong? With '
            f'these features, fps / stride times {middle:.3f} would fit '
            '(duration_slack=None in the dataset allows any)')
