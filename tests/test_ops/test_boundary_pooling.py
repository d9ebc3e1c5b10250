"""Boundary max pooling against loops, and the regions that it is given."""
import math

import pytest
import torch

from mmbapg.ops import boundary_max_pooling, boundary_regions


def by_loops(features, segments):
    batch, channels, length = features.shape
    pooled = features.new_zeros(batch, channels, segments.shape[1])
    for clip in range(batch):
        for number, regions in enumerate(segments[clip].tolist()):
            for half in (0, 1):
                first, last = (
                    min(max(math.trunc(each), 0), length - 1)
                    for each in regions[2 * half:2 * half + 2])
                part = slice(half * channels // 2, (half + 1) * channels // 2)
                pooled[clip, part, number] = features[
                    clip, part, first:max(first, last) + 1].amax(dim=1)
    return pooled


def segments_of_all_kinds(batch, number, length):
    """Some reversed, some far beyond both ends, all fractions."""
    return (torch.rand(batch, number, 4) * 3 - 1) * length


@pytest.mark.parametrize('length', [1, 2, 3, 8, 20, 37])
def test_against_loops(length):
    torch.manual_seed(length)
    features = torch.randn(2, 6, length).round(decimals=1)
    segments = segments_of_all_kinds(2, 40, length)
    expected = by_loops(features, segments)
    found = boundary_max_pooling(features, segments)
    assert torch.equal(found, expected)
    features.requires_grad_()
    assert torch.equal(boundary_max_pooling(features, segments), expected)


def test_beyond_all_integers():
    features = torch.randn(1, 2, 9)
    segments = torch.tensor([[[-torch.inf, 1e30, 3.0, torch.inf]]])
    assert torch.equal(boundary_max_pooling(features, segments),
                       by_loops(features, torch.tensor([[[0., 9, 3, 9]]])))


def test_gradient():
    torch.manual_seed(0)
    # all different, so that the maximum has a derivative
    features = torch.randperm(2 * 4 * 11).view(2, 4, 11).double()
    segments = segments_of_all_kinds(2, 7, 11)  # not as many as steps
    features.requires_grad_()
    assert torch.autograd.gradcheck(
        lambda x: boundary_max_pooling(x, segments), features)
    by_loops(features, segments).sum().backward()
    expected, features.grad = features.grad, None
    boundary_max_pooling(features, segments).sum().backward()
    assert torch.equal(features.grad, expected)


def test_of_equal_values_the_first_gets_the_gradient():
    features = torch.tensor([[[1., 5, 5, 5, 0, 5, 5]]]).repeat(1, 2, 1)
    features.requires_grad_()
    segments = torch.tensor([[[0., 6, 2, 6], [3, 4, 4, 6]]])
    boundary_max_pooling(features, segments).sum().backward()
    assert features.grad[0].tolist() == [
        [0, 1, 0, 1, 0, 0, 0], [0, 0, 1, 0, 0, 1, 0]]


def test_segments_get_no_gradient_and_none_may_be_given():
    features = torch.randn(1, 4, 5, requires_grad=True)
    segments = torch.rand(1, 3, 4, requires_grad=True)
    boundary_max_pooling(features, segments).sum().backward()
    assert segments.grad is None and features.grad.any()
    assert boundary_max_pooling(features, segments[:, :0]).shape == (1, 4, 0)


def test_half_precision():
    features = torch.randn(1, 4, 5).half()
    segments = segments_of_all_kinds(1, 9, 5)
    assert torch.equal(boundary_max_pooling(features, segments),
                       by_loops(features, segments))


@pytest.mark.parametrize('features,segments', [
    ((1, 3, 5), (1, 2, 4)), ((1, 4, 5), (2, 2, 4)), ((1, 4, 5), (1, 2, 2)),
    ((1, 4, 5), (2, 4))])
def test_shapes(features, segments):
    with pytest.raises(ValueError, match=r'expected \(B, C, T\) with an even'):
        boundary_max_pooling(torch.zeros(features), torch.zeros(segments))


def test_regions():
    """A quarter inside, a tenth outside, at least a step; halves to even."""
    segments = torch.tensor([[10., 50], [10, 12], [0.5, 1.5]])
    found = boundary_regions(segments, torch.tensor([40., 2, 3]))
    assert found.tolist() == [[6, 20, 40, 54], [9, 11, 11, 13], [0, 2, 0, 2]]
