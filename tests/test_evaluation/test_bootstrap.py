"""Intervals of differences of mAP, and of AUC."""
import numpy as np
import pytest

from mmbapg.evaluation import Segments
from mmbapg.evaluation.average_recall import RecallCounts, average_recall
from mmbapg.evaluation.bootstrap import (
    _Resampled,
    mean_interval,
    paired_interval,
)
from mmbapg.evaluation.error_analysis import match


def videos(noise, seed, number=12):
    """Instances that are the same for all seeds, and noisy detections."""
    fixed, rng = np.random.default_rng(0), np.random.default_rng(seed)
    truth, found = {}, {}
    for video in range(number):
        starts = np.sort(fixed.uniform(0, 90, 6))
        instances = np.stack([starts, starts + fixed.uniform(4, 9, 6)], 1)
        labels = np.arange(6) % 2
        truth[f'v{video}'] = Segments(instances, labels)
        found[f'v{video}'] = Segments(
            instances + rng.normal(0, noise, instances.shape), labels,
            rng.uniform(size=6))
    return truth, found


def matchings(noise, seed, draw=None):
    truth, found = videos(noise, seed)
    if draw is not None:
        truth, found = ({f'{name}-{copy}': content[name]
                         for name, times in zip(truth, draw)
                         for copy in range(times)}
                        for content in (truth, found))
    return [match(truth, found, dict.fromkeys(truth, 100.0), threshold)
            for threshold in (0.5, 0.7)]


def runs(noise, first_seed=0):
    return {(part, seed): matchings(noise, first_seed + 10 * part + seed)
            for part in range(2) for seed in range(3)}


def test_a_drawn_video_counts_as_often_as_it_is_drawn():
    draw = np.array([2, 0, 1, 1, 3, 0, 0, 1, 1, 2, 1, 0])
    for plain, copied in zip(matchings(1.0, 1), matchings(1.0, 1, draw)):
        assert _Resampled(plain).figure(np.ones(12, int)) == pytest.approx(
            plain.mean_ap())
        assert _Resampled(plain).figure(draw) == pytest.approx(
            copied.mean_ap(), abs=0.02)  # ties between copies
    assert _Resampled(matchings(0.0, 1)[0]).figure(draw) == 1


def test_a_clear_difference_is_outside_zero():
    low, high = paired_interval(runs(0.5), runs(3.0, 100), samples=200)
    assert 0.1 < low < high < 1
    back = paired_interval(runs(3.0, 100), runs(0.5), samples=200)
    assert back == pytest.approx((-high, -low))


def test_an_interval_of_one_method_is_around_its_mean():
    found = runs(1.5)
    mean = np.mean([each.mean_ap() for one in found.values() for each in one])
    low, high = mean_interval(found, samples=200)
    assert mean - 0.2 < low < mean < high < mean + 0.2
    assert mean_interval(runs(0.0), samples=20) == (1, 1)


def test_no_difference_is_around_zero():
    low, high = paired_interval(runs(1.5), runs(1.5, 100), samples=200)
    assert low < 0 < high
    assert paired_interval(runs(1.5), runs(1.5), samples=20) == (0, 0)


def test_more_confidence_is_wider():
    inner = paired_interval(runs(1.0), runs(1.5), 0.5, samples=200)
    outer = paired_interval(runs(1.0), runs(1.5), 0.95, samples=200)
    assert outer[0] < inner[0] < inner[1] < outer[1]


def test_videos_of_a_group_are_drawn_together():
    """A group alone is drawn in every sample: nothing is unsure."""
    one, other = ({(0, 0): matchings(noise, 0)} for noise in (0.5, 2.0))
    ends = paired_interval(one, other, samples=20, groups={0: ['a'] * 12})
    assert ends[0] == ends[1] == pytest.approx(np.mean([
        own.mean_ap() - than.mean_ap()
        for own, than in zip(one[0, 0], other[0, 0])]))
    alone = paired_interval(one, other, samples=20)
    assert paired_interval(one, other, samples=20,
                           groups={0: list('abcdefghijkl')}) == alone
    pairs = mean_interval(other, samples=200, groups={0: list('aabbccddeeff')})
    assert pairs != mean_interval(other, samples=200)
    with pytest.raises(ValueError, match='part 0: found groups of 2 videos, '
                       'expected those of 12'):
        mean_interval(one, groups={0: 'ab'})


def test_only_pairs():
    with pytest.raises(ValueError, match='expected the same parts and seeds'):
        paired_interval(runs(1.0), {(0, 0): matchings(1.0, 0)})


def recalls(noise, seed, draw=None):
    """Of the same videos, whose detections are proposals."""
    truth, found = videos(noise, seed)
    times = np.ones(len(truth), int) if draw is None else draw
    copies = [(f'{name}-{copy}', name) for name, number in zip(truth, times)
              for copy in range(number)]
    return ({copy: truth[name].segments for copy, name in copies},
            {copy: (found[name].segments, found[name].scores)
             for copy, name in copies})


def test_recall_of_videos_that_are_drawn():
    draw = np.array([2, 0, 1, 1, 3, 0, 0, 1, 1, 2, 1, 0])
    for most in (4, 100):
        counts = RecallCounts(*recalls(1.0, 1), most)
        for own, copied in ((counts.curve(), recalls(1.0, 1)),
                            (counts.curve(draw), recalls(1.0, 1, draw))):
            for field, other in zip(own, average_recall(*copied, most)):
                np.testing.assert_allclose(field, other)
        assert counts.figure(draw) == counts.curve(draw).auc / 100
    none = RecallCounts(recalls(1.0, 1)[0], {}, 100)
    assert none.figure(draw) == 0


def test_a_clear_difference_of_recall():
    sharp, blurred = ({(0, seed): [RecallCounts(*recalls(noise, seed), 6)]
                       for seed in range(2)} for noise in (0.5, 3.0))
    low, high = paired_interval(sharp, blurred, samples=50)
    assert 0.1 < low < high < 1
    assert mean_interval(sharp, samples=50)[0] > 0.3
