"""The inferencer on stored features: forms of input and of output, models
that are kept, and a process that is left as it was."""
import json
import logging
import os
import random
import warnings
from concurrent.futures import ThreadPoolExecutor

import cv2
import matplotlib
import mmengine.device.utils
import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, INFERENCERS, MODELS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.infer import BaseInferencer
from mmengine.logging import MMLogger
from mmengine.registry import DefaultScope

from mmbapg.apis import (
    InferenceError,
    SomeVideosFailed,
    TemporalLocalizationInferencer,
)
from mmbapg.apis.inference_inputs import config_and_weights
from mmbapg.engine import add_bapg
from tests import tiny
from tests.inferencers import close, inferencer, inputs
from tests.pretended_gpu import PretendedGPU, on_gpu


@pytest.mark.parametrize('name', ['host', 'bapg'])
def test_the_same_as_testing_the_localizer(data, name):
    cfg = add_bapg(Config.fromfile(data / f'{name}.py'))
    model = MODELS.build(cfg.model).eval()
    model.load_state_dict(torch.load(data / f'{name}.pth')['state_dict'])
    dataset = DATASETS.build(cfg.test_dataloader.dataset)
    with torch.no_grad():
        samples = [model.test_step(pseudo_collate([item]))[0]
                   for item in dataset]
    found = inferencer(data, name)(inputs(data, 6, 7, 8))
    assert len(found) == len(samples) == 3
    for ours, sample in zip(found, samples):
        assert ours['name'] == sample.video_name
        assert ours['duration'] == sample.duration
        instances = sample.pred_instances
        assert [row['label'] for row in ours['detections']] == [
            tiny.CLASSES[label] for label in instances.labels]
        for field, values in (('segment', instances.segments),
                              ('score', instances.scores)):
            np.testing.assert_array_equal(
                [row[field] for row in ours['detections']], values)
        assert ('proposals' in ours) == (name == 'bapg')
        if name == 'bapg':
            np.testing.assert_array_equal(
                [row['segment'] for row in ours['proposals']],
                sample.proposals.segments)


def test_batches_change_nothing(data, infer, monkeypatch):
    sizes = []
    step = infer.model.test_step
    monkeypatch.setattr(infer.model, 'test_step', lambda batch: sizes.append(
        len(batch['inputs'])) or step(batch))
    alone = infer(inputs(data, *range(5)))
    close(infer(inputs(data, *range(5)), batch_size=3), alone)
    assert sizes == [1, 1, 1, 1, 1, 3, 2]


def test_models_are_kept(data, monkeypatch):
    """A later call, on another video, builds and loads nothing."""
    infer = inferencer(data)
    expected = infer(inputs(data, 3))

    def nothing(*args, **kwargs):
        raise AssertionError('built or loaded again')

    monkeypatch.setattr(torch, 'load', nothing)
    monkeypatch.setattr(MODELS, 'build', nothing)
    assert infer(inputs(data, 4)) != expected == infer(inputs(data, 3))


def random_states():
    state = np.random.get_state()
    return (random.getstate(), state[1].tolist(), state[2:],
            torch.get_rng_state().tolist())


def process():
    """What a guest should leave as it is."""
    scope = DefaultScope.get_current_instance()
    return dict(
        random=random_states(), cwd=os.getcwd(), environ=dict(os.environ),
        scope=scope and scope.scope_name, dtype=torch.get_default_dtype(),
        deterministic=torch.are_deterministic_algorithms_enabled(),
        cudnn=(torch.backends.cudnn.benchmark,
               torch.backends.cudnn.deterministic),
        grad=torch.is_grad_enabled(), threads=torch.get_num_threads(),
        cv_threads=cv2.getNumThreads(), filters=list(warnings.filters),
        levels=[logging.getLogger(name).level for name in (
            None, 'mmengine', *MMLogger._instance_dict)],
        loggers=list(MMLogger._instance_dict),
        start=torch.multiprocessing.get_start_method(allow_none=True),
        sharing=torch.multiprocessing.get_sharing_strategy(),
        device=mmengine.device.utils.DEVICE,
        backend=matplotlib.get_backend(), style=dict(matplotlib.rcParams))


@pytest.mark.parametrize('scope', [None, 'mmdet'])
def test_the_process_is_left_as_it_was(data, tmp_path, scope):
    MMLogger.get_current_instance()
    DefaultScope._instance_dict.clear()
    if scope:
        DefaultScope.get_instance('theirs', scope_name=scope)
    torch.manual_seed(5)
    before = process()
    infer = inferencer(data)
    assert process() == before
    infer(inputs(data, 3), tmp_path)
    assert process() == before
    broken = tmp_path / 'broken.npy'
    broken.write_bytes(b'')
    with pytest.raises(SomeVideosFailed):
        infer([*inputs(data, 3), dict(feature=broken, duration=9.0, fps=16)])
    assert process() == before
    with pytest.raises(InferenceError):
        TemporalLocalizationInferencer(data / 'host.py', data / 'bapg.pth',
                                       input_format='feature')
    assert process() == before


def test_what_is_drawn_elsewhere_changes_nothing(data, infer):
    expected = infer(inputs(data, 3))
    random.random(), np.random.rand(), torch.rand(1)
    assert infer(inputs(data, 3)) == expected


def test_inferencers_do_not_disturb_each_other(data, infer):
    """Of other configs, in turn and in threads."""
    host = inferencer(data, 'host')
    asked = [(each, inputs(data, number)) for number in range(3)
             for each in (infer, host)]
    expected = [each(given) for each, given in asked]
    before = random_states()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda ask: ask[0](ask[1]), 2 * asked))
    assert found == 2 * expected
    assert random_states() == before
    assert ['proposals' in each[0] for each in expected] == [True, False] * 3


@pytest.mark.parametrize('kind', ['cuda', 'mps'])
def test_on_a_gpu(data, infer, kind):
    expected = infer(inputs(data, 3, 4))
    with PretendedGPU(kind):
        there = TemporalLocalizationInferencer(
            data / 'bapg.py', data / 'bapg.pth', input_format='feature')
        assert there.device == kind
        models = there.model, there.pipeline.encoders['encoder'].model
        assert all(on_gpu(weight) for model in models
                   for weight in model.parameters())
        found = there(inputs(data, 3, 4), batch_size=2)
    close(found, expected)


def of_work_dir(data, folder):
    """As training leaves it."""
    (folder / 'run.py').write_text((data / 'bapg.py').read_text())
    weights = torch.load(data / 'bapg.pth')
    torch.save(weights, folder / 'epoch_2.pth')
    (folder / 'last_checkpoint').write_text(str(folder / 'epoch_2.pth'))
    return folder, None


def in_weights(data, folder):
    cfg = Config.fromfile(data / 'bapg.py')
    weights = torch.load(data / 'bapg.pth')
    weights['message_hub'] = dict(runtime_info=dict(cfg=cfg.pretty_text))
    torch.save(weights, folder / 'alone.pth')
    return None, folder / 'alone.pth'


FORMS = dict(
    text=lambda data, folder: (str(data / 'bapg.py'), str(data / 'bapg.pth')),
    config=lambda data, folder: (Config.fromfile(data / 'bapg.py'),
                                 data / 'bapg.pth'),
    plain=lambda data, folder: (
        Config.fromfile(data / 'bapg.py').to_dict(), data / 'bapg.pth'),
    work_dir=of_work_dir, in_weights=in_weights)


@pytest.mark.parametrize('form', FORMS)
def test_forms_of_a_model(data, infer, tmp_path, form):
    model, weights = FORMS[form](data, tmp_path)
    given = model.copy() if isinstance(model, dict) else model
    other = TemporalLocalizationInferencer(
        model, weights, input_format='feature', show_progress=False)
    assert model == given  # BAPG was added to a copy
    assert other(inputs(data, 3)) == infer(inputs(data, 3))


def test_names_of_our_configs():
    names = TemporalLocalizationInferencer.list_models(patterns='actionf')
    assert names and all(name.startswith('mmbapg::actionformer/actionformer_')
                         for name in names)
    assert len(TemporalLocalizationInferencer.list_models()) > len(names)
    cfg, _ = config_and_weights(names[0], 'weights.pth')
    assert cfg.model.type == 'ActionFormer'


def test_results_in_all_forms(data, infer, tmp_path, capsys):
    plain = infer(inputs(data, 3, 4))
    found = infer(inputs(data, 3, 4), return_vis=True, print_result=True,
                  pred_out_file=tmp_path / 'found.json')
    assert found == plain == found['predictions'] and found[1] == plain[1]
    assert plain['visualization'] is None
    assert [image.shape[2] for image in found['visualization']] == [3, 3]
    assert json.loads((tmp_path / 'found.json').read_text()) == dict(
        predictions=plain)
    assert capsys.readouterr().out.strip() == str(list(plain))
    samples = infer(inputs(data, 3), return_datasamples=True)
    assert samples[0].video_name == 'video3'
    assert samples[0].video_path == str(data / 'features/video3.npy')
    np.testing.assert_array_equal(
        samples[0].pred_instances.scores,
        [row['score'] for row in plain[0]['detections']])


def test_names_of_arguments(data, infer):
    """MMEngine's, and ours of before."""
    assert isinstance(infer, BaseInferencer)
    assert INFERENCERS.get('TemporalLocalizationInferencer') is type(infer)
    with pytest.warns(DeprecationWarning, match='"config" is deprecated'):
        old = TemporalLocalizationInferencer(
            config=data / 'bapg.py', checkpoint=data / 'bapg.pth',
            input_format='feature')
    with pytest.warns(DeprecationWarning, match='please use "inputs"'):
        assert old(videos=inputs(data, 3)) == infer(inputs=inputs(data, 3))


def test_features_of_several_kinds(data, infer, tmp_path):
    """Channels of two files, as the config's datasets join two folders."""
    given, = inputs(data, 3)
    features = np.load(given['feature'])
    parts = [tmp_path / 'a.npy', tmp_path / 'b.npy']
    for path, part in zip(parts, np.split(features, [5], axis=1)):
        np.save(path, part)
    found, = infer(dict(given, feature=parts))
    expected, = infer([given])
    assert found['detections'] == expected['detections']
