"""THUMOS14: its ground-truth sets, and its annotations from both sources."""
import json

import numpy as np
import pytest
from mmaction.registry import DATASETS

from mmbapg.datasets import (
    AnnotationError,
)
from mmbapg.datasets.annotations import classes_of, load_annotations
from mmbapg.datasets.sources import (
    conversion,
    thumos14,
)
from tests.published_files import (
    NAMES,
    thumos_videos,
    write,
)


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
