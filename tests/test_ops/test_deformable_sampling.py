"""Against loops and against grid_sample."""
import math

import pytest
import torch
import torch.nn.functional as F

from mmbapg.ops import deformable_sampling


def by_loops(values, locations, weights):
    batch, length, heads, channels = values.shape
    out = torch.zeros(*locations.shape[:3], channels, dtype=values.dtype)
    for video in range(batch):
        for query in range(locations.shape[1]):
            for head in range(heads):
                for location, weight in zip(locations[video, query, head],
                                            weights[video, query, head]):
                    position = float(location) * length - 0.5
                    step = math.floor(position)
                    share = position - step
                    for each, part in ((step, 1 - share), (step + 1, share)):
                        if 0 <= each < length:
                            out[video, query, head] += (
                                weight * part * values[video, each, head])
    return out


def by_grid_sample(values, locations, weights):
    batch, length, heads, channels = values.shape
    image = values.permute(0, 2, 3, 1).reshape(-1, channels, 1, length)
    x = 2 * locations.transpose(1, 2).flatten(0, 1) - 1
    sampled = F.grid_sample(image, torch.stack([x, torch.zeros_like(x)], -1),
                            align_corners=False)
    summed = (sampled * weights.transpose(1, 2).flatten(0, 1)[:, None]).sum(-1)
    return summed.unflatten(0, (batch, heads)).permute(0, 3, 1, 2)


def example(length, dtype=torch.float64):
    generator = torch.Generator().manual_seed(length)

    def draw(*shape):
        return torch.rand(*shape, generator=generator, dtype=dtype)

    return (draw(2, length, 3, 4) - 0.5, 1.6 * draw(2, 5, 3, 4) - 0.3,
            draw(2, 5, 3, 4))


@pytest.mark.parametrize('length', [1, 2, 7, 16])
def test_values(length):
    found = deformable_sampling(*example(length))
    torch.testing.assert_close(found, by_loops(*example(length)))
    torch.testing.assert_close(found, by_grid_sample(*example(length)))


def test_a_step_lies_in_its_middle_and_the_ends_fade():
    values = torch.tensor([1.0, 2.0, 4.0, 8.0]).view(1, 4, 1, 1)
    places = torch.tensor([0.125, 0.25, 0.875, 0.0, 1.0, -0.125, 1.2])
    found = deformable_sampling(values, places.view(1, -1, 1, 1),
                                torch.ones(1, 7, 1, 1))
    assert found.flatten().tolist() == [1.0, 1.5, 8.0, 0.5, 4.0, 0.0, 0.0]


def test_gradients():
    inputs = [each.requires_grad_() for each in example(6)]
    assert torch.autograd.gradcheck(deformable_sampling, inputs)
    found = torch.autograd.grad(deformable_sampling(*inputs).sin().sum(),
                                inputs)
    expected = torch.autograd.grad(by_grid_sample(*inputs).sin().sum(), inputs)
    for ours, theirs in zip(found, expected):
        torch.testing.assert_close(ours, theirs)
