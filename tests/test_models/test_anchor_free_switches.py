"""Switches of the authors' codes that no published setting sets."""
import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.model import constant_init
from mmengine.optim import build_optim_wrapper

from mmbapg.apis.converters import actionformer
from mmbapg.apis.converters.common import rename
from mmbapg.models.layers import ConvAttention, ConvTower, windowed_attention
from tests import tiny
from tests.tiny import CONFIGS

WIDTH = 8


def convolutions(seed=0, **shapes):
    """Weights and biases by their authors' names."""
    torch.manual_seed(seed)
    return {f'{name}.conv.{part}': 0.3 * torch.randn(shape[:1] if
                                                     part == 'bias' else shape)
            for name, shape in shapes.items() for part in ('weight', 'bias')}


#: Of an ActionFormer of one level, no blocks and no normalization.
WEIGHTS = convolutions(**{
    'backbone.embd.0': (WIDTH, tiny.CHANNELS, 5),
    'cls_head.head.0': (6, WIDTH, 3), 'cls_head.cls_head': (4, 6, 3),
    'reg_head.head.0': (6, WIDTH, 3), 'reg_head.offset_head': (2, 6, 3)})
WEIGHTS['reg_head.scale.0.scale'] = torch.ones(())


def from_weights(source):
    """The model that they imply, with them."""
    model = MODELS.build(dict(actionformer.infer_model(source),
                              max_seq_len=16)).eval()
    names = rename(source, actionformer.RULES)
    model.load_state_dict({names[key]: value
                           for key, value in source.items()})
    return model


def conv(x, name):
    return F.conv1d(x, WEIGHTS[f'{name}.conv.weight'],
                    WEIGHTS[f'{name}.conv.bias'], padding='same')


def logits(x):
    tower = conv(x, 'cls_head.head.0').relu()
    return conv(tower, 'cls_head.cls_head').transpose(1, 2)


def test_a_tower_without_normalization_by_hand():
    """Each convolution has a bias, which the mask takes from padding."""
    tower = ConvTower(3, 4, 2, kernel_size=5, with_norm=False)
    for layer in tower.convs:
        torch.nn.init.normal_(layer.bias)
    x, mask = torch.randn(1, 3, 8), torch.arange(8)[None, None] < 6
    with torch.no_grad():
        expected = x
        for layer in tower.convs:
            expected = F.conv1d(
                expected, layer.weight, layer.bias, padding=2) * mask
            expected = expected.relu()
        torch.testing.assert_close(tower(x, mask), expected)


@torch.no_grad()
def test_weights_without_normalization_say_so():
    x = torch.randn(tiny.CHANNELS, 16)
    found = from_weights(WEIGHTS)([x]).cls_logits[0]
    expected = logits(conv(x[None], 'backbone.embd.0').relu())
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize('with_norm', [True, False])
@torch.no_grad()
def test_weights_of_a_feature_pyramid_network(with_norm):
    lateral = 0.3 * torch.randn(WIDTH, WIDTH, 1)
    smooth = 0.3 * torch.randn(WIDTH, 1, 3)
    neck = {'neck.lateral_convs.0.conv.weight': lateral,
            'neck.fpn_convs.0.conv.weight': smooth}
    if with_norm:
        neck['neck.fpn_norms.0.weight'] = torch.ones(WIDTH)
        neck['neck.fpn_norms.0.bias'] = torch.zeros(WIDTH)
    x = torch.randn(tiny.CHANNELS, 16)
    found = from_weights({**WEIGHTS, **neck})([x]).cls_logits[0]
    level = F.conv1d(conv(x[None], 'backbone.embd.0').relu(), lateral)
    level = F.conv1d(level, smooth, padding=1, groups=WIDTH)
    if with_norm:
        level = F.layer_norm(level.mT, (WIDTH, )).mT
    torch.testing.assert_close(found, logits(level), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize('lengths', [(8, 4, 2), (7, 4, 2)])
@torch.no_grad()
def test_levels_hear_all_coarser_ones(lengths):
    """By hand, with projections that hand on and convolutions that sum."""
    neck = MODELS.build(dict(type='PyramidFPN', in_channels=1, num_levels=3,
                             with_norm=False))
    for layer in (*neck.laterals, *neck.convs):
        constant_init(layer, 1)
    feats = [torch.randn(2, 1, length) for length in lengths]
    masks = [torch.arange(length)[None, None] < torch.tensor(
        [length, length - 1])[:, None, None] for length in lengths]
    merged = [feat * mask for feat, mask in zip(feats, masks)]
    for level in (1, 0):
        merged[level] += F.interpolate(merged[level + 1], lengths[level])
    for found, feat, mask in zip(neck(feats, masks), merged, masks):
        padded = F.pad(feat, (1, 1))
        expected = padded[..., :-2] + padded[..., 1:-1] + padded[..., 2:]
        torch.testing.assert_close(found, expected * mask)


@pytest.mark.parametrize('length', [5, 70])
@torch.no_grad()
def test_distance_counts_in_a_window(length):
    """Beside attention to all steps under a band that is written out."""
    torch.manual_seed(0)
    query, key, value = (torch.randn(2, 2, length, 4) for _ in range(3))
    valid = torch.arange(length)[None] < torch.tensor([[length], [2]])
    layer = ConvAttention(8, 2, window=5, relative_position=True)
    bias, = [weight for name, weight in layer.named_parameters()
             if name == 'bias']
    scores = query @ key.mT / 2
    for head in range(2):
        for apart in range(-2, 3):
            scores[:, head].diagonal(apart, 1, 2).add_(bias[head, apart + 2])
    step = torch.arange(length)
    hidden = ((step[:, None] - step).abs() > 2) | ~valid[:, None, None]
    scores = scores.masked_fill(hidden, -torch.inf).softmax(dim=-1)
    expected = (scores @ value).nan_to_num() * valid[:, None, :, None]
    found = windowed_attention(query, key, value, valid, 2, bias=bias)
    torch.testing.assert_close(found, expected)


def test_what_distances_add_is_not_decayed():
    """By ActionFormer's own settings, which do not know of it."""
    cfg = Config.fromfile(
        CONFIGS / '_base_/schedules/adamw_warmup_cosine.py')
    layer = ConvAttention(8, 2, window=5, relative_position=True)
    names = {weight: name for name, weight in layer.named_parameters()}
    optimizer = build_optim_wrapper(layer, cfg.optim_wrapper).optimizer
    decayed = {names[group['params'][0]]: group['weight_decay']
               for group in optimizer.param_groups}
    assert decayed['bias'] == 0 < decayed['query_proj.weight']


def test_global_attention_has_no_distances():
    layers = [ConvAttention(8, 2, relative_position=True),
              ConvAttention(8, 2, window=5)]
    assert all(layer.bias is None for layer in layers)


def test_weights_of_distances_say_so():
    key = 'backbone.branch.2.attn.rel_pe'
    source = {**WEIGHTS, key: torch.zeros(1, 1, 4, 19)}
    assert rename(source, actionformer.RULES)[
        key] == 'backbone.branch.2.attn.bias'
    for weights, expected in ((source, True), (WEIGHTS, False)):
        config = actionformer.infer_model(weights)
        assert config['backbone']['relative_position'] is expected
