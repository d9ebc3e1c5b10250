"""MMAction2's TEM, PEM and TCANet, without and with BAPG."""
import csv

import numpy as np
import pytest
from mmaction.registry import DATASETS
from mmengine.config import Config

from mmbapg.config.bapg import BAPGConfigError
from mmbapg.engine import add_bapg
from tests import activitynet, runs
from tests.activitynet import CHANNELS, STEPS, VIDEOS

TEM = 'bsn/bsn_tem_1xb16-400x100-20e_activitynet-feature.py'
PEM = 'bsn/bsn_pem_1xb16-400x100-20e_activitynet-feature.py'
PGM = 'bsn/bsn_pgm_400x100_activitynet-feature.py'
TCANET = 'tcanet/tcanet_2xb8-700x100-9e_hacs-feature.py'


@pytest.fixture
def folder(tmp_path):
    return activitynet.write(tmp_path)


def tem_config(folder, with_bapg):
    """The metric that writes TEM's scores is MMAction2's own."""
    metric = (f"dict(_delete_=True, type='ANetMetric', metric_type='TEM', "
              f"dump_config=dict(out='{folder}/tem_results', "
              "output_format='csv'))")
    return activitynet.config(
        folder, TEM, f'temporal_dim={STEPS}, tem_feat_dim={CHANNELS}, '
        'tem_hidden_dim=16, conv3_ratio=1', with_bapg,
        f'val_evaluator = {metric}\ntest_evaluator = {metric}\n')


def tcanet_config(folder, with_bapg):
    return activitynet.config(
        folder, TCANET, f'temporal_dim={STEPS}, feat_dim={CHANNELS}, '
        'se_sample_num=4, action_sample_num=8, lgte_num=1, window_size=3',
        with_bapg)


CONFIGS = dict(TEM=tem_config, TCANet=tcanet_config)


@pytest.mark.parametrize('name', CONFIGS)
def test_bapg_trains_and_tests(folder, name):
    config = CONFIGS[name](folder, True)
    runner = runs.build(config)
    assert type(runner.model.localizer).__name__ == name
    runner.train()
    assert runner.model.neck.out_proj.weight.any()
    losses = [row['loss'] for row in runs.scalars(folder / 'work_dirs')
              if 'loss' in row]
    assert np.isfinite(losses).all() and len(losses)
    tested = runs.build(
        config, load_from=folder / 'work_dirs/epoch_3.pth').test()
    if name == 'TCANet':
        assert 0 < tested['AUC'] <= 100
    else:
        assert len(list((folder / 'tem_results').glob('*.csv'))) == VIDEOS


@pytest.mark.parametrize('name', CONFIGS)
def test_bit_identical_with_an_untrained_neck(folder, name):
    runs.build(CONFIGS[name](folder, False)).train()
    plain, fused = runs.outputs_of(
        [CONFIGS[name](folder, with_bapg) for with_bapg in (False, True)],
        folder / 'work_dirs/epoch_3.pth')
    assert len(plain) == len(fused) == VIDEOS
    for ours, theirs in zip(plain, fused):
        if name == 'TEM':
            assert ours[0] == theirs[0]
            assert np.array_equal(ours[1], theirs[1])
        else:
            assert ours == theirs


def test_tcanet_keeps_the_proposals_that_it_refines(folder):
    """They come with the annotations; BAPG's regions come beside them."""
    cfg = add_bapg(Config.fromfile(tcanet_config(folder, True)))
    dataset = DATASETS.build(cfg.train_dataloader.dataset)
    sample = dataset[0]['data_samples']
    assert sample.proposals['proposals'].shape == (3, 3)
    assert set(sample.regions.segmentation.tolist()) == {0, 1}


def test_bsn_end_to_end(folder):
    """TEM with BAPG, then MMAction2's PGM and PEM as they are.

    BAPG reaches BSN through TEM alone. What PEM takes is 32 numbers for each
    proposal, drawn from TEM's actionness: no sequence in time that could lie
    in regions, so there is nothing to fuse, and BAPG refuses it.
    """
    config = tem_config(folder, True)
    runs.build(config).train()
    runs.build(config, load_from=folder / 'work_dirs/epoch_3.pth').test()
    places = {name: f'{folder}/{name}/' for name in (
        'tem_results', 'pgm_proposals', 'pgm_features')}
    pgm = folder / 'pgm.py'
    pgm.write_text('\n'.join([
        f"_base_ = ['mmaction::localization/{PGM}']",
        *(f'{name}_dir = {place!r}' for name, place in places.items()),
        f"ann_file_val = '{folder}/anno.json'",
        f'pgm_proposals_cfg = dict(pgm_proposals_thread=2, '
        f'temporal_scale={STEPS})',
        'pgm_features_test_cfg = dict(pgm_features_thread=2)']))
    runs.run('python', '-c', 'from mmbapg.apis.mmaction_tools import '
             'run_mmaction_tool as run; run("misc/bsn_proposal_generation")',
             pgm)
    with open(folder / 'pgm_proposals/v_video0.csv') as file:
        proposals = list(csv.DictReader(file))
    features = np.load(folder / 'pgm_features/v_video0.npy')
    assert features.shape == (len(proposals), 32) and len(proposals) > 1

    path = activitynet.config(folder, PEM, 'pem_hidden_dim=16', False)
    options = {
        f'{part}_dataloader.dataset.pipeline.0.{name}_dir': places[name]
        for part in ('train', 'val', 'test')
        for name in ('pgm_proposals', 'pgm_features')}
    runner = runs.build(path, work_dir=f'{folder}/pem', **options)
    runner.train()
    assert 0 < runner.test()['AUC'] <= 100

    with pytest.raises(BAPGConfigError, match='model PEM: found none of'):
        add_bapg(Config.fromfile(
            activitynet.config(folder, PEM, 'pem_hidden_dim=16', True)))
