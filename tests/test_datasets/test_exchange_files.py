"""Files as annotation tools write them, and files that nobody should read.

The former follow the examples in the documentation of each tool: with fields
that are of no interest here, and with what a person leaves behind.
"""
import json
from random import Random

import pytest

from mmbapg.datasets.annotations import AnnotationError
from mmbapg.datasets.exchange import (
    Settings,
    boris,
    convert,
    read_annotations,
)
from tests.exchanged import require_libraries

require_libraries('defusedxml', 'pympi', 'srt', 'webvtt')

ELAN = '''<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="me" DATE="2024-03-05T10:11:12+01:00"
    FORMAT="3.0" VERSION="3.0"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
  <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
    <MEDIA_DESCRIPTOR MEDIA_URL="file:///C:/Users/me/cooking%20one.mp4"
        MIME_TYPE="video/mp4" RELATIVE_MEDIA_URL="./cooking one.mp4"/>
    <PROPERTY NAME="lastUsedAnnotationId">4</PROPERTY>
  </HEADER>
  <TIME_ORDER>
    <TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="780"/>
    <TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="1590"/>
    <TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="1600"/>
    <TIME_SLOT TIME_SLOT_ID="ts4" TIME_VALUE="4000"/>
  </TIME_ORDER>
  <TIER DEFAULT_LOCALE="en" LINGUISTIC_TYPE_REF="default-lt" TIER_ID="hands">
    <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1"
        TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
      <ANNOTATION_VALUE>cut &amp; peel</ANNOTATION_VALUE>
    </ALIGNABLE_ANNOTATION></ANNOTATION>
  </TIER>
  <TIER LINGUISTIC_TYPE_REF="default-lt" TIER_ID="stir">
    <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2"
        TIME_SLOT_REF1="ts3" TIME_SLOT_REF2="ts4">
      <ANNOTATION_VALUE/>
    </ALIGNABLE_ANNOTATION></ANNOTATION>
  </TIER>
  <LINGUISTIC_TYPE GRAPHIC_REFERENCES="false"
      LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true"/>
  <LOCALE COUNTRY_CODE="US" LANGUAGE_CODE="en"/>
</ANNOTATION_DOCUMENT>
'''

VIA = dict(
    project=dict(pid='__VIA_PROJECT_ID__', rev='__VIA_PROJECT_REV_ID__',
                 pname='kitchen', data_format_version='3.1.2',
                 creator='VGG Image Annotator', created=1585000000000,
                 vid_list=['1', '2']),
    config=dict(file=dict(loc_prefix={'1': '', '2': ''}), ui=dict(
        file_content_align='center', spatial_region_label_attribute_id='')),
    attribute={
        '1': dict(aname='activity', anchor_id='FILE1_Z2_XY0', type=4, desc='',
                  options={'0': 'Break Egg', '1': 'Pour Liquid'},
                  default_option_id=''),
        '2': dict(aname='note', anchor_id='FILE1_Z2_XY0', type=1, desc='',
                  options={}, default_option_id=''),
        '3': dict(aname='object', anchor_id='FILE1_Z1_XY1', type=1, desc='',
                  options={}, default_option_id='')},
    file={'1': dict(fid='1', fname='a.mp4', type=4, loc=2,
                    src='https://example.org/a.mp4'),
          '2': dict(fid=2, fname='b.webm', type=4, loc=1, src='')},
    view={'1': dict(fid_list=['1']), '2': dict(fid_list=[2])},
    metadata={
        '1_r0rR1a': dict(vid='1', flg=0, z=[2.25, 5.5], xy=[],
                         av={'1': '1', '2': ''}),
        '1_bOtT2x': dict(vid='1', flg=0, z=[3.1], xy=[2, 10, 10, 40, 40],
                         av={'3': 'cup'}),
        '2_zZ9': dict(vid='2', flg=0, z=[0, 1], xy=[], av={'2': 'waits'})})

LABEL_STUDIO = [
    dict(id=4, data=dict(video='/data/upload/7/0a1b2c3d-game_one.mp4'),
         predictions=[], annotations=[
        dict(id=1, was_cancelled=True, result=[]),
        dict(id=2, was_cancelled=False, result=[
            dict(id='x1', type='timelinelabels', origin='manual',
                 from_name='timelineLabels', to_name='video', value=dict(
                     ranges=[dict(start=1, end=26)],
                     timelinelabels=['goal', 'left'])),
            dict(id='x2', type='labels', from_name='tricks', to_name='audio',
                 original_length=90.5, value=dict(
                     start=10.0, end=12.5, channel=0, labels=['whistle'])),
            dict(id='x3', type='choices', value=dict(choices=['good']))])]),
    dict(id=5, data=dict(video='https://example.org/v/two.mp4?x=1'.split(
        '?')[0]), annotations=[])]

BORIS = {
    'time_format': 'hh:mm:ss', 'project_date': '2023-01-02T03:04:05',
    'project_name': 'zoo', 'project_format_version': '7.0',
    'subjects_conf': {'0': {'key': '1', 'name': 'Ann', 'description': ''}},
    'behaviors_conf': {
        '0': {'type': 'State event', 'key': 's', 'code': 'sleep',
              'description': '', 'category': '', 'modifiers': '',
              'excluded': '', 'coding map': ''},
        '1': {'type': 'Point event', 'key': 'y', 'code': 'yawn',
              'description': '', 'category': '', 'modifiers': ''}},
    'observations': {'morning': {
        'file': {'1': ['/home/me/zoo.avi'], '2': []}, 'type': 'MEDIA',
        'date': '2023-01-02T03:04:05', 'description': '', 'time offset': 0.0,
        'media_info': {'length': {'/home/me/zoo.avi': 60.5},
                       'fps': {'/home/me/zoo.avi': 25.0}},
        'events': [[2.5, 'Ann', 'sleep', '', ''], [3.0, '', 'sleep', '', ''],
                   [5.25, 'Ann', 'yawn', '', 'loud'],
                   [7.0, 'Ann', 'sleep', '', ''], [9, '', 'sleep', '', '']]}}}

CVAT = '''<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta><task><id>5</id><name>t</name><size>100</size>
    <mode>interpolation</mode><overlap>5</overlap>
    <labels><label><name>wave</name><attributes></attributes></label></labels>
    </task><dumped>2022-01-01 00:00:00+00:00</dumped>
    <source>street.mp4</source></meta>
  <track id="0" label="wave" source="manual">
    <box frame="10" outside="0" occluded="0" keyframe="1" xtl="1.0" ytl="2.0"
      xbr="3.0" ybr="4.0" z_order="0"><attribute name="age">1</attribute></box>
    <box frame="35" outside="1" occluded="0" keyframe="1" xtl="1.0" ytl="2.0"
      xbr="3.0" ybr="4.0" z_order="0"/>
    <box frame="50" outside="0" occluded="0" keyframe="1" xtl="1.0" ytl="2.0"
      xbr="3.0" ybr="4.0" z_order="0"/>
  </track>
  <track id="1" label="walk" source="manual">
    <polygon frame="75" outside="0" occluded="0" keyframe="1"
      points="1,2;3,4;5,6" z_order="0"/>
    <polygon frame="99" outside="0" occluded="0" keyframe="1"
      points="1,2;3,4;5,6" z_order="0"/>
  </track>
</annotations>
'''

SRT = ('\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\nopens the\r\ndoor\r\n\r\n'
       '2\r\n01:00:00,040 --> 01:00:01,000\r\nleaves\r\n\r\n')

VTT = '''WEBVTT - made by hand

NOTE anything may stand here

STYLE
::cue { color: red }

first
00:01.000 --> 00:02.500 line:0 position:20%
<v Ann>opens <i>the</i> door

01:00:00.040 --> 01:00:01.000
salt &amp; pepper
'''

CSV = 'Clip;Onset;Offset;Behaviour;by\na.mov;25;50;"x; y";me\na.mov;0;1;z;me\n'

THUMOS = dict(database=dict(video_test_0000004=dict(
    subset='Test', duration=33.73, fps=30.0, annotations=[
        {'label': 'CricketBowling', 'segment': [0.2, 1.1],
         'segment(frames)': [6.0, 33.0], 'label_id': 5}])))

MMACTION2 = {'v_QOlSCBRmfWY': dict(
    duration_second=82.73, duration_frame=2067, feature_frame=2064,
    annotations=[dict(segment=[6.195294851794072, 77.73085420904837],
                      label='Ballet')])}


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
    ('srt', SRT, {'file': [
        ('opens the door', 1, 2.5), ('leaves', 3600.04, 3601)]}),
    ('vtt', VTT, {'file': [
        ('opens the door', 1, 2.5), ('salt & pepper', 3600.04, 3601)]}),
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


SAMPLES = {
    'elan': ELAN, 'via': VIA, 'label-studio': LABEL_STUDIO, 'boris': BORIS,
    'cvat': CVAT, 'srt': SRT, 'vtt': VTT, 'frames': THUMOS,
    'mmaction2': MMACTION2, 'csv': 'video,start,end,label\na,1,2,walk\n'}


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


def test_point_events_are_told(tmp_path, monkeypatch):
    logged = []
    monkeypatch.setattr(boris, 'print_log',
                        lambda text, *args: logged.append(text))
    (tmp_path / 'a').write_text(json.dumps(BORIS))
    told = convert(tmp_path / 'a', tmp_path / 'b.csv', 'boris', 'csv')
    assert told[0] == '2 instances in 1 video: zoo'
    assert logged == [f'{tmp_path}/a: observation morning: 1 point events '
                      'last no time and are left out']
