"""Packing for the localizers."""
from typing import Sequence

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmaction.structures import ActionDataSample
from mmcv.transforms import BaseTransform
from mmengine.structures import InstanceData


@TRANSFORMS.register_module()
class PackFeatures(BaseTransform):
    """Pack features as input, and instances as ``gt_instances``.

    ``inputs`` is ``(C, T)`` float32. ``gt_instances`` holds ``segments``
    ``(G, 2)`` in seconds and ``labels`` ``(G,)``.

    Args:
        meta_keys: What the data sample tells of the video.
    """

    def __init__(self,
                 meta_keys: Sequence[str] = ('video_name', 'duration', 'grid')
                 ) -> None:
        self.meta_keys = meta_keys

    def transform(self, results: dict) -> dict:
        sample = ActionDataSample(
            metainfo={key: results[key] for key in self.meta_keys})
        sample.gt_instances = InstanceData(
            segments=torch.from_numpy(results['segments']),
            labels=torch.from_numpy(results['labels']))
        features = np.ascontiguousarray(results['features'].T)
        return dict(inputs=torch.from_numpy(features), data_samples=sample)
