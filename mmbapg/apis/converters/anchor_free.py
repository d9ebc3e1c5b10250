"""What official checkpoints of ActionFormer, TriDet, DyFADet and TemporalMaxer
share.

The code of the others (https://github.com/dingfengshi/TriDet,
https://github.com/yangle15/DyFADet-pytorch,
https://github.com/TuanTNG/TemporalMaxer) grew out of ActionFormer's
(https://github.com/happyharrycn/actionformer_release).
"""
import re
from typing import Any, Dict, Optional

from .common import Rules, StateDict, count

#: Beginning of the keys of a block.
BLOCK = r'backbone\.(stem|branch)\.(\d+)\.'

RULES: Rules = [
    (r'backbone\.proj\.(\d+)\.conv\.(\w+)',
     r'backbone.input_proj.convs.\1.\2'),
    (r'backbone\.embd\.(\d+)\.conv\.(\w+)',
     r'backbone.embed.convs.\1.\2'),
    (r'backbone\.embd_norm\.(\d+)\.(\w+)', r'backbone.embed.norms.\1.\2'),
    (r'neck\.fpn_norms\.(\d+)\.(\w+)', r'neck.norms.\1.\2'),
    (r'neck\.lateral_convs\.(\d+)\.conv\.weight',
     r'neck.laterals.\1.weight'),
    (r'neck\.fpn_convs\.(\d+)\.conv\.weight', r'neck.convs.\1.weight'),
    (r'(cls|reg|start|end)_head\.head\.(\d+)\.conv\.(\w+)',
     r'head.\1_tower.convs.\2.\3'),
    (r'(cls|reg|start|end)_head\.norm\.(\d+)\.(\w+)',
     r'head.\1_tower.norms.\2.\3'),
    (r'(cls|start|end)_head\.cls_head\.conv\.(\w+)', r'head.\1_out.\2'),
    (r'reg_head\.offset_head\.conv\.(\w+)', r'head.reg_out.\1'),
    (r'reg_head\.scale\.(\d+)\.scale', r'head.scales.\1.scale'),
    (r'(head\.loss_normalizer)', r'\1'),
]


def infer_parts(source: StateDict) -> dict:
    """Model config without types, as far as shapes of weights imply it.

    What leaves no trace in the weights (heads, windows, regression ranges,
    test settings) has the values of THUMOS14; name one of our configs to have
    those of another setting.
    """
    channels, in_channels, embed_kernel_size = source[
        'backbone.embd.0.conv.weight'].shape
    backbone: Dict[str, Any] = dict(in_channels=in_channels)
    kinds = count(source, r'backbone\.proj\.(\d+)\.')
    if kinds:
        shapes = [source[f'backbone.proj.{kind}.conv.weight'].shape
                  for kind in range(kinds)]
        backbone = dict(in_channels=[shape[1] for shape in shapes],
                        proj_channels=[shape[0] for shape in shapes])
    num_levels = count(source, r'reg_head\.scale\.(\d+)\.')
    arch = [*(count(source, rf'backbone\.{part}\.(\d+)\.')
              for part in ('embd', 'stem')), num_levels - 1]
    ranges = [(0, 4)] + [(2**(level + 1), 2**(level + 2))
                         for level in range(1, num_levels)]
    ranges[-1] = (ranges[-1][0], 10000)
    neck = _infer_neck(source, channels, num_levels)
    num_classes, head_channels, kernel_size = source[
        'cls_head.cls_head.conv.weight'].shape
    return dict(
        max_seq_len=2304,
        backbone=dict(
            channels=channels,
            arch=arch,
            embed_kernel_size=embed_kernel_size,
            with_norm=_has_norms(source, r'backbone\.embd'),
            **backbone),
        neck=neck,
        head=dict(
            num_classes=num_classes,
            in_channels=(neck or {}).get('channels', channels),
            channels=head_channels,
            kernel_size=kernel_size,
            num_layers=count(source, r'cls_head\.head\.(\d+)\.'),
            with_norm=_has_norms(source, r'cls_head\.'),
            point_generator=dict(
                type='PointGenerator', regression_ranges=ranges)))


def _infer_neck(source: StateDict, channels: int,
                num_levels: int) -> Optional[dict]:
    with_norm = _has_norms(source, r'neck\.')
    cfg: Dict[str, Any] = dict(channels=channels, num_levels=num_levels)
    lateral = source.get('neck.lateral_convs.0.conv.weight')
    if lateral is not None:
        cfg.update(channels=lateral.shape[0], in_channels=channels,
                   with_norm=with_norm)
        return dict(type='PyramidFPN', **cfg)
    return dict(type='PyramidNorm', **cfg) if with_norm else None


def _has_norms(source: StateDict, part: str) -> bool:
    """Whether a part has normalizations: authors may switch them off."""
    return any(re.match(part + '.*norm', key) for key in source)
