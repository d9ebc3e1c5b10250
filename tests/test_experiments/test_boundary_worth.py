"""What boundaries are worth, on a tiny dataset."""
import json
import runpy
import sys

import pytest
from mmengine.config import Config

from mmbapg.datasets.embedding_files import read_provenance
from mmbapg.experiments import boundary_worth as module
from mmbapg.experiments.boundary_worth import (
    HOST,
    LEARNED,
    BoundaryWorth,
    report,
    worth_table,
)
from mmbapg.experiments.cross_validation_tables import markdown
from mmbapg.experiments.given_boundaries import Quality
from mmbapg.experiments.kept_runs import KeptRunError
from mmbapg.experiments.stretched_schedule import ScheduleError, trained_for
from mmbapg.experiments.whole_runs import UnfitConfigError
from tests import tiny

TRUE = str(Quality(0.0))


@pytest.fixture
def worth(tmp_path):
    """A host that trains for one epoch on four videos; no embeddings."""
    tiny.write_features(tmp_path, num_training=4, num_validation=2)
    return BoundaryWorth(Config.fromfile(tiny.bapg_config(tmp_path)),
                         tmp_path / 'worth', epochs=1)


def test_host_learned_and_true(worth, monkeypatch, capsys):
    folder = worth.work_dir.parent
    tiny.write_video_embeddings(folder)
    results = report(worth, [Quality(0.0)], [3])
    assert list(results) == [HOST, LEARNED, TRUE]
    assert results == json.loads((worth.work_dir / 'results.json').read_text())
    assert list(results[TRUE]['f1'].values()) == [[1.0]] * 4
    assert 0 < results[LEARNED]['f1']['0.5'][0] < 1
    assert results[HOST]['seeds'] == [3] and 0 <= results[HOST]['mAP'][0]
    assert 'true, σ = 0 s' in capsys.readouterr().out
    # what was run: true boundaries of all videos, through BAPG's neck
    run = worth.work_dir / 'sigma0_missing0_invented0/seed3'
    assert len(json.loads((run / 'boundaries.json').read_text())) == 6
    config = Config.fromfile(next(run.glob('*.py')))
    assert config.model.type == 'BAPG'
    assert config.train_dataloader.dataset.pipeline[-2].type == (
        'GivenBoundaries')
    alone = Config.fromfile(next((worth.work_dir / 'host').rglob('*.py')))
    assert alone.model.type == 'ActionFormer'
    # nothing is run again, and nothing of other settings is taken
    monkeypatch.setattr(module, 'train_and_test', None)
    assert report(worth, [Quality(0.0)], [3]) == results
    longer = BoundaryWorth(worth.cfg, worth.work_dir, epochs=2)
    with pytest.raises(KeptRunError, match='= 1, found 2 now'):
        report(longer, [], [3])


def test_without_embeddings_it_says_so(worth, monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(BoundaryWorth, 'figures', lambda self, row, *_: (
        asked.append(row), dict(mAP=0.5, f1={'1': 0.25}))[1])
    report(worth, [Quality(1.0)], [0, 1])
    assert asked == 2 * [HOST] + 2 * [str(Quality(1.0))]
    told = ' '.join(capsys.readouterr().out.split())
    assert 'no embeddings, so no row of learned boundaries' in told


def test_rounded_as_finely_as_what_they_replace(worth):
    assert worth.interval == module.INTERVAL
    folder = tiny.write_video_embeddings(worth.work_dir.parent, interval=0.2)
    assert BoundaryWorth(worth.cfg, worth.work_dir).interval == (
        read_provenance(folder / 'video0.npz').interval) == 0.2
    assert BoundaryWorth(worth.cfg, worth.work_dir, interval=0.1
                         ).interval == 0.1


def test_table():
    results = {
        HOST: dict(seeds=[0, 1], mAP=[50.0, 52.0], f1={'1': [0.25, 0.75]}),
        TRUE: dict(seeds=[0, 1], mAP=[60.0, 64.0], f1={'1': [1.0, 1.0]})}
    assert markdown(worth_table(results)).splitlines()[2:] == [
        '| host alone | 0.500 | 51.0 ± 1.4 |  |',
        '| true, σ = 0 s | 1.000 | 62.0 ± 2.8 | +11.0 ± 1.0 |']


@pytest.mark.parametrize('change, message', [
    (dict(bapg=None), 'found no field bapg, expected the config of a host'),
    ({'bapg.clustering.type': 'Own'}, 'bapg.clustering: found type Own'),
    (dict(test_evaluator=[dict(type='ProposalRecallMetric')]),
     'test_evaluator: found no TemporalLocalizationMetric'),
    ({'train_dataloader.dataset': dict(_delete_=True, type='ToyDataset')},
     'found a dataset of type ToyDataset, expected')])
def test_configs_that_do_not_serve(worth, change, message, monkeypatch):
    from mmaction.registry import DATASETS
    monkeypatch.setitem(DATASETS.module_dict, 'ToyDataset',
                        type('ToyDataset', (), {
                            '__init__': lambda self, **kwargs: None}))
    cfg = worth.cfg.copy()
    cfg.merge_from_dict(change)
    if cfg.get('bapg') is None:
        cfg.pop('bapg')
    with pytest.raises(UnfitConfigError, match=message):
        BoundaryWorth(cfg, worth.work_dir)


def test_a_schedule_is_stretched():
    cfg = Config(dict(train_cfg=dict(max_epochs=20), param_scheduler=[
        dict(type='LinearLR', begin=0, end=1),
        dict(type='MultiStepLR', begin=1, end=20, milestones=[10, 16]),
        dict(type='LinearLR', by_epoch=False, end=500)]))
    half = trained_for(cfg, 10)
    assert half.train_cfg.max_epochs == 10
    assert half.param_scheduler == [
        dict(type='LinearLR', begin=0, end=1),
        dict(type='MultiStepLR', begin=0, end=10, milestones=[5, 8]),
        dict(type='LinearLR', by_epoch=False, end=500)]
    assert cfg.train_cfg.max_epochs == 20  # as it was
    one = Config(dict(train_cfg=dict(max_epochs=20), param_scheduler=dict(
        type='WarmupCosineLR', warmup=5)))
    assert trained_for(one, 40).param_scheduler.warmup == 10
    assert trained_for(one, None).param_scheduler.warmup == 5
    with pytest.raises(ScheduleError, match='found 0 epochs, expected at'):
        trained_for(cfg, 0)
    with pytest.raises(ScheduleError, match='found no max_epochs, expected'):
        trained_for(Config(dict(train_cfg=dict(max_iters=9))), 1)


@pytest.mark.parametrize('config, sigma, message', [
    ('tiny_bapg.py', '-1', 'error: found Quality(sigma=-1'),
    ('gone.py', '1', 'gone.py: no such file, expected the config of a host')])
def test_the_command_ends_with_one_line(worth, config, sigma, message,
                                        monkeypatch):
    monkeypatch.setattr(sys, 'argv', [
        'boundary_worth.py', str(worth.work_dir.parent / config), '--sigmas',
        sigma, '--work-dir', str(worth.work_dir)])
    with pytest.raises(SystemExit) as stop:
        runpy.run_path(str(tiny.ROOT / 'tools/analysis/boundary_worth.py'),
                       run_name='__main__')
    assert message in str(stop.value.code)
    assert not worth.work_dir.exists()
