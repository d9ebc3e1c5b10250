"""A perceptron that is fitted to a few samples."""
import pytest
import torch

from mmbapg.ops.perceptron import fit_perceptron


def rings(number=300, seed=0):
    """Two classes that no plane parts: near the origin, and around it."""
    rng = torch.Generator().manual_seed(seed)
    points = torch.randn(number, 2, generator=rng)
    return points * 100 + 7, (points.norm(dim=1) > 1.1).long()


def test_classes_that_no_plane_parts():
    fitted = fit_perceptron(*rings(), num_classes=2)
    points, labels = rings(500, seed=1)
    assert (fitted.classes(points) == labels).float().mean() > 0.93


def test_nothing_to_learn():
    """Held-out samples of random labels are right by chance only."""
    points, _ = rings(1000)
    labels = torch.randint(4, (1000, ),
                           generator=torch.Generator().manual_seed(3))
    fitted = fit_perceptron(points[:500], labels[:500], 4)
    right = (fitted.classes(points[500:]) == labels[500:]).float().mean()
    assert 0.15 < right < 0.35


def test_the_seed_decides_and_nothing_else_is_touched():
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    with torch.no_grad():
        one, same, other = (fit_perceptron(*rings(), 2, seed=seed, steps=20)
                            for seed in (0, 0, 1))
    assert torch.equal(torch.random.get_rng_state(), before)
    weights = [each.layers[0].weight for each in (one, same, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_a_figure_that_is_always_the_same():
    points, labels = rings()
    points[:, 0] = 4.0
    fitted = fit_perceptron(points, labels, 2, steps=20)
    assert set(fitted.classes(points).tolist()) <= {0, 1}
    assert fitted.scale[0] == pytest.approx(1e-6)
