"""EPIC-KITCHENS-100: annotations as published."""

import numpy as np
import pytest
from mmaction.registry import DATASETS

from mmbapg.datasets import (
    AnnotationError,
)
from mmbapg.datasets.annotations import classes_of, load_annotations
from mmbapg.datasets.sources import (
    conversion,
    epic_kitchens100,
)
from tests.published_files import (
    epic_files,
    instance,
    write,
)


def test_epic_kitchens_from_the_official_tables(tmp_path):
    folder = epic_files(tmp_path)
    target = epic_kitchens100.from_official(folder, tmp_path / 'n.json',
                                            'noun')
    assert classes_of(str(target)) == ('plate', 'cup', 'tea', 'door')
    video = load_annotations(str(target))['P01_01']
    assert video.labels == ('door', 'cup')
    assert video.segments.tolist() == [[0.14, 3.37], [3723.45, 3724.0]]
    assert video.fps == pytest.approx(59.94, abs=1e-3)
    assert conversion.empty_classes(target) == [2]
    verbs = epic_kitchens100.from_official(folder, tmp_path / 'v.json', 'verb')
    assert load_annotations(str(verbs))['P01_11'].labels == ('take', )
    assert conversion.empty_classes(verbs) == []


def test_epic_kitchens_test_videos(tmp_path):
    folder = epic_files(tmp_path)
    write(folder / 'EPIC_100_test_timestamps.csv',
          'narration_id,video_id,start_timestamp,stop_timestamp\n'
          'P01_12_0,P01_12,00:00:00.00,00:00:01.00\n'
          'P01_12_1,P01_12,00:00:02.00,00:00:03.00\n')
    with open(folder / 'EPIC_100_video_info.csv', 'a') as file:
        file.write('P01_12,60.0,50.0,1920x1080\n')
    official = epic_kitchens100.from_official
    target = official(folder, tmp_path / 'n.json', 'noun')
    assert 'P01_12' not in load_annotations(str(target))
    target = official(folder, tmp_path / 'n.json', 'noun', testing=True)
    video = load_annotations(str(target))['P01_12']
    assert (video.fields['subset'], video.duration) == ('testing', 60.0)
    assert not len(video.segments)
    write(folder / 'EPIC_100_test_timestamps.csv', 'video_id\nP99_99\n')
    with pytest.raises(AnnotationError, match='no row for video P99_99, which '
                       'EPIC_100_test_timestamps.csv has'):
        official(folder, tmp_path / 'n.json', 'noun', testing=True)


@pytest.mark.parametrize('old,new', [
    ('00:00:03.37', 'soon'), (',door,3,', ',door,99,'),
    (',door,3,', ',door,-1,'), (',3,', ',,')])
def test_epic_kitchens_rows_that_are_not_as_published(tmp_path, old, new):
    path = epic_files(tmp_path) / 'EPIC_100_train.csv'
    write(path, path.read_text().replace(old, new, 1))
    with pytest.raises(AnnotationError, match=f'{path}: video P01_01: found an'
                       ' entry of another kind'):
        epic_kitchens100.from_official(tmp_path, tmp_path / 'n.json', 'noun')


def test_the_places_of_empty_classes_are_kept_by_the_dataset(tmp_path):
    target = epic_kitchens100.from_official(epic_files(tmp_path),
                                            tmp_path / 'n.json', 'noun')
    (tmp_path / 'features').mkdir()
    np.savez(tmp_path / 'features/P01_01.npz', feats=np.zeros((5, 2)))
    data = DATASETS.build(dict(
        type='TemporalLocalizationDataset', ann_file=str(target),
        subset='training', filename_tmpl='{}.npz',
        data_prefix=dict(feature=str(tmp_path / 'features'))))
    assert data.metainfo['classes'] == ('plate', 'cup', 'tea', 'door')
    assert data.get_data_info(0)['labels'].tolist() == [3, 1]


def test_epic_kitchens_from_actionformer(tmp_path):
    source = write(tmp_path / 'af.json', dict(database={
        'P01_01': dict(subset='training', duration=10.0, fps=60, annotations=[
            instance('a noun', 1, 2, label_id=3)])}))
    target = epic_kitchens100.from_actionformer(
        source, epic_files(tmp_path), tmp_path / 'n.json', 'noun')
    assert load_annotations(str(target))['P01_01'].labels == ('door', )
    assert conversion.empty_classes(target) == [0, 1, 2]


def test_epic_kitchens_class_numbers_without_gaps(tmp_path):
    path = write(tmp_path / 'EPIC_100_verb_classes.csv',
                 'id,key\n0,take\n2,open\n')
    with pytest.raises(AnnotationError, match='numbers 0 to 2 for 2 classes'):
        epic_kitchens100.class_list(path.parent, 'verb')
