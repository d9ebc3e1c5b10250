"""Plug-and-play: the fusion neck before training is not there."""
import copy
from functools import partial

import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.runner import load_checkpoint
from mmengine.structures import InstanceData

from mmbapg.errors import SettingError
from mmbapg.models.layers import pad_sequences
from mmbapg.models.necks.boundary_fusion import BoundaryFusionNeck
from mmbapg.models.necks.evidence_fusion import EvidenceFusionNeck
from mmbapg.models.necks.proposal_fusion import (
    ProposalFusionNeck,
    region_membership,
)
from tests import runs, tiny
from tests.hosts import ANCHOR_FREE_HOSTS, config_for


def regions(steps, segmentation):
    return InstanceData(metainfo=dict(num_segmentations=max(segmentation) + 1),
                        steps=torch.tensor(steps, dtype=torch.float32),
                        segmentation=torch.tensor(segmentation))


ONE_CUT = regions([[-float('inf'), 3.0], [3.0, float('inf')]], [0, 0])
BOUNDARY = dict(type='BoundaryFusionNeck', num_strengths=8)
EVIDENCE = dict(type='EvidenceFusionNeck', num_strengths=8, class_channels=3)
PROPOSAL = dict(type='ProposalFusionNeck', num_segmentations=4)
TINY_EVIDENCE = dict(hidden_channels=8)
TINY_BOUNDARY = dict(_delete_=True, type='BoundaryFusionNeck',
                     hidden_channels=8)
TINY_PROPOSAL = dict(_delete_=True, type='ProposalFusionNeck',
                     hidden_channels=8)


def video(cut=ONE_CUT, length=0):
    """A data sample as the necks read it."""
    sample = ActionDataSample()
    sample.regions = cut
    sample.boundary_strength = torch.rand(8, length)
    sample.class_evidence = torch.rand(3, length)
    return sample


@pytest.mark.parametrize('neck', [TINY_EVIDENCE, TINY_BOUNDARY,
                                  TINY_PROPOSAL])
def test_host_weights_give_bit_identical_output(folder, neck):
    """After loading a host's checkpoint into the host with BAPG."""
    host = runs.build(tiny.localizer_config(folder, epochs=1))
    host.train()
    checkpoint = folder / 'work_dirs/tiny/epoch_1.pth'
    with_bapg = runs.build(tiny.bapg_config(folder, neck=neck))
    load_checkpoint(host.model, str(checkpoint))
    load_checkpoint(with_bapg.model, str(checkpoint))
    host.model.eval()
    with_bapg.model.eval()
    batches = zip(host.test_dataloader, with_bapg.test_dataloader)
    compared = 0
    with torch.no_grad():
        for plain, fused in batches:
            raw = [model(**model.data_preprocessor(batch), mode='tensor')
                   for model, batch in ((host.model, plain),
                                        (with_bapg.model, fused))]
            for ours, theirs in zip(*raw):
                assert all(torch.equal(a, b) for a, b in zip(ours, theirs))
            found = [model.test_step(copy.deepcopy(batch))[0].pred_instances
                     for model, batch in ((host.model, plain),
                                          (with_bapg.model, fused))]
            assert len(found[0]) > 0
            for field in ('segments', 'scores', 'labels'):
                assert torch.equal(found[0][field], found[1][field])
            compared += 1
    assert compared == 3


@pytest.mark.parametrize('name,neck', [
    *((name, EVIDENCE) for name in ANCHOR_FREE_HOSTS),
    ('ActionFormer', BOUNDARY), ('ActionFormer', PROPOSAL)])
def test_thumos_host_is_bit_identical_too(name, neck):
    """At full size; for TadTR see test_tadtr_bapg.py."""
    cfg = Config.fromfile(config_for(name, 'thumos14-i3d')).model
    torch.manual_seed(0)
    host = MODELS.build(cfg).eval()
    fused = MODELS.build(dict(
        type='BAPG', localizer=cfg,
        neck=dict(neck, in_channels=2048))).eval()
    fused.load_state_dict({**fused.state_dict(),
                           **{f'localizer.{key}': value for key, value in
                              host.state_dict().items()}})
    sample = video(length=200)
    features = torch.randn(2048, 200)
    with torch.no_grad():
        for ours, theirs in zip(host([features]), fused([features], [sample])):
            assert all(torch.equal(a, b) for a, b in zip(ours, theirs))


@pytest.mark.parametrize('neck,layer', [(TINY_EVIDENCE, 'evidence_proj'),
                                        (TINY_BOUNDARY, 'strength_proj'),
                                        (TINY_PROPOSAL, 'region_proj')])
def test_training_moves_the_neck(folder, neck, layer):
    runner = runs.build(tiny.bapg_config(folder, epochs=2, neck=neck))
    assert not runner.model.neck.out_proj.weight.any()
    first = runner.model.neck.get_submodule(layer)
    before = first.weight.clone()
    runner.train()
    assert runner.model.neck.out_proj.weight.any()
    assert not torch.equal(first.weight, before)
    assert runner.model.localizer.head.cls_out.weight.requires_grad


def test_region_features_are_means_of_the_regions():
    """The neck's output, by hand."""
    torch.manual_seed(0)
    neck = ProposalFusionNeck(2, 2, hidden_channels=3)
    torch.nn.init.normal_(neck.out_proj.weight)
    x = torch.randn(1, 2, 6)
    mask = torch.tensor([[[1, 1, 1, 1, 1, 0]]], dtype=torch.bool)
    cut = regions([[-float('inf'), 2], [2, float('inf')],
                   [-float('inf'), float('inf')]], [0, 0, 1])
    fused = neck(x, mask, [video(cut)])
    parts = neck.region_proj.weight.view(2, 3, 3)
    narrow = neck.video_proj(x)[0]
    for step in range(5):
        own = narrow[:, :2] if step < 2 else narrow[:, 2:5]
        hidden = (narrow[:, step] + parts[0] @ own.mean(1) +
                  parts[1] @ narrow[:, :5].mean(1))
        hidden = torch.nn.functional.layer_norm(hidden, (3, )).relu()
        expected = x[0, :, step] + neck.out_proj.weight[..., 0] @ hidden
        torch.testing.assert_close(fused[0, :, step], expected)
    assert torch.equal(fused[0, :, 5], x[0, :, 5])


def test_strengths_are_added_through_a_perceptron():
    """The other neck's output, by hand."""
    torch.manual_seed(0)
    neck = BoundaryFusionNeck(4, 8, hidden_channels=3)
    torch.nn.init.normal_(neck.out_proj.weight)
    x, sample = torch.randn(1, 4, 6), video(length=5)
    mask = torch.arange(6)[None, None] < 5
    hidden = (neck.strength_proj.weight[..., 0] @ sample.boundary_strength +
              neck.strength_proj.bias[:, None])
    hidden = torch.nn.functional.layer_norm(hidden.t(), (3, )).relu()
    expected = x[0, :, :5] + neck.out_proj.weight[..., 0] @ hidden.t()
    fused = neck(x, mask, [sample])
    torch.testing.assert_close(fused[0, :, :5], expected)
    assert torch.equal(fused[0, :, 5], x[0, :, 5])


@pytest.mark.parametrize('settings', [BOUNDARY, EVIDENCE, PROPOSAL])
def test_some_videos_are_told_nothing_in_training(settings):
    torch.manual_seed(0)
    neck = MODELS.build(dict(settings, in_channels=6, dropout=0.75))
    torch.nn.init.ones_(neck.out_proj.weight)
    x, mask = torch.randn(400, 6, 5), torch.ones(400, 1, 5, dtype=torch.bool)
    samples = [video(length=5) for _ in x]
    told = (neck(x, mask, samples) != x).flatten(1)
    # a video as a whole, or not at all
    assert torch.equal(told.any(dim=1), told.all(dim=1))
    assert 0.17 < told.all(dim=1).float().mean() < 0.33
    neck.eval()
    everything = neck(x, mask, samples)
    assert (everything != x).all()
    neck.dropout = 0.0
    assert torch.equal(neck.train()(x, mask, samples), everything)


def test_not_all_videos_can_be_told_nothing():
    with pytest.raises(SettingError, match='dropout of EvidenceFusionNeck: '
                       'found 1.0, expected a share of videos'):
        MODELS.build(dict(EVIDENCE, in_channels=6, dropout=1.0))


def test_evidence_is_the_strengths_and_the_classes_and_grows_faster():
    """The default neck's output, by hand."""
    torch.manual_seed(0)
    neck = EvidenceFusionNeck(4, 8, 3, hidden_channels=5, gain=32)
    torch.nn.init.normal_(neck.out_proj.weight)
    x, sample = torch.randn(1, 4, 6), video(length=6)
    evidence = torch.cat([sample.boundary_strength, sample.class_evidence])
    hidden = (neck.evidence_proj.weight[..., 0] @ evidence +
              neck.evidence_proj.bias[:, None])
    hidden = torch.nn.functional.layer_norm(hidden.t(), (5, )).relu()
    expected = x[0] + 32 * neck.out_proj.weight[..., 0] @ hidden.t()
    fused = neck(x, torch.ones(1, 1, 6, dtype=torch.bool), [sample])
    torch.testing.assert_close(fused[0], expected)


@pytest.mark.parametrize('neck_class,width', [
    (ProposalFusionNeck, 1), (BoundaryFusionNeck, 8),
    (partial(EvidenceFusionNeck, class_channels=3), 8)])
def test_padding_and_other_videos_change_nothing(neck_class, width):
    torch.manual_seed(0)
    neck = neck_class(4, width, hidden_channels=3)
    torch.nn.init.normal_(neck.out_proj.weight)
    x = torch.randn(1, 4, 7)
    one = video(length=7)
    alone = neck(x, torch.ones(1, 1, 7, dtype=torch.bool), [one])
    padded = torch.zeros(2, 4, 12)
    padded[0, :, :7] = x[0]
    padded[1] = torch.randn(4, 12)
    mask = torch.ones(2, 1, 12, dtype=torch.bool)
    mask[0, :, 7:] = False
    other = video(regions([[-float('inf'), 5], [5, 8], [8, float('inf')]],
                          [0, 0, 0]), length=12)
    together = neck(padded, mask, [one, other])
    torch.testing.assert_close(together[0, :, :7], alone[0])


def test_a_batch_is_padded_like_its_sequences():
    batch = torch.randn(2, 3, 5)
    for min_length, divisor in ((0, 1), (5, 1), (8, 1), (0, 4)):
        whole = pad_sequences(batch, min_length, divisor)
        single = pad_sequences(list(batch), min_length, divisor)
        assert all(torch.equal(a, b) for a, b in zip(whole, single))


@pytest.mark.parametrize('lengths,whole', [((6, 6), True), ((6, 4), False)])
def test_only_our_hosts_take_whole_batches(lengths, whole, monkeypatch):
    from mmengine.model import BaseModel

    from mmbapg.models.localizers.base import BaseLocalizer
    samples = [video() for _ in lengths]
    inputs = [torch.randn(4, length) for length in lengths]
    for base in (BaseLocalizer, BaseModel):
        host = type('Host', (base, ), dict(
            forward=lambda self, fused, *args, **kwargs: fused))
        monkeypatch.setitem(MODELS._module_dict, 'Host', host)
        model = MODELS.build(dict(
            type='BAPG', localizer=dict(type='Host'),
            neck=dict(type='ProposalFusionNeck', in_channels=4,
                      num_segmentations=1)))
        fused = model(inputs, samples)
        assert isinstance(fused, torch.Tensor) == (
            whole and base is BaseLocalizer)
        assert all(torch.equal(a, b) for a, b in zip(fused, inputs))


def test_half_precision_leaves_the_features_alone():
    neck = ProposalFusionNeck(4, 1)
    x = torch.randn(1, 4, 7)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        fused = neck(x, torch.ones(1, 1, 7, dtype=torch.bool), [video()])
    assert fused.dtype == torch.float32 and torch.equal(fused, x)


def test_every_valid_step_lies_in_one_region_of_each_segmentation():
    mask = torch.ones(1, 1, 9, dtype=torch.bool)
    cuts = regions([[-float('inf'), 2.5], [2.5, float('inf')],
                    [-float('inf'), 6.0], [6.0, float('inf')]], [0, 0, 1, 1])
    member = region_membership([cuts], mask).member
    assert torch.equal(member.sum(dim=2), torch.full((1, 9), 2.0))


def test_too_many_segmentations_are_refused():
    neck = ProposalFusionNeck(4, 1)
    with pytest.raises(ValueError, match='disagree'):
        neck(torch.randn(1, 4, 9), torch.ones(1, 1, 9, dtype=torch.bool),
             [video(regions([[0, 9], [0, 9]], [0, 1]))])
