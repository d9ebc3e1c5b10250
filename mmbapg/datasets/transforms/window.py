"""One window of a video."""
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform


@TRANSFORMS.register_module()
class CropWindow(BaseTransform):
    """Crop features and grid to the window that the sample is about.

    Reads ``window``, its first step and the step after its last, and
    ``frames_per_step`` where features are frames; changes ``features`` and
    ``grid``. The instances of a window are already those of
    the sample; see :class:`SlidingWindowDataset`.
    """

    def transform(self, results: dict) -> dict:
        scale = results.get('frames_per_step', 1)
        first, end = (scale * step for step in results['window'])
        results['features'] = results['features'][first:end]
        results['grid'] = results['grid'].cropped(first)
        return results
