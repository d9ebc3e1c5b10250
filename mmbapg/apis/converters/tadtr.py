"""Official TadTR checkpoints (https://github.com/xlliu7/TadTR)."""
from collections import OrderedDict
from types import SimpleNamespace
from typing import Any, List, Optional

import torch

from .common import (
    ConversionError,
    Rules,
    StateDict,
    convert,
    count,
    drop_copies,
    load_reference_weights,
)

_ENCODER = r'transformer\.encoder\.layers\.(\d+)\.'
_DECODER = r'transformer\.decoder\.layers\.(\d+)\.'

RULES: Rules = [
    (r'input_proj\.0\.([01])\.(\w+)', r'input_proj.\1.\2'),
    (r'transformer\.level_embed', r'encoder.level_embed'),
    (_ENCODER + r'self_attn\.(.+)', r'encoder.layers.\1.self_attn.\2'),
    (_ENCODER + r'norm1\.(\w+)', r'encoder.layers.\1.self_norm.\2'),
    (_ENCODER + r'linear1\.(\w+)', r'encoder.layers.\1.ffn.0.\2'),
    (_ENCODER + r'linear2\.(\w+)', r'encoder.layers.\1.ffn.3.\2'),
    (_ENCODER + r'norm2\.(\w+)', r'encoder.layers.\1.ffn_norm.\2'),
    (r'query_embed\.weight', r'decoder.query_embed.weight'),
    (r'transformer\.reference_points\.(\w+)', r'decoder.reference_points.\1'),
    (_DECODER + r'(self|cross)_attn\.(.+)', r'decoder.layers.\1.\2_attn.\3'),
    # the norms are numbered in the order in which they were written
    (_DECODER + r'norm1\.(\w+)', r'decoder.layers.\1.cross_norm.\2'),
    (_DECODER + r'norm2\.(\w+)', r'decoder.layers.\1.self_norm.\2'),
    (_DECODER + r'linear1\.(\w+)', r'decoder.layers.\1.ffn.0.\2'),
    (_DECODER + r'linear2\.(\w+)', r'decoder.layers.\1.ffn.3.\2'),
    (_DECODER + r'norm3\.(\w+)', r'decoder.layers.\1.ffn_norm.\2'),
    (r'class_embed\.(\d+)\.(\w+)', r'head.cls_branches.\1.\2'),
    *((rf'segment_embed\.(\d+)\.layers\.{layer}\.(\w+)',
       rf'head.segment_branches.\1.{2 * layer}.\2') for layer in range(3)),
    (r'actionness_pred\.([024])\.(\w+)', r'head.actionness.\1.\2'),
]

#: The decoder's copy of the segment branches, and what it is a copy of.
TIED = ('transformer.decoder.segment_embed.', 'segment_embed.')

#: Heads of the attention, which leave no trace in the weights.
NUM_HEADS = 8


#: Names in the files -> what to make instead. The settings of the run are read
#: as plain containers, so neither their classes nor their packages are needed.
STAND_INS: List[Any] = [
    (SimpleNamespace, 'argparse.Namespace'),
    (OrderedDict, 'easydict.EasyDict'),
]


def infer_model(source: StateDict) -> dict:
    """The model config that the shapes of the weights imply.

    What leaves no trace in the weights (heads, windows, test settings) has
    the values of THUMOS14; name one of our configs to have those of another
    setting.
    """
    channels, in_channels, _ = source['input_proj.0.0.weight'].shape

    def layers(part: str, attention: str) -> dict:
        prefix = f'transformer.{part}.layers.'
        first = f'{prefix}0.'
        places = len(source[f'{first}{attention}.sampling_offsets.bias'])
        return dict(
            num_layers=count(source, rf'{prefix}(\d+)\.'),
            num_heads=NUM_HEADS,
            num_points=places // NUM_HEADS,
            feedforward_channels=len(source[f'{first}linear1.bias']))

    roi_channels = source['actionness_pred.0.weight'].shape[1]
    return dict(
        type='TadTR',
        in_channels=in_channels,
        channels=channels,
        encoder=layers('encoder', 'self_attn'),
        decoder=dict(
            num_queries=len(source['query_embed.weight']),
            **layers('decoder', 'cross_attn')),
        head=dict(
            type='SegmentQueryHead',
            num_classes=len(source['class_embed.0.bias']),
            roi_bins=roi_channels // channels))


def convert_tadtr(path: str,
                  target: str,
                  model: Optional[dict] = None) -> dict:
    """Convert; see :func:`mmbapg.apis.converters.common.convert`."""
    if not hasattr(torch.serialization, 'safe_globals'):
        raise ConversionError(
            f'{path}: found torch {torch.__version__}, expected 2.6 or newer, '
            'which reads the settings in this file without executing them')
    with torch.serialization.safe_globals(STAND_INS):
        weights = load_reference_weights(path, ('model', 'state_dict'))
    source = drop_copies(weights, path, [TIED])
    return convert(path, target, RULES, infer_model, model, source)
