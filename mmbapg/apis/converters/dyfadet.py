"""Official DyFADet checkpoints
(https://github.com/yangle15/DyFADet-pytorch)."""
import re
from typing import Optional

import torch
from mmengine.logging import print_log
from torch import Tensor

from . import tridet
from .common import (
    ConversionError,
    Rules,
    StateDict,
    convert,
    load_reference_weights,
)

_LAYER = r'(cls|reg)_head\.head\.(\d+)\.'
_OURS = r'head.\1_tower.layers.\2.'
#: Their names of the parts of the two kinds of aggregation -> ours.
_SHARED = {r'conv\.': 'conv.', r'norm\.': 'norm.'}
_NEIGHBOUR = {**_SHARED, r'kernel_conv\.gate_conv\.': 'gate.'}
_DEPTH = {
    **_SHARED,
    r'kernel_conv\.convs\.0\.': 'weight_conv.',
    r'kernel_conv\.convs\.1\.': 'weight_norm.',
    r'kernel_conv\.gate\.gate_conv\.': 'gate.',
}

RULES: Rules = [
    (_LAYER + r'scale_weight', _OURS + 'scale_neighbours'),
    (_LAYER + r'output_weight', _OURS + 'scale_own'),
    *((_LAYER + module + part + r'(\w+)', _OURS + name + ours + r'\3')
      for module, name, parts in (
          (r'dynamic_convs\.0\.', 'from_finer.', _NEIGHBOUR),
          (r'dynamic_convs\.1\.', 'from_coarser.', _NEIGHBOUR),
          (r'depth_module\.', 'depth.', _DEPTH))
      for part, ours in parts.items()),
    *tridet.RULES,
]

#: Of every layer, ours has nothing like it: a norm that is never used ...
UNUSED = ('norm.weight', 'norm.bias')
#: ... and kernels that are not learned: output ``c * K + k`` is channel ``c``,
#: ``k - K // 2`` steps later.
FIXED = tuple(f'{part}.shift_conv.weight' for part in (
    'dynamic_convs.0', 'dynamic_convs.1', 'depth_module'))


def infer_model(source: StateDict) -> dict:
    """The model config that the shapes of the weights imply; ``tau`` of the
    gates leaves no trace in them, and is that of all but EPIC's nouns."""
    config = tridet.infer_parts(source)
    config['type'] = 'DyFADet'
    config['backbone']['type'] = 'DynEBackbone'
    config['head']['type'] = 'DynamicHead'
    return config


def drop_unlearned(source: StateDict, path: str) -> StateDict:
    """Weights without those that teach nothing.

    Args:
        source: All weights.
        path: For messages.

    Raises:
        ConversionError: If a layer has not all of them, or if a kernel that
            should only shift does something else.
    """
    layers = sorted({match[0] for match in (
        re.match(_LAYER, key) for key in source) if match})
    fixed = [layer + name for layer in layers for name in FIXED]
    unused = [layer + name for layer in layers for name in UNUSED]
    missing = [key for key in fixed + unused if key not in source]
    if missing:
        raise ConversionError(
            f'{path}: {len(missing)} keys are missing (first {missing[0]}); '
            f'expected {", ".join(UNUSED + FIXED)} in every layer of the head')
    for key in fixed:
        if not _is_shift(source[key]):
            raise ConversionError(
                f'{path}: {key} is not a shift by whole steps, expected 1 '
                'where step and output modulo kernel size are equal, 0 '
                'elsewhere')
    dropped = {*fixed, *unused}
    return {key: value for key, value in source.items() if key not in dropped}


def convert_dyfadet(path: str,
                    target: str,
                    model: Optional[dict] = None) -> dict:
    """Convert; see :func:`mmbapg.apis.converters.common.convert`."""
    weights = load_reference_weights(path)
    source = drop_unlearned(weights, path)
    config = convert(path, target, RULES, infer_model, model, source)
    print_log(f'{len(weights) - len(source)} more tensors of {path} are '
              'unused or fixed: left out', 'current')
    return config


def _is_shift(kernel: Tensor) -> bool:
    size = kernel.shape[-1] if kernel.dim() == 3 else 1
    shift = torch.eye(size).repeat(len(kernel) // size, 1)
    return torch.equal(kernel.float(), shift[:, None])
