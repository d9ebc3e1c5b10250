"""Resampling of BSN++: Eq. 4 with numbers, and what is drawn."""
import math

import pytest
import torch
from mmaction.registry import TASK_UTILS

import mmbapg  # noqa: F401
from mmbapg.ops import valid_cells


def sampler(**settings):
    return TASK_UTILS.build(dict(type='ScaleBalancedSampler', **settings))


def test_equation_4():
    """lambda = t = .15: rare scales fall off, and there is no jump."""
    counts = torch.tensor([85, 10, 5])
    expected = [0.15, 0.15 * math.exp(0.1 / 0.15 - 1),
                0.15 * math.exp(0.05 / 0.15 - 1)]
    assert sampler().probabilities(counts).tolist() == pytest.approx(expected)
    at_limit, over = (sampler().probabilities(torch.tensor(each)) for each in (
        [8500, 1500], [8499, 1501]))
    assert at_limit.tolist() == pytest.approx(over.tolist())
    assert sampler(limit=0.4, decay=0.2).probabilities(
        torch.tensor([3, 1, 0])).tolist() == pytest.approx(
            [0.4, 0.4 * math.exp(0.25 / 0.2 - 1), 0])


def test_what_is_drawn():
    """As many of both kinds, of each length as Eq. 4 says."""
    torch.manual_seed(0)
    iou = torch.full((2, 20, 50), 0.5)
    valid = torch.ones(20, 50, dtype=torch.bool)
    iou[:, :6], iou[:, 6:8], iou[0, 14, :10] = 0.9, 0.8, 0.75
    iou[:, 15:] = 0.1
    iou[0, 0, 0] = 0.7  # neither above nor below
    chosen = sampler(share=0.1)(iou, valid)
    positive, negative = chosen & (iou > 0.7), chosen & (iou < 0.3)
    total = 599 + 200 + 10
    assert int(positive.sum()) == int(negative.sum()) == math.ceil(
        0.1 * total)
    assert torch.equal(chosen, positive | negative)
    weights = sampler().weights(iou > 0.7)
    expected = sampler().probabilities(torch.tensor([599, 200, 10]))
    for rows, probability in zip(
            (slice(0, 6), slice(6, 14), slice(14, 20)), expected):
        assert weights[:, rows].sum().item() == pytest.approx(
            probability.item(), rel=1e-4)
    # single draws follow the weights: the rare length as often as it should
    draws = [sampler().draw(iou > 0.7, torch.tensor(1)) for _ in range(1000)]
    share = sum(bool(each[0, 14].any()) for each in draws) / 1000
    assert share == pytest.approx(float(expected[2] / expected.sum()),
                                  abs=0.05)
    alike = [sampler(by_scale=False).draw(iou > 0.7, torch.tensor(1))
             for _ in range(500)]
    assert sum(bool(each[0, 14].any()) for each in alike) / 500 < 0.05


def test_few_positives_and_invalid_cells():
    iou, valid = torch.zeros(2, 6, 20), valid_cells(6, 20)
    chosen = sampler(least=7)(iou, valid)
    assert int(chosen.sum()) == 7 and not (chosen & ~valid).any()
    iou[0, 2, 3] = 0.8
    chosen = sampler(least=500)(iou, valid)
    assert bool(chosen[0, 2, 3])
    assert int(chosen.sum()) == 2 * int(valid.sum())
