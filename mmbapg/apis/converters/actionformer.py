"""Official ActionFormer checkpoints
(https://github.com/happyharrycn/actionformer_release)."""
from .common import Rules, StateDict, convert, count

_BLOCK = r'backbone\.(stem|branch)\.(\d+)\.'

RULES: Rules = [
    (r'backbone\.embd\.(\d+)\.conv\.weight',
     r'backbone.embed.convs.\1.weight'),
    (r'backbone\.embd_norm\.(\d+)\.(\w+)', r'backbone.embed.norms.\1.\2'),
    (_BLOCK + r'ln([12])\.(\w+)', r'backbone.\1.\2.norm\3.\4'),
    (_BLOCK + r'attn\.(query|key|value)_conv\.conv\.weight',
     r'backbone.\1.\2.attn.\3_conv.weight'),
    (_BLOCK + r'attn\.(query|key|value)_norm\.(\w+)',
     r'backbone.\1.\2.attn.\3_norm.\4'),
    (_BLOCK + r'attn\.(query|key|value)\.(\w+)',
     r'backbone.\1.\2.attn.\3_proj.\4'),
    (_BLOCK + r'attn\.proj\.(\w+)', r'backbone.\1.\2.attn.out_proj.\3'),
    (_BLOCK + r'mlp\.([03])\.(\w+)', r'backbone.\1.\2.mlp.\3.\4'),
    (_BLOCK + r'drop_path_(attn|mlp)\.scale',
     r'backbone.\1.\2.drop_path_\3.scale'),
    (r'neck\.fpn_norms\.(\d+)\.(\w+)', r'neck.norms.\1.\2'),
    (r'(cls|reg)_head\.head\.(\d+)\.conv\.weight',
     r'head.\1_tower.convs.\2.weight'),
    (r'(cls|reg)_head\.norm\.(\d+)\.(\w+)', r'head.\1_tower.norms.\2.\3'),
    (r'cls_head\.cls_head\.conv\.(\w+)', r'head.cls_out.\1'),
    (r'reg_head\.offset_head\.conv\.(\w+)', r'head.reg_out.\1'),
    (r'reg_head\.scale\.(\d+)\.scale', r'head.scales.\1.scale'),
]


def infer_model(source: StateDict) -> dict:
    """The model config that the shapes of the weights imply.

    What leaves no trace in the weights (heads, windows, regression ranges,
    test settings) has the values of THUMOS14; take it from our config.
    """
    channels, in_channels, _ = source['backbone.embd.0.conv.weight'].shape
    num_classes = len(source['cls_head.cls_head.conv.bias'])
    head_channels = len(source['cls_head.head.0.conv.weight'])
    arch = [count(source, rf'backbone\.{part}\.(\d+)\.')
            for part in ('embd', 'stem', 'branch')]
    num_levels = arch[2] + 1
    ranges = [(0, 4)] + [(2**(level + 1), 2**(level + 2))
                         for level in range(1, num_levels)]
    ranges[-1] = (ranges[-1][0], 10000)
    return dict(
        type='ActionFormer',
        max_seq_len=2304,
        backbone=dict(
            type='ConvTransformerBackbone',
            in_channels=in_channels,
            channels=channels,
            arch=arch),
        neck=dict(type='PyramidNorm', channels=channels,
                  num_levels=num_levels),
        head=dict(
            type='AnchorFreeHead',
            num_classes=num_classes,
            in_channels=channels,
            channels=head_channels,
            num_layers=count(source, r'cls_head\.head\.(\d+)\.'),
            point_generator=dict(
                type='PointGenerator', regression_ranges=ranges)))


def convert_actionformer(path: str, target: str) -> dict:
    """Convert; see :func:`mmbapg.apis.converters.common.convert`."""
    return convert(path, target, RULES, infer_model)
