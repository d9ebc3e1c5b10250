"""One thing about detections that is right, by hand."""
import numpy as np
import pytest

from mmbapg.evaluation import Segments
from mmbapg.evaluation.ideal_detections import (
    IDEALS,
    Judged,
    ideal_detections,
    mean_ap,
)

# class 0 at 0-10, class 1 at 20-30; nothing at 50-60
TRUTH = dict(v=Segments(np.array([[0, 10], [20, 30.]]), np.array([0, 1])),
             nothing=Segments(np.empty((0, 2)), np.empty(0, np.int64)))


def found(*rows):
    """Start, end, class and score of each detection in video ``v``."""
    table = np.array(rows, dtype=float).reshape(-1, 4)
    return dict(v=Segments(table[:, :2], table[:, 2].astype(int), table[:, 3]))


def gains(videos, thresholds=(0.5, )):
    plain = mean_ap(Judged(TRUTH, videos), thresholds)
    return {name: round(mean_ap(each, thresholds) - plain, 6)
            for name, each in ideal_detections(TRUTH, videos).items()}


@pytest.mark.parametrize('wrong, right', [
    # both names changed
    ([(0, 10, 1, 0.9), (20, 30, 0, 0.8)], ['no classes', 'right classes']),
    # tIoU 0.4 with what it means
    ([(0, 4, 0, 0.9), (20, 24, 1, 0.8)], ['right boundaries']),
    # of the same class, and best of all
    ([(0, 10, 0, 0.5), (50, 60, 0, 0.9), (20, 30, 1, 0.5),
      (50, 60, 1, 0.9)], ['right order'])])
def test_what_is_wrong_is_what_helps(wrong, right):
    gain = gains(found(*wrong))
    assert set(gain) == set(IDEALS)
    assert sorted(name for name in gain if gain[name] > 0) == sorted(right)
    ideal = ideal_detections(TRUTH, found(*wrong))
    assert all(mean_ap(ideal[name], [0.5]) == 1 for name in right)


def test_what_is_right_stays():
    videos = found((0, 10, 0, 0.9), (20, 30, 1, 0.8))
    assert mean_ap(Judged(TRUTH, videos), [0.5, 0.95]) == 1
    assert set(gains(videos, [0.5, 0.95]).values()) == {0}
    before = videos['v'].segments.copy()
    ideal_detections(TRUTH, videos)
    assert np.array_equal(videos['v'].segments, before)


def test_what_lies_too_far_off_stays():
    videos = found((0, 2.9, 0, 0.9), (50, 60, 1, 0.8))
    assert set(gains(videos).values()) == {0}
    for each in ideal_detections(TRUTH, videos).values():
        assert np.array_equal(each.found['v'].segments, videos['v'].segments)


def test_one_detection_of_an_instance_is_enough():
    """Others that become alike are false, before or after the first."""
    videos = found((0, 4, 0, 0.9), (0, 5, 0, 0.8), (20, 30, 1, 0.7))
    ideal = ideal_detections(TRUTH, videos)['right boundaries'].found['v']
    assert ideal.segments.tolist() == [[0, 10], [0, 10], [20, 30]]
    assert mean_ap(ideal_detections(TRUTH, videos)['right boundaries'],
                   [0.9]) == 1


def test_videos_without_instances_or_detections():
    videos = dict(found(), nothing=found((0, 5, 1, 0.9))['v'])
    ideal = ideal_detections(TRUTH, videos)
    assert all(mean_ap(each, [0.5]) == 0 for each in ideal.values())
    assert all(np.array_equal(each.found['nothing'].segments, [[0, 5]])
               for each in ideal.values())
    assert ideal['right order'].found['nothing'].scores.tolist() == [0.9]
    assert all(not each.found for each in ideal_detections(TRUTH, {}).values())
