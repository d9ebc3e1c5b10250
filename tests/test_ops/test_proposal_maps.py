"""Maps of proposals, and soft-NMS that loses none, beside plain loops."""
import math

import numpy as np
import pytest
import torch

from mmbapg.ops import (
    cell_segments,
    decaying_nms,
    iou_map,
    nearest_steps,
    overlap_with_steps,
    valid_cells,
)


def tiou(one, other):
    shared = min(one[1], other[1]) - max(one[0], other[0])
    if shared <= 0:
        return 0.0
    return shared / (one[1] - one[0] + other[1] - other[0] - shared)


def test_cells():
    segments = cell_segments(3, 5)
    for duration in range(3):
        for start in range(5):
            assert segments[duration, start].tolist() == [
                start, start + duration + 1]
            assert bool(valid_cells(3, 5)[duration, start]) == (
                start + duration + 1 <= 5)


def test_each_cell_and_its_best_segment():
    segments = torch.tensor([[0.5, 2.25], [1.0, 4.0], [5.0, 5.0]],
                            dtype=torch.float64)
    found = iou_map(segments, 4, 6)
    for duration in range(4):
        for start in range(6):
            cell = (start, start + duration + 1)
            assert found[duration, start].item() == pytest.approx(
                max(tiou(cell, each) for each in segments.tolist()))
    assert found[2, 1] == 1
    assert iou_map(segments[:0], 4, 6).tolist() == [[0] * 6] * 4


@pytest.mark.parametrize('extent', [(0, 1), (-0.5, 1.5)])
def test_overlap_with_steps(extent):
    regions = torch.tensor([[-0.3, 0.2], [1.5, 3.0], [2.9, 3.6]])
    found = overlap_with_steps(regions, 6, extent)
    for step in range(6):
        expected = max(
            min(end, step + extent[1]) - max(start, step + extent[0])
            for start, end in regions.tolist())
        assert found[step].item() == pytest.approx(max(expected, 0), abs=1e-6)
    assert not overlap_with_steps(regions[:0], 6, extent).any()


def by_loops(segments, scores, divisor, most, spared=(0, 0), span=1.0,
             leave_last=False):
    """As the references write it: lists that lose what is picked."""
    rows = [[*map(float, segment), float(score), index] for index, (
        segment, score) in enumerate(zip(segments, scores))]
    rows.sort(key=lambda row: -row[2])
    picked = []
    while len(rows) > leave_last and len(picked) < most:
        best = max(rows, key=lambda row: row[2])
        if best[2] <= 0:
            break
        rows.remove(best)
        picked.append((best[3], best[2]))
        width = (best[1] - best[0]) / span
        for row in rows:
            iou = tiou(best, row)
            if iou > spared[0] + (spared[1] - spared[0]) * width:
                row[2] *= math.exp(-iou**2 / divisor)
    return picked


@pytest.mark.parametrize('settings', [
    dict(divisor=0.46, most=200, leave_last=True),
    dict(divisor=0.8, most=10), dict(divisor=0.4, most=50,
                                     spared=(0.5, 0.9), span=100.0)])
@pytest.mark.parametrize('decimals', [1, 7])
def test_decaying_nms(settings, decimals):
    """With scores that repeat, and with none that do."""
    rng = np.random.default_rng(0)
    start = rng.integers(0, 80, 60)
    segments = np.stack([start, start + rng.integers(1, 20, 60)], axis=1)
    scores = rng.random(60).round(decimals)
    scores[::9] = 0
    expected = by_loops(segments, scores, **settings)
    inds, values = decaying_nms(
        torch.from_numpy(segments), torch.from_numpy(scores),
        settings['divisor'], settings['most'],
        settings.get('spared', (0, 0)), settings.get('span', 1.0),
        settings.get('leave_last', False))
    assert inds.tolist() == [index for index, _ in expected]
    assert values.tolist() == pytest.approx([score for _, score in expected])
    assert len(inds) == min(settings['most'], (scores > 0).sum() - (
        settings.get('leave_last', False) and not (scores == 0).any()))


def test_the_last_one_left_and_none_at_all():
    segment, score = torch.tensor([[0.0, 1.0]]), torch.tensor([0.5])
    for leave_last in (True, False):
        inds, _ = decaying_nms(segment, score, 0.4, 9, leave_last=leave_last)
        assert len(inds) == 1 - leave_last
        inds, _ = decaying_nms(segment[:0], score[:0], 0.4, 9,
                               leave_last=leave_last)
        assert not len(inds)


def test_nearest_steps():
    torch.manual_seed(0)
    x = torch.randn(2, 5, 9)
    distances = torch.cdist(x.transpose(1, 2), x.transpose(1, 2))
    found = nearest_steps(x, 4)
    assert torch.equal(found.sort(dim=2).values, distances.topk(
        4, largest=False).indices.sort(dim=2).values)
    assert torch.equal(found[..., 0], torch.arange(9).expand(2, -1))
    half = nearest_steps(x.half(), 4)
    assert torch.equal(half, nearest_steps(x.half().float(), 4))
    with pytest.raises(ValueError, match='found 9 steps, expected at least '
                       'num_neighbours=10'):
        nearest_steps(x, 10)
