"""A person's work is not lost, and no video is taken for another."""
import json

import pytest

from mmbapg.apis.drafts import write_segments
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
from tests.exchanged import require_libraries

require_libraries('defusedxml', 'pympi', 'srt', 'webvtt')

SRT = '1\n00:00:01,000 --> 00:00:05,000\na\n\n'
ONE = Contents({'v': Video([Instance('a', 1, 2)], 9, 25)})


def read(tmp_path, form, text, **settings):
    path = tmp_path / 'file'
    path.write_text(text if isinstance(text, str) else json.dumps(text))
    return read_annotations(path, form, Settings(**settings)).videos


def rate(result):
    return 25.0


def times(video):
    return [(each.label, each.start, each.end) for each in video.instances]


def test_a_second_draft_lies_beside_the_first(tmp_path):
    """The first may have been corrected by hand."""
    found = [dict(name=name, duration=9.0, video=f'films/{name}.avi',
                  detections=[dict(segment=[1, 2], label='a', score=1)])
             for name in ('one', 'two')]
    for each, file in zip(found, ('annotations.csv', 'annotations 2.csv')):
        target, _ = write_segments([each], tmp_path, 'csv', rate)
        assert target == tmp_path / file
    assert list(read_annotations(tmp_path / 'annotations.csv', 'csv',
                                 Settings()).videos) == ['one']
    target, _ = write_segments(found[:1], tmp_path, 'elan', rate)
    text = next(target.glob('*.eaf')).read_text()
    assert 'one.avi' in text and '.mp4' not in text  # as it is named


def test_labels_to_choose_from_are_different(tmp_path):
    target, _ = write_segments(
        [dict(name='v', duration=9.0, video='v.mp4',
              detections=[dict(segment=[1, 2], label='run', score=1)])],
        tmp_path, 'activitynet', rate, ['walk', 'run', 'run', ' '])
    assert json.loads(target.read_text())['classes'] == ['walk', 'run']


@pytest.mark.parametrize('form,file', [('csv', 'a.csv'), ('elan', 'v.eaf')])
def test_a_file_that_is_there_is_not_written_over(form, file, tmp_path):
    source = tmp_path / 'source.json'
    write_annotations(source, 'activitynet', ONE, Settings())
    target = tmp_path / ('a.csv' if form == 'csv' else 'folder')
    written = target if form == 'csv' else target / file
    convert(source, target, 'activitynet', form)
    written.write_text('corrected')
    with pytest.raises(AnnotationError, match=(
            f'{file}: found a file, which somebody may have corrected')):
        convert(source, target, 'activitynet', form)
    assert written.read_text() == 'corrected'
    convert(source, target, 'activitynet', form, overwrite=True)
    assert written.read_text() != 'corrected'


@pytest.mark.parametrize('two', [
    ('https://videos.org/watch?v=AAA', 'https://videos.org/watch?v=BBB'),
    ('/day1/GOPR1.MP4', '/day2/GOPR1.MP4'), ('a.mp4', 'a.avi')])
def test_rows_of_two_videos_of_one_name(two, tmp_path):
    rows = ''.join(f'{name},1,2,x\n' for name in two)
    with pytest.raises(AnnotationError, match='would both be video'):
        read(tmp_path, 'csv', 'video,start,end,label\n' + rows)


def test_names_with_suffixes_are_kept_in_tables(tmp_path):
    contents = Contents({name: Video([Instance('a', 1, 2)])
                         for name in ('a.mp4', 'a.avi', 'b')})
    write_annotations(tmp_path / 'a.csv', 'csv', contents, Settings())
    assert set(read_annotations(tmp_path / 'a.csv', 'csv', Settings()).videos
               ) == set(contents.videos)


def test_two_tasks_of_the_same_frames(tmp_path):
    def task(number, first, last):
        return (f'<task><id>{number}</id><size>100</size>'
                f'<start_frame>{first}</start_frame>'
                f'<stop_frame>{last}</stop_frame>'
                '<source>cam1/GOPR1.mp4</source></task>')

    def project(*tasks):
        return ('<annotations><version>1.1</version><meta><project><tasks>' +
                ''.join(tasks) + '</tasks></project></meta></annotations>')
    with pytest.raises(AnnotationError, match='two tasks of the same frames '
                       'of video .*GOPR1, expected one'):
        read(tmp_path, 'cvat', project(task(1, 0, 99), task(2, 50, 149)),
             fps=25)
    parts = project(task(1, 0, 99), task(2, 100, 199))
    assert len(read(tmp_path, 'cvat', parts, fps=25)) == 1


def task_of(source, result, **data):
    return [dict(data=dict(video=source, **data), annotations=[
        dict(result=[result])])]


RANGES = dict(type='timelinelabels', value=dict(
    ranges=[dict(start=241, end=480)], timelinelabels=['a']))


def test_frames_of_label_studio_are_those_of_its_interface(tmp_path,
                                                           monkeypatch):
    """24 a second, whatever the film's are."""
    monkeypatch.setattr(Settings, 'film', lambda self, name: 'of_30_fps.mp4')
    with pytest.raises(AnnotationError, match='found no fps in the data of its'
                       ' task, expected the frameRate of <Video> .* --fps'):
        read(tmp_path, 'label-studio', task_of('v.mp4', RANGES))
    monkeypatch.undo()
    found = read(tmp_path, 'label-studio', task_of('v.mp4', RANGES), fps=24)
    assert times(found['v']) == [('a', 10, 20)]


def test_files_of_label_studios_server(tmp_path):
    source = 'http://localhost:8080/data/local-files/?d=in/a%20b.mp4'
    assert list(read(tmp_path, 'label-studio', task_of(source, RANGES),
                     fps=24)) == ['a b']


def test_labels_of_text_are_no_seconds(tmp_path):
    result = dict(type='labels', value=dict(start=3, end=11, labels=['PER']))
    assert not any(video.instances for video in read(
        tmp_path, 'label-studio', task_of('v.mp4', result)).values())
    result['value']['channel'] = 0
    found = read(tmp_path, 'label-studio', task_of('v.mp4', result))
    assert times(found['v']) == [('PER', 3, 11)]


def test_a_folder_of_whatever_suffix(tmp_path):
    (tmp_path / 'cam 1').mkdir()
    for name in ('a.srt', 'B.SRT', 'cam 1/a.srt'):
        (tmp_path / name).write_text(SRT)
    (tmp_path / '._a.srt').write_bytes(b'\0\5\x16\7')  # of macOS
    found = read_annotations(tmp_path, 'srt', Settings()).videos
    assert set(found) == {'a', 'B', 'cam 1/a'}


def test_boris_can_open_what_is_written(tmp_path):
    """Its program asks for these without looking whether they are there."""
    both = Contents({'v': Video([
        Instance('a', 1, 2, fields=dict(comment='first', subject=None)),
        Instance('a', 2, 3, fields=dict(comment='second'))], 9, 25)})
    write_annotations(tmp_path / 'a.boris', 'boris', both, Settings())
    project = json.loads((tmp_path / 'a.boris').read_text())
    assert project['project_date'] and project['behavioral_categories'] == []
    observation = project['observations']['v']
    assert observation['date']
    assert observation['close_behaviors_between_videos'] is False
    again = read_annotations(tmp_path / 'a.boris', 'boris', Settings())
    assert [each.fields.get('comment') for each
            in again.videos['v'].instances] == ['first', 'second']
    assert 'None' not in (tmp_path / 'a.boris').read_text()


@pytest.mark.parametrize('film', ['a.3gp', 'a.ts', 'a.mts', 'a.asf'])
def test_elan_is_told_of_films(film, tmp_path):
    write_annotations(tmp_path / 'a.eaf', 'elan', Contents(
        {'a': ONE.videos['v']}), Settings(films=dict(a=film)))
    assert 'MIME_TYPE="video/' in (tmp_path / 'a.eaf').read_text()
    assert list(read_annotations(tmp_path / 'a.eaf', 'elan', Settings()
                                 ).videos) == ['a']


@pytest.mark.parametrize('form', ['elan', 'srt', 'vtt', 'cvat'])
def test_letters_that_are_joined(form, tmp_path):
    """Persian, and an emoji of two; a change of direction is none of both."""
    for label in ('می\u200cروم', '👩\u200d🍳 cook'):
        contents = Contents({'v': Video([Instance(label, 1, 2)], 9, 25)})
        path = tmp_path / 'v'
        write_annotations(path.with_suffix('.x'), form, contents, Settings())
        found = read_annotations(path.with_suffix('.x'), form,
                                 Settings(fps=25))
        assert next(iter(found.videos.values())).instances[0].label == label
    contents.videos['v'].instances[0].label = 'a\u202eb'
    with pytest.raises(AnnotationError, match='expected one line'):
        write_annotations(path, form, contents, Settings())


def test_an_arrow_in_a_subtitle(tmp_path):
    contents = Contents({'v': Video([Instance('from A --> to B.', 1, 2)])})
    write_annotations(tmp_path / 'v.srt', 'srt', contents, Settings())
    found = read_annotations(tmp_path / 'v.srt', 'srt', Settings())
    assert times(found.videos['v']) == [('from A --> to B.', 1, 2)]


def test_a_name_is_itself_before_it_is_a_pattern(tmp_path):
    names = ('Title [abc123]', 'Title a')
    source = tmp_path / 'a.json'
    write_annotations(source, 'activitynet', Contents(
        {name: Video([Instance('a', 1, 2)], 9) for name in names}), Settings())
    convert(source, tmp_path / 'b.json', 'activitynet', 'activitynet',
            validation=[names[0]])
    database = json.loads((tmp_path / 'b.json').read_text())['database']
    assert [database[name]['subset'] for name in names] == [
        'validation', 'training']


def test_a_folder_is_no_file_to_write(tmp_path):
    source = tmp_path / 'a.json'
    write_annotations(source, 'activitynet', ONE, Settings())
    for name in ('folder', 'folder.v2'):
        (tmp_path / name).mkdir()
    with pytest.raises(AnnotationError, match='folder: found a folder, '
                       'expected a file to write'):
        convert(source, tmp_path / 'folder', 'activitynet', 'via')
    convert(source, tmp_path / 'folder.v2', 'activitynet', 'elan')
    assert (tmp_path / 'folder.v2/v.eaf').is_file()


@pytest.mark.parametrize('rate', [-25.0, 0.0, float('nan'), float('inf')])
def test_rates_that_cannot_be(rate, tmp_path):
    source = tmp_path / 'a.json'
    write_annotations(source, 'activitynet', ONE, Settings())
    with pytest.raises(AnnotationError, match='--fps: found .*expected frames '
                       'in a second, above 0'):
        convert(source, tmp_path / 'b.xml', 'activitynet', 'cvat',
                Settings(fps=rate))


@pytest.mark.parametrize('form,content', [
    ('frames', dict(database=dict(v=dict(fps='abc', annotations=[])))),
    ('frames', dict(database=dict(v=dict(fps=[25], annotations=[])))),
    ('frames', dict(database=[1])), ('frames', dict(database={}, classes=5)),
    ('frames', dict(database={}, classes='xy')),
    ('mmaction2', dict(v=dict(duration_second=9, duration_frame='many',
                              annotations=[])))])
def test_fields_that_are_something_else(form, content, tmp_path):
    with pytest.raises(AnnotationError):
        read(tmp_path, form, content)


def test_mmaction2_finds_what_it_asks_for(tmp_path):
    write_annotations(tmp_path / 'a.json', 'mmaction2', ONE, Settings())
    video = json.loads((tmp_path / 'a.json').read_text())['v']
    assert video['feature_frame'] == video['duration_frame'] == 225
