"""Videos that are not there, as data pipelines pack them."""
from typing import Optional, Tuple

import torch
from mmaction.registry import TRANSFORMS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.structures import InstanceData

from mmbapg.models.localizers.contract import ContractError, frame_channels
from mmbapg.ops import TemporalGrid


def blank_frames(cfg: Config, length: int) -> torch.Tensor:
    """Black frames for a localizer that sees frames, as large as its test
    pipeline makes them.

    Args:
        cfg: Its config.
        length: Steps of the localizer.

    Returns:
        ``(C, T, H, W)`` uint8; ``C`` is 3 but where optical flow is read.
    """
    frames = length * cfg.model.get('video_backbone', {}).get(
        'frames_per_step', 1)
    return torch.zeros(frame_channels(cfg.model), frames, *frame_size(cfg),
                       dtype=torch.uint8)


def frame_size(cfg: Config) -> Tuple[int, int]:
    """Height and width of the frames that a config tests on.

    Raises:
        ContractError: If its pipeline does not bring them to one size.
    """
    steps = [step for outer in cfg.test_dataloader.dataset.pipeline
             for step in (*outer.get('each', ()), outer)]
    for step in reversed(steps):
        if step['type'] == 'CenterCrop':
            size = step['crop_size']
            return (size, size) if isinstance(size, int) else tuple(size[::-1])
        if step['type'] == 'Resize' and not step.get('keep_ratio', True):
            width, height = step['scale']
            return height, width
    raise ContractError(
        f'{cfg.filename or "config"}: found neither CenterCrop nor Resize('
        'keep_ratio=False) in the test pipeline, expected one, which tells '
        'how large frames are')


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
        metainfo=dict(num_segmentations=len(numbers)),
        steps=torch.cat([torch.stack([each[:-1], each[1:]], dim=1)
                         for each in edges]),
        segmentation=torch.repeat_interleave(
            torch.arange(len(numbers)),
            torch.tensor([number + 1 for number in numbers])))
    widths = built.packed_widths
    sample.boundary_strength = torch.zeros(widths.num_strengths, length)
    sample.class_evidence = torch.zeros(widths.class_channels, length)
    return sample
