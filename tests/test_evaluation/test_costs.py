"""What videos and instances cost, against mAP of what would be found."""
import numpy as np
import pytest

from mmbapg.evaluation import Segments
from mmbapg.evaluation.costs import instance_costs, video_costs
from mmbapg.evaluation.error_analysis import match
from tests.test_apis.test_diagnosis import random_videos

THRESHOLD = 0.5


def mean_ap(truth, found, durations):
    return match(truth, found, durations, THRESHOLD).mean_ap()


def test_a_video_costs_what_a_perfect_one_gains():
    truth, found, durations = random_videos()
    costs = video_costs(match(truth, found, durations, THRESHOLD))
    before = mean_ap(truth, found, durations)
    for index, (name, video) in enumerate(truth.items()):
        perfect = Segments(video.segments, video.labels,
                           np.full(len(video.labels), 2.0))
        after = mean_ap(truth, {**found, name: perfect}, durations)
        assert costs[index] == pytest.approx(after - before, abs=1e-12)
    assert costs.min() > 0


def test_an_instance_costs_what_finding_it_first_gains():
    truth, found, durations = random_videos(1)
    matching = match(truth, found, durations, THRESHOLD)
    costs = instance_costs(matching)
    before = mean_ap(truth, found, durations)
    index = 0
    for name, video in truth.items():
        for segment, label in zip(video.segments, video.labels):
            # what hit it gives way to a hit of the highest score
            now = found[name]
            kept = np.ones(len(now.labels), bool)
            hitting = matching.instance == index
            for score in matching.scores[hitting]:
                kept &= now.scores != score
            first = Segments(
                np.concatenate([[segment], now.segments[kept]]),
                np.concatenate([[label], now.labels[kept]]),
                np.concatenate([[2.0], now.scores[kept]]))
            after = mean_ap(truth, {**found, name: first}, durations)
            assert costs[index] == pytest.approx(after - before, abs=1e-12)
            index += 1
    assert index == len(costs) and costs.min() >= 0 < costs.max()


def test_a_video_of_nothing_costs_its_false_alarms():
    truth = dict(
        a=Segments(np.array([[0, 2.]]), np.array([0])),
        b=Segments(np.empty((0, 2)), np.empty(0, int)))
    found = dict(
        a=Segments(np.array([[0, 2.]]), np.array([0]), np.array([0.5])),
        b=Segments(np.array([[0, 2.]]), np.array([0]), np.array([0.9])))
    matching = match(truth, found, dict(a=9., b=9.), THRESHOLD)
    assert video_costs(matching).tolist() == [0.5, 0.5]
    assert instance_costs(matching).tolist() == [0.5]
