"""AdaTAD, number for number as OpenTAD's code."""
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper

from mmbapg.models.layers import PaddedSequences
from tests import golden_adatad
from tests.golden_adatad import arrays, detector, encoder, loaded, ours, pair
from tests.tiny import CONFIGS

CHANNELS, SUFFIXES = 48, ('', '_rect')


@pytest.fixture(scope='module')
def numbers():
    return arrays()


@pytest.fixture(scope='module')
def network():
    """The window encoder, in training mode."""
    return loaded(detector()).video_backbone.train()


def close(found, expected, atol):
    np.testing.assert_allclose(found.detach().numpy(), expected, rtol=0,
                               atol=atol)


def probed(network, frames):
    """``frames`` encoded, and tokens of it projected, by name."""
    found, vector = {}, golden_adatad.probe('block-probe', CHANNELS)
    backbone = network.video.backbone
    grid = backbone.token_grid(frames)
    height = frames.shape[3] // backbone.patch_size

    def keep(name, number):
        def hook(module, inputs, output=None):
            tokens = (inputs, output)[number]
            tokens = tokens[0] if isinstance(tokens, tuple) else tokens
            found[name] = (tokens @ vector / CHANNELS**0.5).reshape(
                *grid[:2], height, -1)
        return hook

    def keep_conv(name):
        def hook(module, inputs, output):
            found[name] = output.mean(dim=0)
        return hook

    handles = [
        backbone.patch_embed.register_forward_hook(keep('patch', 1)),
        backbone.blocks[0].register_forward_pre_hook(keep('embed', 0))]
    following = [*backbone.blocks[1:], None]
    for number, block in enumerate(backbone.blocks):
        name = f'block{number}'
        handles += [
            block.norm2.register_forward_pre_hook(keep(f'{name}_attn', 0)),
            block.register_forward_hook(keep(f'{name}_mlp', 1)),
            block.adapter.dwconv.register_forward_hook(
                keep_conv(f'{name}_dwconv'))]
        if following[number]:
            handles.append(following[number].register_forward_pre_hook(
                keep(name, 0)))
    features = network(frames)
    for handle in handles:
        handle.remove()
    return features, found


@pytest.mark.parametrize('suffix', SUFFIXES)
def test_inputs(numbers, suffix):
    frames = pair(suffix)
    assert float(frames.double().mean()) == pytest.approx(
        float(numbers[f'input_mean{suffix}']), abs=1e-4)
    if not suffix:
        assert (frames[:, :, 0, 0, :8].numpy() == numbers['input_first']).all()


@pytest.mark.parametrize('mode', [True, False])
@pytest.mark.parametrize('suffix', SUFFIXES)
def test_network(numbers, network, suffix, mode):
    features, found = probed(network.train(mode), pair(suffix))
    close(features, numbers[f'feats{suffix}'], 5e-5)
    for name, value in found.items():
        name = name if name.endswith('dwconv') else f'{name}_probe'
        close(value, numbers[name + suffix], 1e-4)
    assert len(found) == 1 + 4 * 4
    network.train()


@pytest.mark.parametrize('with_cp', [False, True])
@pytest.mark.parametrize('suffix', SUFFIXES)
def test_gradients_of_adapters(numbers, network, suffix, with_cp):
    network.zero_grad()
    network.video.backbone.with_cp = with_cp
    features = network(pair(suffix))
    loss = (features * golden_adatad.probe(
        f'loss-probe:adatad_tiny{suffix}', *features.shape)
            ).sum() / features.numel()**0.5
    loss.backward()
    network.video.backbone.with_cp = False
    assert loss.item() == pytest.approx(
        float(numbers[f'probe_loss{suffix}']), abs=1e-4)
    errors = list(golden_adatad.gradient_errors(
        network, f'probe{suffix}_'))
    assert len(errors) == 36
    assert max(each[1] for each in errors) < 5e-3
    assert max(each[2] for each in errors) < 2e-2


def test_adapters_that_add_nothing_leave_the_network_of_mmaction2(numbers):
    """The zero start, which ``init_weights`` keeps."""
    started = loaded(detector(), up_proj=0.0).video_backbone
    features = started(pair())
    close(features, numbers['feats_zero_adapter'], 5e-5)
    fresh = MODELS.build(encoder())
    fresh.init_weights()
    for block in fresh.video.backbone.blocks:
        assert not block.adapter.up_proj.weight.any()
        assert block.adapter.down_proj.weight.std() > 0.01
        assert block.mlp.layers[1].weight.std() == pytest.approx(0.02, 0.2)
    plain = encoder()
    backbone = plain['recognizer']['backbone']
    for name in ('adapter_index', 'adapter'):
        backbone.pop(name)
    backbone.update(type='VisionTransformer', return_feat_map=True)
    plain = MODELS.build(dict(plain, trained='nothing'))
    plain.load_state_dict({
        name: value for name, value in started.state_dict().items()
        if 'adapter' not in name})
    close(plain(pair()), numbers['feats_zero_adapter'], 5e-5)


def test_what_is_trained(numbers):
    """``fc_norm``, which nothing uses, is trained on paper alone there; here
    it is frozen, so that processes share all gradients."""
    model = loaded(detector())
    names = ours(numbers['param_keys'])
    flags = {name: value.requires_grad
             for name, value in model.named_parameters()}
    assert len(flags) == len(names)
    for key, expected in zip(map(str, numbers['param_keys']),
                             numbers['requires_grad_after']):
        assert flags[names[key]] == (expected and 'fc_norm' not in key), key


def test_groups_of_the_optimizer(numbers):
    model = loaded(detector())
    cfg = Config.fromfile(
        CONFIGS / 'adatad/adatad_1xb2-60e_thumos14-videomae-s.py')
    optimizer = build_optim_wrapper(model, cfg.optim_wrapper).optimizer
    groups = {}
    by_id = {id(value): name for name, value in model.named_parameters()}
    for group in optimizer.param_groups:
        for parameter in group['params']:
            if parameter.requires_grad:
                groups[by_id[id(parameter)]] = (
                    group['lr'], group['weight_decay'])
    names = ours(numbers['param_keys'])
    for key, lr, decay in zip(map(str, numbers['param_keys']),
                              numbers['opt_lr'], numbers['opt_weight_decay']):
        found = groups.get(names[key], (-1, -1))
        assert found == pytest.approx((lr, decay)), key


def encoded(model, numbers):
    """Features of both windows with their valid lengths."""
    return PaddedSequences(model.video_backbone(pair()),
                           numbers['valid_len'].tolist())


@pytest.mark.parametrize('variety,atol', [('', 2e-4), ('_eps', 5e-5)])
def test_host(numbers, variety, atol):
    model = loaded(detector(), variety=variety).eval()
    begin = 'eps_' if variety else ''
    with torch.no_grad():
        inputs = encoded(model, numbers)
        close(inputs.batch, numbers[f'{begin}feats'],
              1e-6 if variety else 5e-5)
        feats, masks = model.localizer.extract_feat(inputs)
        outputs = model.localizer.head(feats, masks)
    vector = golden_adatad.probe('neck-probe', 64)
    for video, level in np.ndindex(2, 4):
        valid = int(numbers['valid'][video, level])
        assert int(masks[level][video].sum()) == valid
        projected = vector @ feats[level][video, :, :valid] / 64**0.5
        for name, found in (
                ('neckproj', projected),
                ('cls', outputs.cls_logits[level][video, :valid]),
                ('reg', outputs.distances[level][video, :valid])):
            close(found, numbers[f'{begin}v{video + 1}_{name}_l{level}'], atol)


def test_proposals(numbers):
    model = loaded(detector()).eval()
    head = model.localizer.head
    with torch.no_grad():
        feats, masks = model.localizer.extract_feat(encoded(model, numbers))
        outputs = head(feats, masks)
    points = head._points(outputs)
    for video in range(2):
        segments, scores = [], []
        for level, point in enumerate(points):
            valid = masks[level][video, 0]
            reach = outputs.distances[level][video] * point.stride[:, None]
            segments.append(torch.stack([
                point.position - reach[:, 0],
                point.position + reach[:, 1]], dim=1)[valid])
            scores.append(outputs.cls_logits[level][video][valid].sigmoid())
        close(torch.cat(segments), numbers[f'v{video + 1}_proposals'], 1e-3)
        close(torch.cat(scores), numbers[f'v{video + 1}_scores'], 1e-4)


def test_training_step(numbers):
    model = loaded(detector()).train()
    for module in model.modules():
        if hasattr(module, 'drop_prob'):
            module.drop_prob = 0.0
    losses = model.localizer(encoded(model, numbers), golden_adatad.samples(),
                             mode='loss')
    total = sum(losses.values())
    total.backward()
    for name, value in (('cls_loss', losses['loss_cls']),
                        ('reg_loss', losses['loss_reg']), ('cost', total)):
        assert value.item() == pytest.approx(float(numbers[name]), rel=1e-5)
    assert model.localizer.head.loss_normalizer.item() == pytest.approx(
        float(numbers['loss_normalizer_after']), rel=1e-6)
    errors = list(golden_adatad.gradient_errors(model, 'det_'))
    assert {name for name, *_ in errors} == {
        name for name, value in model.named_parameters()
        if value.grad is not None}
    assert max(each[1] for each in errors) < 5e-3
    assert max(each[2] for each in errors) < 2e-2


@pytest.mark.parametrize('with_cp', [False, True])
def test_adapters_beside_the_network(numbers, with_cp):
    model = loaded(encoder(side=True, with_cp=with_cp), 'side_').train()
    features = model(pair('_rect'))
    close(features, numbers['side_feats'], 5e-5)
    loss = (features * golden_adatad.probe(
        'loss-probe:adatad_tiny_side', *features.shape)
            ).sum() / features.numel()**0.5
    loss.backward()
    assert loss.item() == pytest.approx(float(numbers['side_probe_loss']),
                                        abs=1e-4)
    errors = list(golden_adatad.gradient_errors(model, 'side_probe_'))
    assert len(errors) == 27
    assert max(each[1] for each in errors) < 5e-3
    assert max(each[2] for each in errors) < 2e-2
    names = ours(numbers['side_param_keys'])
    flags = dict(model.named_parameters())
    for key, expected in zip(map(str, numbers['side_param_keys']),
                             numbers['side_requires_grad_after']):
        assert flags[names[key].removeprefix('video_backbone.')
                     ].requires_grad == expected, key
