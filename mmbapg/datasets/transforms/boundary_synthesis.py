"""Clips with made-up boundaries: loaded, blended and packed."""
from typing import List, Sequence

import mmcv
import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ..boundaries.made_up_clips import OF_TWO, MadeUpClip
from .sampled_frames import PackFrames, add_frames


@TRANSFORMS.register_module()
class SynthesizeBoundary(BaseTransform):
    """Load the frames of one or two clips, and make one clip of them.

    BSP, Eq. 1 to 3, on frames or on stored features. Afterwards the clip is
    like any other: one draw of cropping, flipping and the like is for all of
    its frames. Augmented apart, two clips would differ by that, which is
    easier to see than what happens in them.

    Frames are scaled to one length of their shorter side, without changing
    their shape, and cut to what all have in the middle, for the same reason.

    Args:
        load: Config of the transform that loads frames: ``LoadVideoFrames``,
            ``LoadNumberedFrames``, ``LoadFrameFolder`` or ``SampleFeatures``.
            Of several sources, a list.
        short_side: Pixels of the shorter side.
        match_colours: Shift and scale the colours of each of two clips to the
            average and the deviation of both together. Then a change of
            brightness is no sign of a change of clips.
    """

    def __init__(self,
                 load: 'dict | Sequence[dict]',
                 short_side: int = 256,
                 match_colours: bool = False) -> None:
        several = isinstance(load, (list, tuple))
        self.loaders = [TRANSFORMS.build(each)
                        for each in (load if several else [load])]
        self.short_side = short_side
        self.match_colours = match_colours

    def transform(self, results: dict) -> dict:
        """Adds ``imgs`` or ``features``.

        Raises:
            VideoError, FeatureFileError: See the loading transform.
        """
        loaded = [self._loader(part)(dict(part))
                  for part in results['parts']]
        if 'features' in loaded[0]:
            results['features'] = blended(
                results['made_up'], [each['features'] for each in loaded])
            return results
        parts = self._of_one_size([np.stack([
            _scaled(image, self.short_side) for image in each['imgs']])
            for each in loaded])
        if self.match_colours and results['kind'] in OF_TWO:
            parts = matched_colours(parts)
        clip = blended(results['made_up'], parts)
        return add_frames(results, list(
            np.rint(clip).clip(0, 255).astype(np.uint8)))

    def _loader(self, part: dict) -> BaseTransform:
        """That of the part's source, or the one that there is."""
        return self.loaders[part['source'] if self.loaders[1:] else 0]

    @staticmethod
    def _of_one_size(parts: Sequence[np.ndarray]) -> List[np.ndarray]:
        """The middle that all have, of ``(n, H, W, 3)`` each."""
        height, width = np.min([part.shape[1:3] for part in parts], axis=0)
        cut = []
        for part in parts:
            top, left = ((np.array(part.shape[1:3]) -
                          (height, width)) // 2).tolist()
            cut.append(part[:, top:top + height, left:left + width])
        return cut


def blended(made_up: MadeUpClip, parts: Sequence[np.ndarray]) -> np.ndarray:
    """Frames, or features, of a made-up clip.

    Args:
        made_up: What each of its ``L`` frames shows.
        parts: Of the first and maybe of the second clip, ``(n, ...)``: those
            frames that :meth:`MadeUpClip.used` names, in this order.

    Returns:
        ``(L, ...)`` float32.
    """
    clip = np.zeros((len(made_up.frames), *parts[0].shape[1:]), np.float32)
    for index, part in enumerate(parts):
        seen = np.flatnonzero(made_up.weights[:, index] > 0)
        places = np.searchsorted(made_up.used(index),
                                 made_up.frames[seen, index])
        share = made_up.weights[seen, index].astype(np.float32)
        clip[seen] += share.reshape(-1, *[1] * (part.ndim - 1)) * part[places]
    return clip


def matched_colours(parts: Sequence[np.ndarray]) -> List[np.ndarray]:
    """Clips ``(n, H, W, 3)`` with the same mean and deviation of each colour:
    the averages of those that they have."""
    means = np.stack([part.mean(axis=(0, 1, 2)) for part in parts])
    deviations = np.stack([part.std(axis=(0, 1, 2)) for part in parts])
    return [(part - mean) * (deviations.mean(0) / deviation.clip(1)) +
            means.mean(0)
            for part, mean, deviation in zip(parts, means, deviations)]


def _scaled(image: np.ndarray, short_side: int) -> np.ndarray:
    """An image with a shorter side of so many pixels."""
    height, width = image.shape[:2]
    factor = short_side / min(height, width)
    if factor == 1:
        return image
    return mmcv.imresize(image, (max(round(width * factor), short_side),
                                 max(round(height * factor), short_side)))


@TRANSFORMS.register_module()
class PackBoundaryClip(PackFrames):
    """Pack frames ``(L, 3, H, W)`` or features ``(C, L)`` as input.

    The data sample has the number of the kind as ``gt_label``, so that
    MMAction2's metrics of recognition apply.
    """

    TAKES_BATCHES = False

    META_KEYS = ('kind', 'label', 'action_label', 'speed', 'change_point',
                 'clips')

    def transform(self, results: dict) -> dict:
        packed = super().transform(results)
        packed['data_samples'].set_gt_label(int(results['label']))
        packed['inputs'] = packed['inputs'].contiguous()
        return packed
