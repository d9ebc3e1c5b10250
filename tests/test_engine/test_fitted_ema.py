"""Averaged weights fit the length of a run."""
from types import SimpleNamespace

import pytest
import torch
from mmaction.registry import HOOKS
from mmengine.config import Config
from mmengine.hooks import EMAHook
from mmengine.runner.checkpoint import CheckpointLoader

from mmbapg.engine.hooks.fitted_ema_hook import initial_share
from tests import runs, tiny
from tests.benchmark_settings import SETTINGS
from tests.runs import log_of
from tests.test_benchmark_configs import data_of

#: Videos of the training sets; fewer where features are missing.
TRAINING_VIDEOS = {
    'thumos14': 199, 'multithumos': 199, 'activitynet13': 9900, 'hacs': 37000,
    'epic': 490, 'ego4d': 1400, 'fineaction': 8440}

EMA = dict(type='FittedEMAHook', ema_type='ExponentialMovingAverage')


def started(config, iterations, epochs=1):
    """A hook at the start of a run, and the runner."""
    runner = SimpleNamespace(
        model=torch.nn.Linear(1, 1, bias=False), max_iters=iterations,
        max_epochs=epochs, train_dataloader=range(iterations // epochs),
        iter=0, epoch=0)
    hook = HOOKS.build(config)
    hook.before_run(runner)
    hook.before_train(runner)
    return hook, runner


@pytest.mark.parametrize('name', SETTINGS)
def test_benchmarks_average_as_the_originals_do(name):
    cfg = Config.fromfile(tiny.CONFIGS / f'{name}.py')
    videos = next(number for data, number in TRAINING_VIDEOS.items()
                  if data_of(name).startswith(data))
    iterations = cfg.train_cfg.max_epochs * (
        videos // cfg.train_dataloader.batch_size)
    config, = cfg.custom_hooks
    assert started(config, iterations)[0].ema_model.momentum == 0.001


@pytest.mark.parametrize('iterations', [1, 3, 35, 140, 700, 1120, 2500, 7000])
def test_little_is_left_of_the_initial_weights(iterations):
    hook, runner = started(EMA, iterations)
    plain, _ = started(dict(EMA, type='EMAHook', momentum=0.001), iterations)
    assert initial_share(hook, runner) < 0.05 or iterations == 1
    momentum = hook.ema_model.momentum
    assert 0.001 <= momentum <= 1 and (momentum == 0.001) == (
        iterations >= 3000)
    assert plain.ema_model.momentum == 0.001


def trained(hook, runner):
    """The average of weights that are 1 in the first iteration that counts
    and 0 from then on."""
    per_epoch = len(runner.train_dataloader)
    first = max(hook.begin_iter, (hook.begin_epoch - 1) * per_epoch + 1, 1)
    for index in range(runner.max_iters):
        runner.iter, runner.epoch = index, index // per_epoch
        with torch.no_grad():
            runner.model.weight.fill_(index + 1 <= first)
        hook.after_train_iter(runner, index)
    return hook.ema_model.module.weight.item()


@pytest.mark.parametrize('config', [
    EMA, dict(EMA, begin_iter=90), dict(EMA, begin_epoch=3),
    dict(EMA, interval=7), dict(EMA, momentum=0.01, full_run=100),
    dict(EMA, full_run=1), dict(EMA, type='EMAHook', momentum=0.001)])
@pytest.mark.parametrize('iterations,epochs', [(400, 4), (400, 1), (12, 4)])
def test_the_share_that_is_said_is_true(config, iterations, epochs):
    if config.get('begin_iter', 0) > iterations or config.get(
            'begin_epoch', 0) > epochs:
        pytest.skip('MMEngine refuses these')
    hook, runner = started(config, iterations, epochs)
    assert trained(hook, runner) == pytest.approx(
        initial_share(hook, runner), abs=1e-4)


def config_for(folder, name, text=''):
    """Four epochs, or as many iterations."""
    return tiny.localizer_config(
        folder, name, epochs=4, checkpoints=2, extra=f'''
custom_hooks = [dict(type='FittedEMAHook', full_run=60, momentum=0.01,
                     ema_type='ExponentialMovingAverage')]
{text}''')


ITERATIONS = '''
train_cfg = dict(_delete_=True, type='IterBasedTrainLoop', max_iters=12,
                 val_interval=12)
param_scheduler = []
default_hooks.update(checkpoint=dict(
    type='CheckpointHook', by_epoch=False, interval=6))
log_processor.update(by_epoch=False)
'''
ACCUMULATED = 'optim_wrapper.update(accumulative_counts=2)'


@pytest.mark.parametrize('text,middle,end', [
    ('', 'epoch_2', 'epoch_4'), (ACCUMULATED, 'epoch_2', 'epoch_4'),
    (ITERATIONS, 'iter_6', 'iter_12')])
def test_a_resumed_run_averages_as_a_whole_one(folder, text, middle, end):
    whole = runs.build(config_for(folder, 'whole.py', text))
    whole.train()
    again = runs.build(
        config_for(folder, 'again.py', text), resume=True,
        load_from=folder / 'work_dirs/whole' / f'{middle}.pth')
    again.train()
    first, second = (CheckpointLoader.load_checkpoint(
        str(folder / 'work_dirs' / name / f'{end}.pth'))
                     for name in ('whole', 'again'))
    hooks = [next(hook for hook in runner.hooks
                  if type(hook).__name__ == 'FittedEMAHook')
             for runner in (whole, again)]
    assert {hook.ema_model.momentum for hook in hooks} == {0.01 * 5**2}
    if text is ITERATIONS:  # MMEngine draws anew what came before
        assert second['ema_state_dict']['steps'] == 12
        return
    for name in ('state_dict', 'ema_state_dict'):
        for key, value in first[name].items():
            assert torch.equal(value, second[name][key]), key


def test_what_does_not_fit_is_said_before_training(folder):
    runner = runs.build(tiny.localizer_config(folder, epochs=1, extra='''
custom_hooks = [dict(type='EMAHook', ema_type='ExponentialMovingAverage',
                     momentum=0.001)]
param_scheduler = [dict(type='MultiStepLR', milestones=[24], end=30)]
'''))
    runner.train()
    before, _ = log_of(runner).split('Epoch(train)', 1)
    assert ('momentum 0.001 over 3 iterations: 99.8% of the weights that are '
            'tested will still be initial ones. Expected at most 10%'
            ) in before
    assert ('param_scheduler does not fit this training: MultiStepLR has '
            'milestones at 24 in a training of 1 epochs') in before


def test_own_small_set_averaged_as_well_as_not(folder):
    """The schedule and the sampler of the template, on six videos."""
    base = Config.fromfile(
        tiny.CONFIGS / '_base_/schedules/adamw_warmup_cosine.py')
    runner = runs.build(
        tiny.localizer_config(folder, epochs=6),
        custom_hooks=base.custom_hooks,
        param_scheduler=[base.param_scheduler],
        **{'train_dataloader.sampler.type': 'SmallSetSampler'})
    runner.train()
    assert 'momentum 0.2296 over 198 iterations: 0.0% of' in log_of(runner)
    averaged = runner.message_hub.get_scalar('val/mAP').current()
    runner._hooks = [each for each in runner.hooks
                     if not isinstance(each, EMAHook)]
    plain = runner.val_loop.run()['mAP']
    assert plain > 0.3 and averaged > 0.9 * plain
