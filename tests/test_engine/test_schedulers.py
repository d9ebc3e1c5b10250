import math

import pytest
import torch
from mmaction.registry import PARAM_SCHEDULERS
from mmengine.optim.scheduler.param_scheduler import INF

CONFIG = dict(type='WarmupCosineLR', warmup=2, convert_to_iter_based=True)


def rates(steps, epoch_length=5, epochs=7, **options):
    """What a scheduler makes of two learning rates, 0.1 and 0.2."""
    groups = [dict(params=[torch.nn.Parameter(torch.zeros(1))], lr=rate)
              for rate in (0.1, 0.2)]
    optimizer = torch.optim.SGD(groups)
    scheduler = PARAM_SCHEDULERS.build(
        dict(CONFIG, **options), default_args=dict(
            optimizer=optimizer, epoch_length=epoch_length, end=epochs))
    found = []
    for _ in range(steps):
        found.append([group['lr'] for group in optimizer.param_groups])
        optimizer.step()
        scheduler.step()
    return torch.tensor(found, dtype=torch.float64).T


def test_warm_up_and_annealing_are_those_of_the_reference():
    """From 0, reached at the last step of warm-up, and a step later again."""
    found = rates(35)
    assert found[0, :10].tolist() == pytest.approx(
        [0.1 * step / 9 for step in range(10)])
    assert found[0, 10].item() == pytest.approx(0.1)
    middle = 1e-8 + (0.1 - 1e-8) * (1 + math.cos(math.pi * 5 / 25)) / 2
    assert found[0, 15].item() == pytest.approx(middle)
    assert found[0, 34].item() == pytest.approx(
        1e-8 + 0.1 * (1 + math.cos(math.pi * 24 / 25)) / 2, rel=1e-5)
    assert torch.allclose(found[1], 2 * found[0], atol=1e-7)


def test_annealing_ends_at_eta_min():
    found = rates(35, eta_min=0.05)
    assert found[0, :10].tolist() == pytest.approx(
        [0.1 * step / 9 for step in range(10)])
    assert found[0, 34].item() == pytest.approx(
        0.05 + 0.05 * (1 + math.cos(math.pi * 24 / 25)) / 2)
    assert (found[0, 10:] >= 0.05).all()


def test_only_a_known_last_epoch_is_converted():
    with pytest.raises(ValueError, match='expected by_epoch=True and a last'):
        rates(1, epochs=INF)
