"""Ego4D moment queries: annotations and features as published."""
import json

import numpy as np
import pytest

from mmbapg.datasets import (
    AnnotationError,
    FeatureFileError,
)
from mmbapg.datasets.annotations import classes_of, load_annotations
from mmbapg.datasets.sources import (
    ego4d,
)
from tests.published_files import (
    moments,
    unannotated,
    write,
)


def test_ego4d_clips_are_widened_to_the_grid(tmp_path):
    source = moments(tmp_path)
    target = ego4d.from_official([source], tmp_path / 'out.json')
    assert classes_of(str(target)) == ('cook', 'wash')
    video = load_annotations(str(target))['clip']
    assert video.fields['subset'] == 'training'
    assert video.duration == round(144 / 30, 2) and video.fps == 30.0
    # 1.0 s of the video is 0.2 s of the clip, 8 frames later when widened
    assert video.segments.tolist() == [[0.47, 1.47]] * 2
    assert video.labels == ('wash', 'wash')


def test_ego4d_features_are_cut_into_clips(tmp_path):
    import torch
    source = moments(tmp_path)
    (tmp_path / 'features').mkdir()
    steps = torch.arange(20, dtype=torch.float32)[:, None].repeat(1, 3)
    torch.save(steps, tmp_path / 'features/video.pt')
    missing = ego4d.cut_features([source], tmp_path / 'features',
                                 tmp_path / 'clips')
    assert missing == []
    # frames 16 to 160 begin at step 1; windows of 32 frames fit until step 8,
    # and the reference leaves out the last of them
    cut = np.load(tmp_path / 'clips/clip.npy')
    assert cut[:, 0].tolist() == list(range(1, 8)) and cut.shape[1] == 3
    torch.save(steps[:5], tmp_path / 'features/video.pt')
    with pytest.raises(FeatureFileError, match='found 5 steps, expected 8 for '
                       'clip clip'):
        ego4d.cut_features([source], tmp_path / 'features', tmp_path / 'clips')
    (tmp_path / 'features/video.pt').unlink()
    assert ego4d.cut_features([source], tmp_path / 'features',
                              tmp_path / 'clips') == ['video']


def test_ego4d_implausible_frame_rates_and_splits(tmp_path, logged):
    source = moments(tmp_path, video_end_sec=0.9)
    target = ego4d.from_official([source], tmp_path / 'out.json')
    assert load_annotations(str(target)) == {}
    assert 'implausible frame rate: 1 video: clip' in logged()
    with pytest.raises(AnnotationError, match="video video, field split: found"
                       " 'challenge', expected one of train, val, test"):
        ego4d.from_official([moments(tmp_path, split='challenge')],
                            tmp_path / 'out.json')


def test_ego4d_test_split(tmp_path, logged):
    """Its clips have no instance; their classes are those of the others."""
    test = unannotated(tmp_path / 'test.json')
    target = ego4d.from_official([moments(tmp_path), test],
                                 tmp_path / 'out.json')
    video = load_annotations(str(target))['c1']
    assert video.fields['subset'] == 'testing' and not len(video.segments)
    assert classes_of(str(target)) == ('cook', 'wash')
    assert 'names no classes' not in logged()
    ego4d.from_official([test], target)
    assert classes_of(str(target)) == ()
    assert 'convert moments_train.json together with it' in logged()
    assert ego4d.cut_features([test], tmp_path, tmp_path / 'clips') == ['u1']


def test_ego4d_training_clips_have_annotations(tmp_path):
    """Only a test split may come without."""
    content = json.loads(unannotated(tmp_path / 'a.json').read_text())
    content['videos'][0]['split'] = 'train'
    with pytest.raises(AnnotationError, match="a.json: video u1: found no fiel"
                       "d 'annotations', expected the file as its authors"):
        ego4d.from_official([write(tmp_path / 'a.json', content)],
                            tmp_path / 'out.json')
