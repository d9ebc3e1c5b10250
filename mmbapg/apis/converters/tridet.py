"""Official TriDet checkpoints (https://github.com/dingfengshi/TriDet)."""
from typing import Optional

from . import anchor_free
from .anchor_free import BLOCK
from .common import ConversionError, Rules, StateDict, convert

#: Their names of the parts of a block -> ours.
PARTS = dict(
    ln='norm1', gn='norm2', fc='instant', global_fc='instant_gate',
    convw='window_small', convkw='window_large', psi='window_gate')

RULES: Rules = [
    *((BLOCK + rf'{theirs}\.(\w+)', rf'backbone.\1.\2.{ours}.\3')
      for theirs, ours in PARTS.items()),
    (BLOCK + r'mlp\.([02])\.(\w+)', r'backbone.\1.\2.mlp.\3.\4'),
    (BLOCK + r'drop_path_out\.scale', r'backbone.\1.\2.drop_path_sgp.scale'),
    (BLOCK + r'drop_path_mlp\.scale', r'backbone.\1.\2.drop_path_mlp.scale'),
    *anchor_free.RULES,
]


def infer_model(source: StateDict) -> dict:
    """The model config that the shapes of the weights imply."""
    config = infer_parts(source)
    config['type'] = 'TriDet'
    config['backbone']['type'] = 'SGPBackbone'
    config['head'].update(
        type='TridentHead',
        num_bins=len(source['reg_head.offset_head.conv.bias']) // 2 - 1,
        boundary_kernel_size=source['start_head.head.0.conv.weight'].shape[2])
    return config


def infer_parts(source: StateDict) -> dict:
    """What DyFADet has, too; see :func:`anchor_free.infer_parts`."""
    config = anchor_free.infer_parts(source)
    window = source['backbone.branch.0.psi.weight'].shape[2]
    config['backbone'].update(
        hidden_channels=len(source['backbone.stem.0.mlp.0.bias']),
        window=window,
        k=_growth({
            1: source['backbone.stem.0.convkw.weight'].shape[2],
            window: source['backbone.branch.0.convkw.weight'].shape[2]
        }))
    config['head']['post_processor'] = dict(
        type='SegmentPostProcessor',
        nms=dict(max_per_video=2000, vote_score_weighted_by_iou=False))
    return config


def convert_tridet(path: str,
                   target: str,
                   model: Optional[dict] = None) -> dict:
    """Convert; see :func:`mmbapg.apis.converters.common.convert`."""
    return convert(path, target, RULES, infer_model, model)


def _growth(large_kernels: dict) -> float:
    """A ``k`` that gives the large kernel of every window."""
    for tenth in range(1, 200):
        if all(round((window + 1) * tenth / 10) in (large, large - 1)
               for window, large in large_kernels.items()):
            return tenth / 10
    raise ConversionError(
        f'found the large kernels {large_kernels} (by window), expected '
        'round((window + 1) * k) for one k')
