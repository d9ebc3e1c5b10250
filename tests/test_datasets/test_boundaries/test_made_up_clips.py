"""Equations 1 to 3 of BSP on numbered frames."""
import numpy as np
import pytest

from mmbapg.datasets.boundaries.made_up_clips import (
    diff_class,
    diff_speed,
    diff_speed_between,
    same_class,
    same_speed,
    spread,
)
from mmbapg.datasets.transforms.boundary_synthesis import blended

LENGTHS = [(half, fade) for half in (1, 2, 3, 4, 8)
           for fade in range(half + 1)]


def shown(made):
    """Of each frame, numbered from 1, {(clip, frame): weight}, clips and
    frames numbered from 1 as in the paper."""
    found = {}
    for place, (frames, weights) in enumerate(zip(made.frames, made.weights)):
        found[place + 1] = {
            (clip + 1, int(frames[clip]) + 1): float(weights[clip])
            for clip in range(2) if weights[clip] > 0}
    return found


def equation_1(tau, eps):
    """As it is printed, frame by frame."""
    found = {}
    for i in range(1, 2 * tau + 1):
        if i <= tau - eps:
            found[i] = {(1, i): 1.0}
        elif i <= tau + eps:
            w1, w2 = ((tau + eps - i) / (2 * eps), (i - tau + eps) /
                      (2 * eps))
            found[i] = {(1, i): w1, (2, i - tau + eps): w2}
        else:
            found[i] = {(2, i - tau + eps): 1.0}
        found[i] = {key: value for key, value in found[i].items() if value}
    return found


@pytest.mark.parametrize('tau,eps', LENGTHS)
def test_different_classes(tau, eps):
    made = diff_class(tau, eps)
    found, wanted = shown(made), equation_1(tau, eps)
    assert found.keys() == wanted.keys()
    for place in wanted:
        assert found[place].keys() == wanted[place].keys()
        assert found[place] == pytest.approx(wanted[place])
    assert made.weights.sum(axis=1) == pytest.approx(1)
    assert made.change_point == tau
    assert made.frames_needed == tau + eps


def test_the_papers_figure_fades_around_the_fifth_frame():
    assert shown(diff_class(4, 1)) == {
        1: {(1, 1): 1}, 2: {(1, 2): 1}, 3: {(1, 3): 1},
        4: {(1, 4): .5, (2, 1): .5}, 5: {(2, 2): 1}, 6: {(2, 3): 1},
        7: {(2, 4): 1}, 8: {(2, 5): 1}}


@pytest.mark.parametrize('eps', [0, 1, 2])
@pytest.mark.parametrize('change', [2, 3, 5, 6])
def test_a_fade_that_is_not_in_the_middle(change, eps):
    """Eq. 1 with another tau, cut or drawn out to the length of a clip."""
    made = diff_class(4, eps, change)
    wanted = equation_1(max(change, 8 - change), eps)
    if change < 4:  # the first clip is seen for as much less
        late = 8 - 2 * change
        wanted = {i - late: {(clip, frame - late * (clip == 1)): weight
                             for (clip, frame), weight in wanted[i].items()}
                  for i in range(late + 1, late + 9)}
    found = shown(made)
    assert found.keys() <= wanted.keys() and len(found) == 8
    for place in found:
        assert found[place] == pytest.approx(wanted[place])
    assert made.change_point == change
    assert made.frames_needed == max(
        change + max(eps - 1, 0), 8 - change + eps)


@pytest.mark.parametrize('eps,change', [(2, 1), (2, 7), (0, 0), (0, 8)])
def test_a_fade_lies_within_the_clip(eps, change):
    with pytest.raises(ValueError, match=(
            f'change_point is {change} with a fade of {eps} frames before and '
            'after it, expected one within a clip of 8')):
        diff_class(4, eps, change)


@pytest.mark.parametrize('tau', [1, 2, 4, 7])
def test_one_class(tau):
    made = same_class(tau)
    assert shown(made) == {
        i: {(1, i): 1} if i <= tau else {(2, i - tau): 1}
        for i in range(1, 2 * tau + 1)}
    assert made.change_point == made.frames_needed == tau


@pytest.mark.parametrize('gamma', [0.25, 1 / 3, 0.5, 0.8, 1.5, 2, 3, 4.7])
@pytest.mark.parametrize('length,t', [(8, 4), (8, 2), (8, 6), (5, 1),
                                      (16, 11)])
def test_different_speeds(length, t, gamma):
    made = diff_speed(length, t, gamma)
    for i, frames in shown(made).items():
        (clip, frame), = frames
        exact = i if i <= t else t + gamma * (i - t)
        assert clip == 1 and frames[clip, frame] == 1
        assert abs(frame - exact) <= 0.5 + 1e-9
        if abs(frame - exact) > 0.5 - 1e-9:
            assert frame > exact  # of two as near, the later
    assert made.change_point == t
    assert made.frames_needed == int(made.frames[:, 0].max()) + 1


def test_slow_frames_are_repeated_as_often():
    assert diff_speed(8, 4, 0.5).frames[:, 0].tolist() == [
        0, 1, 2, 3, 4, 4, 5, 5]
    assert diff_speed(10, 4, 1 / 3).frames[:, 0].tolist() == [
        0, 1, 2, 3, 3, 4, 4, 4, 5, 5]


@pytest.mark.parametrize('gamma', [0.25, 1 / 3, 0.5, 0.8, 1.5, 2, 3])
@pytest.mark.parametrize('length,t', [(8, 4), (8, 2), (5, 1), (16, 11)])
def test_between_frames_is_what_both_show(length, t, gamma):
    """Blended numbers are the exact positions of Eq. 3."""
    made = diff_speed_between(length, t, gamma)
    place = np.arange(1, length + 1)
    exact = np.where(place <= t, place, t + gamma * (place - t))
    assert ((made.frames + 1) * made.weights).sum(axis=1) == pytest.approx(
        exact)
    both = (made.weights > 0).all(axis=1)
    assert (np.diff(made.frames[both], axis=1) == 1).all()
    assert made.frames_needed == int(np.ceil(exact.max() - 1e-6))
    assert len(set(exact.round(6))) == length


@pytest.mark.parametrize('spacing', [1, 2, 3, 6])
@pytest.mark.parametrize('gamma', [1 / 3, 0.5, 0.75, 1.5, 2, 3])
@pytest.mark.parametrize('length,t', [(8, 4), (8, 2), (5, 1)])
def test_frames_that_lie_apart(length, t, gamma, spacing):
    """Eq. 3 on every ``spacing``-th frame: where that and the speed make a
    whole number, every frame is one of the clip's own, and none comes twice.
    """
    nearest = diff_speed(length, t, gamma, spacing)
    between = diff_speed_between(length, t, gamma, spacing)
    for place in range(length):
        i = place + 1
        exact = spacing * (i - 1 if i <= t else t - 1 + gamma * (i - t))
        assert abs(nearest.frames[place, 0] - exact) <= 0.5 + 1e-9
        assert nearest.weights[place].tolist() == [1, 0]
        assert (between.frames * between.weights)[place].sum() == (
            pytest.approx(exact))
    if (spacing * gamma) % 1 == pytest.approx(0):
        assert np.array_equal(nearest.frames[:, 0], between.frames[:, 0])
        assert between.weights[:, 0] == pytest.approx(1)
        steps = np.diff(nearest.frames[:, 0])
        assert steps.tolist() == [spacing] * (t - 1) + [
            round(spacing * gamma)] * (length - t)


def test_all_kinds_can_lie_apart():
    """What is shown, how much of it and where it changes stay as they are."""
    assert spread(same_speed(4), 3).frames[:, 0].tolist() == [0, 3, 6, 9]
    near, apart = diff_class(4, 2), spread(diff_class(4, 2), 2)
    assert np.array_equal(apart.frames, 2 * near.frames)
    assert np.array_equal(apart.weights, near.weights)
    assert apart.change_point == 4
    assert apart.frames_needed == 2 * (near.frames_needed - 1) + 1


@pytest.mark.parametrize('t', [0, 8, -1])
@pytest.mark.parametrize('make', [diff_speed, diff_speed_between])
def test_a_change_lies_within_the_clip(make, t):
    with pytest.raises(ValueError, match=f'change_point is {t}, expected 1 to '
                       '7, within a clip of 8 frames'):
        make(8, t, 2)


def test_nothing_changes():
    made = same_speed(8)
    assert shown(made) == {i: {(1, i): 1} for i in range(1, 9)}
    assert made.change_point == 0


@pytest.mark.parametrize('made', [
    diff_class(4, 2), diff_class(3, 0), same_class(4), diff_speed(8, 3, 3),
    diff_speed_between(8, 3, 1 / 3), diff_speed_between(8, 4, 1.5),
    diff_speed(8, 3, 1 / 3), same_speed(8), spread(diff_class(4, 2), 3),
    diff_speed_between(8, 3, 1 / 3, 2)])
@pytest.mark.parametrize('shape', [(), (5, ), (2, 3, 3)])
def test_numbers_become_frames(made, shape):
    """Blended from frames whose values are 1000 * clip + number."""
    parts = [np.broadcast_to(
        (1000 * clip + made.used(clip)).reshape(-1, *[1] * len(shape)),
        (len(made.used(clip)), *shape)) for clip in range(2)]
    wanted = (made.weights * (made.frames + [0, 1000])).sum(axis=1)
    found = blended(made, [part for part in parts if len(part)])
    assert found.shape == (len(made.frames), *shape)
    assert found.reshape(len(found), -1)[:, 0] == pytest.approx(wanted)
    assert np.ptp(found.reshape(len(found), -1), axis=1) == pytest.approx(0)
