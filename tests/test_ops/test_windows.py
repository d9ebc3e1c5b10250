"""Where windows lie and what they show."""
import numpy as np
import pytest

from mmbapg.ops import TemporalGrid, clip_segments, sliding_windows


@pytest.mark.parametrize('num_steps,overlap,complete,expected', [
    (5, 0.75, True, [(0, 5)]),
    (128, 0.75, True, [(0, 128)]),
    (129, 0.75, True, [(0, 128), (1, 129)]),
    (160, 0.75, True, [(0, 128), (32, 160)]),
    (200, 0.75, True, [(0, 128), (32, 160), (64, 192), (72, 200)]),
    (128, 0.25, False, [(0, 128)]),
    (129, 0.25, False, [(0, 128), (96, 129)]),
    (224, 0.25, False, [(0, 128), (96, 224)]),
    (230, 0.25, False, [(0, 128), (96, 224), (192, 230)]),
])
def test_the_windows_of_tadtr(num_steps, overlap, complete, expected):
    """128 steps, in training (.75, complete) and in testing (.25)."""
    assert sliding_windows(num_steps, 128, overlap, complete) == expected


@pytest.mark.parametrize('complete', [True, False])
@pytest.mark.parametrize('overlap', [0, 0.25, 0.5, 0.75, 0.9])
def test_every_step_is_seen(overlap, complete):
    for num_steps in range(1, 400):
        windows = sliding_windows(num_steps, 20, overlap, complete)
        seen = np.zeros(num_steps, bool)
        for first, end in windows:
            assert 0 <= first < end <= num_steps and end - first <= 20
            seen[first:end] = True
        assert seen.all()
        assert windows == sorted(set(windows))
        if complete and num_steps >= 20:
            assert {end - first for first, end in windows} == {20}


@pytest.mark.parametrize('size,overlap,starts', [
    (10, 0.8, [0, 2, 4, 6, 8, 10]), (10, 0.9, list(range(11))),
    (10, 0.7, [0, 3, 6, 9, 10]), (5, 0.8, list(range(16))),
    (20, 0.95, [0])])
def test_steps_are_even_where_they_are_whole(size, overlap, starts):
    """10 * (1 - 0.8) is a little less than 2."""
    windows = sliding_windows(20, size, overlap)
    assert [first for first, _ in windows] == starts


@pytest.mark.parametrize('size,overlap', [(0, 0.5), (128, 1), (128, -0.1),
                                          (4, 0.9)])
def test_windows_that_do_not_move_are_refused(size, overlap):
    with pytest.raises(ValueError, match='at least one step'):
        sliding_windows(100, size, overlap)


def test_instances_are_kept_from_a_share_on_and_clipped():
    segments = np.array([[0.0, 4.0], [-1.0, 3.0], [-2.0, 2.0], [9.0, 11.0],
                         [10.0, 12.0], [20.0, 30.0], [2.0, 2.0]])
    clipped, kept = clip_segments(segments, 0.0, 10.0, 0.75)
    assert clipped.tolist() == [[0, 4], [0, 3]]
    assert kept.tolist() == [True, True] + 5 * [False]
    assert clip_segments(segments, 0.0, 10.0, 0.5)[1].tolist() == [
        True, True, True, True, False, False, False]
    assert clip_segments(segments[:0], 0.0, 10.0, 0.5)[0].shape == (0, 2)


def test_edges_have_no_offset_where_windows_adjoin():
    """Step i fills [i, i + 1) times the interval, also in a crop."""
    grid = TemporalGrid(stride=8, window=8, fps=30)
    edges = np.array([0.0, 1.0, 100.0])
    np.testing.assert_allclose(grid.edges().to_seconds(edges), edges * 8 / 30)
    np.testing.assert_allclose(grid.cropped(96).edges().to_seconds(edges),
                               (96 + edges) * 8 / 30)
    # 16 frames of which 4 are new: the middle of a step stays where it was
    grid = TemporalGrid(stride=4, window=16, fps=25)
    assert grid.edges().to_seconds(3.5) == pytest.approx(grid.to_seconds(3.0))
