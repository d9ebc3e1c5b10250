"""Annotations through every format and back."""
import json

import pytest

from mmbapg.datasets.annotations import AnnotationError, load_annotations
from mmbapg.datasets.exchange import (
    FORMATS,
    Contents,
    Instance,
    Settings,
    Video,
    convert,
    read_annotations,
    write_annotations,
)
from mmbapg.datasets.exchange.contents import name_of_media
from mmbapg.datasets.exchange.tables import columns_of
from tests.exchanged import assert_equal, random_contents, require_libraries

require_libraries('defusedxml', 'pympi', 'srt', 'webvtt')

SETTINGS = Settings()


def settings_for(contents):
    """Of formats that count frames and tell no rate: one rate for all."""
    rates = [video.fps for video in contents.videos.values()]
    for video in contents.videos.values():
        video.fps = rates[0]
    return Settings(fps=rates[0])


def test_every_format_is_there():
    assert sorted(FORMATS) == [
        'activitynet', 'boris', 'csv', 'cvat', 'elan', 'frames',
        'label-studio', 'mmaction2', 'srt', 'via', 'vtt']


@pytest.mark.parametrize('seed', range(25))
@pytest.mark.parametrize('name', sorted(FORMATS))
def test_round_trip(name, seed, tmp_path):
    contents, form = random_contents(seed), FORMATS[name]
    settings = settings_for(contents)
    path = tmp_path / ('folder' if form.one_video else f'a{form.suffix}')
    write_annotations(path, name, contents, settings)
    found = read_annotations(path, name, settings)
    assert_equal(found, contents, form.holds)


@pytest.mark.parametrize('name', sorted(FORMATS))
def test_what_is_written_again_is_the_same(name, tmp_path):
    """Nothing moves, however often it goes there and back."""
    contents, form = random_contents(7), FORMATS[name]
    settings = settings_for(contents)
    rounds = []
    for number in range(3):
        path = tmp_path / (f'{number}' if form.one_video else
                           f'{number}{form.suffix}')
        write_annotations(path, name, contents, settings)
        contents = read_annotations(path, name, settings)
        rounds.append({video: [(each.label, each.start, each.end)
                               for each in content.instances]
                       for video, content in contents.videos.items()})
    assert_equal(contents, Contents({video: Video(
        [Instance(*each) for each in rows], fps=1000)
        for video, rows in rounds[0].items()}), ['empty'], 1e-9)
    assert rounds[1] == rounds[2]


@pytest.mark.parametrize('name', sorted(FORMATS))
def test_milliseconds_are_exact(name, tmp_path):
    """Of formats that do not count frames."""
    if name in ('cvat', 'frames', 'label-studio'):
        pytest.skip('counts frames')
    contents = Contents(dict(video=Video(
        [Instance('walk', 0.001, 3599.999)], 4000.0, 25.0)))
    path = tmp_path / f'video{FORMATS[name].suffix}'
    write_annotations(path, name, contents, SETTINGS)
    each, = read_annotations(path, name, SETTINGS).videos['video'].instances
    assert (each.start, each.end) == pytest.approx((0.001, 3599.999), abs=1e-9)


@pytest.mark.parametrize('unit, columns', [
    ('seconds', []), ('milliseconds', ['label=class', 'start=from']),
    ('frames', ['end=stop', 'video=clip', 'score=p'])])
def test_tables_of_any_kind(unit, columns, tmp_path):
    contents = random_contents(3)
    settings = settings_for(contents)
    settings.unit, settings.columns = unit, columns_of(columns)
    write_annotations(tmp_path / 'a.csv', 'csv', contents, settings)
    first = (tmp_path / 'a.csv').read_text().splitlines()[0]
    assert first == ','.join(settings.columns.values())
    assert_equal(read_annotations(tmp_path / 'a.csv', 'csv', settings),
                 contents, ['score'])


def test_datasets_read_what_comes_out(tmp_path):
    contents = random_contents(1)
    write_annotations(tmp_path / 'a.via', 'via', contents, SETTINGS)
    with pytest.raises(AnnotationError, match='found no duration, expected'):
        convert(tmp_path / 'a.via', tmp_path / 'a.json', 'via', 'activitynet')
    write_annotations(tmp_path / 'a.json', 'activitynet', contents, SETTINGS)
    videos = load_annotations(tmp_path / 'a.json')
    assert set(videos) == set(contents.videos)
    for name, video in contents.videos.items():
        assert videos[name].segments.ravel().tolist() == [
            time for each in video.instances
            for time in (each.start, each.end)]


def test_what_is_lost_is_told(tmp_path):
    database = dict(
        a=dict(duration=9.0, fps=25, subset='training', annotations=[
            dict(label='walk', segment=[1, 2], score=0.5)]),
        b=dict(duration=9.0), c=dict(duration=9.0, annotations=[]))
    (tmp_path / 'in.json').write_text(json.dumps(dict(
        database=database, classes=['walk', 'run'])))
    told = convert(tmp_path / 'in.json', tmp_path / 'out.csv', 'activitynet',
                   'csv')
    assert told[0] == '1 instances in 3 videos: a, b, c'
    assert [each.removeprefix('left out, as csv does not hold it: ')
            for each in told[1:]] == [
        'durations, of 3 videos: a, b, c', 'frame rates, of 1 video: a',
        'other fields of videos, of 1 video: a', 'the list of all classes',
        'videos in which nothing happens, of 2 videos: b, c',
        'which videos nobody has annotated, of 1 video: b']
    assert convert(tmp_path / 'in.json', tmp_path / 'out.json', 'activitynet',
                   'activitynet')[1:] == []
    assert json.loads((tmp_path / 'out.json').read_text()) == json.loads(
        (tmp_path / 'in.json').read_text())


@pytest.mark.parametrize('form', [
    name for name, form in FORMATS.items() if 'classes' in form.holds])
def test_a_list_of_classes_is_read_as_it_was_written(form, tmp_path):
    contents = Contents({'a': Video([Instance('walk', 1.0, 2.0)], 9.0, 25.0)},
                        ['run', 'walk', 'jump'])
    path = tmp_path / f'a{FORMATS[form].suffix}'
    settings = Settings(fps=25.0)
    lost = write_annotations(path, form, contents, settings)
    assert not any('classes' in each for each in lost)
    assert read_annotations(path, form, settings).classes == [
        'run', 'walk', 'jump']


def test_names_of_media():
    for source, name in {
            'file:///home/me/My video.mp4': 'My video',
            'https://example.org/x/a.webm': 'a', r'C:\videos\a.AVI': 'a',
            'cam 1/a.mp4': 'cam 1/a', './a.mp4': 'a', 'a.b': 'a.b',
            '/data/upload/3/a.mp4': 'a'}.items():
        assert name_of_media(source) == name


@pytest.mark.parametrize('change, message', [
    (dict(label=''), "found the label '', expected a name"),
    (dict(start=-1.0), 'found -1 to 2 s, expected an end after a start'),
    (dict(end=0.5), 'found 1 to 0.5 s, expected an end after a start'),
    (dict(end=float('inf')), 'is not finite')])
def test_impossible_instances(change, message, tmp_path):
    row = {**dict(video='a', start=1.0, end=2.0, label='walk'), **change}
    (tmp_path / 'a.csv').write_text(
        ','.join(row) + '\n' + ','.join(map(str, row.values())))
    with pytest.raises(AnnotationError, match=message):
        convert(tmp_path / 'a.csv', tmp_path / 'b.srt', 'csv', 'srt')
    assert not (tmp_path / 'b.srt').exists()


@pytest.mark.parametrize('name', ['srt', 'vtt', 'elan', 'cvat'])
@pytest.mark.parametrize('label', ['two\nlines', ' space', 'a  b', '\0'])
def test_labels_that_a_format_cannot_hold(name, label, tmp_path):
    contents = Contents(dict(a=Video([Instance(label, 0.0, 1.0)], 9.0, 25)))
    with pytest.raises(AnnotationError, match='expected one line without'):
        write_annotations(tmp_path / 'a.x', name, contents, SETTINGS)
    assert not list(tmp_path.iterdir())


def test_frames_need_a_rate(tmp_path):
    (tmp_path / 'a.csv').write_text('video,start,end,label\na,1,2,walk\n')
    with pytest.raises(AnnotationError, match='found no frame rate, expected'):
        convert(tmp_path / 'a.csv', tmp_path / 'a.xml', 'csv', 'cvat')


def test_never_over_what_is_read(tmp_path):
    (tmp_path / 'a.csv').write_text('video,start,end,label\na,1,2,walk\n')
    with pytest.raises(AnnotationError, match='found the file to read'):
        convert(tmp_path / 'a.csv', tmp_path / 'a.csv', 'csv', 'via')
