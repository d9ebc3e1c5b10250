"""What is drawn, and what cannot be."""
from collections import Counter

import numpy as np
import pytest

from mmbapg.datasets.boundaries.made_up_clips import KINDS, diff_class
from mmbapg.datasets.boundaries.settings import check_kinds, settings_for
from mmbapg.datasets.seeding import seeded


def chances(values, number):
    """Share of each value, with how far chance takes it in 5 deviations."""
    counts = Counter(values)
    total = sum(counts.values())
    slack = 5 * np.sqrt(1 / number * (1 - 1 / number) / total)
    assert len(counts) == number
    assert max(abs(count / total - 1 / number)
               for count in counts.values()) < slack, counts
    return set(counts)


def test_speeds_and_change_points_over_ten_thousand_draws():
    settings = settings_for(dict(change_point='random'))
    with seeded(0):
        drawn = [settings.draw('diff_speed') for _ in range(10000)]
    assert chances([speed for _, speed in drawn], 4) == {1 / 3, 1 / 2, 2, 3}
    points = [made.change_point for made, _ in drawn]
    assert chances(points, 5) == {2, 3, 4, 5, 6}
    both = [(speed, made.change_point) for made, speed in drawn]
    assert len(chances(both, 20)) == 20
    assert max(made.frames_needed for made, _ in drawn) == (
        settings.frames_needed('diff_speed')) == 2 + 3 * 6


def test_fades_are_drawn_alike_for_both_kinds_of_two():
    """Then how long a fade is tells nothing of the kind."""
    settings = settings_for(dict(transition=(0, 1, 3), fading=[
        'diff_class', 'same_class']))
    fades = {tuple(diff_class(4, fade).weights[:, 1]): fade
             for fade in (0, 1, 3)}
    for kind in ('diff_class', 'same_class'):
        with seeded(2):
            drawn = [settings.draw(kind)[0] for _ in range(10000)]
        assert chances([fades[tuple(made.weights[:, 1])]
                        for made in drawn], 3) == {0, 1, 3}
        assert {made.change_point for made in drawn} == {4}
        assert settings.frames_needed(kind) == 4 + 3
    assert settings.frames_needed('same_speed') == 8


def test_fades_of_one_kind_only():
    """As in the paper, or the other way round."""
    for fading, weights in ((('diff_class', ), {4: 0.5}), ((), {})):
        settings = settings_for(dict(fading=fading))
        for kind in ('diff_class', 'same_class'):
            made = settings.draw(kind)[0]
            blended = (made.weights > 0).all(axis=1)
            assert {int(place) + 1: made.weights[place, 0]
                    for place in np.flatnonzero(blended)} == (
                        weights if kind in fading else {})


def test_frames_apart_make_clips_longer():
    settings = settings_for(dict(spacing=6))
    assert [settings.frames_needed(kind) for kind in KINDS] == [
        6 * 4 + 1, 6 * 3 + 1, 6 * 15 + 1, 6 * 7 + 1]
    with seeded(4):
        drawn = [settings.draw('diff_speed') for _ in range(200)]
    for made, speed in drawn:  # no frame twice, none blended
        steps = np.diff(made.frames[:, 0])
        assert steps.tolist() == [6] * 3 + [round(6 * speed)] * 4
        assert (made.weights[:, 0] == 1).all()
    assert settings.most_needed(KINDS) == (
        91, 'diff_speed at the speed of 3, clips of 8, 6 frames apart')


def test_boundaries_of_all_kinds_lie_anywhere_in_the_middle_half():
    settings = settings_for(dict(change_point='random', transition=(0, 2)))
    for kind in KINDS[:3]:
        with seeded(5):
            drawn = [settings.draw(kind)[0] for _ in range(10000)]
        assert chances([made.change_point for made in drawn], 5) == {
            2, 3, 4, 5, 6}
    # of the second clip of a fade over 4 frames that lies first
    assert settings.frames_needed('diff_class') == 8 - 2 + 2
    assert settings.frames_needed('same_class') == 6


def test_the_papers_settings():
    settings = settings_for(None)
    assert (settings.half_length, settings.transition) == (4, 1)
    assert settings.change_points == range(4, 5)
    assert [settings.frames_needed(kind) for kind in KINDS] == [5, 4, 16, 8]
    with seeded(1):
        drawn = {settings.draw(kind)[0].change_point
                 for kind in KINDS[:3] for _ in range(50)}
    assert drawn == {4}


@pytest.mark.parametrize('kind', KINDS)
def test_every_draw_fits_what_is_needed(kind):
    for half, fade, point, between, spacing in (
            (1, 1, 'random', 'nearest', 1), (3, 0, 'middle', 'blend', 2),
            (5, (0, 3), 'random', 'nearest', 3), (5, 5, 'middle', 'blend', 1),
            (4, 1, 'random', 'blend', 1)):
        settings = settings_for(dict(
            half_length=half, transition=fade, change_point=point,
            between=between, spacing=spacing))
        for _ in range(50):
            made, speed = settings.draw(kind)
            assert len(made.frames) == 2 * half
            assert made.frames_needed <= settings.frames_needed(kind)
            assert (speed == 1) == (kind != 'diff_speed')


@pytest.mark.parametrize('changed,message', [
    (dict(half_length=0), 'half_length is 0, expected at least 1 frame'),
    (dict(spacing=0), 'spacing is 0, expected at least 1 frame'),
    (dict(transition=5), 'transition is 5, expected 0 to 4, the frames of a '
     'clip before the earliest boundary'),
    (dict(transition=(0, 5)), r'transition is \(0, 5\), expected 0 to 4'),
    (dict(transition=()), r'transition is \(\), expected 0 to 4'),
    (dict(transition=3, change_point='random'), 'is 3, expected 0 to 2'),
    (dict(fading=('same_speed', )), 'expected kinds of two clips: diff_class, '
     'same_class'),
    (dict(speeds=(1, 2)), 'expected positive numbers other than 1'),
    (dict(speeds=()), 'expected positive numbers other than 1'),
    (dict(change_point='end'), "change_point is 'end', expected one of "
     'middle, random'),
    (dict(between='cubic'), "between is 'cubic', expected one of nearest, "
     'blend')])
def test_numbers_that_make_no_clip(changed, message):
    with pytest.raises(ValueError, match=message):
        settings_for(changed)


@pytest.mark.parametrize('kinds', [(), ('fade', ), ('same_speed', ) * 2])
def test_kinds_that_are_none(kinds):
    with pytest.raises(ValueError, match='expected different ones of '
                       'diff_class, same_class, diff_speed, same_speed'):
        check_kinds(kinds)
