"""Recognizers of MMAction2 as networks that see clips."""
import pytest
import torch
from mmaction.registry import MODELS

from mmbapg.models import VideoBackbone
from mmbapg.models.video.recognizer_config import RecognizerError
from tests import recognizers

STEPS = dict(tsn=1, tsm=8, i3d=2, slowfast=4, swin=8, videomae=1,
             videomae_s=8, mvit=8, timesformer=1)


def clips(length, number=2):
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (number, 3, length, 64, 64),
                         generator=generator, dtype=torch.uint8)


def recognizer(name, **model):
    cfg = recognizers.config(name)
    cfg.merge_from_dict(dict(model=model))
    return cfg.model


def pooled(output, number):
    """What MMAction2's own network gives, averaged over space and time."""
    parts = output if isinstance(output, tuple) else (output, )
    parts = [part[0] if isinstance(part, list) else part for part in parts]
    return torch.cat(
        [part.flatten(2).mean(2) if part.ndim > 2 else part for part in parts],
        dim=1).unflatten(0, (number, -1)).mean(1)


@pytest.mark.parametrize('name', recognizers.ZOO)
def test_it_is_the_recognizers_network(name):
    theirs = recognizers.seeded(MODELS.build(recognizer(name))).eval()
    ours = VideoBackbone(recognizer(name)).eval()
    report = ours.load_state_dict(theirs.state_dict(), strict=False)
    assert not report.missing_keys
    assert all(key.startswith('cls_head.') for key in report.unexpected_keys)

    frames = clips(recognizers.clip_len(name))
    views = frames.transpose(1, 2) if ours.sees_frames else (
        frames.unsqueeze(1))
    data = theirs.data_preprocessor(dict(
        inputs=list(views), data_samples=None))
    with torch.no_grad():
        expected, _ = theirs.extract_feat(data['inputs'], stage='backbone')
        found = ours(frames)
    assert found.shape == (2, found.shape[1], STEPS[name])
    expected = pooled(expected, 2)
    scale = float(expected.abs().max())
    torch.testing.assert_close(found.mean(2), expected, rtol=1e-5,
                               atol=1e-5 * scale)
    assert float((expected[0] - expected[1]).abs().max()) > 1e-4 * scale


@pytest.mark.parametrize(('name', 'fused'), [('videomae', 2), ('swin', 0)])
def test_attention_is_one_operation(name, fused):
    backbone = VideoBackbone(recognizer(name))
    kinds = [type(module).__name__ for module in backbone.modules()]
    assert kinds.count('FusedAttention') == fused
    assert 'Attention' not in kinds


def test_frames_are_normalized_once():
    model = VideoBackbone(recognizer('i3d')).eval()
    frames = clips(16)
    normalized = model.normalize(frames)
    mean, std = (torch.tensor(each).view(3, 1, 1, 1) for each in (
        (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)))
    torch.testing.assert_close(normalized, (frames - mean) / std)
    with torch.no_grad():
        for each in (frames, frames.float()):
            torch.testing.assert_close(model(each),
                                       model.features(normalized))


def test_it_learns():
    model = VideoBackbone(recognizer('videomae_s')).train()
    model(clips(16)).sum().backward()
    used = [each.grad is not None and bool(each.grad.any())
            for each in model.backbone.blocks.parameters()]
    assert all(used)
    assert model.training and model.backbone.training


def test_no_file_is_needed_to_begin():
    """Neither to build it nor to initialize it."""
    slow = dict(pretrained='nowhere.pth')
    cfg = recognizer('slowfast', backbone=dict(
        pretrained='nowhere.pth', slow_pathway=slow, init_cfg=dict(
            type='Pretrained', checkpoint='nowhere.pth')))
    model = VideoBackbone(cfg)
    model.init_weights()
    assert cfg.backbone.pretrained == 'nowhere.pth'  # theirs is as it was


@pytest.mark.parametrize(('name', 'expected'), [
    ('tsn', None), ('tsm', 8), ('i3d', None), ('slowfast', None),
    ('swin', None), ('videomae', 16), ('timesformer', 8)])
def test_it_knows_how_long_clips_must_be(name, expected):
    model = VideoBackbone(recognizer(name)).eval()
    assert model.clip_len == expected
    if expected:
        with pytest.raises(RecognizerError, match=(
                f'found clips of 4 frames, expected {expected}: ')):
            model(clips(4))


def test_pictures_of_another_size(monkeypatch):
    """Of a network with places for some pixels only."""
    model = VideoBackbone(recognizer('timesformer')).eval()
    frames = torch.zeros(1, 3, 8, 96, 112, dtype=torch.uint8)
    with pytest.raises(RecognizerError, match=(
            'TimeSformer: found clips of 8 frames of 112 x 96 pixels, which '
            r'it does not take \(.+\), expected the length and the size')):
        model(frames)

    def fail(clips):
        raise RuntimeError('CUDA out of memory')

    monkeypatch.setattr(model.backbone, 'forward', fail)
    with pytest.raises(RuntimeError, match='^CUDA out of memory$'):
        model(frames)


@pytest.mark.parametrize(('change', 'expected'), [
    (dict(backbone=None), r'model: found Recognizer3D without a backbone '
     r'\(fields type, .*\), expected a recognizer of MMAction2'),
    (dict(type='RecognizerAudio'), 'model: found RecognizerAudio, which reads '
     'sound, expected a recognizer of RGB frames'),
    (dict(data_preprocessor=dict(
        type='ActionDataPreprocessor', format_shape='NPTCHW')),
     "found format_shape 'NPTCHW' in Recognizer3D, expected one of NCHW")])
def test_another_kind_of_recognizer(change, expected):
    cfg = recognizer('i3d').to_dict()
    cfg.update(change)
    with pytest.raises(RecognizerError, match=expected):
        VideoBackbone(cfg)


@pytest.mark.parametrize(('output', 'found'), [
    (torch.zeros(2, 3, 4), r'shape \(2, 3, 4\)'), ({}, 'type dict'),
    ([], 'type list')])
def test_an_output_that_is_not_known(monkeypatch, output, found):
    model = VideoBackbone(recognizer('videomae'))
    monkeypatch.setattr(model.backbone, 'forward', lambda x: output)
    with pytest.raises(RecognizerError, match=(
            f'VisionTransformer: found an output of {found}, expected')):
        model(clips(16))


def test_a_training_can_begin_with_what_the_config_names(tmp_path):
    """ImageNet's weights, in torchvision's names."""
    recognizer = dict(
        type='Recognizer2D',
        backbone=dict(type='ResNetTSM', depth=18, num_segments=8,
                      pretrained=str(tmp_path / 'resnet18.pth')),
        data_preprocessor=dict(type='ActionDataPreprocessor',
                               format_shape='NCHW'))
    weight = torch.randn(64, 3, 7, 7)
    torch.save({'conv1.weight': weight}, tmp_path / 'resnet18.pth')
    begun = MODELS.build(dict(type='VideoBackbone', recognizer=recognizer,
                              begin_pretrained=True))
    begun.init_weights()
    assert torch.equal(begun.backbone.conv1.conv.weight, weight)
    # without it nothing is read, and no file needs to be there
    (tmp_path / 'resnet18.pth').unlink()
    other = MODELS.build(dict(type='VideoBackbone', recognizer=recognizer))
    other.init_weights()
    assert not torch.equal(other.backbone.conv1.conv.weight, weight)
