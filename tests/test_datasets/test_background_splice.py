"""Actions cut in two, for boundary contrastive learning."""
import math

import numpy as np
import pytest

from mmbapg.datasets.transforms.background_splice import (
    SpliceBackground,
    gaps_between,
    move_background,
)
from mmbapg.ops import TemporalGrid
from tests import golden

LENGTH = 60


def given(segments, num_frames=LENGTH, shortest=None, fps=10.0):
    """A clip of frames with instances, told in frames."""
    segments = np.array(segments, dtype=float).reshape(-1, 2)
    if shortest is None:
        shortest = np.diff(segments).min(initial=LENGTH)
    return dict(
        features=np.arange(num_frames), segments=segments / fps,
        grid=TemporalGrid.of_interval(1 / fps),
        shortest_instance=shortest / fps)


def transformed(clip, seed=0, **settings):
    np.random.seed(seed)
    return SpliceBackground(LENGTH, **settings).transform(clip).get('splice')


def test_the_reference_s_clip():
    """With the draws of the golden file: which instance, the cut in it, and
    the background before it."""
    numbers = golden.load('afsd_thumos14_rgb')
    index, pieces = numbers['ssl_frame_index'], numbers['ssl_annos_frames']
    instance = numbers['gt_annos_frames'][3, :2].astype(float)
    cut, length = int(pieces[1, 0]), int(numbers['ssl_th'])
    found = move_background(instance, cut, index[cut - length], length, 256)
    np.testing.assert_array_equal(found.frame_index, index)
    np.testing.assert_allclose(found.pieces, pieces, atol=1e-4)


@pytest.mark.parametrize('instance,cut,source', [
    ((10.2, 30.4), 17, 40), ((30.5, 50.0), 41, 3)])
def test_what_is_moved(instance, cut, source):
    """The parts are whole and in order, with background between them."""
    length = 5
    index, pieces = move_background(instance, cut, source, length, LENGTH)
    np.testing.assert_array_equal(np.sort(index), np.arange(LENGTH))
    of_parts = [index[math.ceil(start):math.ceil(end)]
                for start, end in pieces[:2]]
    np.testing.assert_array_equal(
        np.concatenate(of_parts),
        np.arange(*map(math.ceil, instance)))
    first, last = pieces[2].astype(int)
    # a frame less at each end, as the regions to look at are rounded
    np.testing.assert_array_equal(
        index[first - 1:last + 1], np.arange(source, source + length))
    outside = np.r_[0:min(source, cut), max(source + length, cut):LENGTH]
    np.testing.assert_array_equal(index[outside], outside)


@pytest.mark.parametrize('seed', range(20))
def test_a_transform_draws_what_is_possible(seed):
    segments = [(5, 9), (14, 33), (20, 26), (45, 49)]
    splice = transformed(given(segments), seed)
    index, pieces = splice.frame_index.numpy(), splice.pieces.numpy()
    first, last = pieces[2].astype(int)
    background = index[first - 1:last + 1]
    assert len(background) == 4  # as the shortest
    for start, end in segments:
        assert not ((background >= start) & (background < end)).any()
    # the cut is no nearer to either end than that
    parts = np.diff(pieces[:2])[:, 0]
    assert parts.sum() == pytest.approx(19) and parts.min() >= 4 - 1


def test_the_same_draws_of_the_same_seed():
    splices = [transformed(given([(14, 33), (45, 49)]), seed)
               for seed in (1, 1, 2)]
    indices = [each.frame_index.tolist() for each in splices]
    assert indices[0] == indices[1] != indices[2]


@pytest.mark.parametrize('segments,shortest', [
    ([(10, 20)], 5), ([(10, 20)], 10),  # not more than twice as long
    ([(2, 58)], 4),  # too little background, before and after
    ([], 5)])
def test_none_is_possible(segments, shortest):
    assert transformed(given(segments, shortest=shortest)) is None


def test_what_is_filled_up_is_no_background():
    clip = given([(0, 27)], num_frames=30, shortest=5)
    assert transformed(clip) is None
    assert transformed(clip, background='between_boundaries') is not None
    clip = given([(0, 20)], num_frames=30, shortest=5)
    index = transformed(clip).frame_index
    assert len(index) == LENGTH
    assert index[30:].tolist() == list(range(30, LENGTH))


@pytest.mark.parametrize('source,replaced', [
    (12, [*range(17, 30), *range(12, 17)]),  # in the first part
    (27, [*range(12, 25), *range(27, 32)]),  # at the cut
    (40, [*range(12, 25), *range(40, 45)])])  # in the second part
def test_a_part_of_the_instance_as_background(source, replaced):
    """What the reference's assignments of slices come to."""
    index, pieces = move_background((10.2, 50.4), 30, source, 5, LENGTH)
    assert index[12:30].tolist() == replaced
    assert index[:12].tolist() + index[30:].tolist() == [
        *range(12), *range(30, LENGTH)]
    np.testing.assert_allclose(pieces, [[5.2, 25], [30, 50.4], [26, 29]])


@pytest.mark.parametrize('background,pieces', [
    ('outside_instances', [[10, 20], [25, 35], [21, 24]]),
    ('between_boundaries', [[5, 15], [20, 30], [16, 19]])])
def test_background_that_begins_with_the_last_frame(background, pieces):
    """AFSD's code asks whether the instance ends before it, and not with
    it."""
    found = move_background((10, 30), 20, 30, 5, LENGTH, background)
    assert found.pieces.tolist() == pieces
    assert found.frame_index[found.pieces[2, 0].astype(int)] == 31


def test_an_instance_of_few_frames_moves_nothing():
    """A fourth of three frames is none: AFSD's code for ActivityNet learns
    from the cut alone."""
    clip = given([(10, 13), (30, 50)])
    assert transformed(dict(clip), parts=4) is None
    found = transformed(clip, parts=4, background='between_boundaries')
    assert found.frame_index.tolist() == list(range(LENGTH))
    first, second, moved = found.pieces.tolist()
    assert first[1] == second[0] and moved == [first[1] + 1, first[1] - 1]


def test_between_boundaries_takes_what_is_of_an_instance():
    """As the reference does: what comes before the second is background to
    it, though it is of the first, what both share is to both, and what comes
    after the first."""
    clip = given([(0, 35), (20, 60)], shortest=13)
    assert transformed(clip) is None
    splices = [transformed(clip, seed, background='between_boundaries')
               for seed in range(20)]
    sources = [int(each.frame_index[int(each.pieces[2, 0]) - 1])
               for each in splices]
    assert set(np.searchsorted([20, 35], sources, 'right')) == {0, 1, 2}


@pytest.mark.parametrize('shortest,length', [
    (12.5, 13), (12.0, 12), (12.000001, 12), (99.0, LENGTH), (0.2, 1)])
def test_length_of_the_background(shortest, length):
    assert SpliceBackground(LENGTH).background_length(shortest) == length


@pytest.mark.parametrize('shortest,length', [(43.9, 10), (7.9, 1), (3.0, 0)])
def test_length_for_activitynet(shortest, length):
    assert SpliceBackground(LENGTH, parts=4).background_length(
        shortest) == length


def test_twice_as_long_suffices_for_activitynet():
    clip = given([(10, 20)], shortest=20)
    assert transformed(clip, parts=4) is None  # no room for a cut
    clip = given([(10, 20)], shortest=16)
    assert transformed(clip, parts=4) is not None


def test_gaps():
    segments = np.array([[4., 9], [2, 5], [20, 30]])
    assert gaps_between(segments, 30) == [(0, 2), (9, 20)]
    assert gaps_between(np.empty((0, 2)), 7) == [(0, 7)]


def test_an_unknown_background():
    with pytest.raises(ValueError, match="background is 'any', expected one "
                       'of outside_instances, between_boundaries'):
        SpliceBackground(LENGTH, background='any')
