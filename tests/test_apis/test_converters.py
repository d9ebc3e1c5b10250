"""What the converter refuses; what it accepts is in the golden tests."""
import pytest
import torch

from mmbapg.apis.converters import ConversionError, convert_actionformer
from tests import golden


@pytest.fixture(scope='module')
def official(tmp_path_factory):
    path = tmp_path_factory.mktemp('official') / 'official.pth'
    golden.write_official_checkpoint(
        golden.load('actionformer_thumos14_i3d_eps'), path)
    return path


def edited(official, tmp_path, edit):
    content = torch.load(official)
    edit(content['state_dict_ema'])
    torch.save(content, tmp_path / 'edited.pth')
    return tmp_path / 'edited.pth'


def refusal(path, tmp_path):
    with pytest.raises(ConversionError) as caught:
        convert_actionformer(path, tmp_path / 'ours.pth')
    assert not (tmp_path / 'ours.pth').exists()
    assert not list(tmp_path.glob('*partial*'))
    return str(caught.value)


def test_averaged_weights_are_the_ones_converted(official, tmp_path):
    convert_actionformer(official, tmp_path / 'ours.pth')
    weights = torch.load(tmp_path / 'ours.pth')['state_dict']
    assert weights['head.cls_out.weight'].any()  # the others are zero
    assert len(weights) == 229


def test_a_missing_key(official, tmp_path):
    path = edited(official, tmp_path, lambda weights: weights.pop(
        'module.neck.fpn_norms.3.weight'))
    assert '1 keys are missing (first neck.norms.3.weight)' in refusal(
        path, tmp_path)


def test_an_unknown_key(official, tmp_path):
    path = edited(official, tmp_path, lambda weights: weights.update(
        {'module.extra.weight': torch.zeros(1)}))
    assert '1 unknown keys, first extra.weight' in refusal(path, tmp_path)


def test_another_shape(official, tmp_path):
    path = edited(official, tmp_path, lambda weights: weights.update(
        {'module.backbone.stem.0.mlp.0.weight': torch.zeros(7, 512, 1)}))
    message = refusal(path, tmp_path)
    assert 'backbone.stem.0.mlp.0.weight has shape (7, 512, 1)' in message
    assert 'expected (2048, 512, 1)' in message


def test_converted_before(official, tmp_path):
    convert_actionformer(official, tmp_path / 'first.pth')
    assert 'converted before' in refusal(tmp_path / 'first.pth', tmp_path)


def test_files_that_hold_no_weights(tmp_path):
    (tmp_path / 'text.pth').write_text('nothing')
    assert 'not a checkpoint that can be read safely' in refusal(
        tmp_path / 'text.pth', tmp_path)
    torch.save([1, 2], tmp_path / 'list.pth')
    assert 'holds no weights' in refusal(tmp_path / 'list.pth', tmp_path)
    assert 'no such file' in refusal(tmp_path / 'gone.pth', tmp_path)


def test_nothing_pickled_is_executed(tmp_path):
    import os

    class Evil:

        def __reduce__(self):
            return os.mkdir, (str(tmp_path / 'executed'), )

    torch.save(dict(state_dict_ema=Evil()), tmp_path / 'evil.pth')
    assert 'safely' in refusal(tmp_path / 'evil.pth', tmp_path)
    assert not (tmp_path / 'executed').exists()
