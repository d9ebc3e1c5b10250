"""What the converters of the anchor-free localizers refuse, and OpenTAD's.

What they accept is in the golden tests.
"""
import re

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.runner import load_checkpoint

from mmbapg.apis.converters import CONVERTERS, ConversionError
from tests import golden, hosts, runs
from tests.tiny import CONFIGS, ROOT

OPENTAD_HOSTS = ('actionformer', 'tridet')
#: Original name -> OpenTAD's.
OPENTAD = [
    (r'backbone\.proj\.(.*)', r'projection.proj.\1'),
    (r'backbone\.embd\.(\d)\.(.*)', r'projection.embed.\1.\2'),
    (r'backbone\.embd_norm\.(\d)\.(.*)', r'projection.embed.\1.norm.\2'),
    (r'backbone\.(.*)', r'projection.\1'),
    (r'(cls|reg)_head\.head\.(\d)\.(.*)', r'rpn_head.\1_convs.\2.\3'),
    (r'(cls|reg)_head\.norm\.(\d)\.(.*)', r'rpn_head.\1_convs.\2.norm.\3'),
    (r'(start|end)_head\.head\.(\d)\.(.*)', r'rpn_head.cls_\1_convs.\2.\3'),
    (r'(start|end)_head\.norm\.(\d)\.(.*)',
     r'rpn_head.cls_\1_convs.\2.norm.\3'),
    (r'cls_head\.cls_head\.conv\.(.*)', r'rpn_head.cls_head.\1'),
    (r'(start|end)_head\.cls_head\.conv\.(.*)', r'rpn_head.cls_\1_head.\2'),
    (r'reg_head\.offset_head\.conv\.(.*)', r'rpn_head.reg_head.\1'),
    (r'reg_head\.scale\.(\d)\.scale', r'rpn_head.scale.\1.scale'),
    (r'(neck\..*)', r'\1'),
]

#: Converter -> a weight that has no second dimension to speak of.
MISSHAPEN = {f'opentad-{name}': 'projection.stem.0.mlp.0.weight'
             for name in OPENTAD_HOSTS}
#: Method -> weights of its checkpoint with the golden numbers.
CONVERTED = {}
for host, facts in hosts.HOSTS.items():
    if facts.misshapen:
        MISSHAPEN[hosts.method(host)] = facts.misshapen
    if facts.converted:
        CONVERTED[hosts.method(host)] = facts.converted


def write_opentad_checkpoint(official, path):
    """The same weights as OpenTAD stores them."""
    weights = {}
    for key, value in torch.load(official)['state_dict_ema'].items():
        key = key.removeprefix('module.')
        for pattern, replacement in OPENTAD:
            new_key, count = re.subn(f'^{pattern}$', replacement, key)
            if count:
                break
        shape = value.shape
        if len(shape) == 3 and shape[0] == shape[2] == 1:
            if 'scale' not in key:  # its LayerNorm is one-dimensional
                value = value.flatten()
        weights[f'module.{new_key}'] = value
    weights['module.rpn_head.loss_normalizer'] = torch.tensor(123.0)
    torch.save(dict(epoch=1, state_dict=weights, state_dict_ema=weights),
               path)


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """A checkpoint of each method."""
    folder = tmp_path_factory.mktemp('official')
    for name in CONVERTED:
        golden.write_official_checkpoint(
            golden.load(f'{name}_thumos14_i3d_eps'), folder / f'{name}.pth')
    for name in OPENTAD_HOSTS:
        write_opentad_checkpoint(folder / f'{name}.pth',
                                 folder / f'opentad-{name}.pth')
    return folder


@pytest.fixture(params=MISSHAPEN)
def method(request):
    return request.param


def edited(official, tmp_path, edit):
    content = torch.load(official)
    edit(content['state_dict_ema'])
    torch.save(content, tmp_path / 'edited.pth')
    return tmp_path / 'edited.pth'


def refusal(method, path, tmp_path, *args):
    with pytest.raises(ConversionError) as caught:
        CONVERTERS[method](path, tmp_path / 'ours.pth', *args)
    assert not (tmp_path / 'ours.pth').exists()
    assert not list(tmp_path.glob('*partial*'))
    return str(caught.value)


@pytest.mark.parametrize('name,number', CONVERTED.items())
def test_averaged_weights_are_the_ones_converted(name, number, folder,
                                                 tmp_path):
    CONVERTERS[name](folder / f'{name}.pth', tmp_path / 'ours.pth')
    weights = torch.load(tmp_path / 'ours.pth')['state_dict']
    assert weights['head.cls_out.weight'].any()  # the others are zero
    assert len(weights) == number


def test_a_missing_key(method, folder, tmp_path):
    path = edited(folder / f'{method}.pth', tmp_path, lambda weights:
                  weights.pop('module.neck.fpn_norms.3.weight'))
    assert '1 keys are missing (first neck.norms.3.weight)' in refusal(
        method, path, tmp_path)


def test_an_unknown_key(method, folder, tmp_path):
    path = edited(folder / f'{method}.pth', tmp_path, lambda weights:
                  weights.update({'module.extra.weight': torch.zeros(1)}))
    assert '1 unknown keys, first extra.weight' in refusal(
        method, path, tmp_path)


def test_a_key_too_many(method, folder, tmp_path):
    """Known by its form, but one level more than the rest has."""
    path = edited(folder / f'{method}.pth', tmp_path, lambda weights:
                  weights.update(
                      {'module.neck.fpn_norms.9.weight': torch.zeros(512)}))
    assert '1 are too many (first neck.norms.9.weight)' in refusal(
        method, path, tmp_path)


def test_another_shape(method, folder, tmp_path):
    key = MISSHAPEN[method]
    path = edited(folder / f'{method}.pth', tmp_path, lambda weights:
                  weights.update({f'module.{key}': torch.zeros(7, 512, 1)}))
    message = refusal(method, path, tmp_path)
    assert 'stem.0.mlp.0.weight has shape (7, 512, 1)' in message
    assert re.search(r'expected \((2048|768), 512, 1\)', message)


def test_converted_before(method, folder, tmp_path):
    CONVERTERS[method](folder / f'{method}.pth', tmp_path / 'first.pth')
    assert 'converted before' in refusal(method, tmp_path / 'first.pth',
                                         tmp_path)


def test_of_another_method(folder, tmp_path):
    for method in CONVERTERS:
        for path in folder.glob('*.pth'):
            if path.stem != method:
                assert refusal(method, path, tmp_path)


@pytest.mark.parametrize('name', OPENTAD_HOSTS)
def test_opentad_holds_the_same_weights_for_another_network(
        name, folder, tmp_path):
    """Eps 1e-6 in embedding, neck and towers, and a second mask in the first
    and the last."""
    ours, theirs = tmp_path / 'ours.pth', tmp_path / 'theirs.pth'
    CONVERTERS[name](folder / f'{name}.pth', ours)
    cfg = CONVERTERS[f'opentad-{name}'](folder / f'opentad-{name}.pth',
                                        theirs)
    weights = torch.load(theirs)['state_dict']
    assert weights.pop('head.loss_normalizer') == 123
    original = torch.load(ours)['state_dict']
    assert weights.keys() == original.keys()
    assert all(torch.equal(weights[key], original[key]) for key in weights)
    model = MODELS.build(cfg)
    for tower in (model.backbone.embed, model.head.cls_tower,
                  model.head.reg_tower):
        assert tower.mask_after_act
        assert all(norm.eps == 1e-6 for norm in tower.norms)
    assert all(norm.eps == 1e-6 for norm in model.neck.norms)
    assert model.backbone.stem[0].norm1.eps == 1e-5
    assert not model.head.mask_output


def test_towers_as_opentad_computes_them():
    """Convolution, mask, normalization (1e-6), ReLU, mask: by hand."""
    from mmbapg.models.layers import ConvTower
    torch.manual_seed(0)
    tower = ConvTower(4, 6, 2, norm_eps=1e-6, mask_after_act=True)
    x = 1e-3 * torch.randn(1, 4, 9)
    mask = torch.arange(9)[None, None] < 6
    found, expected = tower(x, mask), x
    for conv, norm in zip(tower.convs, tower.norms):
        expected = torch.nn.functional.conv1d(
            expected, conv.weight, padding=1) * mask
        mean = expected.mean(dim=1, keepdim=True)
        variance = (expected - mean).square().mean(dim=1, keepdim=True)
        expected = (expected - mean) / (variance + 1e-6).sqrt()
        expected = (expected * norm.weight[:, None] +
                    norm.bias[:, None]).relu() * mask
    torch.testing.assert_close(found, expected)
    assert not found[..., 6:].any()


@pytest.fixture(scope='module')
def tiny_opentad(tmp_path_factory):
    """Golden numbers of a network whose every normalization sees a variance
    of about its eps, and our model with its weights."""
    numbers = golden.load('opentad_actionformer_eps')
    folder = tmp_path_factory.mktemp('opentad')
    torch.save(dict(state_dict_ema=golden.weights(numbers)),
               folder / 'theirs.pth')
    cfg = CONVERTERS['opentad-actionformer'](folder / 'theirs.pth',
                                             folder / 'ours.pth')
    cfg['backbone']['window'] = None  # global attention, as end to end
    model = MODELS.build(cfg).eval()
    load_checkpoint(model, str(folder / 'ours.pth'), strict=True)
    return numbers, model


def off_by(numbers, model):
    """Greatest difference of a class logit or distance at a valid step."""
    feats = torch.from_numpy(numbers['feats'])
    valid = torch.from_numpy(numbers['valid_len'])
    mask = torch.arange(feats.shape[2]) < valid[:, None, None]
    with torch.no_grad():
        pyramid, masks = model.backbone(feats, mask)
        outputs = model.head(model.neck(pyramid), masks)
    differences = []
    for level, of_level in enumerate(zip(*outputs)):
        for name, found in zip(('cls', 'reg'), of_level):
            for video in (0, 1):
                expected = numbers[f'v{video + 1}_{name}_l{level}']
                differences.append(np.abs(
                    found[video, :len(expected)].numpy() - expected).max())
    assert len(differences) == 16
    return max(differences)


def test_eps_of_every_normalization_as_opentad_has_it(tiny_opentad):
    numbers, model = tiny_opentad
    assert off_by(numbers, model) < 5e-5
    for part in (model.neck, model.backbone.embed, model.head.cls_tower,
                 model.head.reg_tower):
        for norm in part.norms:
            norm.eps = 1e-5
        assert off_by(numbers, model) > 5e-3
        for norm in part.norms:
            norm.eps = 1e-6


def test_a_config_of_another_setting(folder, tmp_path):
    """Windows and heads leave no trace in weights; a config has them."""
    name = 'actionformer/actionformer_1xb2-35e_thumos14-i3d.py'
    model = Config.fromfile(CONFIGS / name).to_dict()['model']
    model['backbone'].update(window=9, num_heads=8)
    cfg = CONVERTERS['actionformer'](folder / 'actionformer.pth',
                                     tmp_path / 'ours.pth', model)
    assert cfg['backbone']['window'] == 9
    stored = torch.load(tmp_path / 'ours.pth')['meta']['model']
    assert stored['backbone']['num_heads'] == 8
    model['head']['num_classes'] = 22
    (tmp_path / 'ours.pth').unlink()
    assert 'from the config' in refusal(
        'actionformer', folder / 'actionformer.pth', tmp_path, model)


def test_the_command_takes_a_config(folder, tmp_path):
    runs.run('python', ROOT / 'tools/convert_checkpoint.py', 'tridet',
             folder / 'tridet.pth', tmp_path / 'ours.pth', '--config',
             CONFIGS / 'tridet/tridet_1xb2-40e_thumos14-i3d.py')
    stored = torch.load(tmp_path / 'ours.pth')['meta']['model']
    assert stored['input_noise'] == 0.0005
    failed = runs.run('python', ROOT / 'tools/convert_checkpoint.py',
                      'tridet', tmp_path / 'ours.pth', tmp_path / 'again.pth',
                      check=False)
    assert failed.returncode and 'converted before' in failed.stderr
    assert 'Traceback' not in failed.stderr


def test_files_that_hold_no_weights(tmp_path):
    (tmp_path / 'text.pth').write_text('nothing')
    assert 'not a checkpoint that can be read safely' in refusal(
        'tridet', tmp_path / 'text.pth', tmp_path)
    torch.save([1, 2], tmp_path / 'list.pth')
    assert 'holds no weights' in refusal('tridet', tmp_path / 'list.pth',
                                         tmp_path)
    assert 'no such file' in refusal('tridet', tmp_path / 'gone.pth',
                                     tmp_path)


def test_nothing_pickled_is_executed(tmp_path):
    import os

    class Evil:

        def __reduce__(self):
            return os.mkdir, (str(tmp_path / 'executed'), )

    torch.save(dict(state_dict_ema=Evil()), tmp_path / 'evil.pth')
    assert 'safely' in refusal('actionformer', tmp_path / 'evil.pth',
                               tmp_path)
    assert not (tmp_path / 'executed').exists()
