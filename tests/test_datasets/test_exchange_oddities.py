"""What people and programs leave in files: it is read as it was meant, or it
is said. Nothing is lost, made up or moved in silence."""
import json

import numpy as np
import pytest

from mmbapg.datasets.annotations import AnnotationError, load_annotations
from mmbapg.datasets.exchange import (
    FORMATS,
    Settings,
    convert,
    read_annotations,
    write_annotations,
)
from mmbapg.datasets.exchange.tables import columns_of
from tests.exchanged import require_libraries
from tests.exchanged_files import BORIS, ELAN, SAMPLES

require_libraries('defusedxml', 'pympi', 'srt', 'webvtt')

SRT = '1\n00:00:01,000 --> 00:00:05,000\na\n\n'
VTT = 'WEBVTT\n\n00:01.000 --> 00:02.000\na\n\n'


def read(tmp_path, form, content, **settings):
    """What a file holds: its rows by video, and what was passed over."""
    path = tmp_path / 'file'
    path.write_bytes(content.encode() if isinstance(content, str) else
                     json.dumps(content).encode())
    found = read_annotations(path, form, Settings(**{'fps': 25, **settings}))
    return {name: [row_of(each) for each in video.instances]
            for name, video in found.videos.items()}, found.passed_over


@pytest.mark.parametrize('form', SAMPLES)
def test_lines_of_windows_and_marks_of_byte_order(form, tmp_path):
    sample = SAMPLES[form]
    text = (sample if isinstance(sample, str) else json.dumps(
        sample, indent=1)).lstrip('\ufeff').replace('\r\n', '\n')
    expected = read(tmp_path, form, text)
    for other in (text.replace('\n', '\r\n'), '\ufeff' + text):
        assert read(tmp_path, form, other) == expected


@pytest.mark.parametrize('form', SAMPLES)
def test_what_the_tools_write_goes_there_and_back(form, tmp_path):
    """Through the same format and through annotation files of ours."""
    sample = SAMPLES[form]
    (tmp_path / 'file').write_bytes((
        sample if isinstance(sample, str) else json.dumps(sample)).encode())
    settings = Settings(fps=25)
    found = read_annotations(tmp_path / 'file', form, settings)
    for video in found.videos.values():
        video.duration = video.duration or 4000.0
    for other in (form, 'activitynet'):
        path = tmp_path / (other + FORMATS[other].suffix)
        write_annotations(path, other, found, settings)
        again = read_annotations(path, other, settings)
        for name, video in found.videos.items():
            if not video.instances and 'empty' not in FORMATS[other].holds:
                continue
            name = path.stem if FORMATS[other].one_video and (
                form in ('srt', 'vtt')) else name
            ours, theirs = (sorted(map(row_of, each.instances))
                            for each in (again.videos[name], video))
            assert [row[0] for row in ours] == [row[0] for row in theirs]
            np.testing.assert_allclose(  # to a frame, in those that count them
                [row[1:] for row in ours], [row[1:] for row in theirs],
                atol=0.5 / 25 + 1e-6)


def row_of(each):
    return each.label, round(each.start, 3), round(each.end, 3)


@pytest.mark.parametrize('form, content', [
    ('csv', 'video,start,end,label\nfile,1,2,a\nfile,3,3,b\n'),
    ('srt', '1\n00:00:01,000 --> 00:00:02,000\na\n\n'
     '2\n00:00:03,000 --> 00:00:03,000\nb\n'),
    ('boris', dict(BORIS, observations=dict(o=dict(
        file={'1': ['file.mp4']}, events=[
            [1, '', 'a', '', ''], [2, '', 'a', '', ''],
            [3, '', 'b', '', ''], [3, '', 'b', '', '']])))),
    ('elan', ELAN.replace('780', '1000').replace('1590', '2000').replace(
        '1600', '4000').replace('cut &amp; peel', 'a').replace(
            'cooking%20one', 'file'))])
def test_what_lasts_no_time_is_told(form, content, tmp_path):
    """No dataset could use it."""
    rows, passed_over = read(tmp_path, form, content)
    assert rows == dict(file=[('a', 1, 2)])
    assert passed_over == ['1 instances of video file that last no time']


def test_labels_that_a_tool_uses_and_does_not_list(tmp_path):
    (tmp_path / 'in.boris').write_text(json.dumps(dict(
        BORIS, observations=dict(o=dict(
            BORIS['observations']['morning'], events=[
                [1, '', 'walk', '', ''], [2, '', 'walk', '', '']])))))
    convert(tmp_path / 'in.boris', tmp_path / 'out.json', 'boris',
            'activitynet')
    assert load_annotations(tmp_path / 'out.json')['zoo'].labels == ('walk', )
    written = json.loads((tmp_path / 'out.json').read_text())
    assert written['classes'] == ['sleep', 'walk']


def test_what_no_dataset_reads_is_not_written(tmp_path):
    """A state that ends behind its video, which lasts 60.5 s."""
    (tmp_path / 'in.boris').write_text(json.dumps(dict(
        BORIS, observations=dict(o=dict(
            BORIS['observations']['morning'], events=[
                [1, '', 'sleep', '', ''], [99, '', 'sleep', '', '']])))))
    with pytest.raises(AnnotationError, match=r'out.json: video zoo, annotati'
                       r'on 0, field segment: found \[1.0, 99.0\], expected'):
        convert(tmp_path / 'in.boris', tmp_path / 'out.json', 'boris',
                'activitynet')
    assert not (tmp_path / 'out.json').exists()


def test_several_observations_of_one_video(tmp_path):
    """Refused, unless somebody says that they go together."""
    morning = BORIS['observations']['morning']
    project = dict(BORIS, observations=dict(
        ann=dict(morning, events=[each for each in morning['events']
                                  if each[1]]),
        others=dict(morning, events=[each for each in morning['events']
                                     if not each[1]])))
    with pytest.raises(AnnotationError, match='observation others: found a '
                       'second one of video zoo, .* --observations says whi'):
        read(tmp_path, 'boris', project)
    assert read(tmp_path, 'boris', project, observations=['ann'])[0] == dict(
        zoo=[('sleep', 2.5, 7)])
    joined, _ = read(tmp_path, 'boris', project,
                     observations=['ann', 'others'])
    assert joined == dict(zoo=[('sleep', 2.5, 7), ('sleep', 3, 9)])
    with pytest.raises(AnnotationError, match="found no observation 'night', "
                       'expected some of ann, others'):
        read(tmp_path, 'boris', project, observations=['night'])


@pytest.mark.parametrize('form, content, message', [
    ('srt', SRT + '2\nb\n\n3\n00:00:06,000 --> 00:00:07,000\nc\n',
     r"found 'a\\n\\n2\\nb' as the text of one cue, expected a number, times"),
    ('srt', SRT + '00:00:0x,000 --> 00:00:03,000\nb\n\n' + SRT,
     'not a SubRip file .Expected contiguous'),
    ('srt', '1\n00:00:01.5 --> 00:00:05.000\na\n', r"found the times '00:00:0"
     r"1.5 --> 00:00:05.000', expected three digits of thousandths"),
    ('srt', '1\n00:00:01,000 --> 00:00:05,0\na\n', 'expected three digits'),
    ('vtt', VTT + '00:03.000 --> 00:0x.000\nb\n',
     "found the times '00:03.000 --> 00:0x.000', expected some as 00:01:02.5"),
    ('label-studio', [dict(id=1, video='/data/upload/a.mp4')],
     "task 0: found no field 'data', .* JSON, which is not JSON-MIN"),
    ('csv', 'video,start,end,label\n\na,1,2,x\n,,,\na,1:2:3:4,9,x\n',
     "line 5: found something else .'1:2:3:4' is no time"),
    ('csv', 'video;start;end;label\na;1;1.234,5;x\n', "'1.234,5'"),
    ('elan', ELAN.replace(' TIME_VALUE="1590"', ''), 'a1: found no times')])
def test_what_cannot_be_read_is_said(form, content, message, tmp_path):
    with pytest.raises(AnnotationError,
                       match=f'^{tmp_path}/file: .*{message}'):
        read(tmp_path, form, content)


def test_a_fault_is_named_once(tmp_path):
    (tmp_path / 'a.srt').write_bytes((SRT + 'ö').encode('latin-1'))
    with pytest.raises(AnnotationError) as found:
        read_annotations(tmp_path / 'a.srt', 'srt', Settings())
    assert str(found.value).count('a.srt') == 1


def test_subtitles(tmp_path):
    rows, _ = read(tmp_path, 'srt', SRT.replace('a\n', 'a\n\n b\n') + (
        '2\n00:00:02,000 --> 00:00:03,000\nwithin\n'))
    assert rows['file'] == [('a b', 1, 5), ('within', 2, 3)]
    rows, passed_over = read(tmp_path, 'vtt', VTT + (
        'lost\n\nNOTE --> may stand here\n\nSTYLE\n::cue { color: red }\n\n'
        '0:0:3.5 --> 0:0:4\nb\n'.replace('0:0:4', '0:0:4.25')))
    assert rows['file'] == [('a', 1, 2), ('b', 3.5, 4.25)]
    assert passed_over == ['1 blocks of text without times']


@pytest.mark.parametrize('first', ['', 'sep=;\n', '"sep=;"\n'])
def test_tables_of_other_programs(first, tmp_path):
    """As BORIS exports events in a country of decimal commas, and Excel opens
    them."""
    rows, passed_over = read(tmp_path, 'csv', first + (
        'Observation id;Media file name;Behavior;Behavior type;Start;Stop\n'
        'o;C:\\films\\a b.avi;sleep;STATE;2,5;7,125\n'
        'o;C:\\films\\a b.avi;yawn;POINT;5,25;5,25\n;;;;;\n'
        'o;C:\\films\\a b.avi;walk;STATE;00:01:02,5;1:00:00\n'),
        columns=columns_of(['video=Media file name', 'start=Start',
                            'end=Stop', 'label=Behavior']))
    assert rows == {'a b': [('sleep', 2.5, 7.125), ('walk', 62.5, 3600)]}
    assert passed_over == ['1 instances of video a b that last no time']


def test_annotations_of_elan(tmp_path):
    rows, _ = read(tmp_path, 'elan', ELAN.replace(
        'cut &amp; peel', ' cut\n  &amp; peel').replace(
            '<LINGUISTIC_TYPE ', '<TIER LINGUISTIC_TYPE_REF="default-lt" '
            'TIER_ID="empty"/><LINGUISTIC_TYPE ', 1))
    assert rows == {'cooking one': [('cut & peel', 0.78, 1.59),
                                    ('stir', 1.6, 4.0)]}
