"""Whole runs of everything that trains, on a GPU that is not there."""
from collections import Counter
from contextlib import nullcontext
from functools import partial
from itertools import islice

import numpy as np
import pytest
import torch
from torch.utils._pytree import tree_leaves

from tests import activitynet, hosts, runs, tiny
from tests.only_deterministic import OnlyDeterministic
from tests.pretended_gpu import PretendedGPU, on_gpu
from tests.test_engine import (
    test_bmn,
    test_frames_form,
    test_mmaction_localizers,
)

REGIONS = dict(type='ProposalFusionNeck', hidden_channels=8)


def frames(folder, videos):
    """A small 2-D network, whose maps are averaged over quarters."""
    cfg = test_frames_form.config(
        videos, folder, 'similarity_resnet50_1xb112-100e_fir-rgb-0.25s',
        **{'model.backbone.depth': 18, 'model.backbone.pretrained': None,
           'model.grid': 2, 'randomness': dict(seed=0),
           'train_dataloader.num_workers': 0,
           'train_dataloader.persistent_workers': False,
           'test_dataloader.num_workers': 0,
           'test_dataloader.persistent_workers': False})
    for loader in (cfg.train_dataloader, cfg.test_dataloader):
        for step in loader.dataset.pipeline:
            if step.type == 'Resize':
                step.scale = (32, 32)
    cfg.work_dir = f'{folder}/work_dirs/frames'
    cfg.dump(folder / 'frames.py')
    return folder / 'frames.py'


def of_mmaction(config):
    def write(folder):
        place = folder / f'{config.__module__}.{config.__name__}'
        place.mkdir()
        return config(activitynet.write(place), True)
    return write


#: Name -> what writes its config into a folder of :mod:`tests.tiny`'s data.
OURS = dict(
    **{name + suffix: partial(
        hosts.write_config, name, with_bapg=bool(suffix))
       for name in hosts.HOSTS for suffix in ('', '_bapg')},
    ActionFormer_regions=lambda folder: tiny.bapg_config(
        folder, 'regions.py', neck=REGIONS, epochs=1),
    encoder=lambda folder: tiny.encoder_config(folder, epochs=1))
#: TCANet has no deterministic algorithms: MMAction2 samples with grid_sample.
OTHERS = dict(
    bmn_bapg=of_mmaction(test_bmn.config),
    tem_bapg=of_mmaction(test_mmaction_localizers.tem_config))
OURS_AND_FRAMES = [*OURS, 'frames']


ENCODER = {'models/heads/pair_contrastive_head.py:loss': 2}
#: Where the program waits for the GPU in a training step, and how often: all
#: that docs/hosts.md lists, and nothing else.
WAITS = dict(
    **{name + suffix: host.waits
       for name, host in hosts.HOSTS.items() for suffix in ('', '_bapg')},
    ActionFormer_regions=hosts.POINTS,
    frames=ENCODER,
    encoder={**ENCODER, 'models/backbones/temporal_encoder.py:forward': 1})


class Forgetting:
    """Forgets the waits of earlier steps; the first makes buffers."""

    def __init__(self, gpu):
        self.gpu = gpu

    def __enter__(self):
        self.gpu.waits.clear()

    def __exit__(self, *args):
        pass


@pytest.fixture(scope='module')
def config_of(tmp_path_factory, videos):
    """Config files of all hosts, each written once."""
    folder = tmp_path_factory.mktemp('hosts')
    tiny.write_features(folder)
    tiny.write_video_embeddings(folder)
    written = {}

    def write(name):
        if name not in written:
            written[name] = frames(folder, videos) if name == 'frames' else (
                {**OURS, **OTHERS}[name](folder))
        return written[name]

    return write


def first_steps(runner, watched=None):
    """Losses of the first two iterations of training."""
    watched = watched or nullcontext()
    runner.model.train()
    optim_wrapper = runner.build_optim_wrapper(runner.optim_wrapper)
    loader = runner.build_dataloader(runner._train_dataloader, seed=0)
    losses = []
    for batch in islice(loader, 2):
        with watched:
            losses.append(runner.model.train_step(batch, optim_wrapper))
    return losses


def first_results(runner):
    """Test on a video, and evaluate if that is possible for one."""
    runner.model.eval()
    with torch.no_grad():
        for batch in islice(runner.test_dataloader, 1):
            samples = runner.model.test_step(batch)
    for metric in runner.test_evaluator.metrics:
        if type(metric).__module__.startswith('mmbapg'):
            metric.process(batch, [
                each if isinstance(each, dict) else each.to_dict()
                for each in samples])
            metric.compute_metrics(metric.results)
    return samples


@pytest.mark.parametrize('name', [*OURS_AND_FRAMES, 'tem_bapg'])
def test_steps_of_training_and_testing(config_of, name):
    with PretendedGPU() as gpu:
        runner = runs.build(config_of(name))
        assert all(map(on_gpu, tree_leaves(runner.model.state_dict())))
        first_steps(runner, watched=Forgetting(gpu))
        found = Counter(wait.place for wait in gpu.waits if wait.place)
        assert name in OTHERS or found == WAITS[name], dict(found)
        assert all(on_gpu(each) for each in runner.model.parameters())
        assert first_results(runner)


@pytest.mark.parametrize('name', ['ActionFormer_regions', 'TriDet_bapg',
                                  'TadTR_bapg', 'encoder'])
def test_a_mac_has_no_double_precision(config_of, name):
    with PretendedGPU('mps'):
        runner = runs.build(config_of(name))
        first_steps(runner)
        assert first_results(runner)


@pytest.mark.parametrize('name', ['ActionFormer_bapg', 'encoder'])
def test_whole_runs(config_of, name):
    """With hooks, averaged weights, checkpoints and evaluators."""
    with PretendedGPU():
        runner = runs.build(config_of(name))
        runner.train()
        assert all(map(on_gpu, runner.model.parameters()))
        runner.test()


@pytest.mark.parametrize('name', [*OURS_AND_FRAMES, 'bmn_bapg'])
def test_deterministic_algorithms_train(config_of, name):
    """Nothing is used that has no deterministic kernel on CUDA, and two runs
    are the same to the last bit."""
    results = []
    for _ in range(2):
        runner = runs.build(config_of(name))
        losses = first_steps(runner, watched=OnlyDeterministic())
        results.append([losses, *runner.model.state_dict().values()])
    (losses, *weights), (again, *weights_again) = results
    assert losses == again and losses
    assert all(np.isfinite(float(each)) for each in tree_leaves(losses))
    assert all(map(torch.equal, weights, weights_again))
