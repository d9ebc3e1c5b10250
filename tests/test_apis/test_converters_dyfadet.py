"""What the converter of DyFADet refuses, of what only its files have."""
import pytest

from tests import golden
from tests.test_apis.test_converters import edited, refusal


@pytest.fixture(scope='module')
def official(tmp_path_factory):
    path = tmp_path_factory.mktemp('official') / 'dyfadet.pth'
    golden.write_official_checkpoint(
        golden.load('dyfadet_thumos14_i3d_eps'), path)
    return path


@pytest.mark.parametrize('part', [
    'norm.bias', 'depth_module.shift_conv.weight'])
def test_what_dyfadet_does_not_learn_is_missed(part, official, tmp_path):
    key = f'reg_head.head.1.{part}'
    path = edited(official, tmp_path,
                  lambda weights: weights.pop(f'module.{key}'))
    assert f'1 keys are missing (first {key}); expected norm.weight' in (
        refusal('dyfadet', path, tmp_path))


def test_kernels_of_dyfadet_that_do_not_shift(official, tmp_path):
    """Ours has none: it shifts."""
    key = 'cls_head.head.0.dynamic_convs.1.shift_conv.weight'

    def swap_steps(weights):
        weights[f'module.{key}'] = weights[f'module.{key}'].flip(2)

    path = edited(official, tmp_path, swap_steps)
    assert f'{key} is not a shift by whole steps' in refusal(
        'dyfadet', path, tmp_path)
