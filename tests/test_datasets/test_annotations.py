import json

import numpy as np
import pytest

from mmbapg.datasets.annotations import (
    AnnotationError,
    class_names,
    classes_of,
    load_annotations,
    read_database,
    require_labels,
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


def refusal(path, *args):
    """The one line with which reading ends, after the path."""
    with pytest.raises(AnnotationError) as caught:
        load_annotations(path, *args)
    message = str(caught.value)
    assert message.startswith(f'{path}: ') and '\n' not in message
    return message[len(f'{path}: '):]


def test_a_byte_order_mark_is_no_fault(tmp_path):
    path = write(tmp_path, dict(a=VIDEO))
    path.write_bytes(b'\xef\xbb\xbf' + path.read_bytes())
    assert list(load_annotations(path)) == ['a']
    assert classes_of(path) == ('jump', 'run')


def test_json_that_is_nested_too_deep(tmp_path):
    path = tmp_path / 'annotations.json'
    path.write_text('{"database": ' + '[' * 100_000)
    assert 'nested too deep' in refusal(path)


@pytest.mark.parametrize('content,found', [
    ([dict(video_name='a', duration=4.5, annotations=[])],
     'found a list of 1 entries (with video_name, duration, annotations); '
     'expected'),
    ([], 'found a list of 0 entries; expected'),
    (dict(a=dict(duration_second=4.5, annotations=[])),
     "found MMAction2's form (videos on top, with duration_second, "
     'annotations); expected'),
    (dict(database=[VIDEO]), 'found database...; expected'),
    ('text', 'found str; expected')])
def test_other_forms_are_named(tmp_path, content, found):
    path = tmp_path / 'annotations.json'
    path.write_text(json.dumps(content))
    message = refusal(path)
    assert message.startswith(f"field 'database' is missing, {found}")
    if 'MMAction2' in found:
        assert 'put all videos under "database" and call duration_sec' in (
            message)
    elif isinstance(content, list):
        assert 'put each entry under the name of its video' in message
    with pytest.raises(AnnotationError, match="'database' is missing"):
        classes_of(path)


@pytest.mark.parametrize('video,found', [
    (dict(duration=0.5, annotations=[dict(label='x', segment=[4.2, 4.7])]),
     'is that the duration of the segment? expected that of the video'),
    (dict(duration=8, fps=25, annotations=[
        dict(label='x', segment=[25, 200])]),
     'is it counted in frames? expected seconds'),
    (dict(duration=6.4, annotations=[dict(label='x', segment=[1, 158])]),
     'is it counted in frames? expected seconds'),
    (dict(duration=6.4, annotations=dict(label='x', segment=[1, 2])),
     "found {'label': 'x', 'segment': [1, 2]}, expected a list of objects "
     'with label and segment; put it in [ ]'),
    (dict(duration=6.4, annotations='none'), "found 'none', expected a list"),
    (dict(duration=6.4, annotations=[[1, 2]]), 'found [1, 2], expected an o'),
    (['a'] * 1000, "found ['a', 'a', 'a', 'a', 'a', 'a', ...], expected an"),
])
def test_likely_mistakes_are_told(tmp_path, video, found):
    message = refusal(write(tmp_path, dict(v=video)))
    assert message.startswith('video v, ') and found in message
    assert len(message) < 250


HOSTILE_NAMES = [
    '', ' ', '.', '..', '../x', '../../x', 'a/../../x', 'a/..', 'a/./b',
    '/abs/x', '//host/x', 'a//b', 'a/', '.. /x', '...', 'C:\\x', 'C:/x', 'c:x',
    'a\\b', '..\\x', 'a\0b', 'a\nb', 'a\x7f', '\ud800', 'x' * 240,
    'x' * 100 + '/' + 'y' * 240, 'é' * 130, '/'.join(['folder'] * 200)
]


@pytest.mark.parametrize('name', HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_names_that_no_file_may_have(tmp_path, name):
    message = refusal(write(tmp_path, {name: VIDEO, 'good': VIDEO}))
    assert len(message) < 300 and message.isprintable()
    assert message.startswith('video ') and 'its name: it ' in message or (
        'surrogate' in message)  # which no JSON of ours holds


@pytest.mark.parametrize('name', [
    'v', 'cam 1/video', 'a/b/c.d', '.hidden', '视频/1', 'x..y', 'q?*:<>|"',
    'a b ', '{}', '{0.__class__}', '%s', '~/x', 'x' * 230])
def test_names_of_all_other_kinds_are_kept(tmp_path, name):
    assert list(load_annotations(write(tmp_path, {name: VIDEO}))) == [name]


def with_ids(*pairs, **more):
    """A database of one video: label and number of each instance."""
    return dict(a=dict(VIDEO, annotations=[
        dict(label=label, segment=[1, 2],
             **({} if number is ... else dict(label_id=number)))
        for label, number in pairs], **more))


@pytest.mark.parametrize('pairs,found', [
    ([('run', 1), ('jump', '0')], 'numbers for some labels and text for oth'),
    ([('run', 1), ('jump', 1)], '1 for jump, run'),
    ([('run', 0), ('jump', 0.0)], '0 for jump, run'),
    ([('run', 1), ('run', 2)], "run ['1', '2']"),
    ([('run', 1), ('run', '1')], "run ['1', '1']"),
    ([('run', 1), ('jump', ...)], "jump ['None']"),
    ([('run', [1]), ('jump', [2])], '[1]'),
    ([('run', True), ('jump', 2)], 'True'),
    ([('run', float('nan')), ('jump', 2)], 'nan')])
def test_label_ids_that_order_nothing(tmp_path, pairs, found):
    path = write(tmp_path, with_ids(*pairs))
    expected = f'field label_id: found {found}'
    assert refusal(path).startswith(expected)
    assert refusal(path).endswith(
        'expected one number for each label, or none in the whole file')
    with pytest.raises(AnnotationError, match='field label_id'):
        classes_of(path)
    # a list of classes decides instead
    path.write_text(json.dumps(dict(
        database=with_ids(*pairs), classes=['run', 'jump'])))
    assert load_annotations(path) and classes_of(path) == ('run', 'jump')


@pytest.mark.parametrize('pairs,classes', [
    ([('run', 7), ('jump', 3), ('run', 7)], ('jump', 'run')),
    ([('run', 0), ('jump', 1.5)], ('run', 'jump')),
    ([('run', 'a'), ('jump', 'b')], ('run', 'jump')),
    ([('run', ...), ('jump', ...)], ('jump', 'run')),
    ([('run', None), ('jump', ...)], ('jump', 'run'))])
def test_label_ids_that_do(tmp_path, pairs, classes):
    path = write(tmp_path, with_ids(*pairs))
    assert load_annotations(path) and classes_of(path) == classes


def test_class_names_of_whatever_a_file_holds():
    database = dict(a=None, b=[], c={}, d=dict(annotations=None),
                    e=dict(annotations=[None, {}, dict(label='no segment')]),
                    f=VIDEO)
    assert class_names(database) == ('jump', 'run')


def test_unlabelled_videos(tmp_path):
    """A video without ``annotations`` is no video in which nothing happens."""
    path = write(tmp_path, dict(
        a=VIDEO, b=dict(VIDEO, annotations=[]), c=dict(duration=4)))
    videos = load_annotations(path)
    assert [video.labelled for video in videos.values()] == [
        True, True, False]
    assert videos['c'].segments.shape == (0, 2)
    assert classes_of(path) == ('jump', 'run')
    require_labels(select(videos, 'validation'), path, 'to train on')
    with pytest.raises(AnnotationError, match='field annotations: found noth'
                       'ing in 1 video: c, expected a list to train on'):
        require_labels(videos.values(), path, 'to train on')
    problem, = read_database(path)[1]
    assert problem.kind == 'unlabelled' and not problem.is_fatal


def test_no_video_at_all(tmp_path):
    path = write(tmp_path, {})
    with pytest.raises(AnnotationError, match='found no video, expected some'):
        select(load_annotations(path), 'training', path=path)
