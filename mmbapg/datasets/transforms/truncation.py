"""Random temporal crops."""
from typing import Optional, Sequence

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from mmbapg.ops import clip_segments

MAX_TRIES = 200


@TRANSFORMS.register_module()
class RandomTruncation(BaseTransform):
    """Crop features and instances at random in time.

    ActionFormer's ``truncate_feats``: a video longer than ``max_length`` is
    cut to it, a shorter one to a random share of its length. Crops are drawn
    until one holds an instance; after 200 tries the last one is taken as it
    is.

    Args:
        max_length: Steps that the network trains on.
        crop_ratio: Least and greatest share of a shorter video; ``None``
            leaves it whole.
        keep_ratio: An instance stays if at least this share of it is inside.
        slack: A step stands for its middle, so an instance may reach half a
            window beyond the first and the last step (ActionFormer); without
            slack it ends with the crop (TriDet).
    """

    def __init__(self,
                 max_length: int,
                 crop_ratio: Optional[Sequence[float]] = (0.9, 1.0),
                 keep_ratio: float = 0.5,
                 slack: bool = True) -> None:
        self.max_length = max_length
        self.crop_ratio = crop_ratio
        self.keep_ratio = keep_ratio
        self.slack = slack

    def transform(self, results: dict) -> dict:
        num_steps = len(results['features'])
        length = self._length(num_steps)
        if length == num_steps:
            return results
        grid, segments = results['grid'], results['segments']
        slack = self.slack * grid.half_window
        for _ in range(MAX_TRIES):
            first = np.random.randint(num_steps - length + 1)
            start, end = grid.to_seconds(
                np.array([first - slack, first + length + slack]))
            clipped, kept = clip_segments(segments, start, end,
                                          self.keep_ratio)
            if kept.any():
                break
        results['features'] = results['features'][first:first + length]
        results['grid'] = grid.cropped(first)
        results['segments'] = clipped
        results['labels'] = results['labels'][kept]
        return results

    def _length(self, num_steps: int) -> int:
        if num_steps > self.max_length:
            return self.max_length
        if self.crop_ratio is None:
            return num_steps
        low, high = (max(round(ratio * num_steps), 1)
                     for ratio in self.crop_ratio)
        return np.random.randint(low, high + 1)
