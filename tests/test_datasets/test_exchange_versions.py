"""What files of the tools hold beside the usual: other versions, frames and
times that count from elsewhere, and what is no segment."""
import json
from xml.etree import ElementTree

import pytest

from mmbapg.datasets.annotations import AnnotationError
from mmbapg.datasets.exchange import (
    Contents,
    Instance,
    Settings,
    Video,
    convert,
    read_annotations,
    write_annotations,
)
from mmbapg.datasets.exchange.contents import name_of_media
from tests.exchanged import require_libraries
from tests.exchanged_files import BORIS, CVAT, ELAN, LABEL_STUDIO, VIA

require_libraries('defusedxml', 'pympi')

#: A tier whose annotations share the time of others: slots without times, and
#: two parts of one parent, the second of which has a part of its own.
PARTS = '''
  <TIER LINGUISTIC_TYPE_REF="words" PARENT_REF="hands" TIER_ID="words">
    <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a3"
        TIME_SLOT_REF1="ts3" TIME_SLOT_REF2="ts5">
      <ANNOTATION_VALUE>one</ANNOTATION_VALUE>
    </ALIGNABLE_ANNOTATION></ANNOTATION>
    <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a4"
        TIME_SLOT_REF1="ts5" TIME_SLOT_REF2="ts4">
      <ANNOTATION_VALUE>two</ANNOTATION_VALUE>
    </ALIGNABLE_ANNOTATION></ANNOTATION>
  </TIER>
  <TIER LINGUISTIC_TYPE_REF="parts" PARENT_REF="words" TIER_ID="parts">
    <ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a6" ANNOTATION_REF="a4"
        PREVIOUS_ANNOTATION="a5"><ANNOTATION_VALUE>y</ANNOTATION_VALUE>
    </REF_ANNOTATION></ANNOTATION>
    <ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a5" ANNOTATION_REF="a4">
      <ANNOTATION_VALUE>x</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
  </TIER>
  <TIER LINGUISTIC_TYPE_REF="notes" PARENT_REF="parts" TIER_ID="notes">
    <ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a7" ANNOTATION_REF="a6">
      <ANNOTATION_VALUE>z</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
  </TIER>
  <LINGUISTIC_TYPE '''
ELAN_PARTS = ELAN.replace('  <LINGUISTIC_TYPE ', PARTS, 1).replace(
    '  </TIME_ORDER>', '    <TIME_SLOT TIME_SLOT_ID="ts5"/>\n  </TIME_ORDER>')


def read(tmp_path, form, content, **settings):
    path = tmp_path / 'file'
    path.write_text(content if isinstance(content, str) else json.dumps(
        content))
    return read_annotations(path, form, Settings(**settings))


def rows_of(contents):
    return {name: [(each.label, pytest.approx(each.start),
                    pytest.approx(each.end)) for each in video.instances]
            for name, video in contents.videos.items()}


def test_elan_shows_times_that_no_slot_tells(tmp_path):
    found = read(tmp_path, 'elan', ELAN_PARTS)
    assert sorted(rows_of(found)['cooking one'], key=lambda row: row[0]) == [
        ('cut & peel', 0.78, 1.59), ('one', 1.6, 2.8), ('stir', 1.6, 4.0),
        ('two', 2.8, 4.0), ('x', 2.8, 3.4), ('y', 3.4, 4.0), ('z', 3.4, 4.0)]
    found = read(tmp_path, 'elan', ELAN_PARTS, tiers=['parts', 'stir'])
    assert [(each.label, each.fields) for each in found.videos[
        'cooking one'].instances] == [
        ('stir', dict(tier='stir')), ('x', dict(tier='parts')),
        ('y', dict(tier='parts'))]


@pytest.mark.parametrize('old, new, message', [
    ('ANNOTATION_REF="a4"', 'ANNOTATION_REF="a7"', 'a[567]: found no times'),
    ('TIME_SLOT_REF2="ts4"', 'TIME_SLOT_REF2="ts6"', 'a[2-7]: found no times'),
    ('TIME_SLOT_REF2="ts5"', 'TIME_SLOT_REF2="ts9"', 'a3: found no times'),
    ('"milliseconds"', '"PAL-frames"', 'found times in PAL-frames, expected')])
def test_elan_without_times(old, new, message, tmp_path):
    with pytest.raises(AnnotationError, match=message):
        read(tmp_path, 'elan', ELAN_PARTS.replace(old, new))


def test_elan_of_films_in_step(tmp_path):
    """Time begins 1.5 s after the film does; the sound is no video."""
    sound = ('<MEDIA_DESCRIPTOR MEDIA_URL="file:///C:/Users/me/a.wav" '
             'MIME_TYPE="audio/x-wav"/>')
    film = 'MIME_TYPE="video/mp4" RELATIVE'
    both = ELAN.replace('<MEDIA_DESCRIPTOR', f'{sound}<MEDIA_DESCRIPTOR')
    found = read(tmp_path, 'elan', both.replace(
        film, f'TIME_ORIGIN="1500" {film}'))
    assert rows_of(found) == {'cooking one': [
        ('cut & peel', 2.28, 3.09), ('stir', 3.1, 5.5)]}
    alone = both.replace('video/mp4', 'audio/x-wav')
    assert list(read(tmp_path, 'elan', alone).videos) == ['a']
    with pytest.raises(AnnotationError, match="found no tier 'feet', expected "
                       'some of hands, stir'):
        read(tmp_path, 'elan', ELAN, tiers=['feet'])


def test_elan_keeps_tiers(tmp_path):
    """There and back, also where those of one tier overlap."""
    rows = [('a', 0.0, 2.0, 'hands'), ('b', 1.0, 3.0, 'hands'),
            ('c', 1.0, 3.0, 'hands 2'), ('d', 5.0, 6.0, 'hands')]
    write_annotations(tmp_path / 'v.eaf', 'elan', Contents(dict(v=Video(
        [Instance(*row[:3], fields=dict(tier=row[3])) for row in rows]))),
        Settings())
    found, = read_annotations(tmp_path / 'v.eaf', 'elan',
                              Settings()).videos.values()
    tiers = {each.label: each.fields['tier'] for each in found.instances}
    assert tiers == dict(a='hands', b='hands 3', c='hands 2', d='hands')


def test_boris_plays_videos_in_turn(tmp_path):
    """A state over a cut belongs to both; times count from an offset."""
    observation = dict(BORIS['observations']['morning'], **{
        'file': {'1': ['a.avi', 'b.avi'], '2': ['side.avi']},
        'time offset': 100.0, 'media_info': dict(
            length={'a.avi': 10.0, 'b.avi': 20.0}, fps={'a.avi': 25.0}),
        'events': [[102.0, 'Ann', 'sleep', 'deep', 'well'],
                   [104.0, 'Ann', 'sleep', 'deep', ''],
                   [108.0, '', 'sleep', '', '', 200],
                   [115.0, '', 'sleep', '', '', 375]]})
    others = dict(live=dict(file=[], type='LIVE', events=[[1, '', 'sleep']]),
                  pictures=dict(file={}, type='IMAGES', events=[]))
    found = read(tmp_path, 'boris', dict(BORIS, observations=dict(
        others, morning=observation)))
    assert rows_of(found) == dict(
        a=[('sleep', 2, 4), ('sleep', 8, 10)], b=[('sleep', 0, 5)])
    assert [each.duration for each in found.videos.values()] == [10, 20]
    assert found.videos['a'].instances[0].fields == dict(
        subject='Ann', modifiers='deep', comment='well')
    assert found.passed_over == [
        'observation live, which has no video (LIVE)',
        'observation pictures, which has no video (IMAGES)',
        'videos of further players of observation morning: side.avi']
    write_annotations(tmp_path / 'again', 'boris', found, Settings())
    again = read_annotations(tmp_path / 'again', 'boris', Settings())
    assert again.videos == found.videos
    del observation['media_info']['length']['a.avi']
    with pytest.raises(AnnotationError, match=' m: found no length of a.avi'):
        read(tmp_path, 'boris', dict(BORIS, observations=dict(m=observation)))


def test_boris_counts_from_when_a_video_was_made(tmp_path):
    observation = dict(BORIS['observations']['morning'], **{
        'media_creation_date_as_offset': True, 'media_info': dict(
            media_creation_time={'/home/me/zoo.avi': 1.5e9})})
    observation['events'] = [[1.5e9 + event[0], *event[1:]]
                             for event in observation['events']]
    found = read(tmp_path, 'boris', dict(BORIS, observations=dict(
        morning=observation)))
    assert rows_of(found)['zoo'] == [('sleep', 2.5, 7), ('sleep', 3, 9)]
    assert found.passed_over == ['1 point events of observation morning, as '
                                 'they last no time']
    observation['file'] = {'1': ['/home/me/zoo.avi', 'b.avi']}
    with pytest.raises(AnnotationError, match='count from when several vid'):
        read(tmp_path, 'boris', dict(BORIS, observations=dict(m=observation)))


def cvat_task(number, source, **fields):
    told = ''.join(f'<{key}>{value}</{key}>' for key, value in fields.items())
    return (f'<task><id>{number}</id><name>t</name>{told}'
            f'<source>{source}</source></task>')


def cvat_track(task, *frames):
    shapes = ''.join(f'<box frame="{frame}" outside="{outside}"/>'
                     for frame, outside in frames)
    return f'<track id="0" label="wave"{task}>{shapes}</track>'


def test_cvat_of_a_project(tmp_path):
    """Tracks say of which task they are; frames are those of the video."""
    tasks = cvat_task(7, 'a.mp4', size=100, start_frame=0, stop_frame=99) + (
        cvat_task(8, 'b.mp4', size=20, start_frame=50, stop_frame=149,
                  frame_filter='step=5'))
    found = read(tmp_path, 'cvat', (
        f'<annotations><meta><project><tasks>{tasks}</tasks></project></meta>'
        + cvat_track(' task_id="8"', (55, 0), (60, 0), (65, 1), (145, 0)) +
        cvat_track(' task_id="7"', (0, 0), (25, 1)) + '</annotations>'),
        fps=25)
    assert rows_of(found) == dict(a=[('wave', 0, 1)], b=[
        ('wave', 2.2, 2.6), ('wave', 5.8, 6)])
    assert [each.duration for each in found.videos.values()] == [4, 6]


def test_cvat_of_a_job_and_of_skeletons(tmp_path):
    skeleton = ('<skeleton frame="{}" keyframe="1"><points label="1" '
                'outside="{}"/><points label="2" outside="1"/></skeleton>')
    job = cvat_task(3, 'a.mp4', size=50).replace('task>', 'job>')
    text = (f'<annotations><meta>{job}</meta><track id="0" label="run">'
            f'{skeleton.format(5, 0)}{skeleton.format(10, 1)}</track>'
            '</annotations>')
    found = read(tmp_path, 'cvat', text, fps=10)
    assert rows_of(found) == dict(a=[('run', 0.5, 1)])
    assert found.videos['a'].duration is None  # a job may be a part of it
    with pytest.raises(AnnotationError, match='found pictures, expected trac'):
        read(tmp_path, 'cvat', '<annotations><image id="0"/></annotations>',
             fps=10)
    assert len(rows_of(read(tmp_path, 'cvat', CVAT, fps=25))['street']) == 3


def test_via_with_ticks_and_further_attributes(tmp_path):
    attribute = {**VIA['attribute'], '1': dict(
        VIA['attribute']['1'], type=2)}
    metadata = {'k': dict(vid='1', z=[1, 2], xy=[], av={
        '1': '0,1', '2': 'twice'}), 'mark': dict(vid='1', z=[3], xy=[], av={})}
    found = read(tmp_path, 'via', dict(VIA, attribute=attribute,
                                       metadata=metadata))
    assert [(each.label, each.fields) for each in
            found.videos['a'].instances] == [
        ('Break Egg', dict(note='twice')), ('Pour Liquid', dict(note='twice'))]
    assert found.passed_over == ['1 regions, marks and attributes of files']
    write_annotations(tmp_path / 'again', 'via', found, Settings())
    assert json.loads((tmp_path / 'again').read_text())['config']['ui']


def test_label_studio_counts_frames_as_its_interface(tmp_path):
    task = dict(LABEL_STUDIO[0], data=dict(LABEL_STUDIO[0]['data'], fps=50))
    assert rows_of(read(tmp_path, 'label-studio', [task]))['game_one'][0] == (
        'goal', 0, 0.5)
    found = read(tmp_path, 'label-studio', [task], fps=25)
    assert rows_of(found)['game_one'][0] == ('goal', 0, 1)
    assert found.passed_over == ['1 results of video game_one that are no '
                                 'labelled times (choices)']
    write_annotations(tmp_path / 'a.json', 'label-studio', found, Settings())
    again = read_annotations(tmp_path / 'a.json', 'label-studio', Settings())
    assert rows_of(again)['game_one'][0] == ('goal', 0, 1)
    assert again.videos['game_one'].fps == 25
    one = dict(ranges=[dict(start=3, end=3)], timelinelabels=['goal'])
    found = read(tmp_path, 'label-studio', [dict(
        data=dict(title='x', clip='/data/local-files/?d=in/a%20b.mp4'),
        predictions=[dict(result=[]), dict(result=[dict(
            type='timelinelabels', value=one, score=0.5)])])], fps=10)
    assert rows_of(found) == {'a b': [('goal', 0.2, 0.3)]}  # a single frame
    assert found.passed_over == ['all but the last of 2 annotations or '
                                 'predictions of video a b']


def test_tables_of_spreadsheets(tmp_path):
    rows = {'video;start;end;label;by\na;1,5;2,25;"x, y";me\n': 'x, y',
            'video, start, end, label, by\na, 1.5, 2.25, "z", me\n': 'z'}
    for text, label in rows.items():
        found, = read(tmp_path, 'csv', text).videos['a'].instances
        assert found == Instance(label, 1.5, 2.25, None, dict(by='me'))
    with pytest.raises(AnnotationError, match='line 2: .*more cells than col'):
        read(tmp_path, 'csv', 'video,start,end,label\na,1,2,x, y\n')


def test_what_else_a_file_says(tmp_path):
    """Fields of instances come along or are told; those of files are told."""
    content = dict(version='1.3', taxonomy=[], database=dict(a=dict(
        duration=9.0, annotations=[dict(label='walk', segment=[1, 2],
                                        label_id=5)])))
    (tmp_path / 'in.json').write_text(json.dumps(content))
    told = [convert(tmp_path / 'in.json', tmp_path / f'out.{form}',
                    'activitynet', form)[1:] for form in ('mmaction2', 'csv')]
    passed = 'passed over: the fields version, taxonomy of the file'
    assert told == [[passed], [
        passed, 'left out, as csv does not hold it: durations, of 1 video: a',
        'left out, as csv does not hold it: other fields of instances, of 1 '
        'video: a']]
    written = json.loads((tmp_path / 'out.mmaction2').read_text())
    assert written['a']['annotations'][0]['label_id'] == 5


def test_names_of_media_elsewhere():
    for source, name in {
            'https://x.org/a.mp4?X-Signature=b/c.mp4#t=3': 'a',
            's3://bucket/in/a%20b.webm': 'a b', '../films/a.mp4': 'a',
            'file:///C:/x/take #2.mp4': 'take #2', '?a.mp4': '?a'}.items():
        assert name_of_media(source) == name


def test_elan_is_told_what_a_film_is(tmp_path):
    (tmp_path / 'a.webm').touch()
    write_annotations(tmp_path / 'a.eaf', 'elan', Contents(dict(a=Video(
        [Instance('x', 0, 1)]))), Settings(videos=tmp_path))
    media = ElementTree.parse(tmp_path / 'a.eaf').find(
        'HEADER/MEDIA_DESCRIPTOR')
    assert media.get('MIME_TYPE') == 'video/webm'
