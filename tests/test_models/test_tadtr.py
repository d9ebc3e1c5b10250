"""What the golden numbers do not show."""
import math

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.structures import InstanceData

from mmbapg.apis.localizer_check import draw_weights
from mmbapg.engine import add_bapg
from mmbapg.models.task_modules.hungarian_assigner import HungarianAssigner
from mmbapg.ops import TemporalGrid, segment_iou, to_start_end
from tests import runs, tiny, tiny_tadtr
from tests.tiny_tadtr import WINDOW


def build(folder, **options):
    torch.manual_seed(0)
    cfg = Config.fromfile(tiny_tadtr.config(folder)).model
    return draw_weights(MODELS.build(dict(cfg, **options))).eval()


@pytest.fixture
def model(folder):
    return build(folder)


@pytest.fixture
def whole_video_model(folder):
    return build(folder, window_size=None)


def video(length, seed=0):
    return torch.randn(tiny.CHANNELS, length,
                       generator=torch.Generator().manual_seed(seed))


def sample(segments, labels, interval=0.25, name='v'):
    """Instances in seconds."""
    sample = ActionDataSample(metainfo=dict(
        video_name=name, duration=1000.0,
        grid=TemporalGrid.of_interval(interval)))
    sample.gt_instances = InstanceData(
        segments=torch.tensor(segments, dtype=torch.float64).view(-1, 2),
        labels=torch.tensor(labels, dtype=torch.int64))
    return sample


def assert_same(found, expected):
    for ours, theirs in zip(found, expected):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=2e-5)


def test_the_size_of_the_thumos_model():
    cfg = Config.fromfile(
        tiny.CONFIGS / 'tadtr/tadtr_1xb16-16e_thumos14-i3d.py')
    model = MODELS.build(cfg.model)
    assert sum(p.numel() for p in model.parameters()) == 8661594
    assert len(model.state_dict()) == 198


def test_how_it_starts():
    cfg = Config.fromfile(
        tiny.CONFIGS / 'tadtr/tadtr_1xb16-16e_thumos14-i3d.py')
    model = MODELS.build(cfg.model).eval()
    offsets = model.encoder.layers[0].self_attn.sampling_offsets
    assert not offsets.weight.any()
    np.testing.assert_allclose(
        offsets.bias.detach().view(8, 4),
        np.outer([1, 0, -1, 0, 1, 0, -1, 0], [1, 2, 3, 4]), atol=1e-5)
    with torch.no_grad():
        outputs = model([torch.randn(2048, 50)])
    assert outputs.logits.sigmoid().median() == pytest.approx(0.01, rel=0.5)
    # no refinement yet: all layers agree, and the width is that of -2
    assert_same(outputs.segments[1:], outputs.segments[:1].expand(3, -1, -1,
                                                                  -1))
    width = 1 / (1 + math.exp(2))
    np.testing.assert_allclose(outputs.segments[0, ..., 1], width, rtol=1e-5)


@torch.no_grad()
def test_raw_outputs_are_those_of_every_window(model):
    videos = [video(75), video(WINDOW, 1), video(9, 2)]
    outputs = model(videos)
    # 75 steps: [0, 32), [24, 56), [48, 80)
    assert outputs.logits.shape == (2, 5, 10, 2)
    assert outputs.segments.shape == (2, 5, 10, 2)
    assert outputs.actionness.shape == (5, 10)
    padded = torch.nn.functional.pad(videos[0], (0, 5))
    windows = [padded[:, first:first + WINDOW] for first in (0, 24, 48)]
    windows += [videos[1], torch.nn.functional.pad(videos[2], (0, 23))]
    for index, window in enumerate(windows):
        alone = model([window])
        assert_same([each[:, index] for each in outputs[:2]],
                    [each[:, 0] for each in alone[:2]])
        assert_same([outputs.actionness[index]], [alone.actionness[0]])


@torch.no_grad()
@pytest.mark.parametrize('lengths', [(40, 77), (1, 2, 31), (33, 33)])
def test_a_padded_batch_gives_what_each_video_gives(whole_video_model,
                                                    lengths):
    """Masks: no step of another length is seen."""
    videos = [video(length, seed) for seed, length in enumerate(lengths)]
    together = whole_video_model(videos)
    for index, each in enumerate(videos):
        alone = whole_video_model([each])
        assert_same([field[:, index] for field in together[:2]],
                    [field[:, 0] for field in alone[:2]])
        assert_same([together.actionness[index]], [alone.actionness[0]])


def test_losses_of_a_padded_batch_are_those_of_its_videos(folder):
    model = build(folder, window_size=None)
    model.head.actionness_in_batch = False
    videos = [video(40), video(77, 1), video(11, 2)]
    samples = [sample([[1, 3], [2, 9]], [0, 1]), sample([], []),
               sample([[0, 2.75]], [1])]
    counts = [len(each.gt_instances) for each in samples]
    together = model(videos, samples, mode='loss')
    alone = [model([each], [truth], mode='loss')
             for each, truth in zip(videos, samples)]
    for name in together:
        if name == 'class_error':
            continue
        if name == 'loss_actionness':
            expected = sum(each[name] for each in alone) / 3
        else:
            expected = sum(each[name] * max(count, 1) for each, count in zip(
                alone, counts)) / sum(counts)
        torch.testing.assert_close(together[name], expected, rtol=1e-5,
                                   atol=1e-6, msg=name)


@pytest.mark.parametrize('empty', ['one', 'all'])
def test_windows_without_instances(model, empty):
    """Every parameter has a gradient, as several processes need it."""
    some = [] if empty == 'all' else [[1.0, 2.0], [0.5, 8.0]]
    losses = model([video(WINDOW), video(WINDOW, 1)],
                   [sample([], []), sample(some, [0, 1][:len(some)])],
                   mode='loss')
    total, _ = model.parse_losses(losses)
    total.backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
    if empty == 'all':
        assert losses['loss_l1'] == losses['loss_iou'] == 0
        assert losses['class_error'] == 0
        # nothing to fit: every rating should be zero
        assert losses['loss_actionness'].item() == pytest.approx(
            4 * model([video(WINDOW), video(WINDOW, 1)]
                      ).actionness.mean().item(), rel=1e-5)


def test_instances_and_segments_at_the_edges(model):
    """The whole window, its first and last step, and beyond its end."""
    truth = sample([[0, WINDOW / 4], [0, 0.25], [7.75, 8.0], [7.5, 9.0]],
                   [0, 1, 0, 1])
    for bias in (-50.0, 0.0, 50.0):
        torch.nn.init.constant_(model.decoder.reference_points.bias, bias)
        for branch in model.head.segment_branches:
            torch.nn.init.constant_(branch[-1].bias, bias / 5)
        model.zero_grad()
        losses = model([video(WINDOW)], [truth], mode='loss')
        total, _ = model.parse_losses(losses)
        total.backward()
        assert total.isfinite()
        assert all(parameter.grad.isfinite().all()
                   for parameter in model.parameters())


def test_ground_truth_is_in_shares_of_the_window(model):
    """Also in a short one, which is filled up, and in a crop."""
    seen = []
    model.head.assigner = lambda logits, segments, instances: (
        seen.append(instances) or
        HungarianAssigner()(logits, segments, instances))
    truth = sample([[1.0, 2.0]], [0])
    cropped = sample([[1.0, 2.0]], [0])
    cropped.set_metainfo(dict(grid=cropped.grid.cropped(2)))
    model([video(9), video(WINDOW, 1)], [truth, cropped], mode='loss')
    for (segments, _), centre in zip(seen[0], (6.0, 4.0)):
        torch.testing.assert_close(
            segments, torch.tensor([[centre, 4.0]]) / WINDOW)


def test_actionness_learns_the_best_instance(model):
    """Of the batch, as in the reference, or of the same window."""
    videos = [video(WINDOW), video(WINDOW, 1)]
    samples = [sample([[1, 3], [2, 6]], [0, 1]), sample([[0, 7]], [0])]
    with torch.no_grad():
        outputs = model(videos)
    instances = [torch.tensor([[1, 3], [2, 6]]) / 8.0,
                 torch.tensor([[0, 7]]) / 8.0]
    for in_batch in (True, False):
        model.head.actionness_in_batch = in_batch
        expected = 0
        for index in range(2):
            best = segment_iou(
                to_start_end(outputs.segments[-1, index]),
                torch.cat(instances) if in_batch else instances[index])
            expected += (outputs.actionness[index] -
                         best.amax(1)).abs().mean() / 2 * 4
        found = model(videos, samples, mode='loss')['loss_actionness']
        torch.testing.assert_close(found, expected)


def test_long_videos_are_tested_but_not_trained_on(model):
    with pytest.raises(ValueError, match='video v: 33 feature steps.*'
                       'SlidingWindowDataset'):
        model([video(33)], [sample([], [])], mode='loss')
    with pytest.raises(ValueError, match='expected one of loss'):
        model([video(33)], mode='train')


def test_another_number_of_classes_is_refused(model):
    state = model.state_dict()
    state['head.cls_branches.0.bias'] = torch.zeros(7)
    with pytest.raises(ValueError, match='knows 7 classes'):
        model.load_state_dict(state)


def test_mixed_precision(model):
    """Segments stay exact to single precision's rounding of the inputs."""
    truth = sample([[1, 3], [2, 6]], [0, 1])
    with torch.autocast('cpu', torch.bfloat16):
        losses = model([video(WINDOW)], [truth], mode='loss')
        outputs = model([video(WINDOW)])
    total, _ = model.parse_losses(losses)
    total.backward()
    assert outputs.segments.dtype == torch.float32
    exact = model([video(WINDOW)])
    assert (outputs.segments - exact.segments).abs().max() < 0.1
    assert total.isfinite()


def test_offsets_and_references_learn_slowly(folder):
    """Also inside BAPG, where every name is longer."""
    for path in (tiny_tadtr.config(folder), tiny_tadtr.bapg_config(folder)):
        cfg = add_bapg(Config.fromfile(path))
        model = MODELS.build(cfg.model)
        optimizer = build_optim_wrapper(model, cfg.optim_wrapper).optimizer
        rates = {id(parameter): (group['lr'], group['weight_decay'])
                 for group in optimizer.param_groups
                 for parameter in group['params']}
        slow = 0
        for name, parameter in model.named_parameters():
            is_slow = 'sampling_offsets' in name or 'reference_points' in name
            slow += is_slow
            assert rates[id(parameter)] == pytest.approx(
                (5e-4 if is_slow else 5e-3, 1e-4)), name
        assert slow == 10


def test_it_learns(folder):
    runner = runs.build(tiny_tadtr.config(folder, epochs=10))
    runner.train()
    losses = [row['loss'] for row in runs.scalars(
        folder / 'work_dirs/tiny_tadtr') if 'loss' in row]
    assert np.mean(losses[-10:]) < 0.5 * np.mean(losses[:10])
    assert runner.message_hub.get_scalar('val/mAP').current() > 0.5
