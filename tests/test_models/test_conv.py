"""Layers that keep the channels of a step together compute what PyTorch's
layers do."""
import pytest
import torch
from torch import nn

from mmbapg.models.layers import (
    Conv1d,
    DynamicTower,
    GroupNorm,
    MaskedConv1d,
    MaxPool1d,
    SGPBlock,
)
from tests.pretended_gpu import PretendedGPU


def conv(kind, **kwargs):
    return [each(**kwargs) for each in (kind, nn.Conv1d)]


PAIRS = dict(
    pointwise=conv(Conv1d, in_channels=8, out_channels=12, kernel_size=1),
    dense_odd=conv(Conv1d, in_channels=8, out_channels=4, kernel_size=7,
                   padding=3, bias=False),
    even=conv(Conv1d, in_channels=8, out_channels=4, kernel_size=4,
              padding=2),
    valid=conv(Conv1d, in_channels=8, out_channels=4, kernel_size=3),
    wider=conv(Conv1d, in_channels=8, out_channels=4, kernel_size=1,
               padding=1),
    same=conv(Conv1d, in_channels=8, out_channels=8, kernel_size=3,
              padding='same', groups=8),
    reflected=conv(Conv1d, in_channels=8, out_channels=4, kernel_size=3,
                   padding=1, padding_mode='reflect'),
    strided=conv(Conv1d, in_channels=8, out_channels=4, kernel_size=1,
                 stride=2, bias=False),
    dense=conv(Conv1d, in_channels=8, out_channels=4, kernel_size=3,
               padding=1),
    scale=conv(Conv1d, in_channels=8, out_channels=8, kernel_size=1,
               groups=8),
    scale_only=conv(Conv1d, in_channels=8, out_channels=8, kernel_size=1,
                    groups=8, bias=False),
    depthwise=conv(Conv1d, in_channels=8, out_channels=8, kernel_size=5,
                   padding=2, groups=8),
    halving=conv(Conv1d, in_channels=8, out_channels=8, kernel_size=3,
                 stride=2, padding=1, groups=8, bias=False),
    dilated=conv(Conv1d, in_channels=8, out_channels=8, kernel_size=3,
                 padding=2, dilation=2, groups=8),
    far=conv(Conv1d, in_channels=8, out_channels=4, kernel_size=3,
             dilation=4),
    far_padded=conv(Conv1d, in_channels=8, out_channels=4, kernel_size=4,
                    padding=9, dilation=3),
    grouped=conv(Conv1d, in_channels=8, out_channels=8, kernel_size=3,
                 groups=2),
    pool=[MaxPool1d(3, stride=2, padding=1), nn.MaxPool1d(3, 2, 1)],
    norm=[GroupNorm(4, 8), nn.GroupNorm(4, 8)])
#: A kernel that is longer than the sequence.
SHORT = dict(
    dense=conv(Conv1d, in_channels=8, out_channels=4, kernel_size=7,
               padding=3),
    depthwise=conv(Conv1d, in_channels=8, out_channels=8, kernel_size=7,
                   padding=3, groups=8),
    wide=conv(Conv1d, in_channels=8, out_channels=4, kernel_size=5,
              padding=2),
    far=conv(Conv1d, in_channels=8, out_channels=4, kernel_size=3, padding=5,
             dilation=5))
KEEPS_ORDER = {'pointwise', 'dense', 'valid', 'far', 'scale', 'scale_only',
               'depthwise', 'halving', 'dilated', 'pool', 'norm'}


@pytest.mark.parametrize('last', [True, False],
                         ids=['channels-last', 'channels-first'])
@pytest.mark.parametrize('name', PAIRS)
def test_same_as_the_layer_of_pytorch(name, last):
    results = results_of(*PAIRS[name], torch.Size([3, 8, 20]), last)
    if last and name in KEEPS_ORDER:
        assert results[0][0].transpose(1, 2).is_contiguous()


@pytest.mark.parametrize('length', [1, 2, 3])
@pytest.mark.parametrize('name', SHORT)
def test_kernels_longer_than_the_sequence(name, length):
    results_of(*SHORT[name], torch.Size([2, 8, length]), last=True)


def results_of(layer, reference, shape, last):
    """Outputs and gradients of both layers, which must agree."""
    torch.manual_seed(0)
    reference.load_state_dict(layer.state_dict())
    x = torch.randn(shape)
    if last:
        x = x.transpose(1, 2).contiguous().transpose(1, 2)
    results = []
    for each in (layer, reference):
        leaf = x.detach().requires_grad_()
        out = each(leaf)
        weight = torch.linspace(-1, 1, out.numel()).view(out.shape)
        grads = torch.autograd.grad((out * weight).sum(),
                                    [leaf, *each.parameters()])
        results.append((out, *grads))
    for found, expected in zip(*results):
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    return results


def test_mixed_precision_is_respected():
    layer = PAIRS['dense'][0]
    x = torch.randn(2, 8, 20)
    with torch.autocast('cpu', torch.bfloat16):
        out = layer(x)
    assert out.dtype == torch.bfloat16
    torch.testing.assert_close(out.float(), layer(x), rtol=0.05, atol=0.05)


def test_depthwise_layers_lie_as_the_device_likes():
    layer = PAIRS['depthwise'][0]
    x = torch.randn(2, 20, 8).transpose(1, 2)
    expected = layer(x)
    assert expected.transpose(1, 2).is_contiguous()
    with PretendedGPU():
        found = layer.to('cuda')(x.to('cuda'))
        assert found.is_contiguous()
        found = found.cpu()
        layer.cpu()
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize('name', PAIRS)
def test_weights_are_one_piece_of_memory(name):
    layer = PAIRS[name][0]
    assert all(each.is_contiguous() for each in layer.parameters())


@pytest.mark.parametrize('make, name', [
    (lambda: MaskedConv1d(4, 4, 2), 'kernel_size'),
    (lambda: SGPBlock(16, 8, window=2), 'window'),
    (lambda: DynamicTower(4, 4, 1, kernel_size=2), 'kernel_size')])
def test_kernels_without_a_middle_are_refused(make, name):
    with pytest.raises(ValueError, match=f'{name} is 2, expected an odd'):
        make()
