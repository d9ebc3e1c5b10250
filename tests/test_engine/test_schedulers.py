import math

import pytest
import torch
from mmaction.registry import PARAM_SCHEDULERS
from mmengine.optim.scheduler.param_scheduler import INF

from mmbapg.engine.hooks.schedule_check_hook import misfits

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


@pytest.mark.parametrize('warmup,epochs,shortened', [
    (5, 3, 7), (5, 1, 2), (2, 2, 5), (30, 7, 17)])
def test_a_warm_up_beyond_training_is_shortened(logged, warmup, epochs,
                                                shortened):
    found = rates(5 * epochs, warmup=warmup, epochs=epochs)[0]
    assert found.argmax().item() in (shortened - 1, shortened)
    assert found.max().item() == pytest.approx(0.1)
    assert found[-1] < 0.1 * 0.6
    assert (f'a warm-up of {5 * warmup} in a training of {5 * epochs} '
            f'iterations is shortened to {shortened}') in logged()


def test_a_warm_up_of_epochs_is_shortened_too(logged):
    found = rates(4, warmup=6, epochs=4, convert_to_iter_based=False)[0]
    assert found.max().item() == pytest.approx(0.1)
    assert 'a warm-up of 6 in a training of 4 epochs' in logged()


def test_a_warm_up_within_training_stays(logged):
    found = rates(30, warmup=5, epochs=6)[0]
    assert found[:25].tolist() == pytest.approx(
        [0.1 * step / 24 for step in range(25)])
    assert 'shortened' not in logged()


def built(*configs, epoch_length=5, epochs=7):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    return [PARAM_SCHEDULERS.build(
        config, default_args=dict(
            optimizer=optimizer, epoch_length=epoch_length, end=epochs))
            for config in configs]


COSINE = dict(type='CosineAnnealingLR', convert_to_iter_based=True)


@pytest.mark.parametrize('configs,expected', [
    ([dict(COSINE, end=80)],
     'CosineAnnealingLR ends at 400 in a training of 35 iterations'),
    ([dict(COSINE, end=3)],
     'CosineAnnealingLR ends at 15 and leaves the rest at its last learning '
     'rate in a training of 35 iterations'),
    ([dict(type='MultiStepLR', milestones=[3, 24, 28], end=30)],
     'MultiStepLR has milestones at 24, 28 in a training of 7 epochs'),
    ([dict(type='LinearLR', end=500, by_epoch=False)],
     'LinearLR ends at 500 in a training of 35 iterations'),
    ([dict(COSINE, begin=9, end=80)],
     'CosineAnnealingLR begins at 45 in a training of 35 iterations'),
    ([dict(CONFIG, end=4)],
     'WarmupCosineLR ends at 20 and leaves the rest at its last learning rate '
     'in a training of 35 iterations')])
def test_schedules_beyond_training(configs, expected):
    assert misfits(built(*configs), 7, 35) == [expected]


@pytest.mark.parametrize('configs', [
    [], [CONFIG], [COSINE],
    [dict(type='MultiStepLR', milestones=[3, 6], end=16)],
    [dict(type='LinearLR', end=3), dict(COSINE, begin=3)],
    [dict(COSINE, end=3), dict(type='ConstantLR', begin=3)],
    [dict(type='StepLR', step_size=2, end=100)]])
def test_schedules_within_training(configs):
    assert misfits(built(*configs), 7, 35) == []


def test_only_a_known_last_epoch_is_converted():
    with pytest.raises(ValueError, match='expected by_epoch=True and a last'):
        rates(1, epochs=INF)
