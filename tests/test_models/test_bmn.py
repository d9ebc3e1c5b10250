"""BMN in windows is MMAction2's BMN: numbers of both beside each other."""
import pytest
import torch
from mmaction.models.losses import BMNLoss
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData

import mmbapg  # noqa: F401
from mmbapg.ops import TemporalGrid
from tests import hosts

STEPS = 16
#: Frames of a step are those of MMAction2's own features.
SECONDS, FRAMES = 8.0, 16 * STEPS
SETTINGS = dict(
    type='BMN', temporal_dim=STEPS, boundary_ratio=0.5, num_samples=4,
    num_samples_per_bin=3, feat_dim=hosts.WIDTH, soft_nms_alpha=0.4,
    soft_nms_low_threshold=0.5, soft_nms_high_threshold=0.9,
    post_process_top_k=100, hidden_dim_1d=8, hidden_dim_2d=8,
    hidden_dim_3d=16)


@pytest.fixture
def pair():
    """MMAction2's BMN and ours, with its weights."""
    torch.manual_seed(0)
    theirs = MODELS.build(SETTINGS)
    cfg = hosts.small_model('WindowedBMN', steps=STEPS)
    ours = MODELS.build(cfg)
    weights = {f'head.network.{name}': value
               for name, value in theirs.state_dict().items()}
    assert weights['head.network.x_3d_p.0.weight'].dim() == 5
    assert 'head.network.sample_mask' in weights
    ours.load_state_dict(weights)  # all keys fit, none is missing
    return theirs, ours


def sample(shares):
    """Of a video that is one window."""
    shares = torch.tensor(shares)
    made = ActionDataSample(metainfo=dict(
        video_name='v', duration=SECONDS, duration_second=SECONDS,
        duration_frame=FRAMES,
        grid=TemporalGrid.spanning(SECONDS, STEPS)))
    made.gt_instances = InstanceData(
        segments=shares * SECONDS, gt_bbox=shares,
        labels=torch.zeros(len(shares), dtype=torch.int64))
    return made


SAMPLES = [[[0.11, 0.52], [0.6, 0.77]], [[0.0, 0.34], [0.43, 1.0]]]


def test_outputs_and_gradients(pair):
    x = torch.randn(2, hosts.WIDTH, STEPS)
    theirs, ours = (model(list(x), mode='tensor', data_samples=None)
                    for model in pair)
    for own, other in zip(ours, theirs):
        torch.testing.assert_close(own, other, rtol=1e-5, atol=1e-5)
    for outputs in (theirs, ours):
        sum(each.square().sum() for each in outputs).backward()
    found = dict(pair[1].named_parameters())
    for name, parameter in pair[0].named_parameters():
        if parameter.requires_grad:
            own = found[f'head.network.{name}'].grad
            torch.testing.assert_close(own.view_as(parameter), parameter.grad,
                                       rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('shares', [SAMPLES, SAMPLES[:1] * 2])
def test_targets_and_losses(pair, shares):
    theirs, ours = pair
    samples = [sample(each) for each in shares]
    x = list(torch.randn(2, hosts.WIDTH, STEPS))
    expected = theirs.generate_labels(
        [each.gt_instances.gt_bbox for each in samples])
    found = ours.head.targets(samples, x[0].device)
    torch.testing.assert_close(found.iou, expected[0] * theirs.bm_mask,
                               rtol=1e-5, atol=1e-6)
    for own, other in zip(found[1:], expected[1:]):
        torch.testing.assert_close(own, other, rtol=1e-5, atol=1e-5)
    losses = []
    for model in pair:
        torch.manual_seed(3)
        losses.append(sum(model(x, samples, mode='loss').values()).item())
    assert losses[1] == pytest.approx(losses[0], rel=1e-5)


@torch.no_grad()
def test_proposals(pair):
    """Soft-NMS included, which spares more around long proposals."""
    x = [3 * torch.randn(hosts.WIDTH, STEPS)]
    theirs, = pair[0](x, [sample(SAMPLES[0])], mode='predict')
    ours, = pair[1](x, [sample(SAMPLES[0])], mode='predict')
    rows = theirs['proposal_list']
    found = ours.pred_instances
    order = found.scores.sort(descending=True, stable=True).indices
    assert len(found) == len(rows) > 10
    assert found.scores[order].tolist() == pytest.approx(
        [row['score'] for row in rows], rel=1e-4)
    torch.testing.assert_close(
        found.segments[order],
        torch.tensor([row['segment'] for row in rows]).float())


@torch.no_grad()
def test_fewer_durations():
    """D rows of T: what two convolutions see of the rows below is all that
    differs."""
    cfg = hosts.small_model('WindowedBMN', steps=STEPS)
    longest = MODELS.build(cfg)
    cfg['head']['num_durations'] = 8
    shorter = MODELS.build(cfg)
    shorter.load_state_dict(longest.state_dict())
    x = torch.randn(2, hosts.WIDTH, STEPS)
    found, others = (model(list(x), mode='tensor', data_samples=None)
                     for model in (shorter, longest))
    assert found.maps.shape == (2, 2, 8, STEPS)
    torch.testing.assert_close(found.maps[:, :, :6], others.maps[:, :, :6])
    torch.testing.assert_close(found.start, others.start)
    segments = shorter(list(x), [sample(each) for each in SAMPLES],
                       mode='predict')[0].pred_instances.segments
    assert len(segments)
    assert (segments[:, 1] - segments[:, 0]).max() <= SECONDS / 2 + 1e-4


@torch.no_grad()
def test_channels_that_are_no_multiple_of_four():
    model = MODELS.build(hosts.small_model('WindowedBMN', in_channels=6))
    x = torch.randn(1, 6, 32)
    found = model(x, mode='tensor')
    filled = torch.cat([x, torch.zeros(1, 2, 32)], dim=1)
    for own, other in zip(found, model.head.network._forward(filled)):
        torch.testing.assert_close(own, other)


@pytest.mark.parametrize('positives', [0, 1, 4, 30])
def test_weights_of_positives_are_limited(positives):
    """Within 1.05 and 21, as in MMAction2."""
    torch.manual_seed(0)
    scores, targets = torch.rand(30), torch.zeros(30)
    targets[:positives] = 1.0
    loss = MODELS.build(dict(type='LimitedBCELoss', threshold=0.9))
    expected = BMNLoss.pem_cls_loss(scores, targets, torch.ones(30))
    assert loss(scores, targets).item() == pytest.approx(
        expected.item(), rel=1e-5)
    some = torch.arange(30) % 2 == 0
    expected = BMNLoss.pem_cls_loss(scores, targets * some, some.float())
    assert loss(scores, targets, some).item() == pytest.approx(
        expected.item(), rel=1e-5)
