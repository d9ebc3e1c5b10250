"""Cross-validation of a tiny dataset, end to end, and its statistics."""
import dataclasses
import json
import runpy
import sys

import numpy as np
import pytest

from mmbapg.datasets.annotations import classes_of, load_annotations, select
from mmbapg.datasets.embedding_files import read_embeddings, read_provenance
from mmbapg.evaluation import Segments
from mmbapg.evaluation.submission import write_submission
from mmbapg.experiments import cross_validation as module
from mmbapg.experiments.control_embeddings import write_featureless_embeddings
from mmbapg.experiments.cross_validation import CrossValidation, Run
from mmbapg.experiments.cross_validation_report import Grid, report
from mmbapg.experiments.cross_validation_tables import FIGURES
from mmbapg.experiments.encoder_tables import EVEN, LEARNED, NUMBERS, RAW
from mmbapg.experiments.validated_sets import Encoder
from tests import runs, tiny
from tests.runs import clutter_in


def test_tables_of_all_runs(tiny_cv, capsys):
    grid = Grid(['small'], ['host', 'bapg'], ['default'], [0, 1], [3, 4])
    tiny.write_video_embeddings(tiny_cv.data_root)
    for run in grid.runs():
        write(tiny_cv, run)
    results = report(tiny_cv, grid)
    written = json.loads((tiny_cv.work_dir / 'results.json').read_text())
    assert written == json.loads(json.dumps(results))
    assert results['boundaries']['default']['1 s'][0] == 0.5
    assert results['proposals']['default, m = 15']['AR@20'][0] == 0.2
    assert results['collapse']['default'][0] == pytest.approx(0.3)
    bapg = results['localization']['small']['bapg']
    assert bapg['mAP'][0] == pytest.approx(35)  # 30 and 40
    assert results['mAP']['small bapg part 1 seed 3'] == pytest.approx(40)
    assert bapg['against host'] == pytest.approx((20, 0))
    assert bapg['interval'] == [100, 100]
    assert bapg['mAP if']['as it is'] == (100, 0)
    assert bapg['gain if']['as it is'] == (100, 0)
    assert results['evidence'] == {}  # embeddings without classes
    gates = results['gates']
    assert list(gates) == ['small', 'small, bapg', 'default', EVEN]
    assert gates['small, bapg']['f1']['0.25'] == gates['small']['missed'] == (
        1, 0)
    assert gates['small']['false alarms'] is None
    assert gates['small']['misses found by']['small, bapg'] == (1, 0)
    assert gates['default']['f1']['0.25'] > gates[EVEN]['f1']['0.25']
    text = (tiny_cv.work_dir / 'tables.md').read_text()
    assert '| small | 0.000 ± 0.000 |' in text
    assert '|  | default | small | evenly spaced cuts |' in text
    assert '| +100.0 to +100.0 |' in text
    assert '| 100.0 +100.0 ± 0.0 |' in text
    assert '| small, bapg | 35.0 |' in text and '| 35.0 ± 0.0 |' in text
    assert '| default, m = 15 | 20.0 ± 0.0 |' in text
    assert '| evenly spaced cuts | 0.100 ± 0.000 |' in text
    assert '| 0.500 ± 0.000 | 20.0 ± 0.0 |' in text
    assert 'Tiny, 2 parts, seeds 3, 4' in text and '| +20.0 ± 0.0 |' in text
    assert 'small, bapg' in capsys.readouterr().out
    page = (tiny_cv.work_dir / 'report/index.html').read_text()
    assert '7 videos' in page and '>small, bapg</h3>' in page


def write(cv, run):
    """What a run that was never made left: the host finds nothing, and all
    with BAPG."""
    value = 0.1 + 0.1 * run.part + 0.2 * (run.name == 'bapg')
    figures = {name: value for name in FIGURES} if run.host else dict(
        boundaries={'evenly spaced cuts': [0.1] * 3,
                    'learned embeddings': [0.5] * 3},
        proposals={'learned embeddings, m = 15': [0.2] * 4}, collapse=0.3)
    file = cv._file(run)
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(figures))
    if not run.host:
        cv.stages(run).embeddings_dir.symlink_to(cv.data_root / 'embeddings')
    else:
        path = str(cv.data_root / 'annotations.json')
        classes = classes_of(path)
        found = {}
        for video in select(load_annotations(path), where={
                cv.dataset.field: cv.dataset.parts[run.part]}):
            labels = np.array([classes.index(each) for each in video.labels])
            everything = Segments(video.segments, labels, np.ones(len(labels)))
            found[video.name] = Segments(*(
                field[:len(labels) * (run.name == 'bapg')]
                for field in everything))
        cv.detections(run).parent.mkdir(parents=True)
        write_submission(str(cv.detections(run)), found, classes)


def test_encoders_see_the_other_part_only_and_are_shared(tiny_cv,
                                                         monkeypatch):
    monkeypatch.setitem(module.ENCODERS, 'default', Encoder(cross_fit=2))
    figures = tiny_cv.figures(Run(1, 0, 'bapg', 'small'))
    assert 0 <= figures['mAP'] <= 1 and 'proposals/AR@50' in figures
    folder = tiny_cv.work_dir / 'encoders/default/part1_seed0/embeddings'
    validation = {f'video{index}' for index in (4, 5, 6)}
    for index in range(7):
        made = read_provenance(folder / f'video{index}.npz')
        assert set(made.training_videos) <= validation
        assert f'video{index}' not in made.training_videos
    encoder = json.loads((folder.parent / 'figures.json').read_text())
    assert set(encoder['boundaries']) == {EVEN, RAW, LEARNED}
    assert len(encoder['proposals']) == 3 * len(NUMBERS)
    assert 0 < encoder['collapse'] <= 1
    host = tiny_cv.stages(Run(1, 0, 'bapg', 'small'))
    assert host.embeddings_dir == folder
    config = host.config('host_with_bapg')
    assert config.train_dataloader.dataset.where.subset == ['validation']
    assert config.test_dataloader.dataset.where.subset == ['training']


def test_parts_share_the_encoders_that_have_seen_neither(tiny_cv,
                                                         monkeypatch):
    monkeypatch.setitem(module.ENCODERS, 'default', Encoder(cross_fit=2))
    path = tiny_cv.data_root / 'annotations.json'
    content = json.loads(path.read_text())
    for number, video in enumerate(content['database'].values()):
        video['fold'] = number % 3
    path.write_text(json.dumps(content))
    cv = dataclasses.replace(tiny_cv, dataset=dataclasses.replace(
        tiny_cv.dataset, field='fold', parts=(0, 1, 2)))
    cv.complete([Run(part, 0, 'default') for part in range(3)])
    folder = cv.work_dir / 'encoders/default'
    assert sorted(file.name for file in folder.iterdir()) == [
        'part0_1_seed0', 'part0_2_seed0', 'part0_seed0', 'part1_2_seed0',
        'part1_seed0', 'part2_seed0']
    folds = {name: video['fold']
             for name, video in content['database'].items()}
    for part in range(3):
        for name, fold in folds.items():
            made = read_provenance(
                folder / f'part{part}_seed0/embeddings/{name}.npz')
            assert {folds[seen] for seen in made.training_videos} == {
                0, 1, 2} - {part, fold}
    assert not cv._shared(Run(0, 0, 'default', labelled=2))


def test_joined_encoders_come_after_those_that_they_join(tiny_cv,
                                                         monkeypatch):
    for name in ('default', 'second'):
        monkeypatch.setitem(module.ENCODERS, name, Encoder())
    monkeypatch.setitem(module.ENCODERS, 'two-encoders',
                        Encoder(joins=('default', 'second')))
    order = []
    encode = CrossValidation._encode
    monkeypatch.setattr(CrossValidation, '_encode', lambda self, run: (
        order.append(run.name), encode(self, run))[1])
    runs_ = [Run(0, 0, 'two-encoders'), Run(0, 0, 'second')]
    tiny_cv.complete(runs_)
    assert order == ['default', 'second', 'two-encoders']
    widths = [read_embeddings(str(
        tiny_cv.work_dir / f'encoders/{name}/part0_seed0/embeddings'
        '/video0.npz')).embeddings.shape[1] for name in order]
    assert widths[2] == widths[0] + widths[1]


def test_even_cuts_know_nothing_of_the_video(folder, tmp_path):
    from mmbapg.datasets.transforms.clustering import (
        TemporalSimilarityClustering,
    )
    write_featureless_embeddings(folder / 'embeddings', tmp_path / 'even')
    content = read_embeddings(tmp_path / 'even/video0.npz')
    cut = TemporalSimilarityClustering(
        str(tmp_path / 'even'), num_change_points=(4, )).cluster(
            content, len(content.times) * tiny.INTERVAL)
    lengths = np.diff(cut.regions)[:, 0]
    assert len(lengths) == 5
    assert lengths.max() - lengths.min() <= 2 * tiny.INTERVAL


def test_what_is_done_is_not_done_again(tiny_cv, monkeypatch):
    run = Run(0, 0, 'host', 'small')
    file = tiny_cv.work_dir / 'small/host/part0_seed0/figures.json'
    file.parent.mkdir(parents=True)
    file.write_text('{"mAP": 0.5}')
    monkeypatch.setattr(CrossValidation, '_localize', None)
    tiny_cv.complete([run], jobs=2)
    assert tiny_cv.figures(run) == {'mAP': 0.5}


def test_a_short_form_trains_for_fewer_epochs(tiny_cv):
    cv = dataclasses.replace(tiny_cv, epochs_share=0.5)
    cv.options = {stage: {'train_cfg.max_epochs': 6}
                  for stage in ('encoder', 'host')}
    run = Run(0, 0, 'host', 'small')
    stages = cv.stages(run)
    for stage in cv.options:
        cfg = stages.config(stage)
        assert cfg.train_cfg.max_epochs == 3
        assert cfg.default_hooks.checkpoint.interval == 3
    assert cv._settings(run)['epochs_share'] == 0.5  # not mixed with others


def test_a_control_trains_the_host_for_longer(tiny_cv):
    for name, source in (('host-longer', None), ('bapg-longer', 'bapg')):
        run = Run(0, 0, name, 'small')
        stages = tiny_cv.stages(run)
        stage = 'host_with_bapg' if source else 'host'
        assert stages.config(stage).train_cfg.max_epochs == 2
        same = Run(0, 0, source or 'host', 'small')
        assert tiny_cv._sources(run) == tiny_cv._sources(same)
        assert tiny_cv._settings(run) == dict(
            tiny_cv._settings(same), epochs_share=2.0)


def test_in_two_processes(tiny_cv, capsys):
    """With the same figures as in this one; the output is in a file."""
    runs = [Run(0, seed, 'host', 'small') for seed in (0, 1)]
    tiny_cv.complete(runs, jobs=2)
    assert 'Tiny: small host part 0 seed 1' in capsys.readouterr().out
    log = tiny_cv.work_dir / 'small/host/part0_seed1/run.log'
    assert 'Testing' in log.read_text()
    assert 'Warning: ' not in log.read_text()
    assert not clutter_in(log.read_text())
    again = CrossValidation(tiny_cv.dataset, tiny_cv.data_root,
                            tiny_cv.work_dir / 'again')
    assert again.figures(runs[1]) == tiny_cv.figures(runs[1])


def test_a_run_that_fails_ends_the_cross_validation(tiny_cv, warm_processes):
    (tiny_cv.data_root / 'features/video0.npy').unlink()
    with pytest.raises(Exception, match='video0'):
        tiny_cv.complete([Run(0, 0, 'host', 'small'),
                          Run(0, 1, 'host', 'small')], jobs=2)
    assert not list(tiny_cv.work_dir.rglob('figures.json'))


def test_encoders_on_frames_need_videos(tiny_cv):
    with pytest.raises(ValueError, match='Tiny has no encoder on frames'):
        tiny_cv.stages(Run(0, 0, 'frames'))


@pytest.mark.parametrize('given, told', [
    (['--labelled', '5', 'few'], "'few', expected a number of videos, or all"),
    (['--page', 'none.md'], '--page: found no file none.md'),
    (['--epochs', '2'], 'expected a share above 0, at most 1')])
def test_arguments_that_do_not_serve(monkeypatch, capsys, given, told):
    tool = str(tiny.ROOT / 'tools/cross_validate.py')
    monkeypatch.setattr(sys, 'argv', [tool, *given])
    with pytest.raises(SystemExit):
        runpy.run_path(tool, run_name='__main__')
    assert told in capsys.readouterr().err


def test_the_command_says_what_is_missing(tmp_path):
    done = runs.run('python', tiny.ROOT / 'tools/cross_validate.py',
                    '--dataset', 'gesture', '--data', tmp_path, check=False)
    assert done.returncode
    assert (f'error: {tmp_path}/features: no such folder; see '
            'tools/data/gesture/README.md') in done.stderr
