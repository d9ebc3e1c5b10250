"""Official AFSD checkpoints
(https://github.com/TencentYoutuResearch/ActionDetection-AFSD)."""
import math
from typing import Any, Optional

from .common import Rules, StateDict, convert, count

_HEAD = r'coarse_pyramid_detection\.'
PYRAMID = 'coarse_pyramid_detection.pyramids.'
#: Their name of a tower -> ours.
_TOWERS = dict(loc='reg', conf='cls')
#: Their name of a part of a refinement -> ours.
_PARTS = dict(cur_point_conv='own', lr_conv='boundaries', roi_conv='frames',
              proposal_conv='joined')

RULES: Rules = [
    (r'backbone\._model\.(.+)', r'backbone.\1'),
    (_HEAD + r'pyramids\.(\d+)\.0\.conv[13]d\.(\w+)', r'neck.convs.\1.0.\2'),
    (_HEAD + r'pyramids\.(\d+)\.1\.(\w+)', r'neck.convs.\1.1.\2'),
    *((_HEAD + rf'deconv\.{3 * layer}\.conv1d\.(\w+)',
       rf'neck.frame_convs.{layer}.0.\1') for layer in range(3)),
    *((_HEAD + rf'deconv\.{3 * layer + 1}\.(\w+)',
       rf'neck.frame_convs.{layer}.1.\1') for layer in range(3)),
    (_HEAD + r'loc_heads\.(\d+)\.scale', r'head.scales.\1.scale'),
    (_HEAD + r'center_head\.conv1d\.(\w+)', r'head.quality_out.\1'),
    *(rule for theirs, ours in _TOWERS.items() for rule in (
        (_HEAD + rf'{theirs}_tower\.(\d+)\.0\.conv1d\.(\w+)',
         rf'head.{ours}_tower.\1.0.\2'),
        (_HEAD + rf'{theirs}_tower\.(\d+)\.1\.(\w+)',
         rf'head.{ours}_tower.\1.1.\2'),
        (_HEAD + rf'{theirs}_head\.conv1d\.(\w+)', rf'head.{ours}_out.\1'),
        (_HEAD + rf'prop_{theirs}_head\.conv1d\.(\w+)',
         rf'head.refined_{ours}_out.\1'),
        *((_HEAD + rf'{theirs}_proposal_branch\.{part}\.0\.conv1d\.(\w+)',
           rf'head.{ours}_refinement.{name}.0.\1')
          for part, name in _PARTS.items()),
        *((_HEAD + rf'{theirs}_proposal_branch\.{part}\.1\.(\w+)',
           rf'head.{ours}_refinement.{name}.1.\1')
          for part, name in _PARTS.items()))),
]

#: What leaves no trace in weights, of a network that sees one map of a whole
#: video (ActivityNet-1.3), and of one that sees two maps of each clip
#: (THUMOS14).
WHOLE_VIDEO: Any = dict(
    clip_length=768, endpoints=['Mixed_5c'], first_stride=8,
    distance_units=[4, 8, 16, 32, 64, 128],
    ranges=[(0, 30), (15, 60), (30, 120), (60, 240), (96, 768), (256, 768)],
    of_model=dict(consistency_strides=[1, 4, 4]),
    of_head=dict(
        loss=dict(
            type='CoarseToFineLoss', min_iou=0.6, best_is_refined=True,
            offset_beta=1.0, per_clip=True, reg_weight=1.0),
        post_processor=dict(
            type='ClipPostProcessor', score_threshold=1e-9,
            nms=dict(sigma=0.85, min_score=1e-9, leave_last=True))))
CLIPS: Any = dict(
    clip_length=256, endpoints=['Mixed_4f', 'Mixed_5c'], first_stride=4,
    distance_units=None, ranges=[(-1, math.inf)] * 6,
    of_model=dict(training_padding=-1.0),
    of_head=dict(post_processor=dict(
        type='ClipPostProcessor', keep_beyond_end=True,
        nms=dict(leave_last=True))))


def infer_model(source: StateDict) -> dict:
    """The model config that the shapes of the weights imply.

    The length of clips and where points lie leave no trace: they are those of
    THUMOS14 if the pyramid begins with two maps, and those of ActivityNet-1.3
    if it begins with one, and so are losses and test settings. Name one of our
    configs to have another setting, and classes from a classifier of videos.
    """
    num_maps = count(source, _HEAD + r'pyramids\.(\d+)\.0\.conv3d')
    kernels = [source[f'{PYRAMID}{level}.0.conv3d.weight']
               for level in range(max(num_maps, 1))]
    setting = CLIPS if num_maps > 1 else WHOLE_VIDEO
    stem = source['backbone._model.Conv3d_1a_7x7.conv3d.weight']
    classes = source['coarse_pyramid_detection.conf_head.conv1d.bias']
    channels = len(kernels[0])
    num_levels = count(source, _HEAD + r'pyramids\.(\d+)\.')
    units = setting['distance_units']
    return dict(
        type='AFSD',
        clip_length=setting['clip_length'],
        **setting['of_model'],
        backbone=dict(
            type='InceptionI3D', in_channels=stem.shape[1],
            width=len(stem) / 64, endpoints=setting['endpoints']),
        neck=dict(
            type='ClipPyramid',
            in_channels=[kernel.shape[1] for kernel in kernels],
            map_sizes=[kernel.shape[-1] for kernel in kernels],
            channels=channels,
            num_levels=num_levels),
        head=dict(
            type='SalientBoundaryHead',
            num_classes=len(classes) - 1,
            in_channels=channels,
            num_layers=count(source, _HEAD + r'loc_tower\.(\d+)\.'),
            distance_units=None if units is None else units[:num_levels],
            point_generator=dict(
                type='PointGenerator',
                regression_ranges=setting['ranges'][:num_levels],
                first_stride=setting['first_stride'], offset=0.5),
            **setting['of_head']))


def convert_afsd(path: str,
                 target: str,
                 model: Optional[dict] = None) -> dict:
    """Convert; see :func:`mmbapg.apis.converters.common.convert`."""
    return convert(path, target, RULES, infer_model, model)
