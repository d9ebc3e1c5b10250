"""Windows for proposals: instances are not cut, and none is passed over in
silence; features as G-TAD and BMN store them."""
import json

import numpy as np
import pytest
from mmaction.registry import DATASETS

from mmbapg.datasets.annotations import AnnotationError
from mmbapg.datasets.transforms.loading import LoadFeatures


def windows_of(folder, instances, **settings):
    """Windows of 20 steps of a video of 100 seconds."""
    np.save(folder / 'v.npy', np.zeros((100, 2), np.float32))
    (folder / 'annotations.json').write_text(json.dumps(dict(database=dict(
        v=dict(subset='training', duration=100.0, fps=1, annotations=[
            dict(label='act', segment=each) for each in instances])))))
    dataset = DATASETS.build(dict(
        type='SlidingWindowDataset', ann_file=f'{folder}/annotations.json',
        data_prefix=dict(feature=str(folder)), window_size=20, overlap=0.5,
        min_share=0.9, cut_instances=False,
        pipeline=[dict(type='LoadFeatures', stride=1, window=1)], **settings))
    return [dataset.get_data_info(index) for index in range(len(dataset))]


def test_a_window_has_all_of_which_it_shows_anything(tmp_path):
    found = windows_of(tmp_path, [[2, 8], [18, 34], [55, 85]])
    assert [each['window'] for each in found] == [(0, 20)]
    assert found[0]['segments'].tolist() == [[2, 8], [18, 34]]


def test_windows_without_an_instance(tmp_path):
    with pytest.raises(AnnotationError, match=(
            'no window of 20 steps shows 0.9 of an instance in any of 1')):
        windows_of(tmp_path, [[10, 60]])


def test_actions_longer_than_any_proposal(tmp_path, logged):
    windows_of(tmp_path, [[2, 8], [20, 38]], num_durations=10)
    assert ('1 of 2 instances are longer than num_durations=10 steps, so no '
            'proposal covers all of them: 1 video: v') in logged()
    with pytest.raises(AnnotationError, match=(
            'all 1 instances are longer than num_durations=10 steps')):
        windows_of(tmp_path, [[20, 38]], num_durations=10)


def test_every_fifth_row(tmp_path):
    """Of two files that differ in length, as those of G-TAD do."""
    paths = [str(tmp_path / name) for name in ('flow.npy', 'rgb.npy')]
    for path, rows in zip(paths, (21, 18)):
        np.save(path, np.arange(2.0 * rows).reshape(rows, 2))
    load = LoadFeatures(stride=5, every=5)
    video = dict(video_name='v', feature_paths=paths, fps=25)
    found = load.transform(dict(video))['features']
    assert found.tolist() == [[0, 1] * 2, [10, 11] * 2, [20, 21] * 2,
                              [30, 31] * 2]
    assert load.num_steps(video) == 4
    assert load.transform(dict(video))['grid'].to_seconds(3.0) == 15 / 25


def test_csv_of_bmn(tmp_path):
    """A line of names, then a row for each step."""
    path = tmp_path / 'v.csv'
    path.write_text('0,1\n0.5,1.5\n2,-3\n')
    load = LoadFeatures(stride=0, channels=2)
    video = dict(video_name='v', feature_paths=[str(path)], duration=8.0)
    found = load.transform(dict(video))
    assert found['features'].tolist() == [[0.5, 1.5], [2, -3]]
    assert found['grid'].interval == 4 and load.num_steps(video) == 2
    path.write_text('a,b\n0.5,x\n')
    with pytest.raises(ValueError, match='v.csv: not a readable feature file'):
        load.transform(dict(video))
