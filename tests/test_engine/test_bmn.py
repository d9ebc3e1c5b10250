"""MMAction2's own BMN: trains, tests, and takes BAPG the same way."""
import numpy as np
import pytest

from tests import activitynet, runs

BASE = 'bmn/bmn_2xb8-400x100-9e_activitynet-feature.py'
MODEL = (f'temporal_dim={activitynet.STEPS}, num_samples=4, '
         f'num_samples_per_bin=2, feat_dim={activitynet.CHANNELS}, '
         'hidden_dim_1d=16, hidden_dim_2d=8, hidden_dim_3d=16')


@pytest.fixture
def folder(tmp_path):
    return activitynet.write(tmp_path)


def config(folder, with_bapg):
    return activitynet.config(folder, BASE, MODEL, with_bapg)


@pytest.mark.parametrize('with_bapg', [False, True])
def test_bmn_trains_and_tests(folder, with_bapg):
    runner = runs.build(config(folder, with_bapg))
    assert type(runner.model).__name__ == ('BAPG' if with_bapg else 'BMN')
    runner.train()
    losses = [row['loss'] for row in runs.scalars(folder / 'work_dirs')
              if 'loss' in row]
    assert np.isfinite(losses).all()
    tested = runs.build(config(folder, with_bapg),
                        load_from=folder / 'work_dirs/epoch_3.pth').test()
    assert 0 < tested['AUC'] <= 100
    if with_bapg:
        assert runner.model.neck.out_proj.weight.any()


def test_bmn_is_bit_identical_with_an_untrained_neck(folder):
    runs.build(config(folder, False)).train()
    plain, fused = runs.outputs_of(
        [config(folder, False), config(folder, True)],
        folder / 'work_dirs/epoch_3.pth')
    assert plain == fused and len(plain) == activitynet.VIDEOS


def test_mmaction2s_own_metric_runs_too(folder):
    """ANetMetric needs np.trapz, which NumPy 2.4 removed."""
    metric = dict(_delete_=True, type='ANetMetric', metric_type='AR@AN',
                  dump_config=dict(out=f'{folder}/proposals.json',
                                   output_format='json'))
    runner = runs.build(config(folder, False), test_evaluator=metric,
                        val_evaluator=metric)
    assert 'auc' in runner.test()
