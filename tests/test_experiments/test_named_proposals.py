"""Generators of proposals over parts and seeds, named by one classifier."""
import json
from dataclasses import replace

import pytest

from mmbapg.experiments.boundary_pretraining import (
    RANDOM,
    BoundaryPretraining,
    Run,
)
from mmbapg.experiments.boundary_pretraining_report import report_hosts
from mmbapg.experiments.kept_runs import KeptRunError
from mmbapg.experiments.named_proposals import NamedProposals
from mmbapg.experiments.over_folds import OverFolds, configs_of
from mmbapg.experiments.over_folds import Run as HostRun
from mmbapg.experiments.over_folds_report import report
from mmbapg.experiments.proposal_trials import BASELINE, CLASSIFIER, COMPLETE
from mmbapg.experiments.whole_runs import UnfitConfigError
from tests import tiny
from tests.boundary_sets import learner_config
from tests.proposal_sets import small_set


def config(dataset, name):
    cfg, = configs_of([dataset.hosts[name]]).values()
    return cfg


def test_found_named_and_compared(tmp_path, monkeypatch):
    dataset = small_set(tmp_path)
    configs = {name: config(dataset, name) for name in (BASELINE, COMPLETE)}
    work = tmp_path / 'named'
    trials = NamedProposals(configs, work, 'subset',
                            classifier=config(dataset, CLASSIFIER))
    results = report(trials, [0], [0])
    assert list(results) == [BASELINE, COMPLETE]
    for row in results.values():
        assert {'AR@100', 'AUC', 'mAP'} <= {*row['figures']}
        assert row['minutes'] > 0
    assert 0 < results[COMPLETE]['figures']['AUC'][0] <= 100
    assert results[COMPLETE]['figures']['AUC'][0] <= (
        results[COMPLETE]['figures']['AR@100'][0])
    low, high = results[COMPLETE]['interval']
    assert low <= high
    run = HostRun(BASELINE, 0, 0)
    found, named = (json.loads(path.read_text())['results'] for path in (
        trials.proposals(run), trials.detections(run)))
    assert {*found} == {*named}
    for video, rows in named.items():
        assert {row['label'] for row in rows} <= {*tiny.CLASSES}
        assert {tuple(row['segment']) for row in rows} <= {
            tuple(row['segment']) for row in found[video]}
    namer = trials.config(run._replace(name=CLASSIFIER))
    assert namer.train_dataloader.dataset.where == trials.config(
        run).train_dataloader.dataset.where
    # a second call finds all done, but not what other settings would give
    monkeypatch.setattr(NamedProposals, '_outcome', None)
    assert report(trials, [0], [0]) == results
    trials.classifier.train_dataloader.batch_size = 1
    with pytest.raises(KeptRunError, match='holds a run with'):
        trials.figures(run)


def test_proposals_alone_have_no_map(tmp_path):
    dataset = small_set(tmp_path)
    with pytest.raises(UnfitConfigError, match='no TemporalLocalization'):
        OverFolds({BASELINE: config(dataset, BASELINE)}, tmp_path, 'subset')


def test_beside_features_of_a_learner(tmp_path):
    dataset = replace(small_set(tmp_path), encoders={})
    learner_config(tmp_path, dict(boundary=dict(
        type='BoundaryKindHead', in_channels=8, num_classes=4)), epochs=1,
        extra=f"\ndata_root = '{tmp_path}/'\n")
    pretraining = BoundaryPretraining(
        dataset, str(tmp_path / 'bsp.py'), tmp_path, tmp_path / 'work')
    found = report_hosts(pretraining, BASELINE, [RANDOM], [0], [0])
    assert list(found) == [BASELINE, f'{BASELINE}, {RANDOM}']
    assert 'AUC' in found[BASELINE]['figures']
    assert pretraining.features(Run(RANDOM, 0, 0)).is_dir()
