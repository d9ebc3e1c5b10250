"""Official TemporalMaxer checkpoints
(https://github.com/TuanTNG/TemporalMaxer)."""
from typing import Optional

from . import anchor_free
from .common import (
    ConversionError,
    Rules,
    StateDict,
    convert,
    count,
    drop_copies,
    load_reference_weights,
)

#: A layer normalization that all levels share is stored once for each.
NORM = 'neck.fpn_norms.{}.'

RULES: Rules = [
    (r'neck\.fpn_norms\.0\.(\w+)', r'neck.norm.\1'),
    *anchor_free.RULES,
]


def infer_model(source: StateDict) -> dict:
    """The model config that the shapes of the weights imply."""
    config = anchor_free.infer_parts(source)
    config['type'] = 'TemporalMaxer'
    config['backbone']['type'] = 'MaxPoolingBackbone'
    config['neck'] = dict(
        type='SharedPyramidNorm',
        channels=config['backbone']['channels'],
        # a group normalization, which has no weights, if none are stored
        num_groups=None if NORM.format(0) + 'weight' in source else 4)
    config['head'].update(
        type='AnchorFreeHead', assigner=dict(type='LeastCostAssigner'))
    return config


def convert_temporalmaxer(path: str,
                          target: str,
                          model: Optional[dict] = None) -> dict:
    """Convert; see :func:`mmbapg.apis.converters.common.convert`."""
    source = load_reference_weights(path)
    norms, scales = (count(source, rf'{name}\.(\d+)\.') for name in (
        r'neck\.fpn_norms', r'reg_head\.scale'))
    if norms not in (0, scales):
        raise ConversionError(
            f'{path}: found {norms} neck.fpn_norms and {scales} '
            'reg_head.scale, expected one of each for every pyramid level')
    source = drop_copies(source, path, [
        (NORM.format(level), NORM.format(0)) for level in range(1, norms)])
    return convert(path, target, RULES, infer_model, model, source)
