"""Official ActionFormer checkpoints
(https://github.com/happyharrycn/actionformer_release)."""
from typing import Optional

from . import anchor_free
from .anchor_free import BLOCK
from .common import Rules, StateDict, convert

RULES: Rules = [
    (BLOCK + r'ln([12])\.(\w+)', r'backbone.\1.\2.norm\3.\4'),
    (BLOCK + r'attn\.(query|key|value)_conv\.conv\.weight',
     r'backbone.\1.\2.attn.\3_conv.weight'),
    (BLOCK + r'attn\.(query|key|value)_norm\.(\w+)',
     r'backbone.\1.\2.attn.\3_norm.\4'),
    (BLOCK + r'attn\.(query|key|value)\.(\w+)',
     r'backbone.\1.\2.attn.\3_proj.\4'),
    (BLOCK + r'attn\.proj\.(\w+)', r'backbone.\1.\2.attn.out_proj.\3'),
    (BLOCK + r'attn\.rel_pe', r'backbone.\1.\2.attn.bias'),
    (BLOCK + r'mlp\.([03])\.(\w+)', r'backbone.\1.\2.mlp.\3.\4'),
    (BLOCK + r'drop_path_(attn|mlp)\.scale',
     r'backbone.\1.\2.drop_path_\3.scale'),
    *anchor_free.RULES,
]


def infer_model(source: StateDict) -> dict:
    """The model config that the shapes of the weights imply."""
    config = anchor_free.infer_parts(source)
    config['type'] = 'ActionFormer'
    config['backbone']['type'] = 'ConvTransformerBackbone'
    config['backbone']['relative_position'] = any(
        key.endswith('.attn.rel_pe') for key in source)
    config['head']['type'] = 'AnchorFreeHead'
    return config


def convert_actionformer(path: str,
                         target: str,
                         model: Optional[dict] = None) -> dict:
    """Convert; see :func:`mmbapg.apis.converters.common.convert`."""
    return convert(path, target, RULES, infer_model, model)
