"""Videos that are not there, as data pipelines pack them."""
from typing import Optional

import torch
from mmaction.registry import TRANSFORMS
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData

from mmbapg.ops import TemporalGrid


def blank_sample(length: int,
                 clustering: Optional[dict] = None,
                 instances: Optional[InstanceData] = None,
                 interval: float = 1.0
                 ) -> ActionDataSample:
    """What a localizer may ask of a video, whose scores are made up.

    Args:
        length: Steps of its features.
        clustering: Config of BAPG's clustering, for a model with BAPG: its
            regions are evenly spaced, and nothing speaks for a boundary.
        instances: ``segments`` ``(G, 2)`` in seconds and ``labels`` ``(G,)``;
            none by default.
        interval: Seconds from one step to the next.
    """
    sample = ActionDataSample(metainfo=dict(
        video_name='blank', duration=length * interval,
        grid=TemporalGrid.of_interval(interval),
        video_scores=[0.5, 0.3, 0.2]))
    sample.gt_instances = instances or InstanceData(
        segments=torch.zeros(0, 2), labels=torch.zeros(0, dtype=torch.int64))
    if clustering is None:
        return sample
    built = TRANSFORMS.build(clustering)
    numbers = built.numbers.typical
    edges = [torch.linspace(0, length, number + 2) for number in numbers]
    sample.regions = InstanceData(
        steps=torch.cat([torch.stack([each[:-1], each[1:]], dim=1)
                         for each in edges]),
        segmentation=torch.repeat_interleave(
            torch.arange(len(numbers)),
            torch.tensor([number + 1 for number in numbers])))
    widths = built.packed_widths
    sample.boundary_strength = torch.zeros(widths.num_strengths, length)
    sample.class_evidence = torch.zeros(widths.class_channels, length)
    return sample
