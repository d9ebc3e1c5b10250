"""AFSD for tests: a network that computes in an instant."""
import torch

WIDTH, CHANNELS, CLASSES = 1 / 16, 32, 3


def model(whole_video=False, in_channels=3, **changes):
    """Config of a small AFSD, of THUMOS14's form or of ActivityNet's.

    Its frames have 32 pixels, so that maps have 2 and 1.

    Args:
        whole_video: One map, as for ActivityNet.
        in_channels: 3 for RGB, 2 for flow.
        changes: Of the localizer.
    """
    length = 96 if whole_video else 64
    maps = [('Mixed_4f', 2), ('Mixed_5c', 1)][whole_video:]
    widths = dict(Mixed_4f=52, Mixed_5c=64)
    ranges = [(-1, float('inf'))] * 4
    return {**dict(
        type='AFSD', clip_length=length,
        backbone=dict(
            type='InceptionI3D', in_channels=in_channels, width=WIDTH,
            endpoints=[name for name, _ in maps]),
        neck=dict(
            type='ClipPyramid', in_channels=[
                widths[name] for name, _ in maps],
            map_sizes=[size for _, size in maps], channels=CHANNELS,
            num_levels=4),
        head=dict(
            type='SalientBoundaryHead',
            num_classes=1 if whole_video else CLASSES, in_channels=CHANNELS,
            distance_units=[4, 8, 16, 32] if whole_video else None,
            point_generator=dict(
                type='PointGenerator', regression_ranges=ranges,
                first_stride=8 if whole_video else 4, offset=0.5))),
            **changes}


def frames(length, size=32, channels=3):
    """``(channels, length, size, size)`` uint8."""
    return torch.randint(0, 256, (channels, length, size, size),
                         dtype=torch.uint8)
