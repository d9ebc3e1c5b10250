"""Benchmarks: what references do to their data, and annotation converters on
small files in the layout of the official ones."""
import json
import runpy

import numpy as np
import pytest
from mmaction.registry import DATASETS, TRANSFORMS

from mmbapg.datasets import (
    AnnotationError,
    ClipInstances,
    DropRepeatedInstances,
    FeatureFileError,
    LoadVideoScores,
    PackFeatures,
    RandomTruncation,
    VideoScoresError,
)
from mmbapg.datasets.annotations import classes_of, load_annotations
from mmbapg.datasets.sources import (
    activitynet,
    conversion,
    ego4d,
    epic_kitchens100,
    hacs,
    multithumos,
    thumos14,
)
from mmbapg.ops import TemporalGrid
from tests import tiny

NAMES = list(thumos14.UCF101_IDS)


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else
                    json.dumps(content))
    return path


def instance(label, start, end, **fields):
    return dict(label=label, segment=[start, end], **fields)


# what references do to instances

def features(segments, labels=None, steps=10, window=16):
    """A video of ``steps`` features, every 16 frames at 16 frames a second."""
    labels = range(len(segments)) if labels is None else labels
    return dict(
        video_name='v', features=np.zeros((steps, 2), np.float32),
        grid=TemporalGrid(stride=16, window=window, fps=16),
        segments=np.array(segments, float).reshape(-1, 2),
        labels=np.array(labels, np.int64))


def test_repeated_instances():
    data = features([[1, 2], [1.0009, 2], [1, 2], [1, 2.1], [3, 3.0005]],
                    [0, 0, 1, 0, 0])
    dropped = DropRepeatedInstances().transform(dict(data))
    assert dropped['segments'].tolist() == [[1, 2], [1, 2], [1, 2.1],
                                            [3, 3.0005]]
    assert dropped['labels'].tolist() == [0, 1, 0, 0]
    short = DropRepeatedInstances(min_length=1e-3).transform(dict(data))
    assert short['segments'].tolist() == [[1, 2], [1, 2], [1, 2.1]]
    nothing = DropRepeatedInstances(min_length=1e-3).transform(features([]))
    assert nothing['segments'].shape == (0, 2)


def test_actionformer_clips_resized_activitynet():
    """Facts of the reference in grid steps: with T = 10 and an offset of half
    a step, features end at 10.5; step i stands for i + 0.5 seconds."""
    grid_steps = [[2, 5], [9, 12], [8, 13.1], [10.4, 10.6], [10.5, 12],
                  [-0.5, 10]]
    seconds = np.array(grid_steps) + 0.5
    clipped = ClipInstances(keep_ratio=0.5).transform(features(seconds))
    # shares 1, 1.5 / 3, 2.5 / 5.1, 0.1 / 0.2, beyond, 1
    assert clipped['labels'].tolist() == [0, 1, 3, 5]
    np.testing.assert_allclose(clipped['segments'] - 0.5, [
        [2, 5], [9, 10.5], [10.4, 10.5], [-0.5, 10]])


def test_tridet_clips_hacs():
    """To T itself, whatever share is left."""
    seconds = np.array([[2, 5], [9.9, 30], [10, 12]]) + 0.5
    clipped = ClipInstances(keep_ratio=0, slack=False).transform(
        features(seconds))
    np.testing.assert_allclose(clipped['segments'] - 0.5, [[2, 5], [9.9, 10]])
    assert clipped['labels'].tolist() == [0, 1]


def test_a_video_without_any_instance_left_is_named_once(logged):
    clip = ClipInstances()
    for _ in range(2):
        assert clip.transform(features([[12, 13]]))['segments'].shape == (0, 2)
    assert logged().count('video v: its features end at 11.0 s') == 1


@pytest.mark.parametrize('slack,bounds', [(True, (3.0, 7.0)),
                                          (False, (3.5, 6.5))])
def test_truncation_with_and_without_slack(monkeypatch, slack, bounds):
    """ActionFormer lets an instance reach half a window (here half a step)
    beyond a crop of steps 3 to 6, TriDet does not."""
    monkeypatch.setattr(np.random, 'randint', lambda *args: 3)
    data = features([[0, 10], [3.0, 7.0], [6.4, 7.0]])
    cropped = RandomTruncation(3, keep_ratio=0.3, slack=slack).transform(data)
    assert cropped['segments'][0].tolist() == list(bounds)
    assert cropped['labels'].tolist() == ([0, 1, 2] if slack else [0, 1])


def test_class_agnostic_labels_leave_the_classes_alone():
    agnostic = TRANSFORMS.build(dict(type='ClassAgnosticLabels'))
    data = agnostic.transform(dict(features([[1, 2], [3, 4]], [7, 3]),
                                   classes=('a', 'b')))
    assert data['labels'].tolist() == [0, 0]
    assert data['labels'].dtype == np.int64 and data['classes'] == ('a', 'b')


# scores of whole videos

def test_cuhk_scores_are_matched_by_name(tmp_path):
    path = write(tmp_path / 'cuhk.json', {
        'results': {'abc': [0.1, 0.2, 0.7]}, 'class': ['c', 'a', 'b']})
    load = LoadVideoScores(str(path))
    for name in ('v_abc', 'abc'):
        scores = load.transform(dict(
            video_name=name, classes=('a', 'b', 'c')))['video_scores']
        assert scores.dtype == np.float32
        assert scores.tolist() == pytest.approx([0.2, 0.7, 0.1])
    with pytest.raises(VideoScoresError, match='no scores of video xyz'):
        load.transform(dict(video_name='xyz', classes=('a', 'b', 'c')))
    with pytest.raises(VideoScoresError, match="1 of the 2 annotated classes "
                       "are not among its 3, first 'd'"):
        LoadVideoScores(str(path)).transform(
            dict(video_name='abc', classes=('a', 'd')))


def test_cuhk_scores_without_names_keep_their_order(tmp_path, logged):
    path = write(tmp_path / 'cuhk.json', {'results': {'abc': [0.1, 0.9]}})
    load = LoadVideoScores(str(path))
    data = dict(video_name='abc', classes=('a', 'b'))
    assert load.transform(data)['video_scores'].tolist() == pytest.approx(
        [0.1, 0.9])
    assert "no field 'class'" in logged()
    with pytest.raises(VideoScoresError, match='expected 3, one for each'):
        LoadVideoScores(str(path)).transform(
            dict(video_name='abc', classes=('a', 'b', 'c')))


def test_untrimmednet_scores_by_video_number_and_class(tmp_path):
    scores = np.arange(5 * 101, dtype=np.float32).reshape(5, 101)
    np.save(tmp_path / 'scores.npy', scores)
    load = LoadVideoScores(str(tmp_path / 'scores.npy'))
    found = load.transform(dict(video_name='video_test_0000004',
                                classes=('Diving', 'BaseballPitch')))
    # row 4 from 1; Diving is class 26 of UCF-101, BaseballPitch class 7
    assert found['video_scores'].tolist() == [3 * 101 + 25, 3 * 101 + 6]
    for name in ('video_test_0000006', 'video_validation_0000001'):
        with pytest.raises(VideoScoresError, match='video_test_0000005'):
            load.transform(dict(video_name=name, classes=('Diving', )))
    with pytest.raises(VideoScoresError, match="'jump' is none of the 20"):
        LoadVideoScores(str(tmp_path / 'scores.npy')).transform(
            dict(video_name='video_test_0000001', classes=('jump', )))


@pytest.mark.parametrize('name,content,found', [
    ('gone.json', None, 'no such file'), ('gone.npy', None, 'no such file'),
    ('s.json', '{', 'not a JSON file'), ('s.npy', 'x', 'not an array file'),
    ('s.json', '{}', "field 'results' is missing"),
    ('empty.json', '', 'it is empty'), ('empty.npy', '', 'it is empty'),
    ('s.json', '[' * 100_000, 'nested too deep'),
    ('s.json', '{"results": {"v": {}}, "class": ["a"]}', 'finite scores'),
    ('s.json', '{"results": {"v": [NaN]}, "class": ["a"]}', 'finite scores'),
    ('s.json', '{"results": {"v": ["x"]}, "class": ["a"]}', 'finite scores'),
    ('s.json', '{"results": {"v": [1]}, "class": [{}]}', 'a list of names'),
    ('s.txt', '', "found suffix '.txt', expected .json or .npy")])
def test_unusable_score_files(tmp_path, name, content, found):
    if content is not None:
        write(tmp_path / name, content)
    with pytest.raises(VideoScoresError, match=found):
        LoadVideoScores(str(tmp_path / name)).transform(
            dict(video_name='v', classes=('a', )))


def test_scores_reach_the_data_sample(tmp_path):
    path = write(tmp_path / 'cuhk.json',
                 {'results': {'v': [0.5, 0.25]}, 'class': ['a', 'b']})
    data = LoadVideoScores(str(path)).transform(
        dict(features([[1, 2]]), classes=('a', 'b'), duration=10.0))
    pack = PackFeatures(meta_keys=('video_name', 'duration', 'video_scores'))
    sample = pack.transform(data)['data_samples']
    assert sample.video_scores.tolist() == [0.5, 0.25]


# THUMOS14

def thumos_videos():
    """A test set with what the four ground-truth sets disagree about."""
    def video(duration, *segments, subset='Test'):
        return dict(subset=subset, duration=duration, fps=30.0, annotations=[
            instance('Diving', *segment, label_id=7) for segment in segments])

    return {
        'video_test_0000001': video(100, (10, 20), (30, 40), (30, 40)),
        'video_test_0000270': video(50, (10, 20), (60, 70)),
        'video_test_0000814': video(50, (10, 20), (49, 70), (60, 70)),
        'video_test_0001292': video(50, (10, 20)),
        'video_test_0001496': video(50, (10, 20)),
        'video_validation_0000001': video(50, (10, 20), subset='Validation'),
    }


@pytest.mark.parametrize('name,videos,instances,counted', [
    ('thumos14-actionformer', 4, 9, 8), ('thumos14-opentad', 3, 5, 5),
    ('thumos14-tadtr', 2, 6, 5), ('thumos14-afsd', 2, 6, 5)])
def test_ground_truth_sets(tmp_path, logged, name, videos, instances, counted):
    from mmengine.evaluator import Evaluator
    path = write(tmp_path / 'thumos14.json', dict(database=thumos_videos()))
    (tmp_path / 'features').mkdir()
    for video in thumos_videos():
        np.save(tmp_path / 'features' / f'{video}.npy', np.zeros((9, 2)))
    data = DATASETS.build(dict(
        type='TemporalLocalizationDataset', ann_file=str(path), subset='test',
        data_prefix=dict(feature=str(tmp_path / 'features')), test_mode=True,
        invalid_segments='keep', ground_truth=name, pipeline=[
            dict(type='LoadFeatures', stride=4), dict(type='PackFeatures')]))
    assert len(data) == videos
    assert data.metainfo['ground_truth'] == name
    assert f': {videos} of 5 videos and {instances} of 10 ins' in logged()
    evaluator = Evaluator(dict(type='TemporalLocalizationMetric'))
    evaluator.dataset_meta = data.metainfo
    samples = []
    for index in range(len(data)):
        sample = data[index]['data_samples']
        sample.pred_instances = dict(
            segments=sample.gt_instances.segments,
            labels=sample.gt_instances.labels,
            scores=np.ones(len(sample.gt_instances.labels)))
        samples.append(sample)
    evaluator.process(data_samples=samples)
    evaluator.evaluate(videos)
    assert (f'ground truth ({name}): {videos} videos, {instances} instances, '
            f'{counted} of them count, of 1 classes') in logged()


def test_an_unknown_ground_truth_set():
    with pytest.raises(ValueError, match="'thumos', expected one of thumos14-a"
                       'ctionformer'):
        DATASETS.build(dict(type='TemporalLocalizationDataset', ann_file='x',
                            data_prefix=dict(feature='y'),
                            ground_truth='thumos'))


def test_thumos14_from_actionformer(tmp_path):
    source = write(tmp_path / 'a.json', dict(database=thumos_videos()))
    target = thumos14.from_actionformer(source, tmp_path / 'thumos14.json')
    assert classes_of(str(target)) == tuple(NAMES)
    lines = conversion.describe(target)
    assert lines[1:3] == [
        'Test: 5 videos, 10 instances, 1 of them repeated',
        'Validation: 1 videos, 1 instances, 0 of them repeated']
    assert lines[3].startswith('3 segments are impossible, in 2 videos: ')
    assert thumos14.count_ground_truth_sets(target)[1] == (
        "ground_truth='thumos14-opentad': 3 videos, 5 instances")


def test_thumos14_from_the_official_text_files(tmp_path, logged):
    for suffix in ('val', 'test'):
        for label in (*NAMES, 'Ambiguous'):
            write(tmp_path / suffix / 'annotation' / f'{label}_{suffix}.txt',
                  '')
    write(tmp_path / 'val/annotation/CliffDiving_val.txt',
          'video_validation_0000001  1.5 2.5\n')
    write(tmp_path / 'val/annotation/Diving_val.txt',
          'video_validation_0000001  1.5 2.5\n\n')
    write(tmp_path / 'test/annotation/Shotput_test.txt',
          'video_test_0000002 0.0 3.0 \n')
    write(tmp_path / 'test/annotation/Ambiguous_test.txt',
          'video_test_0001292 1.0 3.0\nvideo_test_0000002 5.0 6.0\n')
    info = write(tmp_path / 'info.csv', 'video,fps,sample_fps,count\n'
                 'video_validation_0000001,25.0,10,250\n'
                 'video_test_0000002,30,10,1012\n')
    target = thumos14.from_official(tmp_path, [info], tmp_path / 'out.json')
    videos = load_annotations(str(target))
    assert set(videos) == {'video_validation_0000001', 'video_test_0000002'}
    video = videos['video_validation_0000001']
    assert video.labels == ('CliffDiving', 'Diving')
    assert (video.duration, video.fps) == (10.0, 25.0)
    assert videos['video_test_0000002'].duration == 33.73
    assert 'nothing else is in video_test_0001292' in logged()
    ids = {each['label']: each['label_id']
           for entry in json.loads(target.read_text())['database'].values()
           for each in entry['annotations']}
    assert ids == dict(CliffDiving=4, Diving=7, Shotput=15)
    write(tmp_path / 'test/annotation/Shotput_test.txt', 'video_test_2 0.0\n')
    with pytest.raises(AnnotationError, match="Shotput_test.txt: line 1: found"
                       " 'video_test_2 0.0', expected a video, a start"):
        thumos14.from_official(tmp_path, [info], tmp_path / 'out.json')
    (tmp_path / 'val/annotation/Diving_val.txt').unlink()
    with pytest.raises(AnnotationError, match='no file Diving_val.txt'):
        thumos14.from_official(tmp_path, [info], tmp_path / 'out.json')


# ActivityNet and HACS

OFFICIAL = dict(version='VERSION 1.3', taxonomy=[], database={
    'abc': dict(duration=92.18, subset='training', resolution='1280x720',
                url='https://...', annotations=[
                    instance('Walk', 5.4, 11.6),
                    instance('Dodgeball', 1, 92)]),
    'def': dict(duration='60.5', subset='validation', url='https://...',
                annotations=[instance('Walk', 5, 4)]),
    'ghi': dict(duration=10, subset='testing', annotations=[]),
})


@pytest.mark.parametrize('convert', [activitynet.from_official,
                                     hacs.from_official])
def test_the_official_style_of_activitynet(tmp_path, convert):
    source = write(tmp_path / 'official.json', OFFICIAL)
    target = convert(source, tmp_path / 'out.json')
    assert classes_of(str(target)) == ('Dodgeball', 'Walk')
    videos = load_annotations(str(target), 'keep')
    assert set(videos) == {'abc', 'def'}
    assert videos['abc'].labels == ('Walk', 'Dodgeball')
    assert videos['def'].duration == 60.5
    assert conversion.describe(target)[1:3] == [
        'training: 1 videos, 2 instances, 0 of them repeated',
        'validation: 1 videos, 1 instances, 0 of them repeated']


@pytest.mark.parametrize('convert', [activitynet.from_official,
                                     hacs.from_official])
@pytest.mark.parametrize('fields', [{}, dict(annotations=[])])
def test_the_testing_subset_of_activitynet(tmp_path, logged, convert, fields):
    """On request; else it is said that it is left out."""
    database = dict(OFFICIAL['database'], ghi=dict(
        duration=10, subset='testing', **fields))
    source = write(tmp_path / 'official.json', dict(database=database))
    convert(source, tmp_path / 'out.json')
    assert 'videos, left out: 1 video: ghi (--testing keeps' in logged()
    target = convert(source, tmp_path / 'out.json', testing=True)
    video = load_annotations(str(target), 'keep')['ghi']
    assert video.fields['subset'] == 'testing' and not len(video.segments)
    assert classes_of(str(target)) == ('Dodgeball', 'Walk')


@pytest.mark.parametrize('entry,found', [
    (dict(subset='training', duration=10), "no field 'annotations'"),
    (dict(duration=10, annotations=[]), "no field 'subset'"),
    (dict(subset='training', duration='long', annotations=[]),
     'an entry of another kind'),
    (dict(subset='training', duration=9, annotations=[dict(label='Walk')]),
     "no field 'segment'"),
    ([1, 2], 'an entry of another kind')])
def test_an_entry_that_is_not_as_published(tmp_path, entry, found):
    source = write(tmp_path / 'a.json', dict(database=dict(abc=entry)))
    for convert in (activitynet.from_official, hacs.from_official):
        with pytest.raises(AnnotationError, match=f'{source}: video abc: '
                           f'found {found}'):
            convert(source, tmp_path / 'out.json')


def bsn_files(folder):
    source = write(folder / 'anet_anno_action.json', {
        name: dict(duration_second=82.73, duration_frame=2067,
                   feature_frame=2064, annotations=[
                       instance('Ballet', 6.2, 77.7)])
        for name in ('v_abc', 'v_def', 'v_ghi')})
    info = write(folder / 'video_info_new.csv',
                 'video,numFrame,seconds,fps,rfps,subset,featureFrame\n'
                 'v_abc,2067,82.73,25.0,24.98,training,2064\n'
                 'v_def,2067,82.73,25.0,24.98,validation,2064\n'
                 'v_ghi,2067,82.73,25.0,24.98,testing,2064\n')
    return source, info


def test_activitynet_from_bsn(tmp_path):
    source, info = bsn_files(tmp_path)
    target = activitynet.from_bsn(source, info, tmp_path / 'out.json')
    videos = load_annotations(str(target))
    assert {name: video.fields['subset'] for name, video in videos.items()
            } == {'abc': 'training', 'def': 'validation'}
    assert (videos['abc'].duration, videos['abc'].fps) == (82.73, 24.98)
    info.write_text(info.read_text() +
                    'v_jkl,1,1,25.0,24.98,validation,1\n')
    with pytest.raises(AnnotationError, match='no video v_jkl, expected all 3'
                       ):
        activitynet.from_bsn(source, info, tmp_path / 'out.json')
    write(info, 'video,subset\nv_abc,training\n')
    with pytest.raises(AnnotationError, match='found the columns video, subset'
                       ', expected also rfps'):
        activitynet.from_bsn(source, info, tmp_path / 'out.json')


def test_a_file_of_another_kind(tmp_path):
    with pytest.raises(AnnotationError, match="no field 'database', expected "
                       'the file as its authors publish it'):
        hacs.from_official(write(tmp_path / 'x.json', {}), tmp_path / 'y.json')
    with pytest.raises(AnnotationError, match='no such file'):
        hacs.from_official(tmp_path / 'gone.json', tmp_path / 'y.json')


# EPIC-KITCHENS-100

def epic_files(folder):
    header = ('narration_id,participant_id,video_id,narration_timestamp,'
              'start_timestamp,stop_timestamp,start_frame,stop_frame,'
              'narration,verb,verb_class,noun,noun_class,all_nouns,'
              'all_noun_classes\n')
    write(folder / 'EPIC_100_train.csv', header +
          'P01_01_0,P01,P01_01,00:00:01.089,00:00:00.14,00:00:03.37,8,202,'
          "open door,open,1,door,3,['door'],[3]\n"
          'P01_01_1,P01,P01_01,00:00:01.089,01:02:03.45,01:02:04.00,8,202,'
          "take cup,take,0,cup,1,\"['cup', 'tea']\",\"[1, 2]\"\n")
    write(folder / 'EPIC_100_validation.csv', header +
          'P01_11_0,P01,P01_11,00:00:01.089,00:00:00.00,00:00:01.89,1,113,'
          "take plate,take,0,plate,0,['plate'],[0]\n")
    write(folder / 'EPIC_100_video_info.csv', 'video_id,duration,fps,'
          'resolution\nP01_01,4000.5,59.94005994005994,1920x1080\n'
          'P01_11,120.5,50.0,1920x1080\n')
    write(folder / 'EPIC_100_verb_classes.csv',
          "id,key,instances,category\n0,take,['take'],x\n1,open,['open'],x\n")
    write(folder / 'EPIC_100_noun_classes.csv', 'id,key,instances,category\n' +
          ''.join(f"{number},{name},['{name}'],x\n" for number, name in
                  enumerate(['plate', 'cup', 'tea', 'door'])))
    return folder


def test_epic_kitchens_from_the_official_tables(tmp_path):
    folder = epic_files(tmp_path)
    target = epic_kitchens100.from_official(folder, tmp_path / 'n.json',
                                            'noun')
    assert classes_of(str(target)) == ('plate', 'cup', 'tea', 'door')
    video = load_annotations(str(target))['P01_01']
    assert video.labels == ('door', 'cup')
    assert video.segments.tolist() == [[0.14, 3.37], [3723.45, 3724.0]]
    assert video.fps == pytest.approx(59.94, abs=1e-3)
    assert conversion.empty_classes(target) == [2]
    verbs = epic_kitchens100.from_official(folder, tmp_path / 'v.json', 'verb')
    assert load_annotations(str(verbs))['P01_11'].labels == ('take', )
    assert conversion.empty_classes(verbs) == []


def test_epic_kitchens_test_videos(tmp_path):
    folder = epic_files(tmp_path)
    write(folder / 'EPIC_100_test_timestamps.csv',
          'narration_id,video_id,start_timestamp,stop_timestamp\n'
          'P01_12_0,P01_12,00:00:00.00,00:00:01.00\n'
          'P01_12_1,P01_12,00:00:02.00,00:00:03.00\n')
    with open(folder / 'EPIC_100_video_info.csv', 'a') as file:
        file.write('P01_12,60.0,50.0,1920x1080\n')
    official = epic_kitchens100.from_official
    target = official(folder, tmp_path / 'n.json', 'noun')
    assert 'P01_12' not in load_annotations(str(target))
    target = official(folder, tmp_path / 'n.json', 'noun', testing=True)
    video = load_annotations(str(target))['P01_12']
    assert (video.fields['subset'], video.duration) == ('testing', 60.0)
    assert not len(video.segments)
    write(folder / 'EPIC_100_test_timestamps.csv', 'video_id\nP99_99\n')
    with pytest.raises(AnnotationError, match='no row for video P99_99, which '
                       'EPIC_100_test_timestamps.csv has'):
        official(folder, tmp_path / 'n.json', 'noun', testing=True)


@pytest.mark.parametrize('old,new', [
    ('00:00:03.37', 'soon'), (',door,3,', ',door,99,'),
    (',door,3,', ',door,-1,'), (',3,', ',,')])
def test_epic_kitchens_rows_that_are_not_as_published(tmp_path, old, new):
    path = epic_files(tmp_path) / 'EPIC_100_train.csv'
    write(path, path.read_text().replace(old, new, 1))
    with pytest.raises(AnnotationError, match=f'{path}: video P01_01: found an'
                       ' entry of another kind'):
        epic_kitchens100.from_official(tmp_path, tmp_path / 'n.json', 'noun')


def test_the_places_of_empty_classes_are_kept_by_the_dataset(tmp_path):
    target = epic_kitchens100.from_official(epic_files(tmp_path),
                                            tmp_path / 'n.json', 'noun')
    (tmp_path / 'features').mkdir()
    np.savez(tmp_path / 'features/P01_01.npz', feats=np.zeros((5, 2)))
    data = DATASETS.build(dict(
        type='TemporalLocalizationDataset', ann_file=str(target),
        subset='training', filename_tmpl='{}.npz',
        data_prefix=dict(feature=str(tmp_path / 'features'))))
    assert data.metainfo['classes'] == ('plate', 'cup', 'tea', 'door')
    assert data.get_data_info(0)['labels'].tolist() == [3, 1]


def test_epic_kitchens_from_actionformer(tmp_path):
    source = write(tmp_path / 'af.json', dict(database={
        'P01_01': dict(subset='training', duration=10.0, fps=60, annotations=[
            instance('a noun', 1, 2, label_id=3)])}))
    target = epic_kitchens100.from_actionformer(
        source, epic_files(tmp_path), tmp_path / 'n.json', 'noun')
    assert load_annotations(str(target))['P01_01'].labels == ('door', )
    assert conversion.empty_classes(target) == [0, 1, 2]


def test_epic_kitchens_class_numbers_without_gaps(tmp_path):
    path = write(tmp_path / 'EPIC_100_verb_classes.csv',
                 'id,key\n0,take\n2,open\n')
    with pytest.raises(AnnotationError, match='numbers 0 to 2 for 2 classes'):
        epic_kitchens100.class_list(path.parent, 'verb')


# Ego4D

def moments(folder, split='train', **clip):
    """A clip from frame 24 (0.8 s) to frame 150 (5 s) at 30 frames a second:
    widened by 8 frames to frame 16, and by 10 to frame 160."""
    def label(name, start, end, primary=True):
        return dict(label=name, primary=primary, video_start_time=start,
                    video_end_time=end)

    entry = dict(dict(
        clip_uid='clip', video_start_sec=0.8, video_end_sec=5.0,
        video_start_frame=24, video_end_frame=150, annotations=[
            dict(annotator_uid='0', labels=[
                label('wash', 1.0, 2.0), label('cook', 2.0, 2.2),
                label('wash', 0.0, 5.0, primary=False)]),
            dict(annotator_uid='1', labels=[label('wash', 1.0, 2.0)])]),
        **clip)
    return write(folder / 'moments_train.json', dict(videos=[
        dict(video_uid='video', split=split, clips=[entry])]))


def test_ego4d_clips_are_widened_to_the_grid(tmp_path):
    source = moments(tmp_path)
    target = ego4d.from_official([source], tmp_path / 'out.json')
    assert classes_of(str(target)) == ('cook', 'wash')
    video = load_annotations(str(target))['clip']
    assert video.fields['subset'] == 'training'
    assert video.duration == round(144 / 30, 2) and video.fps == 30.0
    # 1.0 s of the video is 0.2 s of the clip, 8 frames later when widened
    assert video.segments.tolist() == [[0.47, 1.47]] * 2
    assert video.labels == ('wash', 'wash')


def test_ego4d_features_are_cut_into_clips(tmp_path):
    import torch
    source = moments(tmp_path)
    (tmp_path / 'features').mkdir()
    steps = torch.arange(20, dtype=torch.float32)[:, None].repeat(1, 3)
    torch.save(steps, tmp_path / 'features/video.pt')
    missing = ego4d.cut_features([source], tmp_path / 'features',
                                 tmp_path / 'clips')
    assert missing == []
    # frames 16 to 160 begin at step 1; windows of 32 frames fit until step 8,
    # and the reference leaves out the last of them
    cut = np.load(tmp_path / 'clips/clip.npy')
    assert cut[:, 0].tolist() == list(range(1, 8)) and cut.shape[1] == 3
    torch.save(steps[:5], tmp_path / 'features/video.pt')
    with pytest.raises(FeatureFileError, match='found 5 steps, expected 8 for '
                       'clip clip'):
        ego4d.cut_features([source], tmp_path / 'features', tmp_path / 'clips')
    (tmp_path / 'features/video.pt').unlink()
    assert ego4d.cut_features([source], tmp_path / 'features',
                              tmp_path / 'clips') == ['video']


def test_ego4d_implausible_frame_rates_and_splits(tmp_path, logged):
    source = moments(tmp_path, video_end_sec=0.9)
    target = ego4d.from_official([source], tmp_path / 'out.json')
    assert load_annotations(str(target)) == {}
    assert 'implausible frame rate: 1 video: clip' in logged()
    with pytest.raises(AnnotationError, match="video video, field split: found"
                       " 'challenge', expected one of train, val, test"):
        ego4d.from_official([moments(tmp_path, split='challenge')],
                            tmp_path / 'out.json')


def unannotated(path):
    """As the test split is published: clips without ``annotations``."""
    return write(path, dict(videos=[dict(
        video_uid='u1', split='test', clips=[dict(
            clip_uid='c1', video_start_frame=0, video_end_frame=14400,
            video_start_sec=0.0, video_end_sec=480.0)])]))


def test_ego4d_test_split(tmp_path, logged):
    """Its clips have no instance; their classes are those of the others."""
    test = unannotated(tmp_path / 'test.json')
    target = ego4d.from_official([moments(tmp_path), test],
                                 tmp_path / 'out.json')
    video = load_annotations(str(target))['c1']
    assert video.fields['subset'] == 'testing' and not len(video.segments)
    assert classes_of(str(target)) == ('cook', 'wash')
    assert 'names no classes' not in logged()
    ego4d.from_official([test], target)
    assert classes_of(str(target)) == ()
    assert 'convert moments_train.json together with it' in logged()
    assert ego4d.cut_features([test], tmp_path, tmp_path / 'clips') == ['u1']


def test_ego4d_training_clips_have_annotations(tmp_path):
    """Only a test split may come without."""
    content = json.loads(unannotated(tmp_path / 'a.json').read_text())
    content['videos'][0]['split'] = 'train'
    with pytest.raises(AnnotationError, match="a.json: video u1: found no fiel"
                       "d 'annotations', expected the file as its authors"):
        ego4d.from_official([write(tmp_path / 'a.json', content)],
                            tmp_path / 'out.json')


# MultiTHUMOS

def test_multithumos(tmp_path, logged):
    known = thumos14.from_actionformer(
        write(tmp_path / 'a.json', dict(database=thumos_videos())),
        tmp_path / 'thumos14.json')
    source = write(tmp_path / 'm.json', {
        'video_test_0000001': dict(subset='testing', duration=100.0,
                                   actions=[[12, 1.5, 2.5], [65, 1.5, 2.0]]),
        'video_test_0000002': dict(subset='testing', duration=10.0,
                                   actions=[[1, 0, 1]])})
    target = multithumos.from_charades_style(source, known,
                                             tmp_path / 'out.json')
    videos = load_annotations(str(target))
    assert videos['video_test_0000001'].labels == ('class 12', 'class 65')
    assert videos['video_test_0000001'].fps == 30.0
    assert videos['video_test_0000002'].fps is None
    assert 'no frame rate of 1 video: video_test_0000002' in logged()
    assert len(classes_of(str(target))) == 65
    names = write(tmp_path / 'class_list.txt', ''.join(
        f'{number} Name{number}\n' for number in range(1, 66)))
    multithumos.from_charades_style(source, known, target, names)
    assert load_annotations(str(target))['video_test_0000001'].labels == (
        'Name12', 'Name65')
    write(names, '1 Name1\n')
    with pytest.raises(AnnotationError, match='found 1 lines, expected NUMBER'
                       ' NAME for the numbers 1 to 65'):
        multithumos.from_charades_style(source, known, target, names)


def thumos_annotations(folder):
    return thumos14.from_actionformer(
        write(folder / 'a.json', dict(database=thumos_videos())),
        folder / 'thumos14.json')


@pytest.mark.parametrize('numbers,names', [
    ([0, 11, 64], ('class 01', 'class 12', 'class 65')),
    ([1, 12, 65], ('class 01', 'class 12', 'class 65')),
    ([0, 11], ('class 01', 'class 12')), ([12, 24], ('class 12', 'class 24'))])
def test_multithumos_numbered_from_0_and_from_1(tmp_path, logged, numbers,
                                                names):
    source = write(tmp_path / 'm.json', {'video_test_0000001': dict(
        subset='testing', duration=100.0,
        actions=[[number, 1.0, 2.0] for number in numbers])})
    target = multithumos.from_charades_style(
        source, thumos_annotations(tmp_path), tmp_path / 'out.json')
    assert load_annotations(str(target))['video_test_0000001'].labels == names
    assert ('numbered from 0' in logged()) == (0 in numbers)
    assert ('neither a class 0 nor a class 65; read as numbered from 1' in
            logged()) == (not {0, 65} & set(numbers))


@pytest.mark.parametrize('actions,found', [
    ([[0, 1, 2], [65, 1, 2]], 'which has a class 0, found the class numbers 65'
     ', expected 0 to 64'),
    ([[66, 1, 2]], 'found the class numbers 66, expected 1 to 65'),
    ([[-1, 1, 2]], 'found the class numbers -1, expected 1 to 65'),
    ([['Walk', 1, 2]], 'found the class numbers Walk, expected 1 to 65'),
    ([[1, 2]], 'video video_test_0000001: found an entry of another kind'),
    (None, 'video video_test_0000001: found an entry of another kind')])
def test_multithumos_with_other_numbers(tmp_path, actions, found):
    source = write(tmp_path / 'm.json', {'video_test_0000001': dict(
        subset='testing', duration=100.0, actions=actions)})
    with pytest.raises(AnnotationError, match=found):
        multithumos.from_charades_style(
            source, thumos_annotations(tmp_path), tmp_path / 'out.json')


def test_multithumos_class_list_from_0(tmp_path):
    path = write(tmp_path / 'class_list.txt', ''.join(
        f'{number} Name{number + 1}\n' for number in range(65)))
    assert multithumos._class_names(path)[11] == 'Name12'


# the command lines

@pytest.fixture
def prepare(monkeypatch, capsys):
    """Runs ``tools/data/BENCHMARK/prepare.py``; gives what it prints."""
    def run(benchmark, *args):
        path = tiny.ROOT / 'tools/data' / benchmark / 'prepare.py'
        monkeypatch.setattr('sys.argv', [str(path), *map(str, args)])
        runpy.run_path(str(path), run_name='__main__')
        return capsys.readouterr().out
    return run


def test_the_prepare_scripts(tmp_path, prepare):
    out = tmp_path / 'out.json'
    source, info = bsn_files(tmp_path)
    assert 'training: 1 videos, 1 instances' in prepare(
        'activitynet', '--bsn', source, '--video-info', info, '--out', out)
    official = write(tmp_path / 'official.json', OFFICIAL)
    for args in (['activitynet', '--official', official],
                 ['hacs', official]):
        assert '2 videos, 2 classes' in prepare(*args, '--out', out)
    assert 'empty_classes = [2]' in prepare(
        'epic_kitchens100', epic_files(tmp_path), 'noun', '--out', out)
    assert 'training: 1 videos, 2 instances, 1 of them repeated' in prepare(
        'ego4d', moments(tmp_path), '--out', out)
    assert 'lack of features: 1 video: video' in prepare(
        'ego4d', moments(tmp_path), '--features', tmp_path, '--out', tmp_path)
    assert 'testing: 1 videos, 0 instances' in prepare(
        'ego4d', unannotated(tmp_path / 'test.json'), '--out', out)
    for args in (['activitynet', '--official', official], ['hacs', official]):
        assert 'testing: 1 videos, 0 instances' in prepare(
            *args, '--testing', '--out', out)
    thumos = write(tmp_path / 'a.json', dict(database=thumos_videos()))
    assert "ground_truth='thumos14-afsd': 2 videos, 6 instances" in prepare(
        'thumos14', '--actionformer', thumos, '--out', tmp_path / 't.json')
    actions = write(tmp_path / 'm.json', {'video_test_0000001': dict(
        subset='testing', duration=100.0, actions=[[12, 1.5, 2.5]])})
    assert 'testing: 1 videos, 1 instances' in prepare(
        'multithumos', actions, '--thumos14', tmp_path / 't.json', '--out',
        out)


def test_a_prepare_script_ends_with_one_sentence(tmp_path, prepare):
    with pytest.raises(SystemExit) as ended:
        prepare('hacs', tmp_path / 'gone.json', '--out', tmp_path / 'o.json')
    assert str(ended.value) == f'error: {tmp_path / "gone.json"}: no such file'
