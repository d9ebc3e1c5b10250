"""Exported networks give the detections of the original implementations.

DyFADet, too, but its network takes longer than all others together; see
test_export.py.
"""
import numpy as np
import pytest
from mmengine.config import Config

from mmbapg.apis.exporting.export import to_onnx
from mmbapg.apis.exporting.networks import network_of
from mmbapg.apis.exporting.onnx_localizer import OnnxLocalizer
from mmbapg.apis.exporting.settings import settings_of
from tests.golden_hosts import Reference
from tests.hosts import config_for
from tests.test_models import test_tadtr_golden as tadtr


def exported(model, model_cfg, load, path):
    """The localizer in onnxruntime."""
    network = network_of(model.eval(), model_cfg)
    cfg = Config(dict(model=model_cfg, test_dataloader=dict(dataset=dict(
        pipeline=[dict(type='LoadFeatures', **load)]))))
    path.write_bytes(to_onnx(network, settings_of(network, cfg, None)))
    return OnnxLocalizer(path)


def matched(found, expected, score_atol, segment_atol):
    """Whether each expected row is among those found, each once."""
    free, near = np.ones(len(found.scores), bool), []
    for segment, score, label in zip(*expected):
        here = (free & (found.labels == label) &
                (abs(found.scores - score) < score_atol) &
                (abs(found.segments - segment) < segment_atol).all(axis=1))
        near.append(here.any())
        if near[-1]:
            free[here.argmax()] = False
    return near


@pytest.mark.parametrize('name', ['actionformer', 'tridet', 'temporalmaxer'])
def test_anchor_free(name, tmp_path):
    reference = Reference(name, '', tmp_path)
    numbers = reference.numbers
    features, sample = reference.video(1)
    grid = sample.grid
    localizer = exported(
        reference.model, Config.fromfile(reference.method.config).model,
        dict(stride=grid.stride, window=grid.window), tmp_path / 'model.onnx')
    found = localizer.detections(features.numpy().T, sample.duration,
                                 grid.fps)
    near = matched(found, [numbers[f'det_{field}'] for field in (
        'segments', 'scores', 'labels')], 1e-4, 5e-3)
    assert len(found.scores) == len(numbers['det_scores'])
    assert all(near[:50]) and np.mean(near) >= 0.99


def test_tadtr(tmp_path):
    reference = tadtr.Reference(tmp_path)
    localizer = exported(
        reference.model,
        Config.fromfile(config_for('TadTR', 'thumos14-i3d')).model,
        dict(stride=8, window=8), tmp_path / 'model.onnx')
    for index, (features, sample) in enumerate(
            zip(reference.features, reference.samples)):
        found = localizer.detections(features.numpy().T, sample.duration,
                                     sample.grid.fps)
        expected = [reference.numbers[f'res{index}_{field}'] for field in (
            'segments', 'scores', 'labels')]
        assert len(found.scores) == len(expected[1])
        np.testing.assert_allclose(found.scores, expected[1], rtol=0,
                                   atol=2e-4)
        assert all(matched(found, expected, 2e-4, 2e-3))

