import json

import numpy as np
import pytest
import torch

from mmbapg.ops import Detections, batched_nms, nms, soft_nms, temporal_nms
from mmbapg.ops.nms import SOFT_NMS_METHODS
from tests import golden

GOLDEN = golden.load('temporal_nms')
SETS = list(enumerate(map(str, GOLDEN['set_names'])))


def inputs_of(index):
    return [torch.from_numpy(GOLDEN[f'set{index}_{name}'])
            for name in ('segs', 'scores', 'labels')]


@pytest.fixture(params=['compiled', 'arrays'], autouse=True)
def loops(request, monkeypatch):
    """Every test of this file, compiled and as it runs without Numba."""
    if request.param == 'arrays':
        monkeypatch.setattr(nms, 'has_numba', lambda: False)


@pytest.mark.parametrize('index,name', SETS)
def test_hard_nms_keeps_what_the_reference_keeps(index, name):
    segments, scores, _ = inputs_of(index)
    for number, threshold in enumerate(GOLDEN['hard_iou']):
        dets, inds = temporal_nms(segments, scores, round(float(threshold), 4))
        np.testing.assert_array_equal(
            inds.numpy(), GOLDEN[f'set{index}_hard{number}_inds'])
        assert torch.equal(dets, torch.cat(
            [segments[inds], scores[inds, None]], dim=1))


@pytest.mark.parametrize('index,name', SETS)
def test_soft_nms_gives_the_reference_scores(index, name):
    segments, scores, _ = inputs_of(index)
    for number, text in enumerate(GOLDEN['softnms_params']):
        setting = json.loads(str(text))
        method = SOFT_NMS_METHODS[setting['method']]
        dets, inds = soft_nms(segments, scores, setting['iou'],
                              setting['sigma'], setting['min'], method)
        prefix = f'set{index}_soft{number}'
        np.testing.assert_array_equal(inds.numpy(), GOLDEN[prefix + '_inds'])
        np.testing.assert_allclose(
            dets.numpy(), GOLDEN[prefix + '_dets'].reshape(-1, 3), rtol=0,
            atol=1e-6 if method == 'gaussian' else 0)


@pytest.mark.parametrize('reference', ['af', 'td'])
@pytest.mark.parametrize('index,name', SETS)
def test_batched_nms_with_voting(index, name, reference):
    compared = 0
    for number, text in enumerate(GOLDEN['batched_params']):
        prefix = f'set{index}_batched{number}_{reference}_'
        if prefix + 'segs' not in GOLDEN:
            continue
        setting = json.loads(str(text))
        kept = batched_nms(
            Detections(*inputs_of(index)),
            'gaussian' if setting['soft'] else 'nms', setting['iou'],
            setting['sigma'], setting['min_score'], setting['max_seg'],
            setting['multiclass'], setting['voting'], reference == 'af')
        np.testing.assert_array_equal(kept.labels, GOLDEN[prefix + 'labels'])
        np.testing.assert_allclose(kept.scores, GOLDEN[prefix + 'scores'],
                                   rtol=0, atol=1e-6)
        np.testing.assert_allclose(
            kept.segments, GOLDEN[prefix + 'segs'].reshape(-1, 2), rtol=0,
            atol=1e-4)
        compared += 1
    assert compared > 0


@pytest.mark.parametrize('method', SOFT_NMS_METHODS)
def test_the_last_one_is_left(method):
    """As in AFSD's code: all but the one that would be picked last, if that
    is still waiting when it is alone."""
    segments, scores, labels = inputs_of(3)
    settings = dict(method=method, min_score=0.0)
    dets, inds = soft_nms(segments, scores, **settings)
    fewer, same = soft_nms(segments, scores, leave_last=True, **settings)
    assert 1 < len(inds) == len(same) + 1
    assert torch.equal(same, inds[:-1]) and torch.equal(fewer, dets[:-1])
    found = Detections(segments, scores, labels)
    lost = len(batched_nms(found, **settings, max_per_video=10**6).scores
               ) - len(batched_nms(found, **settings, max_per_video=10**6,
                                   leave_last=True).scores)
    assert lost == len(labels.unique())
    assert not len(soft_nms(segments[:1], scores[:1], leave_last=True)[1])


def test_nms_of_nothing():
    dets, inds = temporal_nms(torch.empty(0, 2), torch.empty(0), 0.5)
    assert dets.shape == (0, 3) and inds.shape == (0, )
    dets, inds = soft_nms(torch.empty(0, 2), torch.empty(0))
    assert dets.shape == (0, 3) and inds.shape == (0, )


def test_unknown_method_is_named():
    with pytest.raises(ValueError, match="'cubic', expected one of hard"):
        soft_nms(torch.rand(3, 2), torch.rand(3), method='cubic')


@pytest.mark.parametrize('method', SOFT_NMS_METHODS)
def test_compiled_loop_is_the_loop(method, monkeypatch):
    generator = torch.Generator().manual_seed(0)
    start = torch.rand(600, generator=generator) * 100
    length = torch.rand(600, generator=generator) * 10
    segments = torch.stack([start, start + length], dim=1)
    scores = torch.rand(600, generator=generator)
    arguments = (segments, scores, 0.3, 0.5, 0.05, method)
    dets, inds = soft_nms(*arguments)
    monkeypatch.setattr(nms, 'has_numba', lambda: False)
    expected_dets, expected_inds = soft_nms(*arguments)
    assert torch.equal(inds, expected_inds)
    torch.testing.assert_close(dets, expected_dets, rtol=1e-6, atol=0)
