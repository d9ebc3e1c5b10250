import json

import numpy as np
import pytest

from mmbapg.datasets.annotations import (
    AnnotationError,
    class_names,
    classes_of,
    load_annotations,
    read_database,
    select,
)


def write(folder, database):
    path = folder / 'annotations.json'
    path.write_text(json.dumps(dict(database=database)))
    return path


VIDEO = dict(subset='Validation', duration=10.0, fps=25, fold=1, annotations=[
    dict(label='run', segment=[1, 2.5]), dict(label='jump', segment=[3, 4])])


def test_reading(tmp_path):
    videos = load_annotations(write(tmp_path, dict(a=VIDEO)))
    assert videos['a'].duration == 10 and videos['a'].fps == 25
    np.testing.assert_array_equal(videos['a'].segments, [[1, 2.5], [3, 4]])
    assert videos['a'].labels == ('run', 'jump')
    assert videos['a'].fields['fold'] == 1


def test_selection_by_subset_and_by_any_field(tmp_path):
    videos = load_annotations(write(tmp_path, dict(
        a=VIDEO, b=dict(VIDEO, subset='Test', fold=2))))
    assert [v.name for v in select(videos, 'validation')] == ['a']
    assert [v.name for v in select(videos, where=dict(fold=[1, 2]))] == [
        'a', 'b']
    assert [v.name for v in select(videos, where=dict(video='b'))] == ['b']


def test_classes_by_label_id_or_alphabet(tmp_path):
    path = write(tmp_path, dict(a=VIDEO))
    assert class_names(read_database(path)[0]) == ('jump', 'run')
    numbered = dict(VIDEO, annotations=[
        dict(label='run', segment=[1, 2], label_id=0),
        dict(label='jump', segment=[1, 2], label_id=1)])
    path = write(tmp_path, dict(a=numbered))
    assert class_names(read_database(path)[0]) == ('run', 'jump')


def test_listed_classes_keep_places_for_what_is_never_shown(tmp_path):
    path = tmp_path / 'annotations.json'

    def listed(*classes):
        path.write_text(json.dumps(dict(
            classes=classes, database=dict(a=VIDEO))))
        return str(path)

    assert classes_of(listed('run', 'sit', 'jump')) == ('run', 'sit', 'jump')
    assert classes_of(write(tmp_path, dict(a=VIDEO))) == ('jump', 'run')
    for classes, found in ((('run', 'run', 'jump'), 'list of different names'),
                           (('run', 3, 'jump'), 'list of different names'),
                           (('run', 'sit'), "'jump' is missing")):
        with pytest.raises(AnnotationError, match=f'field classes: .*{found}'):
            load_annotations(listed(*classes))


def test_a_duration_for_videos_that_have_none(tmp_path):
    path = write(tmp_path, dict(a=VIDEO, b=dict(annotations=[])))
    with pytest.raises(AnnotationError, match='video b, field duration: found '
                       'None, expected seconds above 0'):
        load_annotations(path)
    videos = load_annotations(path, default_duration=1e8)
    assert [video.duration for video in videos.values()] == [10, 1e8]


def test_invalid_segments_can_be_kept_or_dropped(tmp_path):
    broken = dict(VIDEO, annotations=[
        *VIDEO['annotations'], dict(label='run', segment=[9, 30])])
    path = write(tmp_path, dict(a=broken))
    kept = load_annotations(path, 'keep')
    dropped = load_annotations(path, 'drop')
    assert [len(v['a'].labels) for v in (kept, dropped)] == [3, 2]
    with pytest.raises(ValueError, match="'skip', expected one of error"):
        load_annotations(path, 'skip')


def test_every_problem_is_found_at_once(tmp_path):
    path = write(tmp_path, dict(
        a=dict(VIDEO, duration=-1), b=dict(VIDEO, annotations=None),
        c=dict(VIDEO, annotations=[dict(label=3, segment=[1, 2])]),
        d=dict(VIDEO, annotations=[dict(label='x', segment=[2, 1])])))
    problems = read_database(path)[1]
    assert [problem.video for problem in problems] == ['a', 'b', 'c', 'd']
    assert [problem.kind for problem in problems] == [
        'video', 'video', 'video', 'segment']
