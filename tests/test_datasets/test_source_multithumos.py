"""MultiTHUMOS: annotations as published."""

import pytest

from mmbapg.datasets import (
    AnnotationError,
)
from mmbapg.datasets.annotations import classes_of, load_annotations
from mmbapg.datasets.sources import (
    multithumos,
    thumos14,
)
from tests.published_files import (
    thumos_videos,
    write,
)


def test_multithumos(tmp_path, logged):
    known = thumos14.from_actionformer(
        write(tmp_path / 'a.json', dict(database=thumos_videos())),
        tmp_path / 'thumos14.json')
    source = write(tmp_path / 'm.json', {
        'video_test_0000001': dict(subset='testing', duration=100.0,
                                   actions=[[12, 1.5, 2.5], [65, 1.5, 2.0]]),
        'video_test_0000002': dict(subset='testing', duration=10.0,
                                   actions=[[1, 0, 1]])})
    target = multithumos.from_charades_style(source, known,
                                             tmp_path / 'out.json')
    videos = load_annotations(str(target))
    assert videos['video_test_0000001'].labels == ('class 12', 'class 65')
    assert videos['video_test_0000001'].fps == 30.0
    assert videos['video_test_0000002'].fps is None
    assert 'no frame rate of 1 video: video_test_0000002' in logged()
    assert len(classes_of(str(target))) == 65
    names = write(tmp_path / 'class_list.txt', ''.join(
        f'{number} Name{number}\n' for number in range(1, 66)))
    multithumos.from_charades_style(source, known, target, names)
    assert load_annotations(str(target))['video_test_0000001'].labels == (
        'Name12', 'Name65')
    write(names, '1 Name1\n')
    with pytest.raises(AnnotationError, match='found 1 lines, expected NUMBER'
                       ' NAME for the numbers 1 to 65'):
        multithumos.from_charades_style(source, known, target, names)


def thumos_annotations(folder):
    return thumos14.from_actionformer(
        write(folder / 'a.json', dict(database=thumos_videos())),
        folder / 'thumos14.json')


@pytest.mark.parametrize('numbers,names', [
    ([0, 11, 64], ('class 01', 'class 12', 'class 65')),
    ([1, 12, 65], ('class 01', 'class 12', 'class 65')),
    ([0, 11], ('class 01', 'class 12')), ([12, 24], ('class 12', 'class 24'))])
def test_multithumos_numbered_from_0_and_from_1(tmp_path, logged, numbers,
                                                names):
    source = write(tmp_path / 'm.json', {'video_test_0000001': dict(
        subset='testing', duration=100.0,
        actions=[[number, 1.0, 2.0] for number in numbers])})
    target = multithumos.from_charades_style(
        source, thumos_annotations(tmp_path), tmp_path / 'out.json')
    assert load_annotations(str(target))['video_test_0000001'].labels == names
    assert ('numbered from 0' in logged()) == (0 in numbers)
    assert ('neither a class 0 nor a class 65; read as numbered from 1' in
            logged()) == (not {0, 65} & set(numbers))


@pytest.mark.parametrize('actions,found', [
    ([[0, 1, 2], [65, 1, 2]], 'which has a class 0, found the class numbers 65'
     ', expected 0 to 64'),
    ([[66, 1, 2]], 'found the class numbers 66, expected 1 to 65'),
    ([[-1, 1, 2]], 'found the class numbers -1, expected 1 to 65'),
    ([['Walk', 1, 2]], 'found the class numbers Walk, expected 1 to 65'),
    ([[1, 2]], 'video video_test_0000001: found an entry of another kind'),
    (None, 'video video_test_0000001: found an entry of another kind')])
def test_multithumos_with_other_numbers(tmp_path, actions, found):
    source = write(tmp_path / 'm.json', {'video_test_0000001': dict(
        subset='testing', duration=100.0, actions=actions)})
    with pytest.raises(AnnotationError, match=found):
        multithumos.from_charades_style(
            source, thumos_annotations(tmp_path), tmp_path / 'out.json')


def test_multithumos_class_list_from_0(tmp_path):
    path = write(tmp_path / 'class_list.txt', ''.join(
        f'{number} Name{number + 1}\n' for number in range(65)))
    assert multithumos._class_names(path)[11] == 'Name12'
