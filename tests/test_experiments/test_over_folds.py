"""Configs over folds and seeds, on a tiny dataset."""
import json
import pickle
import runpy
import sys
from functools import partial

import numpy as np
import pytest

from mmbapg.datasets.annotations import AnnotationError, load_annotations
from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    write_embeddings,
)
from mmbapg.evaluation import Segments
from mmbapg.evaluation.submission import write_submission
from mmbapg.experiments import over_folds as module
from mmbapg.experiments.in_processes import quietly
from mmbapg.experiments.kept_runs import KeptRunError
from mmbapg.experiments.over_folds import OverFolds, Run, configs_of
from mmbapg.experiments.over_folds_report import report
from mmbapg.experiments.whole_runs import Outcome, UnfitConfigError
from tests import tiny


@pytest.fixture
def folder(tmp_path):
    """Two configs, and three folds of two videos each."""
    tiny.write_features(tmp_path, num_training=4, num_validation=2)
    path = tmp_path / 'annotations.json'
    content = json.loads(path.read_text())
    for number, video in enumerate(content['database'].values()):
        video['fold'] = number % 3
    path.write_text(json.dumps(content))
    root = f"\ndata_root = '{tmp_path}/'\n"
    tiny.localizer_config(tmp_path, 'one.py', epochs=1, extra=root)
    tiny.bapg_config(tmp_path, 'two.py', epochs=1, extra=root)
    return tmp_path


def trials_of(folder, *names, options=None, **settings):
    return OverFolds(
        configs_of([str(folder / name) for name in names], options=options),
        folder / 'work', **settings)


def test_a_run_sees_the_other_folds_and_is_kept(folder, monkeypatch):
    trials = trials_of(folder, 'one.py')
    run = Run('one', 1, 4)
    figures = trials.figures(run)
    assert 0 <= figures['metrics']['mAP'] <= 1 and figures['minutes'] > 0
    found = json.loads(trials.detections(run).read_text())
    assert set(found['results']) == {'video1', 'video4'}
    cfg = trials.config(run)
    assert cfg.train_dataloader.dataset.where == dict(fold=[0, 2])
    assert cfg.test_dataloader.dataset.where == dict(fold=[1])
    assert cfg.train_dataloader.dataset.subset is None
    assert (trials.folder(run) / 'epoch_1.pth').is_file()
    monkeypatch.setattr(module, 'train_and_test', None)
    assert trials.figures(run) == figures
    with pytest.raises(KeptRunError, match='= 1, found 2 now'):
        trials_of(folder, 'one.py', epochs=2).figures(run)


def stub(cfg, work_dir, title, seed):
    """What a config finds: the first nothing, the second everything but what
    a person B does."""
    name = work_dir.parent.name
    videos = load_annotations(cfg.test_dataloader.dataset.ann_file)
    fold = cfg.test_dataloader.dataset.where.fold[0]
    found = {}
    for video in videos.values():
        if video.fields['fold'] == fold:
            all_found = name == 'two' and video.fields.get('person') != 'B'
            labels = np.array([tiny.CLASSES.index(each)
                               for each in video.labels])
            found[video.name] = Segments(*(
                values[:len(labels) * all_found] for values in (
                    video.segments, labels, np.ones(len(labels)))))
    work_dir.mkdir(parents=True, exist_ok=True)
    write_submission(cfg.test_evaluator[0].out_file, found, tiny.CLASSES)
    value = 0.1 * fold + 0.2 * (name == 'two') + 0.02 * seed
    return Outcome({'mAP@0.5': value, 'mAP': value}, 3.0 if seed else None)


def test_a_table_of_pairs(folder, monkeypatch, capsys):
    monkeypatch.setattr(module, 'train_and_test', stub)
    trials = trials_of(folder, 'one.py', 'two.py')
    results = report(trials, trials.places(None), [0, 1])
    written = json.loads((trials.work_dir / 'results.json').read_text())
    assert written == json.loads(json.dumps(results))
    assert results['one']['figures']['mAP'] == (
        pytest.approx(11), pytest.approx(2 ** 0.5))
    assert results['two']['against'] == pytest.approx((20, 0))
    assert results['two']['interval'] == [100, 100]
    assert results['two']['runs']['two part 2 seed 1'] == pytest.approx(42)
    assert (trials.work_dir / 'table.md').read_text().splitlines()[2:] == [
        '|  | 0.5 | mAP | in pairs ± SE | 95 % interval | minutes |',
        '| --- | --- | --- | --- | --- | --- |',
        '| one | 11.0 | 11.0 ± 1.4 |  |  | 3.0 |',
        '| two | 31.0 | 31.0 ± 1.4 | +20.0 ± 0.0 | +100.0 to +100.0 | 3.0 |']
    assert 'fold 0, 1, 2, seeds 0, 1' in capsys.readouterr().out
    # as other processes get it
    work = partial(quietly, trials.figures, trials.folder)
    pickle.loads(pickle.dumps(work))(Run('one', 0, 0))
    assert (trials.folder(Run('one', 0, 0)) / 'run.log').is_file()


def test_videos_of_a_person_are_drawn_together(folder, monkeypatch):
    """Of two persons both, or either: all is found, or nothing. Of twelve
    videos some of each are drawn nearly always."""
    monkeypatch.setattr(module, 'train_and_test', stub)
    path = folder / 'annotations.json'
    content = json.loads(path.read_text())
    database = content['database']
    for number in range(12):
        database[f'more{number}'] = dict(
            database['video0'], person='aB'[number % 2])
    for name in ('video0', 'video3'):
        del database[name]
    path.write_text(json.dumps(content))
    found = {group: report(trials_of(folder, 'one.py', 'two.py', group=group),
                           [0], [0])['two'] for group in (None, 'person')}
    assert found['person'].pop('interval') == [0, 100]
    low, high = found[None].pop('interval')
    assert 5 < low < 45 and 55 < high < 95
    assert found[None] == found['person']  # of the same runs
    assert ('; intervals draw videos of one person together'
            in (folder / 'work/table.md').read_text())
    trials = trials_of(folder, 'one.py', group='person')
    with pytest.raises(AnnotationError, match=(
            r'annotations\.json: video video1, field person: found nothing, '
            'expected a text or a number to draw videos by')):
        report(trials, [0, 1], [0])
    trials.group = 'subset'
    with pytest.raises(AnnotationError, match=(
            "field subset: found 'training' in all videos of fold 0, expected "
            'two values or more to draw from, or no group')):
        report(trials, [0, 1], [0])


def test_embeddings_of_a_fold(folder):
    """Named by part and seed; not by an encoder that saw the tested videos."""
    trials = trials_of(folder, 'two.py', options={
        'bapg.clustering.embeddings': f'{folder}/part{{part}}_seed{{seed}}'})
    run = Run('two', 1, 7)
    place = trials.config(run).bapg.clustering.embeddings
    assert place == f'{folder}/part1_seed7'
    content = Embeddings(np.ones((4, 2), np.float32), np.arange(4.0),
                         Provenance(1.0, 'tiny', 'untrained',
                                    training_videos=('video0', 'video4')))
    write_embeddings(folder / 'part1_seed7/video4.npz', content)
    with pytest.raises(UnfitConfigError, match=(
            r'part1_seed7/video4\.npz: found embeddings of an encoder that '
            r'was trained on video4, which is tested on in two part 1 seed 7')
    ):
        trials.complete([run])


@pytest.mark.parametrize('names, settings, message', [
    (['one.py'], dict(by='person'), 'field person: found it in no video, '
     'expected two values or more'),
    (['one.py', 'one.py'], {}, 'one.py: found a second config of this name'),
    (['one.py', 'else.py'], {}, 'expected one file')])
def test_what_does_not_serve(folder, names, settings, message):
    text = (folder / 'one.py').read_text()
    (folder / 'else.py').write_text(text.replace('annotations.json',
                                                 'other.json'))
    with pytest.raises(UnfitConfigError, match=message):
        trials_of(folder, *names, **settings)


def test_the_command(folder, monkeypatch):
    tool = str(tiny.ROOT / 'tools/analysis/over_folds.py')
    monkeypatch.setattr(module, 'train_and_test', stub)
    command = [tool, str(folder / 'one.py'), str(folder / 'two.py'),
               '--work-dir', str(folder / 'work'), '--seeds', '0']
    monkeypatch.setattr(sys, 'argv', [*command, '--parts', '0', '2'])
    runpy.run_path(tool, run_name='__main__')
    results = json.loads((folder / 'work/results.json').read_text())
    assert list(results['one']['runs']) == ['one part 0 seed 0',
                                            'one part 2 seed 0']
    for wrong, message in (
            (['--parts', '3'], 'found no part 3, expected 0 to 2, which are '
             'fold 0, 1, 2'),
            (['--group', 'person'], '.* video video0, field person: found '
             'nothing, expected a text or a number')):
        monkeypatch.setattr(sys, 'argv', [*command, *wrong])
        with pytest.raises(SystemExit, match=f'error: {message}'):
            runpy.run_path(tool, run_name='__main__')
