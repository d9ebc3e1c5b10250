"""Files as annotation tools write them, and files that nobody should read."""
import json
from random import Random

import pytest

from mmbapg.datasets.annotations import AnnotationError
from mmbapg.datasets.exchange import (
    Settings,
    read_annotations,
)
from tests.exchanged import require_libraries
from tests.exchanged_files import (
    BORIS,
    CSV,
    CVAT,
    ELAN,
    LABEL_STUDIO,
    MMACTION2,
    SAMPLES,
    THUMOS,
    VIA,
)

require_libraries('defusedxml', 'pympi', 'srt', 'webvtt')

@pytest.mark.parametrize('form, content, expected', [
    ('elan', ELAN, {'cooking one': [
        ('cut & peel', 0.78, 1.59), ('stir', 1.6, 4.0)]}),
    ('via', VIA, {'a': [('Pour Liquid', 2.25, 5.5)], 'b': [
        ('waits', 0, 1)]}),
    ('label-studio', LABEL_STUDIO, {'game_one': [
        ('goal', 0, 1), ('left', 0, 1), ('whistle', 10, 12.5)], 'two': []}),
    ('boris', BORIS, {'zoo': [('sleep', 2.5, 7), ('sleep', 3, 9)]}),
    ('cvat', CVAT, {'street': [
        ('wave', 0.4, 1.4), ('wave', 2, 2.04), ('walk', 3, 4)]}),
    ('csv', CSV, {'a': [('x; y', 1, 2), ('z', 0, 0.04)]}),
    ('frames', THUMOS, {'video_test_0000004': [
        ('CricketBowling', 0.2, 1.1)]}),
    ('mmaction2', MMACTION2, {'v_QOlSCBRmfWY': [
        ('Ballet', 6.195294851794072, 77.73085420904837)]})])
def test_files_of_the_tools(form, content, expected, tmp_path):
    path = tmp_path / 'file'
    path.write_bytes((content if isinstance(content, str) else json.dumps(
        content)).encode())
    settings = Settings(fps=25, unit='frames', columns=dict(
        video='Clip', start='Onset', end='Offset', label='Behaviour',
        score='score'))
    found = read_annotations(path, form, settings)
    assert {name: [(each.label, each.start, each.end)
                   for each in video.instances]
            for name, video in found.videos.items()} == {
        name: [(label, pytest.approx(start), pytest.approx(end))
               for label, start, end in rows]
        for name, rows in expected.items()}


@pytest.mark.parametrize('form', SAMPLES)
def test_damaged_files_are_read_or_refused(form, tmp_path):
    """Never with another exception, whatever a person or a disk did."""
    random, path = Random(form), tmp_path / 'file'
    text = SAMPLES[form] if isinstance(SAMPLES[form], str) else json.dumps(
        SAMPLES[form])
    refused = 0
    for _ in range(120):
        start = random.randrange(len(text))
        end = min(start + random.choice([0, 1, 5, 40, 10**6]), len(text))
        put = random.choice(['', '0', '-1', '"', 'null', '[]', '{}', '<', '>',
                             '\n', 'NaN', '9' * 400, '\0', 'ü', '&#0;', ','])
        path.write_text(text[:start] + put + text[end:])
        try:
            read_annotations(path, form, Settings(fps=25))
        except AnnotationError as error:
            assert str(error).startswith(str(path))
            refused += 1
    assert refused


def test_what_else_the_tools_tell(tmp_path):
    (tmp_path / 'a').write_text(json.dumps(BORIS))
    contents = read_annotations(tmp_path / 'a', 'boris', Settings())
    video = contents.videos['zoo']
    assert (video.duration, video.fps) == (60.5, 25)
    assert contents.classes == ['sleep']
    (tmp_path / 'b').write_text(json.dumps(MMACTION2))
    video, = read_annotations(tmp_path / 'b', 'mmaction2',
                              Settings()).videos.values()
    assert video.fps == pytest.approx(2067 / 82.73)
    assert video.fields == dict(feature_frame=2064)
    (tmp_path / 'c').write_text(json.dumps(LABEL_STUDIO))
    videos = read_annotations(tmp_path / 'c', 'label-studio',
                              Settings(fps=25)).videos
    assert [each.labelled for each in videos.values()] == [True, False]


BOMB = '''<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;">]>
<{root}>&d;</{root}>'''
EXTERNAL = '''<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><{root}>&x;</{root}>'''
DTD = '<!DOCTYPE {root} SYSTEM "http://example.org/a.dtd"><{root}/>'


@pytest.mark.parametrize('form, root', [
    ('elan', 'ANNOTATION_DOCUMENT'), ('cvat', 'annotations')])
@pytest.mark.parametrize('text', [BOMB, EXTERNAL, DTD])
def test_dangerous_xml_is_refused(form, root, text, tmp_path):
    path = tmp_path / 'file.xml'
    path.write_text(text.replace('{root}', root))
    with pytest.raises(AnnotationError, match=f'^{path}: found a document '
                       'type or entities .*, expected none, as in the files'):
        read_annotations(path, form, Settings(fps=25))


@pytest.mark.parametrize('form, content, message', [
    ('elan', '', 'not an XML file'),
    ('elan', '<a/>', 'found <a>, expected <ANNOTATION_DOCUMENT> of the files'),
    ('elan', '<ANNOTATION_DOCUMENT/>', 'found no field'),
    ('cvat', '<annotations><track label="a"><box frame="x" outside="0"/>'
     '</track></annotations>', 'track None: found something else'),
    ('cvat', '<annotations><track><box frame="1" outside="0"/></track>'
     '</annotations>', "found no field 'label', expected a file as CVAT"),
    ('via', '{}', "expected the field 'project' of files that the VGG"),
    ('via', json.dumps(dict(VIA, metadata={'k': dict(
        vid='1', z=[0, 1], xy=[], av={})})), 'metadata k: found a segment wi'),
    ('via', json.dumps(dict(VIA, metadata={'k': dict(
        vid='9', z=[0, 1], xy=[], av={'1': '1'})})), "found no field '9'"),
    ('label-studio', '{}', 'found dict, expected the list of tasks'),
    ('label-studio', '[{"id": 1}]', "task 0: found no field 'data'"),
    ('label-studio', json.dumps(LABEL_STUDIO[:1] * 2), 'task 1: found a seco'),
    ('boris', '[]', "found list, expected the field 'observations' of files"),
    ('boris', json.dumps(dict(BORIS, observations=dict(o=dict(
        events=[[1, '', 'sleep', '', '']])))),
     'observation o: found sleep begin at 1 s, expected an event that ends'),
    ('srt', 'no times', 'not a SubRip file'),
    ('vtt', 'no times', 'not a WebVTT file'),
    ('csv', 'a,b\n1,2\n', 'found the columns a, b, expected also video=video'),
    ('csv', 'video,start,end,label\na,x,2,b\n', 'line 2: found something els'),
    ('csv', 'video,start,end,label\na,1\n', 'line 2: found something else'),
    ('frames', '{"database": {"a": {"fps": 25, "annotations": [{"label": "b",'
     '"segment": [1, 2]}]}}}', r"found no field 'segment\(frames\)'"),
    ('frames', '{"database": {"a": 3}}', 'video a: found 3, expected an obj'),
    ('mmaction2', '[]', 'found list, expected an object of videos'),
    ('mmaction2', '{"a": {}}', "video a: found no field 'duration_second'"),
    ('activitynet', '{}', "expected the field 'database' of files"),
    ('activitynet', '{"database": {"a": {"duration": -1}}}', 'video a, field'),
])
def test_files_that_are_none(form, content, message, tmp_path):
    path = tmp_path / 'file'
    path.write_text(content)
    with pytest.raises(AnnotationError, match=message) as found:
        read_annotations(path, form, Settings(fps=None if form == 'activitynet'
                                              else 25))
    assert str(found.value).startswith(str(path))
    with pytest.raises(AnnotationError, match='no such file'):
        read_annotations(tmp_path / 'absent', form, Settings(fps=25))
