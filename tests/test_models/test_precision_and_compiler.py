"""Mixed precision and the compiler change the speed of hosts, not results.

MMEngine switches them on: ``--amp`` of tools/train.py (on a GPU) and
``compile = True`` in a config.
"""
import copy

import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.structures import InstanceData
from torch.utils._pytree import tree_leaves

from mmbapg.engine import add_bapg
from mmbapg.models.heads.anchor_free_head import HeadOutputs
from mmbapg.models.heads.trident_head import TridentOutputs
from mmbapg.ops import TemporalGrid
from tests.hosts import HOSTS, config_for

STEPS = 128


@pytest.fixture(scope='module', params=HOSTS)
def model(request):
    """A host with BAPG for the features of FIR."""
    init_default_scope('mmaction')
    cfg = add_bapg(Config.fromfile(config_for(
        request.param, 'fir-efficientnetlite0', '_bapg')))
    host = cfg.model.localizer
    host['max_seq_len' if 'max_seq_len' in host else 'window_size'] = STEPS
    cfg.model.neck.dropout = 0  # the neck takes part in each video
    torch.manual_seed(0)
    built = MODELS.build(cfg.model)
    torch.nn.init.normal_(built.neck.out_proj.weight,
                          std=0.05 / built.neck.gain)
    return built


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(1)
    inputs, samples = [], []
    for length in (STEPS, STEPS - 20):
        sample = ActionDataSample(metainfo=dict(
            grid=TemporalGrid.of_interval(0.25), video_name='v',
            duration=length * 0.25))
        starts = torch.arange(5) * 5.0
        sample.gt_instances = InstanceData(
            segments=torch.stack([starts, starts + 3], dim=1),
            labels=torch.zeros(5, dtype=torch.int64))
        sample.boundary_strength = torch.rand(8, length, generator=generator)
        sample.class_evidence = torch.rand(5, length, generator=generator)
        inputs.append(torch.randn(1280, length, generator=generator))
        samples.append(sample)
    return inputs, samples


def outputs(model, batch):
    model.eval()
    with torch.no_grad():
        found = model(*batch, mode='tensor')
    return [each.float() for each in tree_leaves(found)
            if each.is_floating_point()]


def loss_of(model, batch):
    model.train()
    model.zero_grad()
    torch.manual_seed(0)  # of dropout
    loss, _ = model.parse_losses(model(*batch, mode='loss'))
    return loss


def gradient_norm(model, loss):
    loss.float().backward()
    return torch.cat([each.grad.flatten() for each in model.parameters()
                      if each.grad is not None]).norm()


def test_half_precision_gives_the_same_but_for_rounding(model, batch):
    half = copy.deepcopy(model)  # a loss moves its normalizer
    expected = outputs(model, batch)
    loss = loss_of(model, batch)
    norm = gradient_norm(model, loss)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        found = outputs(half, batch)
        half_loss = loss_of(half, batch)
    half_norm = gradient_norm(half, half_loss)
    limit = HOSTS[type(model.localizer).__name__].rounding
    for ours, theirs in zip(found, expected):
        assert (ours - theirs).norm() < limit * theirs.norm()
    assert half_loss.item() == pytest.approx(loss.item(), rel=0.03)
    assert half_norm.item() == pytest.approx(norm.item(), rel=0.15)


def test_compiled_it_gives_the_same(model, batch):
    expected = outputs(model, batch)
    torch._dynamo.reset()
    compiled = torch.compile(model, backend='aot_eager')
    for ours, theirs in zip(outputs(compiled, batch), expected):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


@pytest.fixture
def half():
    """Numbers of 8 bits, and mixed precision."""
    generator = torch.Generator().manual_seed(0)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        yield lambda *shape: torch.randn(
            *shape, generator=generator).bfloat16()


def test_tridents_distances_are_precise(half):
    head = MODELS.build(dict(
        type='TridentHead', num_classes=2, in_channels=4, channels=4,
        num_bins=16, point_generator=dict(
            type='PointGenerator', regression_ranges=[(0, 10000)])))
    step = torch.arange(9)
    outputs = TridentOutputs(*([half(1, 9, width)] for width in (
        2, 34, 2, 2)))
    found = head._distances_at(outputs, 0, 0, step, step % 2)
    precise = TridentOutputs(*([each.float() for each in part]
                               for part in outputs))
    with torch.autocast('cpu', enabled=False):
        expected = head._distances_at(precise, 0, 0, step, step % 2)
    assert found.dtype == torch.float32
    # the logits are sums of 8 bits, nothing after them is
    torch.testing.assert_close(found, expected, rtol=0.01, atol=0.01)
    assert len((16 - found).unique()) == 18  # no steps of 1 / 16


LOSSES = dict(
    SigmoidFocalLoss=lambda half: (half(9, 3), half(9, 3).sigmoid().round()),
    SegmentDIoULoss=lambda half: (half(9, 2).abs(), half(9, 2).abs()),
    SegmentL1Loss=lambda half: (half(9, 2), half(9, 2)),
    SegmentIoULoss=lambda half: (half(9, 2).abs(), half(9, 2).abs()))


@pytest.mark.parametrize('name', LOSSES)
def test_losses_of_halves_are_precise(half, name):
    loss = MODELS.build(dict(type=name))
    inputs = LOSSES[name](half)
    found = loss(*inputs)
    with torch.autocast('cpu', enabled=False):
        expected = loss(*(each.float() for each in inputs))
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-6)


def test_similarities_of_halves_are_precise(half):
    head = MODELS.build(dict(type='PairContrastiveHead'))
    samples = [ActionDataSample(metainfo=dict(instances=[0], negative_of=[]))
               for _ in range(6)]
    embeddings = half(6, 4)
    found = head.loss(embeddings, samples)
    with torch.autocast('cpu', enabled=False):
        expected = head.loss(embeddings.float(), samples)
    for name, value in found.items():
        assert value.dtype == torch.float32
        torch.testing.assert_close(value, expected[name])


def test_scores_of_halves_tell_candidates_apart(half):
    head = MODELS.build(dict(
        type='AnchorFreeHead', num_classes=1, in_channels=4, channels=4,
        point_generator=dict(type='PointGenerator',
                             regression_ranges=[(0, 10000)])))
    logits = torch.linspace(5, 6, 33).bfloat16()  # steps of 1 / 32
    assert len(logits.unique()) == 33 > len(logits.sigmoid().unique())
    outputs = HeadOutputs([logits[None, :, None]], [torch.ones(1, 33, 2)])
    mask = torch.ones(1, 1, 33, dtype=torch.bool)
    found, = head.candidates(outputs, [mask])[0]
    assert len(found.scores.unique()) == 33
