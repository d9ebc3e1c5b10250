"""Scores of whole videos, which name the classes of class-agnostic
detections."""

import numpy as np
import pytest

from mmbapg.datasets import (
    LoadVideoScores,
    PackFeatures,
    VideoScoresError,
)
from tests.published_files import (
    write,
)
from tests.test_datasets.test_reference_instances import features


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
    scores[3, 25] = np.nan
    np.save(tmp_path / 'nan.npy', scores)
    with pytest.raises(VideoScoresError, match=(
            r'nan.npy: video video_test_0000004: found \[nan\].*, expected '
            'finite scores')):
        LoadVideoScores(str(tmp_path / 'nan.npy')).transform(dict(
            video_name='video_test_0000004', classes=('Diving', )))
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
