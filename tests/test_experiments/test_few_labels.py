"""Training on few of the training videos."""
import json

import numpy as np
import pytest
from mmaction.registry import DATA_SAMPLERS, DATASETS
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmbapg.datasets.annotations import AnnotationError, VideoAnnotation
from mmbapg.datasets.embedding_files import read_embeddings
from mmbapg.experiments import cross_validation as module
from mmbapg.experiments.cross_validation import Run
from mmbapg.experiments.cross_validation_report import Grid, report
from mmbapg.experiments.few_labels import (
    draw_labelled,
    label_only,
    missing_classes,
)
from mmbapg.experiments.kept_runs import keep
from mmbapg.experiments.label_curves import label_curves, write_label_curves
from mmbapg.experiments.validated_sets import DEFAULT, Encoder
from tests import tiny
from tests.test_experiments.test_cross_validation import write

SEEDS = range(10)


def videos(labels, subjects=None):
    """Videos ``0``, ``1``, ... with these labels and subjects."""
    return [VideoAnnotation(
        str(index), 10.0, np.zeros((len(each), 2)), tuple(each),
        fields=dict(subject=subjects[index]) if subjects else {})
        for index, each in enumerate(labels)]


def names(*arguments):
    return [video.name for video in draw_labelled(*arguments)]


def test_fewer_videos_are_among_more_of_the_same_seed():
    all_videos = videos(['ab'] * 30)
    draws = {tuple(names(all_videos, 20, seed)) for seed in SEEDS}
    assert len(draws) == len(SEEDS)
    for draw in draws:
        assert len(set(draw)) == 20
    for number in (2, 5, 10):
        assert names(all_videos, number, 3) == names(all_videos, 20, 3)[
            :number]


@pytest.mark.parametrize('wanted,group,found', [
    (videos(['a'] * 17 + ['abc'] * 3), None,
     lambda video: 'c' in video.labels),
    (videos(['a'] * 20, 'A' * 17 + 'BBB'), 'subject',
     lambda video: video.fields['subject'] == 'B')])
def test_every_class_and_two_groups_are_drawn_where_they_can_be(
        wanted, group, found):
    """By chance in six of ten draws."""
    for seed in SEEDS:
        assert any(map(found, draw_labelled(wanted, 5, seed, group)))


def test_classes_that_cannot_all_be_shown_are_told():
    wanted = videos('abcdefgh')
    few = draw_labelled(wanted, 6, 0)
    missing = missing_classes(few, wanted)
    assert len(few) == 6 and len(missing) == 2
    assert {*missing, *(video.labels[0] for video in few)} == set('abcdefgh')


@pytest.mark.parametrize('number', [0, 1, 4])
def test_a_number_that_cannot_be_labelled(number):
    with pytest.raises(AnnotationError) as refused:
        draw_labelled(videos('abc'), number, 0, path='a.json')
    assert str(refused.value) == (
        f'a.json: found 3 training videos and {number} to label, expected at '
        'least 2 to label, and at most all')


@pytest.mark.parametrize('write_config', [tiny.encoder_config,
                                          tiny.localizer_config])
def test_few_videos_make_an_epoch_as_long_as_all(folder, write_config,
                                                 monkeypatch):
    loader = Config.fromfile(write_config(folder)).train_dataloader

    def samples():
        dataset = DATASETS.build(loader.dataset)
        return len(DATA_SAMPLERS.build(
            loader.sampler, default_args=dict(dataset=dataset)))

    whole = samples()
    loader.dataset.where = dict(subset=['training'])
    with monkeypatch.context() as patch:  # before there is a runner
        patch.setattr(DefaultScope, 'get_current_instance', lambda: None)
        label_only(loader, ['video1', 'video4'])
    assert loader.dataset.where == dict(subset=['training'],
                                        video=['video1', 'video4'])
    assert whole <= samples() < 1.5 * whole
    label_only(loader, ['video4'])  # of what is there
    assert whole <= samples() < 2 * whole


def test_a_run_on_few_videos(tiny_cv, monkeypatch):
    """Cross-fitted in as many parts as it has videos; tested on all."""
    monkeypatch.setitem(module.ENCODERS, DEFAULT, Encoder(cross_fit=3))
    run = Run(1, 0, DEFAULT, None, 2)
    figures = tiny_cv.figures(run)
    few = {video.name for video in tiny_cv.training_videos(run)}
    assert len(few) == 2 and few < {'video4', 'video5', 'video6'}
    stages = tiny_cv.stages(run)
    assert stages.cross_fit == 2
    assert 0 <= figures['collapse'] <= 1
    for index in range(7):
        made = read_embeddings(str(
            stages.embeddings_dir / f'video{index}.npz')).provenance
        assert set(made.training_videos) == few - {f'video{index}'}
    host = tiny_cv.stages(run._replace(name='bapg', host='small'))
    assert host.embeddings_dir == stages.embeddings_dir
    assert set(host.labelled) == few
    assert host.config('host').test_dataloader.dataset.where == dict(
        subset=['training'])


def test_runs_on_few_videos_and_on_all_are_kept_apart(tiny_cv):
    runs = [Run(0, 0, name, host, number) for name, host in (
        (DEFAULT, None), ('host', 'small'), ('bapg', 'small'))
        for number in (None, 2, 3)]
    assert len({tiny_cv._file(run) for run in runs}) == len(runs)
    run = runs[3]
    assert tiny_cv._folder(run) == tiny_cv.work_dir / 'small/host/part0_seed0'
    assert [str(each) for each in runs[3:5]] == [
        'small host part 0 seed 0', 'small host part 0 seed 0 2 labelled']
    before = tiny_cv._settings(run)  # of a run that knew no few labels
    assert before.pop('labelled') is before.pop('cross_fit_group') is None
    keep(tiny_cv._file(run), dict(mAP=0.5), before)
    assert tiny_cv.figures(run) == dict(mAP=0.5)
    assert len(tiny_cv._settings(runs[4])['labelled']) == 2
    bapg = tiny_cv._settings(runs[8])
    assert bapg['sources'][DEFAULT]['labelled'] == bapg['labelled']


def test_the_group_of_cross_fitting_decides_figures(tiny_cv):
    object.__setattr__(tiny_cv.dataset, 'group', 'subset')
    settings = tiny_cv._settings(Run(0, 0, 'bapg', 'small'))
    assert settings['sources'][DEFAULT]['cross_fit_group'] == 'subset'
    assert settings['cross_fit_group'] is None  # a host fits nothing


def test_rows_and_curves(tiny_cv, capsys):
    path = tiny_cv.data_root / 'annotations.json'
    content = json.loads(path.read_text())
    drawn = {video.name for video in tiny_cv.training_videos(
        Run(0, 3, '', None, 2))}
    left_out = min({'video0', 'video1', 'video2', 'video3'} - drawn)
    content['database'][left_out]['annotations'][0]['label'] = 'wave'
    path.write_text(json.dumps(content))
    grid = Grid(['small'], ['host', 'bapg'], [DEFAULT], [0], [3],
                [2, None])
    tiny.write_video_embeddings(tiny_cv.data_root)
    for run in grid.runs():
        write(tiny_cv, run)
    results = report(tiny_cv, grid)
    assert list(results['collapse']) == [f'{DEFAULT}, 2 labelled', DEFAULT]
    assert results['labelled'] == dict(small={'small, 2 labelled': 2.0,
                                              'small': 4.0})
    assert results['localization']['small']['bapg']['mAP interval'] == [
        100, 100]
    assert len(results['mAP']) == 4
    text = (tiny_cv.work_dir / 'tables.md').read_text()
    assert '| small, 2 labelled, bapg | 30.0 |' in text
    assert f'| {DEFAULT}, 2 labelled | 0.500 |' in text
    assert ('part 0, seed 3: none of the 2 labelled videos shows wave' in
            capsys.readouterr().out)
    points = label_curves(results)['small']
    assert [point.videos for point in points['bapg']] == [2, 4]
    assert points['host'][0].gain is None
    mean_ap, interval, gain, gain_interval = points['bapg'][1][1:]
    assert (mean_ap, gain) == pytest.approx((30, 20))
    assert interval == gain_interval == [100, 100]
    write_label_curves(results, tiny_cv.work_dir / 'curves.png')
    assert (tiny_cv.work_dir / 'curves.png').stat().st_size > 10000
