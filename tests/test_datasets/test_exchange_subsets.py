"""What datasets need and tools for annotations do not tell: subsets, frame
rates."""
import json

import pytest

from mmbapg.datasets.annotations import AnnotationError
from mmbapg.datasets.exchange import Settings, convert
from tests import clip_videos

ROWS = [('kitchen 1', 'walk'), ('kitchen 2', 'fall'), ('Küche', 'walk')]


def write_table(folder, subsets=()):
    lines = ['video,start,end,label' + (',subset' if subsets else '')]
    for index, (name, label) in enumerate(ROWS):
        lines.append(','.join([f'{name}.mp4', '0.1', '0.2', label,
                               *subsets[index:index + 1]]))
    path = folder / 'table.csv'
    path.write_text('\n'.join(lines), encoding='utf-8')
    return path


def converted(path, **options):
    target = path.with_suffix('.json')
    told = convert(path, target, 'csv', 'activitynet', **options)
    return told, json.loads(target.read_text('utf-8'))['database']


@pytest.fixture(scope='module')
def videos(tmp_path_factory):
    folder = clip_videos.write_constant(
        tmp_path_factory.mktemp('films'), [name for name, _ in ROWS], 12)
    return Settings(videos=folder / 'videos')


def test_names_and_patterns_of_validation(tmp_path, videos):
    told, database = converted(write_table(tmp_path), settings=videos,
                               validation=['K*', 'kitchen 2'])
    assert told[1] == 'subsets: training 1, validation 2'
    assert {name: video['subset'] for name, video in database.items()} == {
        'kitchen 1': 'training', 'kitchen 2': 'validation',
        'Küche': 'validation'}
    assert {video['fps'] for video in database.values()} == {
        float(clip_videos.RATE)}


def test_a_column_tells_subsets_of_videos(tmp_path, videos):
    _, database = converted(write_table(tmp_path, ['a', 'b', 'b']),
                            settings=videos)
    assert [video['subset'] for video in database.values()] == list('abb')
    assert all('subset' not in video['annotations'][0]
               for video in database.values())


def test_a_video_in_two_subsets(tmp_path, videos):
    path = write_table(tmp_path, ['a', 'b', 'b'])
    path.write_text(path.read_text('utf-8').replace('kitchen 2', 'kitchen 1'),
                    encoding='utf-8')
    with pytest.raises(AnnotationError, match='line 3: .*subset b, and a'):
        converted(path, settings=videos)


@pytest.mark.parametrize('subsets, validation, message', [
    ([], ['garden*'], r'--validation: found no video garden\*, expected some '
     'of kitchen 1, kitchen 2, Küche'),
    ([], ['*'], 'found all 3 videos, expected some to be left for training'),
    (['a', '', ''], ['Küche'], "found video kitchen 1 in the subset 'a' "
     'already, expected no subsets')])
def test_subsets_that_are_none(tmp_path, videos, subsets, validation,
                               message):
    with pytest.raises(AnnotationError, match=message):
        converted(write_table(tmp_path, subsets), settings=videos,
                  validation=validation)
