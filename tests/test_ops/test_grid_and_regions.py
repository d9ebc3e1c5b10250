import numpy as np
import pytest
import torch

from mmbapg.ops import TemporalGrid, segment_iou
from mmbapg.ops.regions import (
    cut_into_regions,
    merge_regions,
    region_contrast,
    unique_regions,
)


def test_grid_is_actionformers_convention():
    grid = TemporalGrid(stride=4, window=16, fps=30)
    # seconds = (grid * stride + 0.5 * window) / fps
    assert grid.to_seconds(10.0) == pytest.approx((40 + 8) / 30)
    assert grid.to_steps(grid.to_seconds(7.25)) == pytest.approx(7.25)
    assert grid.interval == pytest.approx(4 / 30)


def test_crop_and_resize_keep_the_seconds():
    grid = TemporalGrid(stride=4, window=16, fps=30)
    assert grid.cropped(5).to_seconds(2.0) == pytest.approx(
        grid.to_seconds(7.0))
    resized = grid.resized(100, 50)
    # all frames described are shared out: the whole span stays
    assert resized.to_seconds(49.5) == pytest.approx((99 * 4 + 16) / 30)
    with pytest.raises(ValueError, match='before cropping'):
        grid.cropped(1).resized(10, 5)


def test_spanning_covers_the_duration():
    grid = TemporalGrid.spanning(50.0, 100)
    assert grid.to_seconds(-0.5) == pytest.approx(0)
    assert grid.to_seconds(99.5) == pytest.approx(50)


def test_wrong_grids_are_refused():
    with pytest.raises(ValueError, match='fps=0'):
        TemporalGrid(stride=4, window=16, fps=0)


def test_iou():
    first = torch.tensor([[0.0, 10.0], [5.0, 5.0]])
    second = torch.tensor([[5.0, 15.0], [0.0, 10.0], [20.0, 30.0]])
    expected = [[5 / 15, 1.0, 0.0], [0.0, 0.0, 0.0]]
    np.testing.assert_allclose(segment_iou(first, second), expected,
                               atol=1e-6)


def test_regions_merge_and_are_counted_once():
    regions = cut_into_regions(torch.tensor([3, 7]), 10)
    assert regions.tolist() == [[0, 3], [3, 7], [7, 10]]
    merged = merge_regions(regions, 2)
    assert merged.tolist() == [[0, 3], [3, 7], [7, 10], [0, 7], [3, 10]]
    assert len(unique_regions([merged, regions])) == 5


def test_contrast_prefers_the_region_that_differs():
    embeddings = torch.eye(2)[[0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]]
    scores = region_contrast(embeddings, torch.tensor([[4, 8], [2, 6]]))
    assert scores.tolist() == pytest.approx([1.0, 0.5 - 0.5])
