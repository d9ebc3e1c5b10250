"""Learners of made-up boundaries and their controls, on tiny features."""
import json
import runpy
import sys

import numpy as np
import pytest
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmbapg.datasets.embedding_files import read_embeddings
from mmbapg.experiments.boundary_pretraining import (
    FOUR_KINDS,
    LEARNERS,
    RANDOM,
    BoundaryPretraining,
    Run,
)
from mmbapg.experiments.boundary_pretraining_report import (
    beside,
    report,
    report_hosts,
)
from mmbapg.experiments.kept_runs import KeptRunError
from mmbapg.experiments.validated_sets import ValidatedSet
from mmbapg.experiments.whole_runs import UnfitConfigError
from tests import tiny
from tests.boundary_sets import learner_config
from tests.tiny import CHANNELS

HEADS = dict(boundary=dict(type='BoundaryKindHead', in_channels=8,
                           num_classes=4))


@pytest.fixture
def trials(tmp_path):
    """Two parts: the subsets of the tiny dataset."""
    tiny.write_features(tmp_path, num_training=4, num_validation=3)
    root = f"\ndata_root = '{tmp_path}/'\n"
    learner_config(tmp_path, HEADS, epochs=1, extra=root)
    host = tiny.localizer_config(tmp_path, 'tiny.py', epochs=1, extra=root)
    dataset = ValidatedSet(
        'Tiny', 'subset', ('validation', 'training'), {},
        dict(small=str(host).replace('tiny.py', 'tiny{}.py')))
    return BoundaryPretraining(dataset, str(tmp_path / 'bsp.py'), tmp_path,
                               tmp_path / 'work')


def test_learners_and_hosts(trials, capsys):
    names = list(LEARNERS)
    found = report(trials, names, [0], [0, 1])
    assert json.loads((trials.work_dir / 'learners.json').read_text()) == (
        json.loads(json.dumps(found)))
    with_kinds = {name for name, learner in LEARNERS.items() if learner.kinds}
    learners = found['learners']
    assert {name for name in names if 'accuracy' in learners[name]} == (
        with_kinds)
    # what is planted raises a channel, which a linear layer sees
    assert 60 < found['stored'] <= 100
    for name in names:
        assert 0 < learners[name]['AP'][0] <= learners[name]['AP beside'][0]
    assert 'against' not in learners[RANDOM]
    runs = {name: [trials.figures(Run(name, 0, seed))['AP']
                   for seed in (0, 1)] for name in (RANDOM, FOUR_KINDS)}
    assert learners[FOUR_KINDS]['against']['AP'][0] == pytest.approx(
        100 * np.subtract(runs[FOUR_KINDS], runs[RANDOM]).mean())
    assert f'against {RANDOM}' in ' '.join(capsys.readouterr().out.split())

    hosts = report_hosts(trials, 'small', [RANDOM, FOUR_KINDS], [0], [0])
    assert list(hosts) == ['small', f'small, {RANDOM}', f'small, {FOUR_KINDS}']
    log = trials.work_dir / 'hosts' / f'small, {FOUR_KINDS}'
    cfg = Config.fromfile(log / 'part0_seed0/tiny.py')
    assert cfg.train_dataloader.dataset.data_prefix.feature == [
        f'{trials.work_dir}/stored',
        str(trials.features(Run(FOUR_KINDS, 0, 0)))]
    assert cfg.model.backbone.in_channels == CHANNELS + 8


def test_stored_features_where_no_run_has_begun(trials):
    """A report of kept runs asks for them first."""
    with DefaultScope.overwrite_default_scope('mmengine'):
        folder = trials.stored_features()
    assert len(list(folder.rglob('*.npz'))) == 7


def test_what_a_learner_sees_and_writes(trials):
    run = Run(FOUR_KINDS, 0, 0)
    figures = trials.figures(run)
    assert 0 <= figures['accuracy'] <= 1
    cfg = trials.learner(run)
    assert cfg.train_dataloader.dataset.source.where == dict(
        subset=['training'])
    assert cfg.test_dataloader.dataset.source.where == dict(
        subset=['validation'])
    assert cfg.test_dataloader.dataset.source.subset is None
    written = read_embeddings(trials.features(run) / 'video5.npz')
    stored = np.load(trials.data_root / 'features/video5.npy')
    assert written.embeddings.shape == (len(stored), 8)
    assert written.provenance.training_videos == tuple(
        f'video{number}' for number in range(4))
    trials.stored(0)
    seen = read_embeddings(trials.work_dir / 'stored/video5.npz')
    assert np.array_equal(seen.embeddings, stored)
    assert np.array_equal(seen.times, written.times)


def test_kept_and_refused(trials):
    run = Run(RANDOM, 0, 0)
    first = trials.figures(run)
    (trials.folder(run) / 'learner/untrained.pth').unlink()
    assert trials.figures(run) == first
    longer = BoundaryPretraining(
        trials.dataset, trials.config, trials.data_root, trials.work_dir, 2)
    with pytest.raises(KeptRunError, match='max_epochs = 1, found 2 now'):
        longer.figures(run)


def test_seeds_and_learners_differ(trials):
    def features(name, seed):
        run = Run(name, 1, seed)
        trials.figures(run)
        return read_embeddings(trials.features(run) / 'video0.npz').embeddings

    untrained = features(RANDOM, 0)
    assert np.abs(untrained - features(RANDOM, 1)).max() > 1e-3
    assert np.abs(untrained - features('actions', 0)).max() > 1e-3


def test_the_second_stream_of_a_host():
    data = dict(dataset=dict(
        data_prefix=dict(feature='own'), filename_tmpl='{}.npz',
        pipeline=[dict(type='LoadFeatures', channels=12)]))
    cfg = Config(dict(
        model=dict(in_channels=12, data_preprocessor=dict(channels=12)),
        train_dataloader=data, test_dataloader=data))
    made = beside(cfg, 'stored', 'second', 8)
    assert made.model == dict(in_channels=20,
                              data_preprocessor=dict(channels=20))
    for loader in (made.train_dataloader, made.test_dataloader):
        assert loader.dataset.data_prefix.feature == ['own', 'second']
        assert loader.dataset.pipeline[0].channels == 20
    del cfg.model.in_channels
    with pytest.raises(UnfitConfigError, match=(
            'found no width of features in model')):
        beside(cfg, 'stored', 'second', 8)


@pytest.mark.parametrize('words,said', [
    (['--learners', 'five kinds'], "found learner 'five kinds', expected"),
    (['--host', 'bmn'], "found host 'bmn', expected one of actionformer")])
def test_the_command_refuses(words, said, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, 'argv', [
        'pretraining_worth.py', 'fir', str(tmp_path), *words])
    with pytest.raises(SystemExit, match=said):
        runpy.run_path(str(tiny.ROOT / 'tools/analysis/pretraining_worth.py'),
                       run_name='__main__')
