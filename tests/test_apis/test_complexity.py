"""Parameters and operations of the hosts, against the papers' figures."""
import sys

import pytest
import torch
from mmengine.config import Config
from torch.utils.flop_counter import FlopCounterMode

from mmbapg.apis.complexity import (
    _formulas,
    complexity,
    complexity_table,
)
from mmbapg.models.layers import ConvAttention
from mmbapg.models.localizers.contract import ContractError
from tests import runs, tiny

HOST = 'actionformer/actionformer_1xb2-35e_thumos14-i3d.py'
WITH_BAPG = 'actionformer/actionformer_bapg_1xb2-35e_thumos14-i3d.py'


@pytest.fixture(scope='module')
def actionformer():
    return complexity(Config.fromfile(tiny.CONFIGS / HOST))


def test_actionformer(actionformer):
    """90.5 GFLOP at 2304 steps, and the parameters of each part."""
    assert actionformer.length == 2304
    assert actionformer.flops[''] == pytest.approx(90.5e9, rel=0.02)
    parameters = actionformer.parameters
    assert parameters[''] == 29251612
    assert parameters['backbone'] == pytest.approx(26.06e6, abs=0.005e6)
    assert parameters['neck'] == 6144
    for part, number in (('cls', 1.606e6), ('reg', 1.578e6)):
        of_part = sum(count for name, count in parameters.items()
                      if name.startswith(f'head.{part}_'))
        of_part += parameters['head.scales'] if part == 'reg' else 0
        assert of_part == pytest.approx(number, abs=0.0005e6)


def test_tridet():
    """87.4 GFLOP at 2304 steps."""
    counts = complexity(Config.fromfile(
        tiny.CONFIGS / 'tridet/tridet_1xb2-40e_thumos14-i3d.py'))
    assert counts.flops[''] == pytest.approx(87.4e9, rel=0.02)
    assert counts.parameters[''] == 15989604


@pytest.mark.parametrize('bapg', ['', '_bapg'])
def test_tadtr(bapg):
    """One window; a video of two windows costs twice as much."""
    cfg = Config.fromfile(
        tiny.CONFIGS / f'tadtr/tadtr{bapg}_1xb16-16e_thumos14-i3d.py')
    one, two = complexity(cfg), complexity(cfg, 224)
    host = 'localizer' if bapg else ''
    assert one.length == 128 and one.parameters[host] == 8661594
    assert two.flops[host] == 2 * one.flops[host] > 0


def test_several_features():
    """A host that takes its features in parts."""
    cfg = Config.fromfile(tiny.CONFIGS / 'actionformer/actionformer_bapg_'
                          '1xb2-15e_ego4d-mq-combined.py')
    counts = complexity(cfg, 64)
    assert counts.parameters['localizer'] == 134048888
    assert counts.flops['neck'] > 0


def test_parts_add_up(actionformer):
    """Also the blocks in lists, which are never called as a whole."""
    for counts in (actionformer.parameters, actionformer.flops):
        parts = [counts[name] for name in ('backbone', 'neck', 'head')]
        assert sum(parts) == counts['']
        for name in ('backbone', 'head'):
            assert sum(count for part, count in counts.items()
                       if part.startswith(f'{name}.')) == counts[name]
    assert actionformer.flops['backbone.stem'] > 0


def test_bapg_adds_only_its_neck(actionformer):
    fused = complexity(Config.fromfile(tiny.CONFIGS / WITH_BAPG))
    assert fused.flops['localizer'] == actionformer.flops['']
    assert fused.parameters['localizer'] == actionformer.parameters['']
    added = fused.flops[''] - actionformer.flops['']
    assert 0 < added == fused.flops['neck'] < 0.05 * actionformer.flops['']
    # projection of 8 strengths, 20 classes and the background to 32,
    # normalization, projection to 2048
    assert fused.parameters['neck'] == (
        (29 + 1) * 32 + 2 * 32 + 32 * 2048)


@pytest.mark.parametrize('window,keys', [(None, 96), (9, 64 + 8)])
def test_attention_is_counted_on_the_cpu(window, keys):
    """A block of 64 queries meets the keys within its reach."""
    channels, length = 16, 96
    layer = ConvAttention(channels, 2, window=window).eval()
    counter = FlopCounterMode(display=False, custom_mapping=_formulas())
    with torch.no_grad(), counter:
        layer(torch.randn(1, channels, length),
              torch.ones(1, 1, length, dtype=torch.bool))
    queries = length if window is None else 128  # two blocks
    attention = 2 * 2 * queries * keys * channels
    projections = length * (4 * 2 * channels**2 + 3 * 2 * 3 * channels)
    assert counter.get_total_flops() == attention + projections


def test_lengths(folder):
    cfg = Config.fromfile(tiny.localizer_config(folder))
    short, long = complexity(cfg, 96), complexity(cfg, 192)
    assert long.flops[''] == pytest.approx(2 * short.flops[''], rel=0.1)
    assert complexity(cfg) == short
    cfg.model.pop('max_seq_len')
    with pytest.raises(ContractError, match='found none of max_seq_len'):
        complexity(cfg)


def test_bmn_of_mmaction2():
    cfg = Config(dict(model=dict(
        type='BMN', temporal_dim=100, boundary_ratio=0.5, num_samples=32,
        num_samples_per_bin=3, feat_dim=400, soft_nms_alpha=0.4,
        soft_nms_low_threshold=0.5, soft_nms_high_threshold=0.9,
        post_process_top_k=100)))
    counts = complexity(cfg)
    assert counts.length == 100
    assert counts.flops[''] > 0 and counts.parameters[''] > 1e6


def test_table_and_command(folder):
    path = tiny.bapg_config(folder)
    table = complexity_table('tiny', complexity(Config.fromfile(path)))
    assert table.row_count > 5
    done = runs.run(sys.executable, tiny.ROOT / 'tools/analysis/get_flops.py',
                    path, '--length', 50)
    assert 'tiny_bapg: one video of 50 steps' in ' '.join(done.stdout.split())
    assert 'out_proj' in done.stdout
