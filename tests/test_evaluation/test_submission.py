"""Files of detections: what is read, and what is refused in which words."""
import json

import numpy as np
import pytest

from mmbapg.datasets.annotations import AnnotationError, VideoAnnotation
from mmbapg.evaluation import Segments
from mmbapg.evaluation.submission import read_submission, write_submission

FOUND = dict(v=Segments(np.array([[10.5, 19], [60, 79], [61, 80.]]),
                        np.array([0, 1, 1]), np.array([0.9, 0.7, 0.4])))
ROW = dict(segment=[1.0, 4.0], label='walk', score=0.5)
CLASSES = ('walk', 'fall')


def videos(*names, duration=40.0, **more):
    return {name: VideoAnnotation(name, duration, np.array([[1.0, 4.0]]),
                                  ('walk', ), **more) for name in names}


@pytest.fixture
def read(tmp_path):
    def of(content, known=None):
        known = known or videos('video1', 'video2')
        path = tmp_path / 'found.json'
        path.write_text(content if isinstance(content, str) else
                        json.dumps(content), encoding='utf-8')
        return read_submission(str(path), CLASSES, known)
    return of


@pytest.fixture
def refusal(read):
    def of(*args):
        with pytest.raises(AnnotationError) as caught:
            read(*args)
        assert '\n' not in str(caught.value)
        return str(caught.value)
    return of


def test_submissions_survive(tmp_path):
    path = str(tmp_path / 'found.json')
    write_submission(path, FOUND, ('x', 'y'))
    again = read_submission(path, ('x', 'y'))['v']
    for field, expected in zip(again, FOUND['v']):
        assert (field == expected).all()


@pytest.mark.parametrize('content', [
    dict(version='V', results=dict(video1=[ROW], video2=[]),
         external_data={}),
    dict(detect_results=dict(video1=[ROW], video2=[])),
    dict(video1=[ROW], video2=[]),
    dict(results=dict(video1=dict(detections=[ROW]), video2=[])),
    # tools/localize.py
    dict(results=[dict(video='/a/b/video1.mp4', duration=40.0,
                       detections=[ROW], proposals=[]),
                  dict(video='C:\\b\\video2.mkv', detections=[])]),
    [dict(name='video1', video='x.mp4', detections=[ROW]),
     dict(name='video2', video='x.mp4', detections=[])],
])
def test_forms_that_are_read(read, content):
    found = read(content)
    assert set(found) == {'video1', 'video2'}
    assert found['video1'].segments.tolist() == [[1, 4]]
    assert found['video1'].scores.tolist() == [0.5]
    assert len(found['video2'].labels) == 0


def test_a_list_of_detections_each_with_its_video(read):
    found = read([dict(ROW, video_id='video1'), dict(ROW, video_id='video2'),
                  dict(ROW, video_id='video1', label='fall')])
    assert found['video1'].labels.tolist() == [0, 1]
    assert len(found['video2'].labels) == 1


def test_a_byte_order_mark_is_no_fault(read):
    assert read('\ufeff' + json.dumps(dict(results=dict(video1=[ROW]))))


def test_video_files_in_folders_that_annotations_name(read):
    content = dict(results=[
        dict(video=f'/d/{folder}/x.mp4', detections=[ROW])
        for folder in ('a', 'b')])
    assert set(read(content, videos('a/x', 'b/x'))) == {'a/x', 'b/x'}


@pytest.mark.parametrize('content, message', [
    ('', 'not a JSON file (it is empty); expected detections as JSON'),
    ('{', 'not a JSON file'),
    ('[' * 100000, 'nested too deep'),
    ('null', 'found NoneType, expected a field \'results\''),
    ({}, 'found no video, expected'),
    ([], 'found no video, expected'),
    (dict(results={}), 'found no video, expected'),
    (dict(results='x'), 'found str, expected a field'),
    (dict(result=dict(video1=[ROW])), "field 'results' is missing, found "
     'result; expected a field'),
    (dict(database={}), "found annotations (field 'database')"),
    ('{"results": {"video1": [], "video1": []}}',
     "'video1' occurs more than once in one object"),
    (dict(results=[dict(video='a/video1.mp4', detections=[]),
                   dict(video='b/video1.mp4', detections=[])]),
     'found a second entry for video video1, expected one for each'),
    (dict(results=[ROW]), 'entry 0: found {'),
    (dict(results=[dict(video='/', detections=[])]), 'found detections of 1'),
    (dict(results=[None]), 'entry 0: found None, expected an object that'),
    (dict(results=dict(video1=None)),
     'video video1: found None, expected a list of detections, [] where'),
    (dict(results=dict(video1='x')), "video video1: found 'x', expected a"),
])
def test_files_that_are_no_detections(refusal, tmp_path, content, message):
    told = refusal(content)
    assert told.startswith(str(tmp_path / 'found.json')) and message in told


@pytest.mark.parametrize('change, message', [
    (dict(score=None), 'field score: found None, expected a finite number'),
    (dict(score='0.5'), "field score: found '0.5'"),
    (dict(score=float('nan')), 'field score: found nan'),
    (dict(score=float('inf')), 'field score: found inf'),
    (dict(score=True), 'field score: found True'),
    (dict(segment=[4.0, 1.0]), 'found [4.0, 1.0], expected an end after'),
    (dict(segment=[-4.0, -1.0]), 'found [-4.0, -1.0], expected seconds from'),
    (dict(segment=[float('nan'), 1]), 'expected two numbers'),
    (dict(segment=[1.0]), 'field segment: found [1.0], expected two numbers'),
    (dict(segment='1-4'), "field segment: found '1-4', expected two numbers"),
    (dict(label='run'), "found label 'run', expected one of the 2 classes of "
     'the annotation file (walk, fall)'),
    (dict(label='Walk '), "did you mean 'walk', which differs in case or sp"),
    (dict(label=0), 'found label 0, expected one of the 2 classes of the '
     'annotation file (walk, fall); expected a name, not its index'),
    (dict(label=None), 'found label None'),
    (dict(label=['walk']), "found label ['walk']"),
])
def test_detections_that_are_none(refusal, change, message):
    told = refusal(dict(results=dict(video1=[ROW, dict(ROW, **change)])))
    assert ': video video1, detection 1: ' in told and message in told


@pytest.mark.parametrize('field, message', [
    ('score', 'field score is missing, found segment, label; expected'),
    ('segment', 'field segment is missing, found label, score; expected'),
    ('label', 'field label is missing: these are proposals of no class, '
     'found segment, score; expected'),
])
def test_fields_that_are_missing(refusal, field, message):
    row = {key: value for key, value in ROW.items() if key != field}
    assert message in refusal(dict(results=dict(video1=[row])))


@pytest.mark.parametrize('here, there, change', [
    ('v_video1', 'video1', 'the prefix v_'),
    ('video1', 'v_video1', 'the prefix v_'),
    ('video1.mp4', 'video1', 'the file extension'),
    ('video1', 'video1.webm', 'the file extension'),
    ('val/video1', 'video1', 'the folder'),
    ('val\\video1', 'video1', 'the folder'),
    ('Video1', 'video1', 'upper and lower case'),
    ('video1 ', 'video1', 'spaces around it'),
    ('cafe\u0301', 'caf\u00e9', 'the Unicode form'),
    ('val/v_Video1.mp4', 'video1', 'the prefix v_ and the file extension and '
     'the folder and upper and lower case'),
])
def test_names_that_differ_in_a_known_way(refusal, here, there, change):
    told = refusal(dict(results={here: [ROW], 'video2': []}),
                   videos(there, 'video2', 'video3'))
    assert f'found detections of 1 video: {here}, which the annotation' in told
    assert (f'1 of them differ from annotated ones by {change} alone: '
            f'{here!r} is {there!r} there') in told


def test_names_of_other_videos(refusal):
    told = refusal(dict(results=dict(other=[ROW])))
    assert ('which the annotations do not have, expected names of annotated '
            'videos; none of these names is like one of the annotations, '
            'which know 2 videos: video1, video2; is it the right') in told


@pytest.mark.parametrize('factor, fps, unit', [
    (25, 25, 'frames (25 a second)'), (25, None, 'frames'),
    (1000, 25, 'milliseconds'),
    (3, None, 'frames, or is the duration in the annotations wrong')])
def test_times_that_are_no_seconds(refusal, factor, fps, unit):
    rows = [dict(ROW, segment=[factor * start, factor * (start + 4)])
            for start in (2, 18, 30)]
    told = refusal(dict(results=dict(video1=[ROW], video2=rows)),
                   videos('video1', 'video2', fps=fps))
    assert 'video video2: ' in told and 'far beyond its end at 40 s' in told
    assert f'expected seconds: are these {unit}?' in told


def test_detections_may_reach_a_little_beyond_their_video(read, logged):
    """TadTR's do."""
    rows = [dict(ROW, segment=[-2.0, 5.0]), dict(ROW, segment=[30.0, 45.0])]
    assert len(read(dict(results=dict(video1=rows)))['video1'].labels) == 2
    assert ('2 detections begin before 0 or end after their video, in 1 '
            'video: video1; they count as they are') in logged()


def test_annotations_that_reach_beyond_their_video_count(read):
    """THUMOS14 has such a video."""
    known = {'video1': VideoAnnotation(
        'video1', 40.0, np.array([[90.0, 100.0]]), ('walk', ))}
    rows = [dict(ROW, segment=[91.0, 100.0])]
    assert read(dict(results=dict(video1=rows)), known)


def test_no_such_file(tmp_path):
    with pytest.raises(AnnotationError, match='expected a file of'):
        read_submission(str(tmp_path / 'none.json'), 'ab')
