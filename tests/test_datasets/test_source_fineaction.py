"""FineAction: its authors' annotation file is read as it is."""
import pytest
from mmengine.config import Config

from mmbapg.datasets.annotations import classes_of, load_annotations, select
from tests.published_files import instance, write
from tests.tiny import CONFIGS

DATASET = Config.fromfile(
    CONFIGS / '_base_/datasets/fineaction_videomae2g.py').train_dataloader[
        'dataset']


@pytest.mark.parametrize('ids', [None, {'wave': 0, 'clap': 1}])
@pytest.mark.parametrize('training', ['training', 'Training'])
def test_the_official_file(tmp_path, ids, training):
    """With and without ``label_id``; fields that we do not know stay; the
    testing subset has no annotations."""
    def named(label, *segment):
        return instance(label, *segment,
                        **({} if ids is None else {'label_id': ids[label]}))

    path = str(write(tmp_path / 'annotations_gt.json', dict(
        version='1.0', database={
            'v_00000000': dict(
                filename='v_00000000.mp4', duration=20.5, fps=25,
                subset=training, annotations=[
                    named('wave', 1.2, 3.4), named('clap', 3, 25)]),
            'v_00000001': dict(duration=8, subset='validation',
                               annotations=[named('clap', 0, 8)]),
            'v_00000002': dict(duration=9, subset='testing')})))
    videos = load_annotations(path, DATASET.invalid_segments)
    assert classes_of(path) == (
        ('wave', 'clap') if ids else ('clap', 'wave'))
    video, = select(videos, DATASET.subset, path=path)
    assert video.labels == ('wave', 'clap')
    assert video.segments.tolist() == [[1.2, 3.4], [3, 25]]
    assert video.fields['filename'] == 'v_00000000.mp4'
    assert not videos['v_00000002'].labelled
