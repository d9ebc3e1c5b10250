"""What the golden numbers of DyFADet do not show."""
import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper

from mmbapg.models.layers.dynamic_aggregation import (
    CrossLevelLayer,
    DepthAggregation,
    NeighbourAggregation,
    rectified_tanh,
)
from mmbapg.models.localizers.noisy_input import NoisyInputLocalizer
from tests import tiny
from tests.module_cases import CASES

CHANNELS, STEPS, SIZE = 4, 9, 5


@pytest.fixture
def sequence():
    torch.manual_seed(0)
    mask = torch.arange(STEPS)[None, None] < 7
    return torch.randn(1, CHANNELS, STEPS), mask


def shifted(x):
    """Channel ``c * SIZE + i`` is channel ``c``, ``i - SIZE // 2`` later."""
    padded = F.pad(x, (SIZE // 2, SIZE // 2))
    return torch.stack([padded[0, c, i:i + x.shape[2]] for c in range(CHANNELS)
                        for i in range(SIZE)])[None]


def finish(module, weighted, mask):
    out = F.conv1d(weighted, module.conv.weight, module.conv.bias)
    return F.layer_norm(out.mT, out.shape[1:2]).mT * mask


def gate_of(z, tau=0.7):
    lowest = torch.tensor(tau).tanh()
    return (((z - tau).tanh() + lowest) / (1 + lowest)).clamp(min=0)


def test_what_a_level_tells_by_hand(sequence):
    """With five steps, not three; unmasked until it is gated."""
    x, mask = sequence
    module = NeighbourAggregation(CHANNELS, 6, kernel_size=SIZE, tau=0.7)
    gate = gate_of(F.conv1d(x, module.gate.weight, module.gate.bias,
                            padding=SIZE // 2, groups=CHANNELS)) * mask
    weighted = shifted(x)**2 * gate.repeat_interleave(SIZE, dim=1)
    torch.testing.assert_close(module(x, mask),
                               finish(module, weighted, mask))


def test_what_a_level_takes_over_by_hand(sequence):
    x, mask = sequence
    module = DepthAggregation(CHANNELS, 6, kernel_size=SIZE, tau=0.7)
    torch.nn.init.ones_(module.gate.bias)

    def over_steps(conv):
        return F.conv1d(shifted(x), conv.weight, conv.bias,
                        padding=SIZE // 2)

    weight = F.layer_norm(over_steps(module.weight_conv).mT, (CHANNELS, )).mT
    weight = weight * mask * gate_of(over_steps(module.gate))
    weighted = shifted(x) * weight.repeat_interleave(SIZE, dim=1)
    assert weighted.any()
    torch.testing.assert_close(module(x, mask),
                               finish(module, weighted, mask))


def test_gates():
    z = torch.tensor([-50.0, -1.0, 0.0, 1.5, 50.0])
    found = rectified_tanh(z, 1.5).tolist()
    assert found[:3] == [0, 0, pytest.approx(0, abs=1e-7)]
    assert found[3] == pytest.approx(0.475, abs=1e-3)
    assert found[4] == pytest.approx(1)


@pytest.fixture(params=[(8, 4, 2), (7, 4, 2), (5, 3, 2)])
def pyramid(request):
    torch.manual_seed(0)
    feats = [torch.randn(1, CHANNELS, length) for length in request.param]
    return feats, [torch.ones(1, 1, feat.shape[2]) for feat in feats]


def test_levels_hear_their_neighbours_only(pyramid):
    """Step ``i`` hears steps ``2 i`` of the finer and ``i // 2`` of the
    coarser level."""
    feats, masks = pyramid
    layer = CrossLevelLayer(CHANNELS, 6)
    torch.nn.init.constant_(layer.scale_neighbours, 0.3)
    torch.nn.init.constant_(layer.scale_own, 0.8)
    finer = [layer.from_finer(*each) for each in zip(feats, masks)]
    coarser = [layer.from_coarser(*each) for each in zip(feats, masks)]
    mixed = [0.8 * feat for feat in feats]
    for level, mix in enumerate(mixed):
        for step in range(mix.shape[2]):
            if level > 0:
                mix[..., step] += 0.3 * finer[level - 1][..., 2 * step]
            if level < 2:
                mix[..., step] += 0.3 * coarser[level + 1][..., step // 2]
    for found, mix, mask in zip(layer(feats, masks), mixed, masks):
        torch.testing.assert_close(found, layer.depth(mix, mask))


def test_at_first_each_level_is_alone(pyramid):
    feats, masks = pyramid
    layer = CrossLevelLayer(CHANNELS, 6)
    for found, feat, mask in zip(layer(feats, masks), feats, masks):
        torch.testing.assert_close(found, layer.depth(feat, mask))
    alone, = layer(feats[:1], masks[:1])  # a pyramid of one level
    torch.testing.assert_close(alone, layer.depth(feats[0], masks[0]))


def build():
    return MODELS.build(dict(CASES['DyFADet'][0], type='DyFADet'))


def test_only_kernels_decay():
    """No norm, bias or scale, by the schedule of all anchor-free hosts."""
    model = build()
    schedule = Config.fromfile(
        f'{tiny.CONFIGS}/_base_/schedules/adamw_warmup_cosine.py')
    cfg = dict(schedule.optim_wrapper, type='OptimWrapper')
    groups = build_optim_wrapper(model, cfg).optimizer.param_groups
    decay = {id(each): group['weight_decay'] for group in groups
             for each in group['params']}
    kernels = {id(module.weight) for module in model.modules()
               if isinstance(module, torch.nn.Conv1d)}
    parameters = dict(model.named_parameters())
    assert sum(name.endswith(('scale_neighbours', 'scale_own'))
               for name in parameters) == 4
    for name, each in parameters.items():
        assert decay[id(each)] == (0.05 if id(each) in kernels else 0), name


def test_every_parameter_learns():
    """Also those of neighbours, once these are listened to."""
    model, (_, inputs_of, _) = build().train(), CASES['DyFADet']
    for name, parameter in model.named_parameters():
        if name.endswith(('scale_neighbours', 'gate.bias')):
            torch.nn.init.ones_(parameter)
    sum(model(*inputs_of(), mode='loss').values()).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and parameter.grad.any(), name


def test_windows_pass_through_one_relu():
    """The one difference between the encoder and TriDet's."""
    torch.manual_seed(0)
    theirs, ours = (MODELS.build(dict(
        type=name, in_channels=4, channels=16, arch=(1, 1, 1), init_std=0.3))
        for name in ('SGPBackbone', 'DynEBackbone'))
    ours.load_state_dict(theirs.state_dict())
    block, other = ours.stem[0], theirs.stem[0]
    x, mask = torch.randn(1, 16, 8), torch.ones(1, 1, 8)
    assert not torch.equal(block(x, mask)[0], other(x, mask)[0])
    for each in (block, other):  # sums that are never negative
        torch.nn.init.zeros_(each.window_small.weight)
        torch.nn.init.zeros_(each.window_large.weight)
        torch.nn.init.ones_(each.window_large.bias)
    assert torch.equal(block(x, mask)[0], other(x, mask)[0])


def test_noise_is_that_of_tridet():
    model = MODELS.build(dict(CASES['DyFADet'][0], type='DyFADet',
                              input_noise=0.5))
    assert isinstance(model, NoisyInputLocalizer)
    video = torch.randn(8, 20)
    assert torch.equal(model.eval()._pad([video])[0][0, :, :20], video)
    assert model.train()._pad([video])[0][0, :, 20:].all()


@pytest.mark.parametrize('setting,channels,classes,length', [
    ('activitynet13', 512, 1, 768), ('hacs', 2304, 200, 960),
    ('epic_kitchens100_noun', 2304, 300, 2304),
    ('epic_kitchens100', 2304, 97, 2304), ('multithumos', 2048, 65, 2304),
    ('small', 30, 11, 384)])
def test_settings_fit_together(setting, channels, classes, length):
    """With ActivityNet's, there are 20.28 million parameters, as in the
    reference."""
    cfg = Config.fromfile(
        f'{tiny.CONFIGS}/_base_/models/dyfadet_{setting}.py').model
    cfg.max_seq_len = length
    cfg.backbone.in_channels, cfg.head.num_classes = channels, classes
    with torch.device('meta'):
        model = MODELS.build(cfg)
    assert model.backbone.num_levels == len(model.neck.norms) == len(
        model.head.scales)
    assert length % 2**(model.backbone.num_levels - 1) == 0
    if setting == 'activitynet13':
        assert sum(each.numel() for each in model.parameters()) == 20278037
