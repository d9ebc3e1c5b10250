"""Sampled features of all proposals: what is summed, and what it costs."""
import subprocess
import sys

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS

import mmbapg  # noqa: F401
from mmbapg.models.layers.map_conv import MapConv
from mmbapg.ops import (
    alignment_plan,
    boundary_matching_plan,
    roi_align_1d,
    sample_map,
)


def dense(plan, num_steps, num_durations):
    """``(D, T, R, T)``: what cell sums of which sample and step."""
    columns = len(plan.back_offsets) - 1
    matrix = sample_map(torch.eye(columns)[None], plan)[0]
    return matrix.view(num_durations, num_steps, num_steps, -1).transpose(2, 3)


def mmaction2s(num_steps, num_samples=32):
    model = MODELS.build(dict(
        type='mmaction.BMN', temporal_dim=num_steps, boundary_ratio=0.5,
        num_samples=num_samples, num_samples_per_bin=3, feat_dim=4,
        hidden_dim_1d=4, hidden_dim_2d=4, hidden_dim_3d=4, soft_nms_alpha=0.4,
        soft_nms_low_threshold=0.5, soft_nms_high_threshold=0.9,
        post_process_top_k=100))
    # step, sample, duration, start
    return model.sample_mask.view(
        num_steps, num_samples, num_steps, num_steps)


@pytest.mark.parametrize('num_steps,num_samples', [(24, 32), (13, 5)])
def test_boundary_matching_is_mmaction2s(num_steps, num_samples):
    theirs = mmaction2s(num_steps, num_samples).permute(2, 3, 1, 0)
    for durations in (num_steps, num_steps // 2):
        ours = dense(boundary_matching_plan(num_steps, durations, num_samples),
                     num_steps, durations)
        torch.testing.assert_close(ours, theirs[:durations], rtol=0,
                                   atol=1e-5)


def test_a_map_convolution_is_that_of_the_sampled_map():
    """As BMN computes it: sample first, then a 3-D convolution."""
    torch.manual_seed(0)
    steps, samples = 16, 6
    layer = MapConv(4, 5, [boundary_matching_plan(steps, steps, samples)],
                    steps, steps)
    x = torch.randn(2, 4, steps, requires_grad=True)
    sampled = (x @ mmaction2s(steps, samples).flatten(1)).view(
        2, 4, samples, steps, steps)
    expected = torch.nn.functional.conv3d(
        sampled, layer.weight.view(5, 4, samples, 1, 1), layer.bias)[:, :, 0]
    found = layer(x)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)
    upstream = torch.randn(found.shape)
    for own, other in zip(
            torch.autograd.grad(found, (x, *layer.parameters()), upstream),
            torch.autograd.grad(expected, (x, *layer.parameters()), upstream)):
        torch.testing.assert_close(own, other, rtol=1e-5, atol=1e-4)


def test_alignment_is_a_region_of_interest_for_each_cell():
    steps, durations, bins = 12, 7, 4
    matrix = dense(alignment_plan(steps, durations, bins), steps, durations)
    features = torch.randn(1, 3, steps)
    for duration in range(durations):
        for start in range(steps):
            reach = (duration + 1) / 2
            roi = [start - reach, start + duration + reach]
            if start + duration >= steps:
                roi = [0.0, 0.0]
            expected = roi_align_1d(features, torch.tensor([[roi]]), bins)
            torch.testing.assert_close(
                features[0] @ matrix[duration, start].t(), expected[0, 0],
                rtol=0, atol=1e-6)


def test_sequences_beside_each_other():
    """Inner bins and those of the context share one weight."""
    torch.manual_seed(0)
    plans = [alignment_plan(8, 4, bins) for bins in (4, 2)]
    layer = MapConv(3, 5, plans, 8, 4)
    x, y = torch.randn(2, 2, 3, 8)
    maps = [torch.einsum('bct,dirt->bcrdi', each, dense(plan, 8, 4))
            for each, plan in zip((x, y), plans)]
    expected = torch.nn.functional.conv2d(
        torch.cat(maps, dim=2).flatten(1, 2), layer.weight, layer.bias)
    torch.testing.assert_close(layer(x, y), expected, rtol=0, atol=1e-5)


def test_a_plan_is_made_once():
    assert alignment_plan(8, 4, 4) is alignment_plan(8, 4, 4)


def test_most_of_the_matrix_is_left_out():
    plan = boundary_matching_plan(64, 64)
    share = len(plan.weights) / (64 * 64 * 64 * 32)
    assert share < 0.021
    order = np.diff(plan.offsets.numpy())
    assert order.sum() == len(plan.weights) == plan.back_offsets[-1]


SCRIPT = """
import re, torch, warnings
warnings.simplefilter('ignore')
import mmbapg
from mmaction.registry import MODELS
from mmengine.config import Config
cfg = Config.fromfile(CONFIG).model
model = MODELS.build(cfg)
outputs = model([torch.randn(2048, 256)], mode='tensor')
outputs.maps.square().sum().backward()
# what rusage tells begins with what started this process
status = open('/proc/self/status').read()
print(int(re.search(r'VmHWM:\\s+(\\d+)', status)[1]) // 1024)
"""


@pytest.mark.skipif(sys.platform != 'linux', reason='counts in KiB')
def test_memory_of_a_window_of_thumos14():
    """The whole process, gradients of a 64 x 256 map included: below 2 GB."""
    from tests import hosts
    config = hosts.config_for('GTAD', 'thumos14-tsn')
    printed = subprocess.run(
        [sys.executable, '-c', SCRIPT.replace('CONFIG', repr(str(config)))],
        capture_output=True, text=True, check=True).stdout
    assert int(printed.split()[-1]) < 2000
