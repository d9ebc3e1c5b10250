"""What the references do to instances before they train on them."""

import numpy as np
import pytest
from mmaction.registry import TRANSFORMS

from mmbapg.datasets import (
    ClipInstances,
    DropRepeatedInstances,
    DropShortInstances,
    RandomTruncation,
)
from mmbapg.ops import TemporalGrid


def features(segments, labels=None, steps=10, window=16):
    """A video of ``steps`` features, every 16 frames at 16 frames a second."""
    labels = range(len(segments)) if labels is None else labels
    return dict(
        video_name='v', features=np.zeros((steps, 2), np.float32),
        grid=TemporalGrid(stride=16, window=window, fps=16),
        segments=np.array(segments, float).reshape(-1, 2),
        labels=np.array(labels, np.int64))


def test_repeated_instances():
    data = features([[1, 2], [1.0009, 2], [1, 2], [1, 2.1], [3, 3.0005]],
                    [0, 0, 1, 0, 0])
    dropped = DropRepeatedInstances().transform(dict(data))
    assert dropped['segments'].tolist() == [[1, 2], [1, 2], [1, 2.1],
                                            [3, 3.0005]]
    assert dropped['labels'].tolist() == [0, 1, 0, 0]
    short = DropRepeatedInstances(min_length=1e-3).transform(dict(data))
    assert short['segments'].tolist() == [[1, 2], [1, 2], [1, 2.1]]
    nothing = DropRepeatedInstances(min_length=1e-3).transform(features([]))
    assert nothing['segments'].shape == (0, 2)


def test_instances_that_are_short_beside_their_video():
    """OpenTAD's ActivityNet: longer than 1 % of it."""
    data = dict(features([[1, 1.4], [2, 2.41], [3, 2], [30, 39]]),
                duration=40.0)
    kept = DropShortInstances().transform(dict(data))
    assert kept['labels'].tolist() == [1, 3]
    assert kept['segments'].tolist() == [[2, 2.41], [30, 39]]
    assert not len(DropShortInstances(0.5).transform(data)['labels'])


def test_actionformer_clips_resized_activitynet():
    """Facts of the reference in grid steps: with T = 10 and an offset of half
    a step, features end at 10.5; step i stands for i + 0.5 seconds."""
    grid_steps = [[2, 5], [9, 12], [8, 13.1], [10.4, 10.6], [10.5, 12],
                  [-0.5, 10]]
    seconds = np.array(grid_steps) + 0.5
    clipped = ClipInstances(keep_ratio=0.5).transform(features(seconds))
    # shares 1, 1.5 / 3, 2.5 / 5.1, 0.1 / 0.2, beyond, 1
    assert clipped['labels'].tolist() == [0, 1, 3, 5]
    np.testing.assert_allclose(clipped['segments'] - 0.5, [
        [2, 5], [9, 10.5], [10.4, 10.5], [-0.5, 10]])


def test_tridet_clips_hacs():
    """To T itself, whatever share is left."""
    seconds = np.array([[2, 5], [9.9, 30], [10, 12]]) + 0.5
    clipped = ClipInstances(keep_ratio=0, slack=False).transform(
        features(seconds))
    np.testing.assert_allclose(clipped['segments'] - 0.5, [[2, 5], [9.9, 10]])
    assert clipped['labels'].tolist() == [0, 1]


def test_a_video_without_any_instance_left_is_named_once(logged):
    clip = ClipInstances()
    for _ in range(2):
        assert clip.transform(features([[12, 13]]))['segments'].shape == (0, 2)
    assert logged().count('video v: its features end at 11.0 s') == 1


@pytest.mark.parametrize('slack,bounds', [(True, (3.0, 7.0)),
                                          (False, (3.5, 6.5))])
def test_truncation_with_and_without_slack(monkeypatch, slack, bounds):
    """ActionFormer lets an instance reach half a window (here half a step)
    beyond a crop of steps 3 to 6, TriDet does not."""
    monkeypatch.setattr(np.random, 'randint', lambda *args: 3)
    data = features([[0, 10], [3.0, 7.0], [6.4, 7.0]])
    cropped = RandomTruncation(3, keep_ratio=0.3, slack=slack).transform(data)
    assert cropped['segments'][0].tolist() == list(bounds)
    assert cropped['labels'].tolist() == ([0, 1, 2] if slack else [0, 1])


def test_class_agnostic_labels_leave_the_classes_alone():
    agnostic = TRANSFORMS.build(dict(type='ClassAgnosticLabels'))
    data = agnostic.transform(dict(features([[1, 2], [3, 4]], [7, 3]),
                                   classes=('a', 'b')))
    assert data['labels'].tolist() == [0, 0]
    assert data['labels'].dtype == np.int64 and data['classes'] == ('a', 'b')
