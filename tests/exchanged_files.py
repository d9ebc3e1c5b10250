"""Files as annotation tools write them.

Those in ``GENUINE`` are the tools' own. Of tools of which none may be handed
on, files follow the examples in their documentation: with fields that are of
no interest here, and with what a person leaves behind.
"""
from pathlib import Path

GENUINE = Path(__file__).parent / 'data/annotation_tools'

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
                     ranges=[dict(start=1, end=25)],
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

CSV = 'Clip;Onset;Offset;Behaviour;by\na.mov;25;50;"x; y";me\na.mov;0;1;z;me\n'

THUMOS = dict(database=dict(video_test_0000004=dict(
    subset='Test', duration=33.73, fps=30.0, annotations=[
        {'label': 'CricketBowling', 'segment': [0.2, 1.1],
         'segment(frames)': [6.0, 33.0], 'label_id': 5}])))

MMACTION2 = {'v_QOlSCBRmfWY': dict(
    duration_second=82.73, duration_frame=2067, feature_frame=2064,
    annotations=[dict(segment=[6.195294851794072, 77.73085420904837],
                      label='Ballet')])}

SAMPLES = {
    'elan': ELAN, 'via': VIA, 'label-studio': LABEL_STUDIO, 'boris': BORIS,
    'cvat': CVAT, 'frames': THUMOS,
    'srt': (GENUINE / 'styles_colours.srt').read_text(encoding='utf-8'),
    'vtt': (GENUINE / 'styles_colours.vtt').read_text(encoding='utf-8'),
    'mmaction2': MMACTION2, 'csv': 'video,start,end,label\na,1,2,walk\n'}
