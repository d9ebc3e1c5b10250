"""Forms that genuine files of tools have, with other values: of projects of
the tools' own repositories, which may not be handed on."""
import json

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
from mmbapg.datasets.exchange.tables import columns_of
from tests.exchanged import require_libraries
from tests.exchanged_files import BORIS, VIA

require_libraries('defusedxml')


def read(tmp_path, form, content, **settings):
    path = tmp_path / 'file'
    path.write_text(content if isinstance(content, str) else
                    json.dumps(content))
    return read_annotations(path, form, Settings(**settings))


def rows_of(contents):
    return {name: [(each.label, each.start, each.end, each.fields)
                   for each in video.instances]
            for name, video in contents.videos.items()}


def via_project(values, **attributes):
    """A segment with these values of attributes."""
    anchor = dict(anchor_id='FILE1_Z2_XY0', desc='', default_option_id='')
    return dict(
        project=VIA['project'], config=VIA['config'],
        attribute={key: dict(anchor, **each)
                   for key, each in attributes.items()},
        file={'1': dict(fid='1', fname='a.mp4', type=4, loc=2, src='a.mp4')},
        view={'1': dict(fid_list=['1'])},
        metadata={'1_x': dict(vid='1', flg=0, z=[1.0, 2.5], xy=[], av=values)})


TIMELINES = dict(aname='TEMPORAL-SEGMENTS', type=4,
                 options=dict(default='Default'))
STROKE = dict(aname='Stroke', type=4, options={'0': 'cut', '9': 'pull'})


def test_what_via_fills_in_by_itself_is_no_label(tmp_path):
    found = read(tmp_path, 'via', via_project(
        {'1': 'default', '2': '9'}, **{'1': TIMELINES, '2': STROKE}))
    assert rows_of(found) == {'a': [('pull', 1.0, 2.5, {})]}
    assert found.classes == ['cut', 'pull']
    # but where nothing else tells what happens, and where people named it
    alone = read(tmp_path, 'via', via_project(
        {'1': 'default'}, **{'1': TIMELINES, '2': STROKE}))
    assert rows_of(alone)['a'][0][0] == 'Default'
    named = dict(TIMELINES, options=dict(default='left', b='right'))
    found = read(tmp_path, 'via', via_project(
        {'1': 'b', '2': '9'}, **{'1': named, '2': STROKE}))
    assert rows_of(found)['a'] == [('right', 1.0, 2.5, dict(Stroke='pull'))]
    assert found.classes == ['left', 'right']


def test_a_text_of_via_with_a_comma_is_one_label(tmp_path):
    found = read(tmp_path, 'via', via_project(
        {'1': 'walk, fast '}, **{'1': dict(aname='a', type=2, options={})}))
    assert rows_of(found)['a'][0][0] == 'walk, fast'


TRACKS = '''<annotations><version>1.1</version><meta><task><name>part</name>
<size>10</size><start_frame>10</start_frame><stop_frame>37</stop_frame>
<frame_filter>step=3</frame_filter><labels><label><name>walk</name></label>
<label><name>rest</name></label><label><name>knee</name><parent>walk</parent>
</label></labels></task>{source}</meta><track id="0" label="walk">
<skeleton frame="10" outside="0"><attribute name="how">fast</attribute>
<points label="knee" outside="0"/></skeleton>
<skeleton frame="22" outside="1"><points label="knee" outside="1"/></skeleton>
<track id="1" label="knee"><points frame="10" outside="0"/></track>
</track></annotations>'''


def test_tracks_of_cvat(tmp_path, monkeypatch):
    found = read(tmp_path, 'cvat', TRACKS.format(
        source='<source>film.mp4</source>'), fps=10.0)
    assert rows_of(found) == {'film': [('walk', 1.0, 2.2, {})]}
    assert found.classes == ['walk', 'rest']
    assert found.passed_over == ['attributes of 1 tracks']
    assert found.videos['film'].duration == 3.8
    # its task is called as the person called it
    assert [*read(tmp_path, 'cvat', TRACKS.format(source=''),
                  fps=10.0).videos] == ['part']
    # the film goes on after what the task shows
    monkeypatch.setattr(Settings, 'film_duration', lambda self, name: 5.0)
    found = read(tmp_path, 'cvat', TRACKS.format(
        source='<source>film.mp4</source>'), fps=10.0)
    assert found.videos['film'].duration == 5.0


def test_cvat_holds_no_frame_rate(tmp_path):
    contents = Contents({'a': Video([Instance('walk', 1.0, 2.0)], 9.0, 25.0)})
    lost = write_annotations(tmp_path / 'a.xml', 'cvat', contents, Settings())
    assert lost == ['frame rates, of 1 video: a']


def test_label_studio_before_it_was_1(tmp_path):
    value = dict(ranges=[dict(start=26, end=50)], timelinelabels=['walk'])
    result = dict(type='timelinelabels', from_name='a', to_name='b',
                  value=value)
    found = read(tmp_path, 'label-studio', [dict(
        data=dict(video='a.mp4'), completions=[dict(result=[result])])],
        fps=25.0)
    assert rows_of(found) == {'a': [('walk', 1.0, 2.0, {})]}
    assert found.videos['a'].labelled


@pytest.mark.parametrize('frames, kept', [(418, True), (422, False)])
def test_frames_of_mmaction2_that_are_not_those_of_its_rate(
        frames, kept, tmp_path):
    entry = dict(duration_second=14.07, duration_frame=frames, fps=30.0,
                 feature_frame=400, annotations=[
                     dict(label='walk', segment=[1.0, 2.0])])
    (tmp_path / 'a.json').write_text(json.dumps(dict(v=entry)))
    convert(tmp_path / 'a.json', tmp_path / 'b.json', 'mmaction2',
            'activitynet')
    middle = json.loads((tmp_path / 'b.json').read_text())['database']['v']
    assert ('duration_frame' in middle) == kept
    convert(tmp_path / 'b.json', tmp_path / 'c.json', 'activitynet',
            'mmaction2')
    assert json.loads((tmp_path / 'c.json').read_text()) == dict(v=entry)


TABLE = '''Observation id,Media file,Behavior,Start (s),Stop (s)
first,a.mp4,walk,1,2
{name},b.mp4,walk,181.5,190
'''


def test_a_table_of_boris_counts_through_its_films(tmp_path):
    columns = columns_of(['video=Media file', 'start=Start (s)',
                          'end=Stop (s)', 'label=Behavior'])
    with pytest.raises(AnnotationError, match=(
            'line 3: found b.mp4 in the observation first, and a.mp4 further '
            'above, expected one film for each: BORIS counts .* its project')):
        read(tmp_path, 'csv', TABLE.format(name='first'), columns=columns)
    found = read(tmp_path, 'csv', TABLE.format(name='second'),
                 columns=columns)
    assert {*found.videos} == {'a', 'b'}


def test_a_project_of_boris_is_as_boris_writes_it(tmp_path):
    contents = Contents({'a': Video([Instance('walk', 1.0, 2.0)], 9.0, 25.0)})
    write_annotations(tmp_path / 'a.boris', 'boris', contents, Settings())
    each = json.loads((tmp_path / 'a.boris').read_text())['observations']['a']
    assert each['file'] == {'1': ['a.mp4'], '2': []}
    assert {*each['media_info']} == {'length', 'fps', 'hasVideo', 'hasAudio',
                                     'offset'}
    assert rows_of(read_annotations(tmp_path / 'a.boris', 'boris', Settings())
                   )['a'] == [('walk', 1.0, 2.0, {})]


def test_a_project_without_films_says_what_it_has(tmp_path):
    content = json.loads(json.dumps(BORIS))
    for each in content['observations'].values():
        each['type'] = 'LIVE'
    with pytest.raises(AnnotationError, match=(
            'found no video, expected some; passed over: .*LIVE')):
        read(tmp_path, 'boris', content)


def test_a_table_tells_durations_and_rates(tmp_path):
    """So that who has features and no videos can convert it."""
    rows = 'video,start,end,label,duration,fps\nv,1,2,walk,10,25\n'
    (tmp_path / 'a.csv').write_text(rows + 'v,3,4,walk,,\n')
    convert(tmp_path / 'a.csv', tmp_path / 'a.json', 'csv', 'activitynet')
    found = json.loads((tmp_path / 'a.json').read_text())['database']['v']
    assert (found['duration'], found['fps']) == (10.0, 25.0)
    assert found['annotations'][0] == dict(label='walk', segment=[1.0, 2.0])
    # also where times are counted at that rate
    found = read(tmp_path, 'csv', rows.replace('10,', '0:10,'), unit='frames')
    assert rows_of(found)['v'][0][1:3] == (1 / 25, 2 / 25)
    with pytest.raises(AnnotationError, match=(
            'line 3: .*duration 11, and 10.0 further above')):
        read(tmp_path, 'csv', rows + 'v,3,4,walk,11,25\n')
