"""OpenTAD's checkpoints of AdaTAD, and weights that AdaTAD begins with."""
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.logging import MMLogger
from mmengine.runner import load_checkpoint
from mmengine.runner.checkpoint import load_state_dict

from mmbapg.apis.converters import CONVERTERS, ConversionError
from mmbapg.errors import CheckpointMismatchError
from mmbapg.models.video.pretrained import PretrainedWeightsError
from tests import golden, golden_adatad, tiny_video

convert = CONVERTERS['opentad-adatad']


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Checkpoints as OpenTAD writes them, adapters inside and beside."""
    folder = tmp_path_factory.mktemp('adatad')
    numbers = golden_adatad.arrays()
    golden.write_official_checkpoint(numbers, folder / 'inside.pth')
    host = {key: value for key, value in golden.weights(numbers).items()
            if not key.startswith('backbone.')}
    beside = {**golden.weights(numbers, 'side_'), **host}
    torch.save(dict(state_dict_ema={
        f'module.{key}': value for key, value in beside.items()}),
        folder / 'beside.pth')
    return folder


@pytest.mark.parametrize('where', ['inside', 'beside'])
def test_all_weights_find_their_place(folder, tmp_path, where):
    """What shapes tell is that of the golden numbers, and so is what the
    network makes of frames."""
    cfg = convert(folder / f'{where}.pth', tmp_path / 'ours.pth')
    side = where == 'beside'
    found = cfg['video_backbone']['recognizer']['backbone']
    expected = golden_adatad.encoder(side)['recognizer']['backbone']
    expected.update(tubelet_size=2, num_heads=1)  # 64 channels each
    for backbone in (expected, found):
        backbone['adapter'].pop('dilation', None)
    assert found == expected
    found['num_heads'] = 3
    model = MODELS.build(cfg).eval()
    load_checkpoint(model, str(tmp_path / 'ours.pth'), strict=True)
    numbers = golden_adatad.arrays()
    name, frames = (('side_feats', '_rect') if side else ('feats', ''))
    with torch.no_grad():
        features = model.video_backbone(golden_adatad.pair(frames))
    torch.testing.assert_close(
        features, torch.from_numpy(numbers[name]), rtol=0, atol=5e-5)
    assert model.localizer.max_seq_len == 768 and model.show_padding


def test_a_config_of_ours(folder, tmp_path):
    cfg = golden_adatad.detector()
    assert convert(folder / 'inside.pth', tmp_path / 'ours.pth', cfg)[
        'localizer']['head']['mask_output'] is False
    cfg['video_backbone']['recognizer']['backbone']['depth'] = 3
    cfg['video_backbone']['recognizer']['backbone']['adapter_index'] = [0]
    with pytest.raises(ConversionError, match='0 keys are missing and 4. are '
                       'too many'):
        convert(folder / 'inside.pth', tmp_path / 'other.pth', cfg)


def test_what_is_no_such_checkpoint(folder, tmp_path):
    content = torch.load(folder / 'inside.pth')
    weights = content['state_dict_ema']
    weights['module.backbone.model.backbone.blocks.0.norm3.weight'] = (
        torch.zeros(3))
    torch.save(content, tmp_path / 'surplus.pth')
    with pytest.raises(ConversionError, match='0 keys are missing and 1 are'):
        convert(tmp_path / 'surplus.pth', tmp_path / 'ours.pth')
    torch.save(dict(state_dict_ema={
        'cls_head.cls_head.conv.bias': torch.zeros(2)}),
        tmp_path / 'other.pth')
    with pytest.raises(ConversionError, match='unknown keys'):
        convert(tmp_path / 'other.pth', tmp_path / 'ours.pth')


def recognizer_weights(**changes):
    """Of a recognizer of MMAction2, as its checkpoints have them."""
    plain = {name: value for name, value in tiny_video.ADAPTERS.items()
             if not name.startswith('adapter')}
    torch.manual_seed(1)
    return MODELS.build(dict(
        type='Recognizer3D',
        backbone=dict(plain, type='VisionTransformer', **changes),
        cls_head=dict(type='TimeSformerHead', num_classes=7,
                      in_channels=12))).state_dict()


def begun(path):
    """An encoder that begins with a file."""
    torch.manual_seed(2)
    model = MODELS.build(tiny_video.encoder(
        type='WindowEncoder', pretrained=str(path)))
    model.init_weights()
    return model


def logged(function):
    """What was logged by a call."""
    import logging
    lines, logger = [], MMLogger.get_current_instance()
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    logger.addHandler(handler)
    function()
    logger.removeHandler(handler)
    return '\n'.join(lines)


def test_a_checkpoint_of_mmaction2(tmp_path):
    weights = recognizer_weights()
    path = tmp_path / 'recognizer.pth'
    torch.save(dict(state_dict=weights), path)
    text = logged(lambda: begun(path))
    assert (f'{path}: loaded 31 weights of AdapterVisionTransformer; 9 of '
            'adapters begin anew; 2 are not used (cls_head.fc_cls.bias ...)'
            ) in text
    model = begun(path)
    for name, value in model.video.state_dict().items():
        if 'adapter' not in name:
            assert torch.equal(value, weights[name])
    assert not model.video.backbone.blocks[1].adapter.up_proj.weight.any()


def test_a_checkpoint_of_videomae(tmp_path):
    """Other names, and no table of positions."""
    weights, theirs = recognizer_weights(), {}
    for name, value in weights.items():
        name = name.removeprefix('backbone.')
        for ours, other in (('mlp.layers.0.0', 'mlp.fc1'),
                            ('mlp.layers.1', 'mlp.fc2'),
                            ('patch_embed.projection', 'patch_embed.proj'),
                            ('cls_head.fc_cls', 'head')):
            name = name.replace(ours, other)
        theirs[name] = value
    theirs.pop('pos_embed')
    torch.save(dict(module=theirs), tmp_path / 'videomae.pth')
    model = begun(tmp_path / 'videomae.pth')
    assert torch.equal(model.video.backbone.blocks[1].mlp.layers[1].weight,
                       weights['backbone.blocks.1.mlp.layers.1.weight'])


@pytest.mark.parametrize('changes,message', [
    (dict(embed_dims=24), r'found backbone.pos_embed of shape \(1, 8, 24\), '
     r'expected \(1, 8, 12\): these are weights of another size'),
    (dict(img_size=64), 'for another resolution or length of clips'),
    (dict(depth=1), 'found 18 of the 31 weights of AdapterVisionTransformer, '
     'expected all: 13 are missing .first backbone.blocks.1'),
    (dict(use_mean_pooling=False), 'expected all: 2 are missing')])
def test_weights_of_another_network(tmp_path, changes, message):
    if 'embed_dims' in changes:
        weights = {name: value.repeat(*[1] * (value.ndim - 1), 2)
                   for name, value in recognizer_weights().items()}
    else:
        weights = recognizer_weights(**changes)
    torch.save(dict(state_dict=weights), tmp_path / 'other.pth')
    with pytest.raises(PretrainedWeightsError, match=message):
        begun(tmp_path / 'other.pth')


def test_no_such_file(tmp_path):
    with pytest.raises(PretrainedWeightsError, match='pretrained: .*/none.pth'
                       ': no such file, expected the checkpoint'):
        begun(tmp_path / 'none.pth')


@pytest.mark.parametrize('changes', [dict(img_size=64), dict(num_frames=8)])
def test_a_localizer_of_another_resolution(changes):
    """Or of clips of another length."""
    backbone = dict(tiny_video.ADAPTERS, **changes)
    weights = MODELS.build(tiny_video.model(backbone=backbone)).state_dict()
    with pytest.raises(CheckpointMismatchError, match='pos_embed: found posi'
                       'tions for .* expected 8 of 12: 2 x 2 places at 2 ti'):
        load_state_dict(MODELS.build(tiny_video.model()), weights)


@pytest.mark.parametrize('backbone,found', [
    (tiny_video.RESNET, r'conv1\.conv\.weight is not among them'),
    (dict(tiny_video.ADAPTERS, mlp_ratio=3), r'mlp\.\S+ is of shape'),
    (dict(tiny_video.ADAPTERS, depth=3), None)])
def test_a_localizer_of_another_network(backbone, found):
    """Part of which would be loaded, and the rest tested at random."""
    weights = MODELS.build(tiny_video.model()).state_dict()
    other = MODELS.build(tiny_video.model(backbone=backbone))
    with pytest.raises(CheckpointMismatchError, match=(
            r'found weights of another video network \(video\.backbone\.\S*'
            f'{found or "blocks.2"}')):
        load_state_dict(other, weights)


def test_adapters_may_begin_behind_a_trained_host():
    weights = MODELS.build(tiny_video.model()).state_dict()
    without = {name: value for name, value in weights.items()
               if 'adapter' not in name}
    load_state_dict(MODELS.build(tiny_video.model()), without)
    part = {name: value for name, value in weights.items()
            if 'adapter.gamma' not in name}
    with pytest.raises(CheckpointMismatchError, match='gamma is not among'):
        load_state_dict(MODELS.build(tiny_video.model()), part)
