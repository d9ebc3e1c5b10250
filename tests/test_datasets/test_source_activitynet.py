"""ActivityNet and HACS: annotations as published."""

import pytest

from mmbapg.datasets import (
    AnnotationError,
)
from mmbapg.datasets.annotations import classes_of, load_annotations
from mmbapg.datasets.sources import (
    activitynet,
    conversion,
    hacs,
)
from tests.published_files import (
    OFFICIAL,
    bsn_files,
    write,
)


@pytest.mark.parametrize('convert', [activitynet.from_official,
                                     hacs.from_official])
def test_the_official_style_of_activitynet(tmp_path, convert):
    source = write(tmp_path / 'official.json', OFFICIAL)
    target = convert(source, tmp_path / 'out.json')
    assert classes_of(str(target)) == ('Dodgeball', 'Walk')
    videos = load_annotations(str(target), 'keep')
    assert set(videos) == {'abc', 'def'}
    assert videos['abc'].labels == ('Walk', 'Dodgeball')
    assert videos['def'].duration == 60.5
    assert conversion.describe(target)[1:3] == [
        'training: 1 videos, 2 instances, 0 of them repeated',
        'validation: 1 videos, 1 instances, 0 of them repeated']


@pytest.mark.parametrize('convert', [activitynet.from_official,
                                     hacs.from_official])
@pytest.mark.parametrize('fields', [{}, dict(annotations=[])])
def test_the_testing_subset_of_activitynet(tmp_path, logged, convert, fields):
    """On request; else it is said that it is left out."""
    database = dict(OFFICIAL['database'], ghi=dict(
        duration=10, subset='testing', **fields))
    source = write(tmp_path / 'official.json', dict(database=database))
    convert(source, tmp_path / 'out.json')
    assert 'videos, left out: 1 video: ghi (--testing keeps' in logged()
    target = convert(source, tmp_path / 'out.json', testing=True)
    video = load_annotations(str(target), 'keep')['ghi']
    assert video.fields['subset'] == 'testing' and not len(video.segments)
    assert classes_of(str(target)) == ('Dodgeball', 'Walk')


@pytest.mark.parametrize('entry,found', [
    (dict(subset='training', duration=10), "no field 'annotations'"),
    (dict(duration=10, annotations=[]), "no field 'subset'"),
    (dict(subset='training', duration='long', annotations=[]),
     'an entry of another kind'),
    (dict(subset='training', duration=9, annotations=[dict(label='Walk')]),
     "no field 'segment'"),
    ([1, 2], 'an entry of another kind')])
def test_an_entry_that_is_not_as_published(tmp_path, entry, found):
    source = write(tmp_path / 'a.json', dict(database=dict(abc=entry)))
    for convert in (activitynet.from_official, hacs.from_official):
        with pytest.raises(AnnotationError, match=f'{source}: video abc: '
                           f'found {found}'):
            convert(source, tmp_path / 'out.json')


def test_activitynet_from_bsn(tmp_path):
    source, info = bsn_files(tmp_path)
    target = activitynet.from_bsn(source, info, tmp_path / 'out.json')
    videos = load_annotations(str(target))
    assert {name: video.fields['subset'] for name, video in videos.items()
            } == {'abc': 'training', 'def': 'validation'}
    assert (videos['abc'].duration, videos['abc'].fps) == (82.73, 24.98)
    # what steps of features stand for
    assert (videos['abc'].fields['feature_frame'],
            videos['abc'].fields['duration_frame']) == (2064, 2067)
    info.write_text(info.read_text() +
                    'v_jkl,1,1,25.0,24.98,validation,1\n')
    with pytest.raises(AnnotationError, match='no video v_jkl, expected all 3'
                       ):
        activitynet.from_bsn(source, info, tmp_path / 'out.json')
    write(info, 'video,subset\nv_abc,training\n')
    with pytest.raises(AnnotationError, match='found the columns video, subset'
                       ', expected also rfps'):
        activitynet.from_bsn(source, info, tmp_path / 'out.json')


def test_a_file_of_another_kind(tmp_path):
    with pytest.raises(AnnotationError, match="no field 'database', expected "
                       'the file as its authors publish it'):
        hacs.from_official(write(tmp_path / 'x.json', {}), tmp_path / 'y.json')
    with pytest.raises(AnnotationError, match='no such file'):
        hacs.from_official(tmp_path / 'gone.json', tmp_path / 'y.json')
