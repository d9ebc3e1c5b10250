"""Exporting a localizer, and using it without PyTorch."""
import copy
import json
import sys

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.runner import load_checkpoint

from mmbapg.apis import exporting
from mmbapg.apis.exporting.export import TOLERANCE, difference, to_onnx
from mmbapg.apis.exporting.networks import ExportError, network_of
from mmbapg.apis.exporting.onnx_localizer import (
    OnnxLocalizer,
    OnnxLocalizerError,
    read_features,
)
from mmbapg.apis.exporting.settings import settings_of
from mmbapg.apis.localizer_check import draw_weights
from mmbapg.config.bapg import add_bapg
from mmbapg.ops import TemporalGrid
from tests import activitynet, hosts, runs, tiny
from tests.stable_sort import StableSort
from tests.test_engine import test_bmn

STANDARDIZER = dict(type='FeatureStandardizer', channels=hosts.WIDTH)


def built(cfg):
    """A model with drawn weights and statistics."""
    torch.manual_seed(0)
    model = draw_weights(MODELS.build(copy.deepcopy(dict(cfg))))
    for name, value in model.named_buffers():
        if name.endswith('preprocessor.mean'):
            value.fill_(0.3)
        elif name.endswith('preprocessor.std'):
            value.fill_(1.7)
    return model.eval()


def with_neck(cfg, kind, **sizes):
    return dict(type='BAPG', localizer=cfg, neck=dict(
        type=kind, in_channels=hosts.WIDTH, **sizes))


def varieties():
    """Name -> config of the host, and of the model."""
    for name in (*hosts.ANCHOR_FREE_HOSTS, 'TadTR'):
        cfg = hosts.small_model(name)
        yield pytest.param(cfg, cfg, id=name)
    cfg = hosts.small_model('ActionFormer')
    cfg['data_preprocessor'] = STANDARDIZER
    yield pytest.param(cfg, with_neck(
        cfg, 'EvidenceFusionNeck', num_strengths=3, class_channels=4),
        id='ActionFormer with BAPG')
    cfg = hosts.small_model('TadTR')
    yield pytest.param(
        cfg, with_neck(cfg, 'BoundaryFusionNeck', num_strengths=3),
        id='TadTR with BAPG')
    cfg = dict(cfg, window_size=None)
    yield pytest.param(cfg, cfg, id='TadTR without windows')


@pytest.mark.parametrize('host, cfg', varieties())
def test_any_length_as_in_pytorch(host, cfg, tmp_path):
    model = built(cfg)
    network = network_of(model, host)
    network.lengths = [*network.lengths, *[
        3 * network.lengths[0]] * (len(network.lengths) > 1)]
    encoded = to_onnx(network, settings_of(network, Config(dict(
        test_dataloader=dict(dataset=dict(pipeline=[dict(
            type='LoadFeatures', stride=4, window=4)])))), None))
    assert difference(network, encoded) <= TOLERANCE
    if not network.evidence:
        (tmp_path / 'model.onnx').write_bytes(encoded)
        localizer = OnnxLocalizer(tmp_path / 'model.onnx')
        for steps in (1, 3, hosts.STEPS + 1, 10 * hosts.STEPS,
                      10 * hosts.STEPS + 1):
            finds_the_same(localizer, model, steps)


@torch.no_grad()
def finds_the_same(localizer, model, steps):
    """Detections in drawn features, by onnxruntime and by PyTorch."""
    features = torch.randn(localizer.settings['channels'], steps,
                           generator=torch.Generator().manual_seed(steps))
    grid = localizer.settings['features']
    sample = ActionDataSample()
    sample.set_metainfo(dict(duration=steps / 4, grid=TemporalGrid(
        grid['stride'], grid['window'], 16)))
    with StableSort():  # points that score the same are many in DyFADet
        expected = model.predict([features], [sample])[0].pred_instances
    found = localizer.detections(features.numpy().T, steps / 4, fps=16)
    assert len(found.scores) == len(expected)
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-4)
    # those of equal scores may change places
    assert sorted(found.segments.sum(axis=1)) == pytest.approx(
        sorted(expected.segments.sum(dim=1).tolist()), abs=1e-2)


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    """Features, and a host with BAPG or without."""
    folder = tiny.write_features(tmp_path_factory.mktemp('features'))
    tiny.write_video_embeddings(folder)
    for write, name in ((tiny.localizer_config, 'host'),
                        (tiny.bapg_config, 'bapg')):
        cfg = Config.fromfile(write(folder, f'{name}.py'))
        torch.save(dict(
            state_dict=built(add_bapg(cfg).model).state_dict(),
            meta=dict(dataset_meta=dict(classes=tiny.CLASSES))),
            folder / f'{name}.pth')
    return folder


@pytest.fixture(scope='module')
def exported(data):
    exporting.export_localizer(Config.fromfile(data / 'host.py'),
                               data / 'host.pth', data / 'exported')
    return data / 'exported'


@torch.no_grad()
def results_of(config, weights):
    """Of each test video, the batch and what the model makes of it."""
    runner = runs.build(config)
    load_checkpoint(runner.model, str(weights))
    runner.model.eval()
    return [(batch, runner.model.test_step(batch)[0])
            for batch in runner.test_dataloader]


def ours(data, name='host'):
    """Of the last video."""
    return results_of(data / f'{name}.py', data / f'{name}.pth')[-1]


def same(rows, sample):
    found = sample.pred_instances
    assert len(rows) == len(found) > 20
    np.testing.assert_allclose([row['score'] for row in rows], found.scores,
                               rtol=0, atol=1e-4)
    np.testing.assert_allclose([row['segment'] for row in rows][:20],
                               found.segments[:20], rtol=0, atol=1e-3)
    assert [row['label'] for row in rows][:20] == [
        tiny.CLASSES[label] for label in found.labels[:20]]


def test_the_folder_needs_neither_pytorch_nor_mmaction2(data, exported,
                                                        tmp_path):
    _, sample = ours(data)
    path = data / 'features' / f'{sample.video_name}.npy'
    code = '''
import builtins, runpy, sys
real = builtins.__import__
def guarded(name, *args, **kwargs):
    if name.split('.')[0] in ('torch', 'mmaction', 'mmengine', 'mmbapg'):
        raise ImportError(name)
    return real(name, *args, **kwargs)
builtins.__import__ = guarded
sys.argv = sys.argv[1:]
sys.path.insert(0, sys.argv[0].rsplit('/', 1)[0])
runpy.run_path(sys.argv[0], run_name='__main__')
'''
    runs.run(sys.executable, '-c', code, exported / 'predict.py', path,
             '--duration', sample.duration, '--fps', 16, '--out',
             tmp_path / 'found.json')
    found = json.loads((tmp_path / 'found.json').read_text())
    same(found['detections'], sample)
    settings = json.loads((exported / 'settings.json').read_text())
    assert settings['features']['stride'] == 4
    assert settings == OnnxLocalizer(exported / 'model.onnx').settings


def test_with_bapg_from_one_file(data, tmp_path):
    batch, sample = ours(data, 'bapg')
    exporting.export_localizer(Config.fromfile(data / 'bapg.py'),
                               data / 'bapg.pth', tmp_path / 'out')
    np.savez(tmp_path / 'video.npz', features=batch['inputs'][0].T,
             boundary_strength=sample.boundary_strength,
             class_evidence=sample.class_evidence)
    localizer = OnnxLocalizer(tmp_path / 'out' / 'model.onnx')
    given = read_features(tmp_path / 'video.npz')
    same(localizer.predict(duration=sample.duration, fps=16, **given), sample)
    with pytest.raises(OnnxLocalizerError, match=(
            r'boundary_strength: found none, expected \(\d, \d+\) beside '
            'the features')):
        localizer.predict(given['features'], sample.duration, fps=16)


def test_bmn_of_mmaction2(tmp_path):
    """Proposals as MMAction2 makes them, on a video of whole clips."""
    activitynet.write(tmp_path)
    path = test_bmn.config(tmp_path, False)
    cfg = Config.fromfile(path)
    model = built(cfg.model)
    torch.save(dict(state_dict=model.state_dict()), tmp_path / 'bmn.pth')
    exporting.export_localizer(cfg, tmp_path / 'bmn.pth', tmp_path / 'out')
    localizer = OnnxLocalizer(tmp_path / 'out' / 'model.onnx')
    for batch, result in results_of(path, tmp_path / 'bmn.pth'):
        expected = result['proposal_list']
        found = localizer.predict(batch['inputs'][0].numpy().T,
                                  activitynet.SECONDS, fps=25)
        assert len(found) == len(expected) > 5
        for ours, theirs in zip(found, expected):
            assert ours['score'] == pytest.approx(theirs['score'], abs=1e-5)
            np.testing.assert_allclose(ours['segment'], theirs['segment'])


@pytest.mark.parametrize('change, message', [
    (dict(features=np.zeros((5, 3))), r'features: found the shape \(5, 3\), '
     r'expected \(steps, 12\)'),
    (dict(fps=None), 'found no time of the steps, expected fps'),
    (dict(features=np.zeros((0, tiny.CHANNELS))), r'shape \(0, 12\), expect'),
    (dict(features=np.full((9, tiny.CHANNELS), np.nan)), 'not finite, expec'),
    (dict(duration=0), 'duration: found 0, expected the seconds'),
    (dict(fps=8), 'duration: found 15 s, but 60 steps of features stand for '
     '30 s, expected nearly the same'),
    (dict(duration=45.0), 'duration: found 45 s, but 60 steps')])
def test_what_does_not_fit_is_refused(exported, change, message):
    given = dict(features=np.zeros((60, tiny.CHANNELS)), duration=15.0, fps=16)
    with pytest.raises(OnnxLocalizerError, match=message):
        OnnxLocalizer(exported / 'model.onnx').predict(**{**given, **change})


@pytest.mark.parametrize('steps', [1, 2, 33, 150])
def test_very_short_and_longer_than_in_training(data, exported, steps):
    model = MODELS.build(Config.fromfile(data / 'host.py').model).eval()
    load_checkpoint(model, str(data / 'host.pth'))
    finds_the_same(OnnxLocalizer(exported / 'model.onnx'), model, steps)


def test_what_cannot_be_exported_is_refused(data, exported):
    cfg = Config.fromfile(data / 'host.py')
    with pytest.raises(ExportError, match='expected a new or an empty folder'):
        exporting.export_localizer(cfg, data / 'host.pth', exported)
    host = hosts.small_model('TriDet')
    regions = built(with_neck(host, 'ProposalFusionNeck', num_segmentations=2))
    with pytest.raises(ExportError, match='found ProposalFusionNeck, expected '
                       'EvidenceFusionNeck or BoundaryFusionNeck'):
        network_of(regions, host)
    with pytest.raises(ExportError, match='found Linear, expected a host'):
        network_of(torch.nn.Linear(2, 2), host)
    cfg.test_dataloader.dataset.pipeline.insert(1, dict(type='CropWindow'))
    network = network_of(built(cfg.model), cfg.model)
    with pytest.raises(ExportError, match='found CropWindow, expected only'):
        settings_of(network, cfg, None)
