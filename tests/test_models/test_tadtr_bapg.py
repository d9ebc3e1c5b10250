"""Plug-and-play, for TadTR: training in windows, testing on videos."""
import copy

import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.runner import load_checkpoint

from mmbapg.engine import add_bapg
from tests import runs, tiny, tiny_tadtr


@pytest.fixture
def checkpoint(folder):
    runs.build(tiny_tadtr.config(folder, epochs=1)).train()
    return folder / 'work_dirs/tiny_tadtr/epoch_1.pth'


@torch.no_grad()
def test_host_weights_give_bit_identical_output(folder, checkpoint):
    """Raw outputs and detections, of windows and of whole videos."""
    host = runs.build(tiny_tadtr.config(folder))
    fused = runs.build(tiny_tadtr.bapg_config(folder))
    for runner in (host, fused):
        load_checkpoint(runner.model, str(checkpoint))
        runner.model.eval()
    assert type(fused.model).__name__ == 'BAPG'
    assert fused.model.neck.out_proj.out_channels == tiny.CHANNELS
    compared = 0
    for plain, other in zip(host.test_dataloader, fused.test_dataloader):
        raw = [model(**model.data_preprocessor(copy.deepcopy(batch)),
                     mode='tensor')
               for model, batch in ((host.model, plain), (fused.model, other))]
        assert all(map(torch.equal, *raw))
        found = [model.test_step(batch)[0].pred_instances
                 for model, batch in ((host.model, plain),
                                      (fused.model, other))]
        assert len(found[0]) > 0
        for field in ('segments', 'scores', 'labels'):
            assert torch.equal(found[0][field], found[1][field])
        compared += 1
    assert compared == 3


@torch.no_grad()
def test_thumos_host_is_bit_identical_too():
    cfg = Config.fromfile(
        tiny.CONFIGS / 'tadtr/tadtr_bapg_1xb16-16e_thumos14-i3d.py')
    host = MODELS.build(cfg.model).eval()
    fused = MODELS.build(add_bapg(cfg).model).eval()
    assert fused.neck.out_proj.out_channels == 2048
    missing, surplus = fused.load_state_dict(host.state_dict(), strict=False)
    assert {name.split('.')[0] for name in missing} == {'neck'}
    assert not surplus
    sample = ActionDataSample()
    sample.boundary_strength = torch.rand(8, 200)
    sample.class_evidence = torch.rand(21, 200)
    features = torch.randn(2048, 200)
    assert all(map(torch.equal, host([features]),
                   fused([features], [sample])))


def test_training_moves_neck_and_host(folder):
    runner = runs.build(tiny_tadtr.bapg_config(folder, epochs=2))
    assert not runner.model.neck.out_proj.weight.any()
    before = runner.model.localizer.encoder.layers[0].ffn[0].weight.clone()
    runner.train()
    assert runner.model.neck.out_proj.weight.any()
    after = runner.model.localizer.encoder.layers[0].ffn[0].weight
    assert not torch.equal(before, after)
    losses = [row['loss'] for row in runs.scalars(
        folder / 'work_dirs/tiny_tadtr_bapg') if 'loss' in row]
    assert sum(losses[-5:]) < sum(losses[:5])
