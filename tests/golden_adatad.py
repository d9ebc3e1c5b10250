"""AdaTAD beside the golden numbers of OpenTAD's code."""
import json

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.runner.checkpoint import load_state_dict
from mmengine.structures import InstanceData

from mmbapg.apis.converters.adatad import RULES
from mmbapg.apis.converters.common import rename
from mmbapg.apis.converters.opentad import RULES as OPENTAD
from mmbapg.apis.converters.opentad import as_opentad
from mmbapg.ops import TemporalGrid
from tests import golden

STEM = 'adatad_tiny'
NORMALIZE = dict(
    type='ActionDataPreprocessor', mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375], format_shape='NCTHW')


def arrays():
    return golden.load(STEM)


def settings():
    return json.loads(str(arrays()['config']))


def encoder(side=False, **backbone):
    """Config of the window encoder of the file."""
    cfg = settings()
    return dict(
        type='WindowEncoder', trained='adapters',
        frames_per_step=cfg['total_frames'] // cfg['window_size'],
        recognizer=dict(
            type='Recognizer3D', data_preprocessor=NORMALIZE, backbone=dict(
                type='SideAdapterVisionTransformer' if side else
                'AdapterVisionTransformer',
                **{name: cfg[name] for name in (
                    'img_size', 'patch_size', 'embed_dims', 'depth',
                    'num_heads', 'mlp_ratio')},
                adapter_index=cfg[
                    'side_index' if side else 'adapter_index'],
                adapter=dict(
                    ratio=cfg['side_mlp_ratio' if side else
                              'adapter_mlp_ratio'],
                    kernel_size=cfg['adapter_kernel'],
                    dilation=cfg['adapter_dilation']), **backbone)))


def detector(**backbone):
    """Config of the whole localizer of the file."""
    cfg = settings()
    width = cfg['host_dims']
    host = as_opentad(dict(
        type='ActionFormer', max_seq_len=cfg['window_size'],
        backbone=dict(
            type='ConvTransformerBackbone', in_channels=cfg['embed_dims'],
            channels=width, arch=(2, cfg['stem'], cfg['levels'] - 1),
            num_heads=4, window=None, drop_path=0.1),
        neck=dict(type='PyramidNorm'),
        head=dict(
            type='AnchorFreeHead', num_classes=cfg['num_classes'],
            channels=width,
            point_generator=dict(
                type='PointGenerator',
                regression_ranges=cfg['regression_range']))))
    return dict(type='EndToEndLocalizer', show_padding=True,
                video_backbone=encoder(**backbone), localizer=host)


def ours(keys):
    """Reference key -> ours."""
    keys = list(map(str, keys))
    host = rename(dict.fromkeys(
        key for key in keys if not key.startswith('backbone.')), OPENTAD)
    names = {key: host.get(key, key) for key in keys}
    renamed = rename(dict.fromkeys(names.values()), RULES)
    return {key: renamed[name] for key, name in names.items()}


def loaded(model, part='', variety='', **other):
    """A built model with the file's weights.

    Args:
        model: Config.
        part, variety: See :func:`tests.golden.weights`.
        other: Numbers in the place of the weights whose names end so.
    """
    built = MODELS.build(model)
    weights = golden.weights(arrays(), part, variety)
    names = ours(weights)
    prefix = '' if model['type'] == 'EndToEndLocalizer' else 'video_backbone.'
    own = built.state_dict()
    weights = {names[key].removeprefix(prefix): value
               for key, value in weights.items()}
    for name in weights:
        for ending, value in other.items():
            if ending in name:
                weights[name] = torch.full_like(weights[name], value)
    missing = own.keys() - weights.keys()
    assert not missing, missing
    load_state_dict(built, {
        name: weights[name].reshape(own[name].shape) for name in own},
        strict=True)
    return built


def pair(suffix=''):
    """``(2, 3, T, H, W)`` uint8 frames of both videos."""
    cfg = settings()
    return torch.stack([
        golden.frames(f'{STEM}:{name}{suffix}', cfg['total_frames'],
                      *cfg['inputs'][suffix]) for name in ('v1', 'v2')])


def samples():
    """Of both windows; a step is a second, so that segments are in steps."""
    numbers, made = arrays(), []
    for number in (1, 2):
        each = ActionDataSample(metainfo=dict(
            video_name=f'v{number}', duration=32.0,
            grid=TemporalGrid(1, 0, 1)))
        each.gt_instances = InstanceData(
            segments=torch.from_numpy(numbers[f'v{number}_segments']),
            labels=torch.from_numpy(numbers[f'v{number}_labels']))
        made.append(each)
    return made


def probe(name, *shape):
    """Noise that tokens or features are projected by."""
    return torch.from_numpy(golden.noise(name, shape)).float()


def gradient_errors(model, kind):
    """Relative errors of the gradients' norms and products with noise.

    Args:
        model: After a backward pass.
        kind: Beginning of the names of the file's arrays.

    Yields:
        tuple: Our name, error of the norm, error of the product.
    """
    numbers = arrays()
    keys = list(map(str, numbers[f'{kind}grad_keys']))
    norms, dots = numbers[f'{kind}grad_norm'], numbers[f'{kind}grad_dot']
    names = ours(keys)
    parameters = {f'video_backbone.{name}' if name.startswith('video.')
                  else name: value for name, value in model.named_parameters()}
    part = 'side_' if kind.startswith('side') else ''
    shapes = golden.shapes(numbers, part)
    for key, norm, dot in zip(keys, norms, dots):
        gradient = parameters[names[key]].grad.double().numpy().reshape(
            shapes[key])
        scale = norm + 1e-4 * norms.max()
        found = (gradient * golden.noise(f'grad:{key}', shapes[key])).sum()
        yield (names[key], abs((gradient**2).sum()**0.5 - norm) / scale,
               abs(found - dot) / scale)
