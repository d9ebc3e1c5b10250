"""G-TAD: what is refused, windows, and the settings of its two branches."""
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config

import mmbapg  # noqa: F401
from mmbapg.datasets.transforms.formatting import sample_of
from mmbapg.ops import TemporalGrid
from tests import hosts


@pytest.mark.parametrize('changes,message', [
    (dict(num_durations=33), 'found num_durations=33, expected 1 to 32'),
    (dict(num_classes=3), 'found num_classes=3, expected 1: proposals are of')
])
def test_heads_that_cannot_be(changes, message):
    cfg = hosts.small_model('GTAD')
    cfg['head'].update(changes)
    with pytest.raises(ValueError, match=message):
        MODELS.build(cfg)


def test_a_sample_that_is_longer_than_a_window():
    model = MODELS.build(hosts.small_model('GTAD'))
    video = ActionDataSample(metainfo=dict(video_name='v'))
    with pytest.raises(ValueError, match='video v: 33 feature steps, expected '
                       'at most window_size=32 in training'):
        model([torch.zeros(8, 33)], [video], mode='loss')


def test_weights_with_another_number_of_outputs():
    model = MODELS.build(hosts.small_model('GTAD'))
    weights = dict(model.state_dict())
    weights['head.map_out.bias'] = torch.zeros(4)
    with pytest.raises(ValueError, match=(
            'has 4 outputs for each proposal .head.map_out.bias., expected '
            '2: proposals are of no class')):
        model.load_state_dict(weights)


def test_proposals_survive_their_way_through_windows():
    """An untrained network, three windows: what windows found is on the grid
    of the video, and nothing is found twice with the same score."""
    torch.manual_seed(0)
    model = MODELS.build(hosts.small_model('GTAD')).eval()
    video = ActionDataSample(metainfo=dict(
        video_name='v', duration=16.0, grid=TemporalGrid.of_interval(0.25)))
    with torch.no_grad():
        model([torch.randn(8, 64)], [video], mode='predict')
    found = video.pred_instances
    assert 0 < len(found) <= 50 and found.segments.max() > 12
    assert len({tuple(row) for row in found.segments.tolist()}) > 40
    steps = found.segments / 0.25
    assert torch.equal(steps, steps.round())


def test_an_instance_that_ends_with_its_video():
    """Half of what its end covers lies in the video, and a label is more
    than a half. Single precision cannot tell."""
    model = MODELS.build(hosts.small_model('GTAD'))
    results = dict(features=np.zeros((32, 8), np.float32),
                   labels=np.zeros(1, int))
    for duration in np.random.default_rng(0).uniform(5, 200, 50):
        video = dict(results, segments=np.array([[duration / 4, duration]]),
                     grid=TemporalGrid.spanning(duration, 32))
        sample = sample_of(video, ['grid'])
        targets = model.head.targets([sample], torch.device('cpu'))
        assert (targets.end[0] > 0.5).nonzero().flatten().tolist() == [31]
        assert targets.iou.dtype == targets.end.dtype == torch.float32


def test_the_setting_of_each_branch():
    """As the table of the facts has it: THUMOS14, then ActivityNet-1.3."""
    for data, window, lr, clip, weights, added in (
            ('thumos14-tsn', (256, 64, 8), 4e-5, 1.0, (1.0, 10.0), 10),
            ('activitynet13-cuhk', (100, 100, 16), 4e-3, None, (10.0, 1.0),
             0)):
        cfg = Config.fromfile(hosts.config_for('GTAD', data))
        head = cfg.model.head
        assert (cfg.model.window_size, head.num_durations,
                cfg.train_dataloader.batch_size) == window
        optim = cfg.optim_wrapper
        assert (optim.optimizer.type, optim.optimizer.lr,
                optim.optimizer.weight_decay) == ('Adam', lr, 1e-4)
        assert (optim.clip_grad and optim.clip_grad.max_norm) == clip
        assert (head.loss_reg.get('loss_weight', 1.0),
                head.loss_cls.loss_weight, head.loss_cls.added) == (
                    *weights, added)
        assert cfg.param_scheduler == dict(
            type='MultiStepLR', milestones=[5], gamma=0.1)
        assert cfg.train_cfg.max_epochs == 10


@pytest.mark.parametrize('data,bins,number', [
    ('thumos14-tsn', (16, 16), 5617540),
    ('activitynet13-cuhk', (32, 4), 5563268),
    # the code for THUMOS14 with the options for ActivityNet
    ('activitynet13-cuhk', (16, 16), 5038980)])
def test_size(data, bins, number):
    """As measured on the reference implementation."""
    cfg = Config.fromfile(hosts.config_for('GTAD', data)).model
    cfg.head.bins, cfg.head.context_bins = bins
    with torch.device('meta'):
        model = MODELS.build(cfg)
    assert sum(each.numel() for each in model.parameters()) == number
