"""TemporalMaxer's checkpoints; those with the golden weights are in
tests/test_models/test_anchor_free_golden.py."""
import re

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from mmbapg.apis.converters import CONVERTERS, ConversionError
from tests import golden, tiny

#: Name in ours -> in the official files.
NAMES = [
    (r'backbone\.embed\.convs\.(\d)\.', r'backbone.embd.\1.conv.'),
    (r'backbone\.embed\.norms\.(\d)\.', r'backbone.embd_norm.\1.'),
    (r'head\.(cls|reg)_tower\.convs\.(\d)\.', r'\1_head.head.\2.conv.'),
    (r'head\.(cls|reg)_tower\.norms\.(\d)\.', r'\1_head.norm.\2.'),
    (r'head\.cls_out\.', r'cls_head.cls_head.conv.'),
    (r'head\.reg_out\.', r'reg_head.offset_head.conv.'),
    (r'head\.scales\.', r'reg_head.scale.'),
]
COPY = 'module.neck.fpn_norms.4.weight'


def small(num_groups):
    """Our model of made-up weights; of MultiTHUMOS or of THUMOS14."""
    cfg = Config.fromfile(
        tiny.CONFIGS / '_base_/models/temporalmaxer.py' if num_groups else
        tiny.CONFIGS / '_base_/models/temporalmaxer_multithumos.py')
    cfg.merge_from_dict(dict(model=dict(
        backbone=dict(in_channels=6, channels=8),
        head=dict(num_classes=3, channels=8))))
    torch.manual_seed(0)
    model = MODELS.build(cfg.model).eval()
    for each in model.parameters():
        torch.nn.init.normal_(each)
    return model


def write(model, path, edit=None):
    """The weights as the reference's training writes them."""
    averaged = {}
    for key, value in model.state_dict().items():
        if key.startswith('neck.norm.'):
            for level in range(6):
                averaged[key.replace('norm', f'fpn_norms.{level}')] = (
                    value[None, :, None])
        elif key != 'head.loss_normalizer':
            for ours, theirs in NAMES:
                key = re.sub(f'^{ours}', theirs, key)
            averaged[key] = value[None, :, None] if 'norm' in key else value
    averaged = {f'module.{key}': value for key, value in averaged.items()}
    if edit:
        edit(averaged)
    torch.save(dict(epoch=65, state_dict_ema=averaged, state_dict={
        key: torch.zeros_like(value) for key, value in averaged.items()}),
        path)
    return path


def refusal(tmp_path, edit, num_groups=None):
    path = write(small(num_groups), tmp_path / 'official.pth', edit)
    with pytest.raises(ConversionError) as caught:
        CONVERTERS['temporalmaxer'](path, tmp_path / 'ours.pth')
    assert not (tmp_path / 'ours.pth').exists()
    return str(caught.value)


@pytest.mark.parametrize('num_groups,kept,copies', [(4, 28, 0),
                                                    (None, 33, 10)])
def test_bit_equal_outputs(num_groups, kept, copies, tmp_path, logged):
    """Of the inferred model with the converted, averaged weights; a shared
    norm that is stored six times is taken once."""
    model = small(num_groups)
    path = write(model, tmp_path / 'official.pth')
    config = CONVERTERS['temporalmaxer'](path, tmp_path / 'ours.pth')
    text = logged()
    assert f'{kept} of {kept} weights mapped' in text
    assert (f'{copies} of {kept + copies} weights' in text) is (copies > 0)
    converted = MODELS.build(config).eval()
    converted.load_state_dict(
        torch.load(tmp_path / 'ours.pth')['state_dict'])
    video = torch.randn(6, 701)
    with torch.no_grad():
        for ours, theirs in zip(converted([video]), model([video])):
            assert all(map(torch.equal, ours, theirs))


@pytest.mark.parametrize('gone,missing', [
    ('module.neck.fpn_norms.0.bias', 'neck.fpn_norms.0.bias'),
    ('module.neck.fpn_norms.5.weight', 'neck.fpn_norms.5.weight'),
    ('module.backbone.embd.1.conv.weight', 'backbone.embed.convs'),
    ('module.cls_head.cls_head.conv.bias', 'head.cls_out.bias')])
def test_a_missing_key(gone, missing, tmp_path):
    message = refusal(tmp_path, lambda weights: weights.pop(gone))
    assert re.search(r'(\d keys are missing \(first |key )' + missing,
                     message), message


@pytest.mark.parametrize('gone,found', [
    ('neck.fpn_norms.5', '5 neck.fpn_norms and 6 reg_head.scale'),
    ('neck.fpn_norms.0', '5 neck.fpn_norms and 6 reg_head.scale'),
    ('reg_head.scale.5', '6 neck.fpn_norms and 5 reg_head.scale')])
def test_a_whole_level_is_missing(gone, found, tmp_path):
    def edit(weights):
        for key in [key for key in weights if gone in key]:
            del weights[key]
    assert f'{found}, expected one of each' in refusal(tmp_path, edit)


def test_copies_that_differ(tmp_path):
    message = refusal(tmp_path, lambda weights: weights.update(
        {COPY: weights[COPY] + 1e-6}))
    assert 'fpn_norms.4.weight differs from neck.fpn_norms.0.weight' in message


@pytest.mark.parametrize('key,message', [
    ('extra.weight', '1 unknown keys, first extra.weight'),
    ('backbone.branch.0.ln1.weight', '1 unknown keys, first backbone.branch'),
    ('reg_head.head.7.conv.weight', '1 are too many .first head.reg_tower'),
    ('cls_head.norm.0.bias', r'has shape \(1,\), expected \(8,\)')])
def test_another_key_or_shape(key, message, tmp_path):
    assert re.search(message, refusal(
        tmp_path, lambda weights: weights.update(
            {f'module.{key}': torch.zeros(1)}), num_groups=4))


def test_files_of_a_relative(tmp_path):
    """Neither takes the other's."""
    theirs = tmp_path / 'theirs.pth'
    golden.write_official_checkpoint(
        golden.load('tridet_thumos14_i3d_eps'), theirs)
    own = write(small(None), tmp_path / 'own.pth')
    for method, path in (('temporalmaxer', theirs), ('tridet', own),
                         ('actionformer', own), ('tadtr', own)):
        with pytest.raises(ConversionError):
            CONVERTERS[method](path, tmp_path / 'ours.pth')
