"""Boundary-sensitive pretraining on tiny features: trained, resumed, tested,
probed, and as the encoder of BAPG's stage 1."""
import runpy
import sys

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    read_embeddings,
    write_embeddings,
)
from tests import runs, tiny
from tests.boundary_sets import ENCODER, learner_config
from tests.tiny import INTERVAL

HEADS = dict(
    boundary=dict(type='BoundaryKindHead', in_channels=8, num_classes=4),
    action=dict(type='ClipActionHead', in_channels=8, num_classes=2))


@pytest.fixture
def trained(folder):
    runs.build(learner_config(folder, HEADS)).train()
    return folder


@pytest.fixture
def run_tool(monkeypatch):
    """Runs a tool with some arguments."""
    def run(name, *arguments):
        monkeypatch.setattr(sys, 'argv', [name, *map(str, arguments)])
        runpy.run_path(str(tiny.ROOT / 'tools' / name), run_name='__main__')
    return run


def weights(path):
    return torch.load(path, weights_only=False)['state_dict']


def test_training_and_resuming(trained):
    rows = runs.scalars(trained / 'work_dirs/bsp')
    losses = [row for row in rows if 'loss_boundary' in row]
    assert len(losses) == 8  # of 64 clips, 16 at a time
    assert all(np.isfinite(row['loss_action']) for row in losses)
    accuracies = [row['acc/top1'] for row in rows if 'acc/top1' in row]
    assert len(accuracies) == 1 and 0.1 < accuracies[0] < 1
    work = trained / 'work_dirs/bsp'
    told = torch.load(work / 'epoch_2.pth',
                      weights_only=False)['meta']['dataset_meta']
    assert told['videos'] == [f'video{each}' for each in range(6)]
    whole = weights(work / 'epoch_2.pth')
    runs.build(learner_config(trained, HEADS, 'again'), resume=True,
               load_from=work / 'epoch_1.pth').train()
    resumed = weights(trained / 'work_dirs/again/epoch_2.pth')
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_probabilities_of_whole_videos(trained):
    cfg = Config.fromfile(tiny.encoder_config(trained, 'probe.py'))
    cfg.model = dict(type='BoundaryProbe', window=4, learner=dict(
        type='BoundaryLearner', encoder=ENCODER, heads=HEADS))
    cfg.test_dataloader.dataset.context = 2
    cfg.test_cfg.out_dir = str(trained / 'probabilities')
    cfg.dump(str(trained / 'probe.py'))
    checkpoint = trained / 'work_dirs/bsp/epoch_2.pth'
    runner = runs.build(trained / 'probe.py', load_from=checkpoint)
    assert runner.test()['embedded'] == 9
    stored = weights(checkpoint)
    own = runner.model.learner.state_dict()
    assert all(torch.equal(own[name], stored[name]) for name in stored)
    found = read_embeddings(trained / 'probabilities/video7.npz')
    assert found.embeddings.sum(axis=1) == pytest.approx(1, abs=1e-5)
    steps = len(np.load(trained / 'features/video7.npy'))
    assert found.embeddings.shape == (steps, 4)
    assert np.ptp(found.embeddings, axis=0).min() > 1e-4
    # videos that trained the learner are known: boundaries are clearer there
    assert found.provenance.training_videos == tuple(
        f'video{each}' for each in range(6))


def test_features_beside_those_that_they_are_made_of(trained, run_tool):
    """tools/extract_features.py with the config of the training."""
    checkpoint = trained / 'work_dirs/bsp/epoch_2.pth'
    run_tool('extract_features.py', trained / 'bsp.py', checkpoint,
                 '--out', trained / 'features_bsp', '--work-dir',
                 trained / 'work_dirs/extract')
    learner = MODELS.build(dict(type='BoundaryLearner', encoder=ENCODER,
                                heads=HEADS)).eval()
    learner.load_state_dict(weights(checkpoint))
    for name in ('video0', 'video7'):  # of training, and of validation
        found = read_embeddings(trained / f'features_bsp/{name}.npz')
        rows = torch.from_numpy(np.load(trained / f'features/{name}.npy'))
        assert found.embeddings.shape == (len(rows), 8)
        with torch.no_grad():
            wanted = learner([rows[8:12].T]).mean(2)[0]
        assert found.embeddings[10] == pytest.approx(wanted.numpy(), abs=1e-5)
        assert found.provenance.training_videos == tuple(
            f'video{each}' for each in range(6))


def test_a_host_reads_the_probabilities(trained):
    """Beside the strengths of BAPG's change points."""
    for path in sorted((trained / 'features').glob('*.npy')):
        number = len(np.load(path))
        write_embeddings(
            trained / f'probabilities/{path.stem}.npz', Embeddings(
                np.full((number, 4), 0.25), (np.arange(number) + 0.5) *
                INTERVAL, Provenance(INTERVAL, 'tiny', 'untrained')))
    neck = dict(type='BoundaryFusionNeck', hidden_channels=8)
    runner = runs.build(tiny.bapg_config(trained, neck=neck, epochs=1), **{
        'bapg.clustering.type': 'ProbableBoundaryClustering',
        'bapg.clustering.probabilities': str(trained / 'probabilities')})
    runner.train()
    strengths = runner.model.neck.strength_proj.weight.shape[1]
    plain = runs.build(tiny.bapg_config(trained, 'plain.py', neck=neck))
    assert strengths == plain.model.neck.strength_proj.weight.shape[1] + 3


def test_stage_one_begins_with_the_encoder(trained):
    cfg = Config.fromfile(tiny.encoder_config(trained))
    checkpoint = trained / 'work_dirs/bsp/epoch_2.pth'
    cfg.model.backbone = dict(ENCODER, init_cfg=dict(
        type='Pretrained', checkpoint=str(checkpoint), prefix='encoder.'))
    for loader in (cfg.train_dataloader, cfg.test_dataloader):
        loader.dataset.context = 1
    cfg.dump(str(trained / 'stage1.py'))
    runner = runs.build(trained / 'stage1.py',
                        **{'optim_wrapper.optimizer.lr': 0.0,
                           'train_cfg.max_epochs': 1})
    runner.train()
    stored = weights(checkpoint)
    for name, value in runner.model.backbone.named_parameters():
        assert torch.equal(value, stored[f'encoder.{name}'])
