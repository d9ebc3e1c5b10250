"""What is exported beside the network: post-processing, files, settings."""
import json

import numpy as np
import pytest
import torch
from mmaction.structures import ActionDataSample
from mmengine.config import Config

from mmbapg.apis.exporting.onnx_localizer import (
    OnnxLocalizer,
    OnnxLocalizerError,
    read_features,
)
from mmbapg.apis.exporting.onnx_localizer import points as numpy_points
from mmbapg.apis.exporting.onnx_localizer.detections import Detections
from mmbapg.apis.exporting.onnx_localizer.feature_files import FeatureError
from mmbapg.apis.exporting.onnx_localizer.nms import suppress
from mmbapg.apis.exporting.settings import _features
from mmbapg.models.task_modules.score_fusion import VideoScoreFusion
from mmbapg.ops import Detections as TorchDetections
from mmbapg.ops import TemporalGrid, batched_nms
from tests.stable_sort import StableSort


def drawn(number, seed=0):
    rng = np.random.default_rng(seed)
    start = rng.uniform(0, 50, number).astype(np.float32)
    length = rng.uniform(1, 9, number).astype(np.float32)
    return Detections(np.stack([start, start + length], axis=1),
                      rng.random(number).astype(np.float32),
                      rng.integers(3, size=number))


def in_torch(found):
    return TorchDetections(*map(torch.from_numpy, found))


def same(ours, theirs):
    assert len(ours.scores) == len(theirs.scores)
    for mine, other in zip(ours, theirs):
        np.testing.assert_allclose(mine, other, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize('number', [0, 1, 80])
@pytest.mark.parametrize('nms', [
    dict(), dict(method='hard', iou_threshold=0.3), dict(method='linear'),
    dict(method=None, max_per_video=9), dict(method='nms', min_score=0.5),
    dict(max_per_class=4, max_per_video=9), dict(class_aware=False),
    dict(method='nms', class_aware=False, voting_threshold=0.6),
    dict(class_aware=False, voting_threshold=0.4, max_per_class=5,
         vote_score_weighted_by_iou=False), dict(min_score=2.0)])
def test_suppression_with_every_setting(nms, number):
    found = drawn(number)
    same(suppress(found, **nms), batched_nms(in_torch(found), **nms))
    # some of equal scores, of which Soft-NMS takes as the reference does the
    # first in an array that it rearranges
    equal = found._replace(scores=found.scores.round(1))
    with StableSort():
        same(suppress(equal, **nms), batched_nms(in_torch(equal), **nms))


@pytest.mark.parametrize('number', [0, 1, 40])
@pytest.mark.parametrize('power', [0.5, 1.0])
def test_classes_by_external_scores(power, number):
    found, scores = drawn(number).best_first(), np.array([.1, .7, .05, .6])
    sample = ActionDataSample()
    sample.set_metainfo(dict(video_name='v', video_scores=scores))
    cfg = dict(topk=3, max_proposals=15, power=power)
    same(numpy_points.name_by_scores(found, scores, **cfg),
         VideoScoreFusion(**cfg)(in_torch(found), sample))
    with pytest.raises(ValueError, match='video_scores: found 2, expected'):
        numpy_points.name_by_scores(found, scores[:2], **cfg)


@pytest.mark.parametrize('kind', ['distances', 'bins'])
def test_nothing_is_found(kind):
    outputs = dict(scores=np.zeros((1, 6, 3), np.float32),
                   distances=np.ones((1, 6, 2), np.float32))
    if kind == 'bins':
        outputs.update(
            {name: np.zeros((1, 6, 3), np.float32)
             for name in ('start_logits', 'end_logits')},
            bins=np.zeros((1, 6, 10), np.float32))
    found = numpy_points.decode(outputs, 4, dict(nms={}, decoding=dict(
        kind=kind, strides=[1, 2], offset=0.0, num_bins=4, min_length=0.1,
        score_threshold=0.0, pre_nms_topk=5)))
    assert [field.shape for field in found] == [(0, 2), (0, ), (0, )]


def test_points_lie_where_the_generator_puts_them():
    outputs = dict(scores=np.full((1, 3, 1), 0.5, np.float32),
                   distances=np.ones((1, 3, 2), np.float32))
    found = numpy_points.decode(outputs, 3, dict(
        nms=dict(method=None), decoding=dict(
            kind='distances', strides=[4], offset=0.5, min_length=0,
            score_threshold=0, pre_nms_topk=5)))
    assert found.segments.tolist() == [[-2, 6], [2, 10], [6, 14]]


def test_candidates_of_all_levels_are_limited_together():
    scores = np.array([.2, .9, .6, .1, .8, .7], np.float32)
    found = numpy_points.decode(dict(
        scores=scores.reshape(1, 6, 1),
        distances=np.ones((1, 6, 2), np.float32)), 4, dict(
            nms=dict(method=None), decoding=dict(
                kind='distances', strides=[1, 2], offset=0.0, min_length=0,
                score_threshold=0, pre_nms_topk=None, max_candidates=3)))
    assert found.scores.tolist() == scores[[1, 4, 5]].tolist()


def test_settings_of_features():
    load = dict(type='LoadFeatures', stride=5, every=5)
    found = _features(Config(dict(test_dataloader=dict(dataset=dict(
        fps=30, pipeline=[load, dict(type='PackFeatures')])))))
    assert (found['every'], found['usual_fps']) == (5, 30)
    localizer = OnnxLocalizer.__new__(OnnxLocalizer)
    localizer.settings = dict(features=found, channels=2, evidence={})
    steps = localizer._steps(np.arange(24).reshape(12, 2))
    assert steps[:, 0].tolist() == [0, 10, 20]
    assert localizer._grid(3, 3, 9.0, None, None, None) == (5 / 30, 0)
    found['stride'] = None
    assert localizer._grid(3, 3, 9.0, None, 0.5, None) == (0.5, 0.25)
    assert localizer._grid(3, 3, 9.0, None, 0.5, 2.0) == (0.5, 1.0)


def test_the_grid_of_a_file_counts():
    """Whatever frame rate is given, as with LoadFeatures."""
    localizer = OnnxLocalizer.__new__(OnnxLocalizer)
    localizer.settings = dict(features=dict(
        stride=8, window=16, fps=None, usual_fps=30, resize=None))
    clips = dict(stride=8, window=16, fps=16, start=0)
    assert localizer._grid(9, 9, 9.0, 30, None, None, clips) == (0.5, 0.5)
    with pytest.raises(OnnxLocalizerError, match='features: found stride 16 in'
                       ' their file, expected 8 as in training'):
        localizer._grid(9, 9, 9.0, 30, None, None, dict(clips, stride=16))


def test_files_tell_their_grid(tmp_path):
    grid = TemporalGrid(stride=4, window=16, fps=8)
    np.savez(tmp_path / 'a.npz', embeddings=np.zeros((3, 2)), provenance=(
        json.dumps(dict(interval=0.5, grid=dict(
            stride=4, window=16, fps=8, start=0)))))
    found = read_features(str(tmp_path / 'a.npz'))
    assert (found['interval'], found['window'] / 2) == (
        grid.interval, grid.to_seconds(0.0))
    np.savez(tmp_path / 'b.npz', embeddings=np.zeros((3, 2)),
             provenance=json.dumps(dict(interval=0.5, grid=None)))
    assert read_features(str(tmp_path / 'b.npz'))['window'] == 0.5


@pytest.mark.parametrize('content, message', [
    (b'', 'found no arrays of NumPy'), (b'features', 'found no arrays of'),
    (b'PK\x03\x04 cut', 'found no arrays of NumPy')])
def test_files_that_are_none(content, message, tmp_path):
    path = tmp_path / 'a.npz'
    path.write_bytes(content)
    with pytest.raises(FeatureError, match=f'^{path}: {message}'):
        read_features(str(path))
    with pytest.raises(OnnxLocalizerError, match=f'^{path}: not a network'):
        OnnxLocalizer(path)
    with pytest.raises(OnnxLocalizerError, match='absent: no such file'):
        OnnxLocalizer(tmp_path / 'absent')
    np.savez(tmp_path / 'empty.npz')
    with pytest.raises(FeatureError, match='empty.npz: found the arrays , ex'):
        read_features(str(tmp_path / 'empty.npz'))
