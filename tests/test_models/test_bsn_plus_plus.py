"""BSN++, part by part, beside the paper's formulas."""
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from torch import nn

import mmbapg  # noqa: F401
from mmbapg.models.heads.boundary_generator import (
    Boundaries,
    ComplementaryBoundaryGenerator,
)
from mmbapg.models.heads.proposal_relation import ProposalRelationBlock
from mmbapg.models.layers.nested_unet import NestedUNet
from mmbapg.models.task_modules.map_targets import MapTargets
from mmbapg.ops import valid_cells
from tests import hosts
from tests.module_cases import sample


def set_node(unet, name, *factors):
    """A node that adds up its inputs, times factors, of one channel each."""
    conv, norm, _ = unet.nodes[name]
    norm.eps = 0.0  # running mean and variance are 0 and 1
    with torch.no_grad():
        conv.weight.zero_()
        conv.weight[0, :, 1] = torch.tensor(factors)
        conv.bias.zero_()


def test_nested_unet_by_hand():
    """One channel: what each node reads, in which order."""
    unet = NestedUNet(1, 1).eval()
    for name, factors in dict(x00=[1.0], x10=[1.0], x20=[1.0],
                              x01=[1.0, 10.0], x11=[1.0, 10.0],
                              x02=[1.0, 10.0, 100.0]).items():
        set_node(unet, name, *factors)
    # pooled: 2 4, and then 4; the row below comes last, upsampled
    x00, x01, x02 = unet(torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]))
    assert x00.tolist() == [[[1, 2, 3, 4]]]
    assert x01.tolist() == [[[21, 22, 43, 44]]]
    x11 = [2 + 40, 4 + 40]
    assert x02.tolist() == [[[
        x + 10 * y + 100 * z for x, y, z in zip(
            (1, 2, 3, 4), (21, 22, 43, 44), np.repeat(x11, 2).tolist())]]]


def test_a_node_is_convolution_normalization_and_relu():
    conv, norm, act = NestedUNet(3, 5).nodes['x02']
    assert (conv.in_channels, conv.out_channels, conv.kernel_size,
            conv.padding) == (15, 5, (3, ), (1, ))
    assert isinstance(norm, nn.BatchNorm1d) and isinstance(act, nn.ReLU)


@pytest.mark.parametrize('steps', [30, 33])
def test_steps_that_cannot_be_halved_twice(steps):
    message = (rf'found sequences of {steps} steps \(window_size\), expected '
               'a multiple of 4')
    with pytest.raises(ValueError, match=message):
        NestedUNet(1, 1)(torch.zeros(1, 1, steps))
    with pytest.raises(ValueError, match=message):
        MODELS.build(hosts.small_model('BSNPlusPlus', steps=steps))


def generator(**settings):
    torch.manual_seed(0)
    made = ComplementaryBoundaryGenerator(6, 8, **settings).eval()
    for module in made.modules():
        if isinstance(module, nn.BatchNorm1d):
            nn.init.normal_(module.running_mean)
    return made


@torch.no_grad()
def test_both_directions():
    """Eq. 1; and a reversed sequence has its starts where ends were."""
    boundaries, x = generator(), torch.randn(2, 6, 16)
    start, end = boundaries.both_ways(x)
    forward, reverse = boundaries(x), boundaries(x.flip(2))
    torch.testing.assert_close(
        start, (forward.start * reverse.end.flip(1)).sqrt())
    torch.testing.assert_close(
        end, (forward.end * reverse.start.flip(1)).sqrt())
    start_of_reversed, end_of_reversed = boundaries.both_ways(x.flip(2))
    torch.testing.assert_close(start_of_reversed.flip(1), end)
    torch.testing.assert_close(end_of_reversed.flip(1), start)
    assert not torch.allclose(start, end)
    backward = boundaries.backward_pass(x)
    torch.testing.assert_close(backward.features.flip(2), reverse.features)
    torch.testing.assert_close(backward.supervised[0, :, 0], torch.stack([
        layer[:, 1] for layer in reverse.supervised])[0].flip(1))


@torch.no_grad()
@pytest.mark.parametrize('settings,layers', [
    (dict(), 2), (dict(supervise_input=True), 3), (dict(form='last'), 2),
    (dict(form='joined'), 1)])
def test_deep_supervision(settings, layers):
    boundaries, x = generator(**settings), torch.randn(2, 6, 16)
    nodes = boundaries.network(x)
    sources = dict(joined=[torch.cat(nodes, dim=1)]).get(
        settings.get('form'), nodes[3 - layers:])
    expected = [out(source).sigmoid()
                for out, source in zip(boundaries.outs, sources)]
    found = boundaries(x)
    assert len(found.supervised) == layers
    torch.testing.assert_close(found.supervised, torch.stack(expected))
    counts = (torch.stack(expected).mean(dim=0)
              if settings.get('form', 'mean') == 'mean' else expected[-1])
    torch.testing.assert_close(found.start, counts[:, 0])
    torch.testing.assert_close(found.end, counts[:, 1])


def test_an_unknown_form():
    with pytest.raises(ValueError, match="form is 'sum', expected one of mea"):
        ComplementaryBoundaryGenerator(4, 4, form='sum')


@torch.no_grad()
def test_three_maps_are_fused_by_their_mean():
    torch.manual_seed(0)
    block = ProposalRelationBlock(
        6, 8, 4, sequence_channels=5, num_samples=4, map_channels=7,
        channels=3)
    x, valid = torch.randn(2, 6, 8), valid_cells(4, 8)
    features = block.map_in(block.sequence(x))
    assert features.shape == (2, 3, 4, 8)
    by_position, by_channel = (branch(attend(features, valid)) for
                               branch, attend in zip(block.branches, (
                                   block.position, block.channel)))
    maps = [out(each).sigmoid() for out, each in zip(block.outs, (
        by_position, by_channel, block.joined(by_position + by_channel)))]
    torch.testing.assert_close(block(x, valid), sum(maps) / 3)
    for one in ('position', 'channel'):
        single = ProposalRelationBlock(6, 8, 4, map_channels=7, channels=3,
                                       channel_mean=False, relations=[one])
        assert [name for name, _ in single.named_parameters()
                if 'gate' in name] == [f'{one}.gate']
        assert single(x, valid).shape == (2, 2, 4, 8)
    alone = ProposalRelationBlock(6, 8, 4, map_channels=7, channels=None,
                                  relations=[])
    assert alone(x, valid).shape == (2, 2, 4, 8)
    assert alone.branches[0][0].in_channels == 7
    assert not any('gate' in name for name, _ in alone.named_parameters())


def head_of(**changes):
    torch.manual_seed(0)
    cfg = hosts.small_model('BSNPlusPlus')
    cfg['head'].update(changes)
    return MODELS.build(cfg).head.eval()


def test_losses_by_hand():
    """Eq. 5 to 7: boundaries once, both maps ten times, on what is drawn."""
    head = head_of()
    x, samples = torch.randn(2, 16, hosts.STEPS), [sample(), sample()]
    outputs = head(x)
    targets = head.targets(samples, x.device)
    torch.manual_seed(3)
    losses = head.losses(outputs, targets)
    torch.manual_seed(3)
    chosen = head.sampler(targets.iou, head.valid(x.device))
    assert losses.keys() == {'loss_boundary', 'loss_reg', 'loss_cls'}
    boundary = [head.boundary_loss(
        outputs._replace(start=layer[:, 0], end=layer[:, 1]), targets).item()
        for layer in outputs.forward.supervised]
    assert losses['loss_boundary'].item() == pytest.approx(
        sum(boundary) / len(boundary))
    error = (outputs.maps[:, 0] - targets.iou)[chosen].abs()
    assert losses['loss_reg'].item() == pytest.approx(
        10 * (0.5 * error.square()).mean().item(), rel=1e-5)
    score, iou = outputs.maps[:, 1][chosen], targets.iou[chosen]
    assert losses['loss_cls'].item() == pytest.approx(-5 * (
        (score[iou > 0.7] + 1e-6).log().mean() +
        (1 - score[iou <= 0.3] + 1e-6).log().mean()).item(), rel=1e-5)


def test_the_backward_direction_can_be_trained():
    """Against labels in the order of time, and with like features."""
    head = head_of(train_backward=True, consistency_weight=2.0)
    x, samples = torch.randn(2, 16, hosts.STEPS), [sample(), sample()]
    outputs = head(x)
    losses = head.loss(outputs, samples)
    targets = head.targets(samples, x.device)
    other = head.generator.backward_pass(x)
    assert losses['loss_backward'].item() == pytest.approx(
        head.supervised_loss(other, targets).item(), rel=1e-5)
    assert losses['loss_consistency'].item() == pytest.approx(2 * (
        outputs.forward.features - other.features).square().mean().item(),
        rel=1e-5)
    # a perfect backward pass is told so
    perfect = torch.stack([targets.start, targets.end], dim=1)[None]
    ideal = Boundaries(*perfect[0].unbind(1), perfect, x)
    assert head.supervised_loss(ideal, MapTargets(*targets)).item() < 1e-4


@torch.no_grad()
def test_training_reads_forward_and_testing_both_ways():
    head, x = head_of(), torch.randn(2, 16, hosts.STEPS)
    trained, tested = head(x), head.infer(x)
    torch.testing.assert_close(trained.maps, tested.maps)
    assert not torch.allclose(trained.start, tested.start)
    ablated = head_of(read_backward=False).infer(x)
    torch.testing.assert_close(ablated.start, trained.start)


@torch.no_grad()
def test_score_of_equation_8():
    head = head_of()
    maps, start, end = (torch.rand(*shape) for shape in (
        (2, 16, hosts.STEPS), (hosts.STEPS, ), (hosts.STEPS, )))
    segments, scores = head.decoder(maps, start, end)
    place = (segments == torch.tensor([5, 9])).all(dim=1).nonzero()
    assert scores[place].item() == pytest.approx(float(
        start[5] * end[9] * (maps[0, 3, 5] * maps[1, 3, 5]).sqrt()))


def test_the_papers_numbers():
    cfg = Config.fromfile(hosts.config_for(
        'BSNPlusPlus', 'activitynet13-cuhk'))
    model, optim = cfg.model, cfg.optim_wrapper.optimizer
    assert (model.window_size, model.head.num_durations,
            cfg.train_dataloader.batch_size) == (100, 100, 16)
    assert (optim.type, optim.lr, optim.weight_decay) == ('Adam', 1e-3, 1e-4)
    assert (cfg.train_cfg.max_epochs, cfg.param_scheduler.milestones,
            cfg.param_scheduler.gamma) == (10, [7], 0.1)
    assert (model.head.loss_reg.loss_weight,
            model.head.loss_cls.loss_weight) == (10, 10)
    assert (model.backbone.channels, model.head.boundaries.channels) == (
        256, 512)
    relation = model.head.relation
    assert (relation.sequence_channels, relation.num_samples,
            relation.map_channels) == (128, 32, 512)
    sampling = model.head.sampler
    assert (sampling.limit, sampling.edges) == (0.15, (0.3, 0.7))
