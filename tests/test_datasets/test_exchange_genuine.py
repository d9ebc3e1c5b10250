"""Files of the tools' own, as they were published: what is read is what one
sees in the file, and it goes there and back. See the folder's README."""
import csv
import lzma

import pytest

from mmbapg.datasets.annotations import AnnotationError
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
from mmbapg.datasets.exchange.contents import lanes_of
from mmbapg.datasets.exchange.tables import columns_of
from tests.exchanged import require_libraries
from tests.exchanged_files import GENUINE

require_libraries('defusedxml', 'pympi', 'srt', 'webvtt')

BIRDS = dict(columns=columns_of([
    'video=notated_path', 'start=onset_s', 'end=offset_s']))
FRENCH = [
    ('Musique douce', 7.12, 9.48), ('---', 9.72, 29.52),
    ('Some italic and normal coloured text. By the way, 2 {} 3 !', 32.439,
     35.32), ('---', 35.56, 145.24), ('-Stéphane ? Où on se gare ?', 145.48,
                                      147.44),
    ('-Euh, là-bas, au chêne.', 147.68, 149.28)]
#: File -> what one sees in it, and what is passed over.
SEEN = {
    'styles_colours.vtt': (
        [(label.format('<'), *times) for label, *times in FRENCH],
        ['the markup of 6 cues']),
    'styles_colours.srt': (  # SubRip has no entities
        [(label.format('&lt;'), *times) for label, *times in FRENCH],
        ['the markup of 6 cues']),
    'comments.vtt': ([
        ('- Ta en kopp varmt te. - Det är inte varmt.', 135, 140),
        ('- Har en kopp te. - Det smakar som te.', 140, 145),
        ('- Ta en kopp', 145, 150)], []),
    'youtube_dl.vtt': ([
        ('yeah', 286.07, 286.47), ('yeah what', 286.47, 304.08),
        ("this will happen is I'm telling", 304.08, 305.069),
        ("this will happen is I'm telling", 305.069, 305.4)],
        ['the markup of 3 cues']),
    'non_padded_timestamps.vtt': ([
        ('Good morning everyone.', 0, 3.54),
        ("Morning, let's get started.", 3.54, 7.23),
        ('Thanks for joining.', 65.2, 3727.95)], []),
    'ascii.srt': ([
        ('ascii', 27, 30.73), ('oh look', 31.5, 34.1),
        ('ascii everywhere', 34.1, 36.57)], []),
    'blank.eaf': ([], [])}


def form_of(name):
    return {'eaf': 'elan'}.get(name.split('.')[-1], name.split('.')[-1])


@pytest.mark.parametrize('name', SEEN)
def test_what_one_sees_in_a_file(name):
    rows, passed_over = SEEN[name]
    found = read_annotations(GENUINE / name, form_of(name), Settings())
    video, = found.videos.values()
    assert [(each.label, each.start, each.end)
            for each in video.instances] == [
        (label, pytest.approx(start), pytest.approx(end))
        for label, start, end in rows]
    assert found.passed_over == passed_over
    assert list(found.videos) == [
        'audio' if name == 'blank.eaf' else name.split('.')[0]]


@pytest.mark.parametrize('name', [*SEEN, 'bird1.csv'])
def test_there_and_back(name, tmp_path):
    """Through its own format, where it also keeps the other fields that this
    holds, and through annotation files of ours, where it keeps all."""
    form, settings = form_of(name), Settings(
        **BIRDS if name.endswith('csv') else {})
    found = read_annotations(GENUINE / name, form, settings)
    for video in found.videos.values():
        video.duration = 4000.0
    for other in (form, 'activitynet'):
        path = tmp_path / (next(iter(found.videos)) + FORMATS[other].suffix)
        write_annotations(path, other, found, settings)
        again = read_annotations(path, other, settings)
        keeps = other == 'activitynet' or form == 'vtt'
        assert {key: rows(video, keeps) for key, video in found.videos.items()
                } == {key: rows(video, keeps)
                      for key, video in again.videos.items()}


def rows(video, keeps):
    return [(each.label, pytest.approx(each.start, abs=1e-9),
             pytest.approx(each.end, abs=1e-9), each.fields if keeps else 0)
            for each in video.instances]


def test_a_table_of_another_program():
    found = read_annotations(GENUINE / 'bird1.csv', 'csv', Settings(**BIRDS))
    with open(GENUINE / 'bird1.csv', newline='') as file:
        seen = list(csv.reader(file))[1:]
    assert len(found.videos) == 10 and len(seen) == 151
    assert [(each.label, each.start, each.end, name, *each.fields.values())
            for name, video in found.videos.items()
            for each in video.instances] == [
        (label, float(start), float(end), *others)
        for label, start, end, *others in seen]


def test_a_long_document_of_elan(tmp_path):
    """Times as the library tells them of three tiers and of parts without
    times of their own, as one reckons those between slots without times."""
    from pympi.Elan import Eaf
    path = tmp_path / 'sample.eaf'
    path.write_bytes(lzma.decompress(
        (GENUINE / 'sample_2.7.eaf.xz').read_bytes()))
    found = read_annotations(path, 'elan', Settings())
    video = found.videos['r03_v20_s5']
    assert len(video.instances) == 8778 and not found.passed_over
    tiers, theirs = by_tier(video), Eaf(str(path))
    for tier in ('text', 'gestures', 'gest_included'):
        assert tiers[tier] == sorted(
            (start, end, value or tier) for start, end, value in
            theirs.get_annotation_data_for_tier(tier))
    parts = theirs.get_annotation_data_for_symbsub_tier('words-symsub')
    assert len(parts) == 1990  # the library leaves the last parent out
    assert tiers['words-symsub'][:1990] == [
        (start, end, value or 'words-symsub') for start, end, value in parts]
    assert [row for row in tiers['words-timesub'] if 8000 <= row[0] < 11000
            ] == [(8000, 8600, 'The'), (8600, 9200, 'quick'), (
                9200, 9800, 'brown'), (9800, 10400, 'fox'), (
                    10400, 11000, '003')]
    write_annotations(tmp_path / 'again.eaf', 'elan', found, Settings())
    again = read_annotations(tmp_path / 'again.eaf', 'elan', Settings())
    assert by_tier(again.videos['r03_v20_s5']) == tiers


def by_tier(video):
    """Start and end in milliseconds, and label, of each annotation."""
    tiers = {}
    for each in video.instances:
        tiers.setdefault(each.fields['tier'], []).append((
            round(each.start * 1000, 6), round(each.end * 1000, 6),
            each.label))
    return {tier: sorted(found) for tier, found in tiers.items()}


def test_who_speaks_comes_along(tmp_path):
    convert(GENUINE / 'non_padded_timestamps.vtt', tmp_path / 'a.vtt', 'vtt',
            'vtt')
    text = (tmp_path / 'a.vtt').read_text()
    assert '<v John Smith>Morning, let\'s get started.\n' in text
    rows = [Instance('a < b', 1.0, 2.0, fields=dict(voice='<Ann> & Bob'))]
    write_annotations(tmp_path / 'b.vtt', 'vtt', Contents(dict(b=Video(rows))),
                      Settings())
    found = read_annotations(tmp_path / 'b.vtt', 'vtt', Settings())
    assert found.videos['b'].instances == rows and not found.passed_over


@pytest.mark.parametrize('text, voice, told', [
    ('<v Ann>hi</v>', 'Ann', False), ('<v.loud Ann>hi', 'Ann', False),
    ('<v Ann>hi\n<v Bob>yes', 'Ann', True), ('- <v Ann>hi', None, True),
    ('<v Ann><i>hi</i>', 'Ann', True), ('hi', None, False)])
def test_further_markup_of_a_cue_is_told(text, voice, told, tmp_path):
    (tmp_path / 'a.vtt').write_text(
        f'WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n')
    found = read_annotations(tmp_path / 'a.vtt', 'vtt', Settings())
    each, = found.videos['a'].instances
    assert '<' not in each.label and each.fields.get('voice') == voice
    assert found.passed_over == ['the markup of 1 cues'] * told


def test_another_encoding_is_refused():
    with pytest.raises(AnnotationError, match='gb2312.srt: not a file of text '
                       'in UTF-8'):
        read_annotations(GENUINE / 'gb2312.srt', 'srt', Settings())


@pytest.mark.parametrize('label, markup', [
    ('<b>jump</b>', '<b>'), ('x <FONT color=red>', '<FONT color=red>'),
    (r'{\an8}up', r'{\an8}')])
def test_labels_that_players_take_for_markup(label, markup, tmp_path):
    contents = Contents(dict(a=Video([Instance('walk', 1.0, 2.0)], 9.0, 25.0),
                             b=Video([Instance(label, 1.0, 2.0)], 9.0, 25.0)))
    with pytest.raises(AnnotationError) as found:
        write_annotations(tmp_path / 'srt', 'srt', contents, Settings())
    assert str(found.value) == (
        f'{tmp_path}/srt: video b: found the label {label!r}, expected one '
        f'without {markup!r}, which srt takes for markup')
    assert not list(tmp_path.iterdir())
    del contents.videos['a']
    for name in set(FORMATS) - {'srt'}:
        path = tmp_path / f'{name}{FORMATS[name].suffix}'
        write_annotations(path, name, contents, Settings(fps=25))
        video, = read_annotations(path, name, Settings(fps=25)).videos.values()
        assert video.instances[0].label == label


def test_thousands_of_annotations_are_placed_at_once():
    """Lanes of a long recording: in one row, and in many."""
    number = 20000
    assert set(lanes_of((each, each + 1) for each in range(number))) == {0}
    assert lanes_of((each, each + 3.5) for each in range(number)) == [
        each % 4 for each in range(number)]
    assert lanes_of([(5, 6), (0, 1), (0.5, 5.5), (1, 5), (2, 2), (6, 7)]) == [
        0, 0, 1, 0, 2, 0]
