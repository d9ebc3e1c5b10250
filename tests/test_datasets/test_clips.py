"""Action clips, background clips, pools: where the pairs come from."""
import numpy as np
import pytest

from mmbapg.datasets.clips import (
    background_clips,
    frames_in,
    instance_frames,
    merge_segments,
)
from mmbapg.datasets.pair_pools import VideoFrames, build_pools


def frames(segments, labels=None, window=None, surroundings='background',
           duration=10.0, interval=1.0):
    labels = labels or [0] * len(segments)
    return instance_frames(np.array(segments, float), labels, duration,
                           interval, round(duration / interval), window,
                           surroundings)


def pools_of(*videos):
    return build_pools([
        VideoFrames(f'v{index}', 100 * index, 10, instances)
        for index, instances in enumerate(videos)])


def test_overlapping_and_touching_instances_merge():
    merged = merge_segments(np.array([[5, 7], [1, 3], [3, 4], [6, 8.0]]))
    assert merged.tolist() == [[1, 4], [5, 8]]
    assert background_clips(merged, 10).tolist() == [[0, 1], [4, 5], [8, 10]]


def test_a_frame_belongs_to_the_segment_that_holds_its_middle():
    # frames of 1 s have their middles at 0.5, 1.5, ...
    assert frames_in((1.5, 3.5), 1.0, 10).tolist() == [1, 2]
    assert frames_in((1.6, 3.6), 1.0, 10).tolist() == [2, 3]
    assert frames_in((8.0, 30.0), 1.0, 10).tolist() == [8, 9]


def test_hard_negatives_are_the_background_clips_beside_an_instance():
    first, second = frames([[2, 4], [6, 8]])
    assert first.own.tolist() == [2, 3]
    assert first.former.tolist() == [0, 1]
    assert first.latter.tolist() == [4, 5] == second.former.tolist()
    assert second.latter.tolist() == [8, 9]


def test_the_window_limits_how_far_away_they_are():
    instance, = frames([[4, 6]], window=1.0)
    assert instance.former.tolist() == [3]
    assert instance.latter.tolist() == [6]


def test_surroundings_any_takes_the_next_action_too():
    first, second = frames([[2, 4], [4, 6]], window=1.0, surroundings='any')
    assert first.latter.tolist() == [4] and second.former.tolist() == [3]
    random, = frames([[2, 4]], surroundings='any')
    assert random.former.tolist() == [0, 1]
    assert random.latter.tolist() == [4, 5, 6, 7, 8, 9]
    with pytest.raises(ValueError, match="'near'"):
        frames([[2, 4]], surroundings='near')


def test_an_overlapping_instance_is_no_negative():
    first, _ = frames([[2, 5], [4, 7]], window=2.0, surroundings='any')
    assert not set(first.own) & set(first.latter)


def test_fallback_to_the_other_side():
    pools, report = pools_of(frames([[0, 4]]))
    assert pools[0].former.tolist() == pools[0].latter.tolist() == [
        4, 5, 6, 7, 8, 9]
    assert report == ['negatives of 1 instances from the other side']


def test_fallback_to_any_background_of_the_video():
    # the middle instance touches others on both sides
    pools, report = pools_of(frames([[2, 4], [4, 6], [6, 8]]))
    assert pools[1].former.tolist() == [0, 1, 8, 9]
    assert 'negatives of 1 instances from any background of the video' in (
        report)


def test_fallback_to_other_classes():
    pools, report = pools_of(frames([[0, 5], [5, 10]], labels=[0, 1]))
    assert pools[0].former.tolist() == [5, 6, 7, 8, 9]
    assert report == [
        'negatives of 2 instances from other classes of the video']
    pools, report = pools_of(frames([[0, 10]]), frames([[2, 4]], labels=[1]))
    assert pools[0].former.tolist() == [102, 103]
    assert pools[0].reaches_beyond_video


def test_instances_that_cannot_be_anchors_are_counted_and_named():
    pools, report = pools_of(frames([[2, 2.6], [5, 8]]))
    assert len(pools) == 1
    assert report[-1] == ('1 instances are no anchors for lack of two sampled'
                          ' frames, in 1 video: v0')


def test_dense_annotations():
    """Overlaps, starts at 0, ends at the end, as THUMOS14 has them."""
    rng = np.random.default_rng(0)
    videos = []
    for index in range(40):
        starts = np.sort(rng.uniform(0, 95, 12)).round(1)
        starts[0] = 0
        lengths = rng.uniform(0.2, 12, 12).round(1)
        segments = np.stack([starts, np.minimum(starts + lengths, 100)], 1)
        instances = instance_frames(segments, rng.integers(0, 3, 12), 100.0,
                                    0.5, 200)
        videos.append(VideoFrames(f'v{index}', 200 * index, 200, instances))
    pools, _ = build_pools(videos)
    assert len(pools) > 400
    for pool in pools:
        own = set(pool.positives.tolist())
        assert len(own) >= 2
        for side in (pool.former, pool.latter):
            assert len(side) and not own & set(side.tolist())
            assert (np.diff(side) > 0).all()
