"""MMAction2's own BMN: trains, tests, and takes BAPG the same way."""
import json

import numpy as np
import pytest

from mmbapg.datasets.feature_files import (
    Embeddings,
    Provenance,
    write_embeddings,
)
from tests import runs, tiny

STEPS, CHANNELS = 20, 8


@pytest.fixture
def folder(tmp_path):
    """ActivityNet's layout: a CSV for each video, and its annotation file."""
    (tmp_path / 'csv').mkdir()
    database = {}
    for index in range(6):
        rng = np.random.default_rng(index)
        features = 0.2 * rng.standard_normal((STEPS, CHANNELS))
        first, last = 4, int(rng.integers(10, 16))
        features[first:last, 0] += 2
        name = f'v_video{index}'
        header = ','.join(f'f{column}' for column in range(CHANNELS))
        np.savetxt(tmp_path / 'csv' / f'{name}.csv', features, delimiter=',',
                   header=header, comments='')
        database[name] = dict(
            duration_second=40.0, duration_frame=1000, feature_frame=992,
            annotations=[dict(segment=[2.0 * first, 2.0 * last],
                              label='act')])
        times = (np.arange(40) + 0.5)
        write_embeddings(
            tmp_path / 'embeddings' / f'{name}.npz',
            Embeddings(features.repeat(2, axis=0) + 0.1, times,
                       Provenance(1.0, 'tiny', 'untrained')))
    (tmp_path / 'anno.json').write_text(json.dumps(database))
    return tmp_path


def config(folder, with_bapg):
    bases = ['mmaction::localization/bmn/'
             'bmn_2xb8-400x100-9e_activitynet-feature.py']
    extra = ''
    if with_bapg:
        bases.append(f'{tiny.CONFIGS}/_base_/bapg/bapg.py')
        extra = (f"bapg = dict(clustering=dict(embeddings='{folder}/"
                 "embeddings', num_change_points=(1, 2)))")
    path = folder / ('bmn_bapg.py' if with_bapg else 'bmn.py')
    path.write_text(f'''
_base_ = {bases}
custom_imports = dict(imports=['mmbapg'])
model = dict(temporal_dim={STEPS}, num_samples=4, num_samples_per_bin=2,
             feat_dim={CHANNELS}, hidden_dim_1d=16, hidden_dim_2d=8,
             hidden_dim_3d=16)
data = dict(ann_file='{folder}/anno.json',
            data_prefix=dict(video='{folder}/csv'))
train_dataloader = dict(batch_size=2, num_workers=0,
                        persistent_workers=False, dataset=data)
val_dataloader = dict(num_workers=0, persistent_workers=False, dataset=data)
test_dataloader = val_dataloader
train_cfg = dict(max_epochs=3, val_begin=3, val_interval=3)
val_evaluator = dict(_delete_=True, type='ProposalRecallMetric')
test_evaluator = val_evaluator
work_dir = '{folder}/work_dirs'
randomness = dict(seed=0)
{extra}
''')
    return path


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
    import torch
    from mmengine.runner import load_checkpoint
    host = runs.build(config(folder, False))
    host.train()
    checkpoint = folder / 'work_dirs/epoch_3.pth'
    fused = runs.build(config(folder, True))
    outputs = []
    for runner in (host, fused):
        load_checkpoint(runner.model, str(checkpoint))
        runner.model.eval()
        with torch.no_grad():
            outputs.append([runner.model.test_step(batch)[0]
                            for batch in runner.test_dataloader])
    assert outputs[0] == outputs[1] and len(outputs[0]) == 6


def test_mmaction2s_own_metric_runs_too(folder):
    """ANetMetric needs np.trapz, which NumPy 2.4 removed."""
    metric = dict(_delete_=True, type='ANetMetric', metric_type='AR@AN',
                  dump_config=dict(out=f'{folder}/proposals.json',
                                   output_format='json'))
    runner = runs.build(config(folder, False), test_evaluator=metric,
                        val_evaluator=metric)
    assert 'auc' in runner.test()
