"""AFSD's checkpoints and I3D's files; AFSD's with the golden weights are in
tests/test_models/test_afsd_golden.py."""
import re

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.runner import load_checkpoint

from mmbapg.apis.converters import CONVERTERS, ConversionError
from tests import golden, small_afsd

#: Name in ours -> in the official files.
NAMES = [
    (r'backbone\.', r'backbone._model.'),
    (r'neck\.convs\.(\d)\.', r'pyramids.\1.'),
    *((rf'neck\.frame_convs\.{layer}\.{part}\.',
       f'deconv.{3 * layer + part}.' + 'conv1d.' * (1 - part))
      for layer in range(3) for part in (0, 1)),
    (r'head\.scales\.', r'loc_heads.'),
    (r'head\.quality_out\.', r'center_head.conv1d.'),
    *(pair for ours, theirs in (('reg', 'loc'), ('cls', 'conf')) for pair in (
        (rf'head\.{ours}_out\.', f'{theirs}_head.conv1d.'),
        (rf'head\.refined_{ours}_out\.', f'prop_{theirs}_head.conv1d.'),
        (rf'head\.{ours}_tower\.(\d)\.0\.', rf'{theirs}_tower.\1.0.conv1d.'),
        (rf'head\.{ours}_tower\.(\d)\.1\.', rf'{theirs}_tower.\1.1.'),
        *((rf'head\.{ours}_refinement\.{part}\.',
           f'{theirs}_proposal_branch.{name}.') for part, name in (
               ('own', 'cur_point_conv'), ('boundaries', 'lr_conv'),
               ('frames', 'roi_conv'), ('joined', 'proposal_conv'))))),
    (r'(\w+_proposal_branch\.\w+)\.0\.', r'\1.0.conv1d.'),
]


def official(model):
    """The weights under the names of the reference."""
    weights = {}
    for key, value in model.state_dict().items():
        for ours, theirs in NAMES:
            key = re.sub(f'^{ours}', theirs, key)
        if re.match(r'pyramids.\d.0', key):
            level, _, name = key.split('.')[1:]
            axes = model.neck.convs[int(level)][0].weight.ndim - 2
            key = f'pyramids.{level}.0.conv{axes}d.{name}'
        if not key.startswith('backbone.'):
            key = f'coarse_pyramid_detection.{key}'
        if key.endswith('scale'):
            value = value.reshape(1)
        weights[key] = value
    return weights


def made_up(whole_video=False):
    cfg = small_afsd.model(whole_video, num_groups=32)
    torch.manual_seed(0)
    model = MODELS.build(cfg).eval()
    for each in model.parameters():
        torch.nn.init.normal_(each, std=0.1)
    return model


def test_names_are_those_of_the_reference():
    """Of THUMOS14's form, as the golden file lists them."""
    expected = {key for key in golden.shapes(
        golden.load('afsd_thumos14_rgb')) if not re.search(
            r'pyramids\.[45]|loc_heads\.[45]', key)}
    assert set(official(made_up())) == expected


@pytest.mark.parametrize('whole_video', [False, True])
def test_bit_equal_outputs(whole_video, tmp_path, logged):
    model = made_up(whole_video)
    weights = official(model)
    torch.save(weights, tmp_path / 'official.pth')
    config = CONVERTERS['afsd'](tmp_path / 'official.pth',
                                tmp_path / 'ours.pth')
    assert f'{len(weights)} of {len(weights)} weights mapped' in logged()
    assert config['clip_length'] == (768 if whole_video else 256)
    assert MODELS.build(config).head.loss_of_clips.min_iou == (
        0.6 if whole_video else 0.5)
    # what leaves no trace in weights: the length of clips, and points
    config.update(clip_length=model.clip_length)
    config['head'].update({name: small_afsd.model(whole_video)['head'][name]
                           for name in ('point_generator', 'distance_units')})
    converted = MODELS.build(config).eval()
    load_checkpoint(converted, str(tmp_path / 'ours.pth'), strict=True)
    video = [small_afsd.frames(70)]
    with torch.no_grad():
        for ours, theirs in zip(converted(video), model(video)):
            assert all(map(torch.equal, ours, theirs))


HEAD = 'coarse_pyramid_detection.'


@pytest.mark.parametrize('edit,message', [
    (lambda weights: weights.pop(f'{HEAD}center_head.conv1d.bias'),
     r'1 keys are missing \(first head.quality_out.bias\)'),
    (lambda weights: weights.pop(f'{HEAD}conf_head.conv1d.bias'),
     f'key .{HEAD}conf_head.conv1d.bias. is missing'),
    (lambda weights: weights.pop(
        'backbone._model.Mixed_5c.b0.bn.running_var'),
     r'1 keys are missing \(first backbone.Mixed_5c.b0.bn.running_var\)'),
    (lambda weights: weights.update({f'{HEAD}extra.weight': torch.ones(1)}),
     f'1 unknown keys, first {HEAD}extra.weight'),
    (lambda weights: weights.update(
        {f'{HEAD}loc_tower.0.1.scale': torch.ones(1)}),
     r'1 are too many \(first head.reg_tower.0.1.scale\)'),
    (lambda weights: weights.update(
        {f'{HEAD}deconv.3.conv1d.weight': torch.ones(9, 9, 3)}),
     r'deconv.3.conv1d.weight has shape \(9, 9, 3\), expected '
     r'\(32, 32, 3\)')])
def test_refusals(edit, message, tmp_path):
    weights = official(made_up())
    edit(weights)
    torch.save(weights, tmp_path / 'official.pth')
    with pytest.raises(ConversionError, match=message):
        CONVERTERS['afsd'](tmp_path / 'official.pth', tmp_path / 'ours.pth')
    assert not (tmp_path / 'ours.pth').exists()


def i3d_file(path, channels=2, edit=None, **logits):
    """As the widespread files are, of an old PyTorch."""
    network = MODELS.build(dict(type='InceptionI3D', in_channels=channels))
    weights = {key: value for key, value in network.state_dict().items()
               if not key.endswith('num_batches_tracked')}
    weights.update({'logits.conv3d.weight': torch.ones(4, 1024, 1, 1, 1),
                    'logits.conv3d.bias': torch.ones(4)})
    if edit:
        edit(weights)
    torch.save(weights, path)
    return network


def test_i3d(tmp_path, logged):
    network = i3d_file(tmp_path / 'flow_imagenet.pt')
    config = CONVERTERS['i3d'](tmp_path / 'flow_imagenet.pt',
                               tmp_path / 'ours.pth')
    assert '2 weights of the classifier (logits.*) are left out' in logged()
    assert config['backbone']['in_channels'] == 2
    for checkpoint, prefix in (('ours.pth', 'backbone.'),
                               ('flow_imagenet.pt', None)):
        other = MODELS.build(dict(
            type='InceptionI3D', in_channels=2, init_cfg=dict(
                type='Pretrained', checkpoint=str(tmp_path / checkpoint),
                **({'prefix': prefix} if prefix else {}))))
        other.init_weights()
        for name, value in network.state_dict().items():
            assert torch.equal(other.state_dict()[name], value), name


@pytest.mark.parametrize('edit,message', [
    (lambda weights: weights.pop('Mixed_3b.b0.bn.weight'),
     r'1 keys are missing \(first backbone.Mixed_3b.b0.bn.weight\)'),
    (lambda weights: weights.update(extra=torch.ones(1)),
     r'1 are too many \(first backbone.extra\)'),
    (lambda weights: weights.update(
        {'Mixed_3b.b0.conv3d.weight': torch.ones(2, 192, 1, 1, 1)}),
     r'Mixed_3b.b0.conv3d.weight has shape \(2, 192, 1, 1, 1\)'),
    (lambda weights: weights.pop('Conv3d_1a_7x7.conv3d.weight'),
     'key .Conv3d_1a_7x7.conv3d.weight. is missing')])
def test_i3d_refusals(edit, message, tmp_path):
    i3d_file(tmp_path / 'i3d.pt', edit=edit)
    with pytest.raises(ConversionError, match=message):
        CONVERTERS['i3d'](tmp_path / 'i3d.pt', tmp_path / 'ours.pth')


@pytest.mark.parametrize('channels,edit,message', [
    (3, None, r'Conv3d_1a_7x7.conv3d.weight has shape \(64, 3, 7, 7, 7\), '
     r'expected \(64, 2, 7, 7, 7\): flow has 2 channels'),
    (2, lambda weights: weights.pop('Mixed_3b.b0.bn.bias'),
     r'without 1 of 285 .first Mixed_3b.b0.bn.bias.')])
def test_a_file_that_leaves_something_at_random(channels, edit, message,
                                                tmp_path):
    i3d_file(tmp_path / 'i3d.pt', channels, edit)
    network = MODELS.build(dict(
        type='InceptionI3D', in_channels=2, init_cfg=dict(
            type='Pretrained', checkpoint=str(tmp_path / 'i3d.pt'))))
    with pytest.raises(ValueError, match=message):
        network.init_weights()
