"""Generators of proposals beside each other, on data that train in seconds."""
import json
import runpy
import sys

import cv2
import pytest

from mmbapg.experiments import kept_runs
from mmbapg.experiments.cross_validation import Run
from mmbapg.experiments.proposal_trials import (
    BASELINE,
    CLASSIFIER,
    COMPLETE,
    METHODS,
    ProposalTrials,
    of_proposals,
)
from mmbapg.experiments.proposal_trials_report import FIGURES, report
from tests import tiny
from tests.proposal_sets import WITHOUT, small_set


@pytest.fixture
def trials(tmp_path):
    return ProposalTrials(small_set(tmp_path), tmp_path, tmp_path / 'trials')


def test_trained_named_and_compared(trials, capsys, monkeypatch):
    names = [BASELINE, COMPLETE, WITHOUT]
    results = report(trials, names, [0], [0])
    written = json.loads((trials.work_dir / 'proposals.json').read_text())
    assert written == json.loads(json.dumps(results))
    rows = results['methods']
    for name in names:
        assert {*FIGURES} <= {*rows[name]}
        recalls = [rows[name][f'AR@{number}'][0] for number in (10, 50, 100)]
        assert recalls == sorted(recalls) and 0 <= recalls[0]
        assert 0 <= rows[name]['AUC'][0] <= recalls[-1] <= 100
        assert 0 <= rows[name]['mAP'][0] <= 100
    assert rows[COMPLETE]['AUC'][0] > 1
    for name, other in ((COMPLETE, BASELINE), (WITHOUT, COMPLETE)):
        beside = rows[name]['beside']
        assert beside['name'] == other
        for figure in ('AUC', 'mAP'):
            difference, _ = beside[figure]['difference']
            assert difference == pytest.approx(
                rows[name][figure][0] - rows[other][figure][0])
            low, high = beside[figure]['interval']
            assert low <= high and -100 <= low and high <= 100
    assert 'beside' not in rows[BASELINE]
    # the ablation tests the weights of the complete model
    run = Run(0, 0, 'host', WITHOUT)
    assert trials.figures(run)['checkpoint'] == trials.figures(
        run._replace(host=COMPLETE))['checkpoint']
    assert rows[WITHOUT]['AUC'] != rows[COMPLETE]['AUC']
    labels = {row['label'] for rows in json.loads(
        trials.classified(run).read_text())['results'].values()
        for row in rows}
    assert labels == {*tiny.CLASSES}
    page = (trials.work_dir / 'proposals.md').read_text()
    assert all(f'| {name} | ' in page for name in names)
    assert cv2.imread(str(trials.work_dir / 'proposals.png')).std() > 0
    assert 'AUC, 95 % interval' in page and 'BSN++' in capsys.readouterr().out
    # a second call finds all done
    monkeypatch.setattr(ProposalTrials, '_localize', None)
    assert report(trials, names, [0], [0]) == results
    # all with one
    rows = report(trials, names, [0], [0], beside=BASELINE)['methods']
    assert rows[WITHOUT]['beside']['name'] == BASELINE
    assert rows[WITHOUT]['beside']['AUC']['difference'][0] == pytest.approx(
        rows[WITHOUT]['AUC'][0] - rows[BASELINE]['AUC'][0])
    # of one person, who is drawn as a whole, nothing else could be drawn
    object.__setattr__(trials.dataset, 'group', 'subset')
    beside = report(trials, names, [0], [0])['methods'][COMPLETE]['beside']
    for figure in ('AUC', 'mAP'):
        low, high = beside[figure]['interval']
        assert low == high == pytest.approx(beside[figure]['difference'][0])
    # but not what would be of other settings
    trials.options = dict(host={'train_dataloader.batch_size': 3})
    with pytest.raises(kept_runs.KeptRunError, match='holds a run with'):
        report(trials, names, [0], [0])


@pytest.mark.parametrize('name', ['fir', 'gesture', 'vts'])
def test_the_same_data_for_all(tmp_path, name):
    """Windows, batches, epochs, the longest proposal, and what the ablations
    change."""
    (tmp_path / 'annotations.json').write_text(json.dumps(dict(database=dict(
        v=dict(duration=9, annotations=[dict(label='a', segment=[0, 1])])))))
    dataset = of_proposals(name)
    trials = ProposalTrials(dataset, tmp_path, tmp_path, epochs_share=0.5)
    seen = []
    for method in METHODS:
        cfg = trials.stages(Run(0, 0, 'host', method)).config('host')
        data = cfg.train_dataloader
        assert cfg.model.head.num_durations == data.dataset.num_durations
        seen.append((data.batch_size, data.dataset.window_size,
                     data.dataset.overlap, cfg.train_cfg.max_epochs,
                     cfg.optim_wrapper.optimizer, data.dataset.where,
                     data.dataset.num_durations,
                     cfg.model.window_size, cfg.model.head.num_classes))
        for option, value in METHODS[method].options.items():
            node = cfg
            for key in option.split('.'):
                node = node[key]
            assert node == value
    assert seen == [seen[0]] * len(METHODS)
    assert seen[0][3] == (5 if name == 'gesture' else 10)
    assert seen[0][6:] == (128 if name == 'fir' else 64, 128, 1)
    named_by = trials.stages(Run(0, 0, 'host', CLASSIFIER)).config('host')
    assert named_by.train_cfg.max_epochs == 20
    # what names proposals has not seen a video of the test either
    first, *others = dataset.parts
    assert named_by.train_dataloader.dataset.where == seen[0][5] == {
        dataset.field: others}
    assert named_by.test_dataloader.dataset.where == {dataset.field: [first]}


@pytest.mark.parametrize('words,said', [
    (['--methods', 'BSN'], "found method 'BSN', expected some of BMN"),
    (['--methods', 'BMN', '--beside', 'G-TAD'],
     "--beside: found 'G-TAD', expected one of BMN")])
def test_the_command_refuses(words, said, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, 'argv', [
        'proposal_trials.py', 'fir', str(tmp_path), *words])
    with pytest.raises(SystemExit, match=said):
        runpy.run_path(str(tiny.ROOT / 'tools/analysis/proposal_trials.py'),
                       run_name='__main__')
