"""Which frames clips take, and that runs of them ask for each once."""
import numpy as np
import pytest

from mmbapg.datasets.clip_sampling import ClipSampling
from mmbapg.datasets.samplers.video_shards import NOTHING, in_turn


def test_clips_inside_of_the_video():
    """ActionFormer's THUMOS14: every 4 frames, 16 a step."""
    sampling = ClipSampling(clip_len=16, stride=4)
    assert sampling.num_clips(16) == 1 and sampling.num_clips(15) == 0
    assert sampling.num_clips(100) == 22
    np.testing.assert_array_equal(sampling.frames(5, 6, 100)[0],
                                  np.arange(20, 36))
    assert sampling.frames(21, 22, 100).max() == 99
    assert sampling.grid(25.0).to_seconds(5.0) == pytest.approx(28 / 25)


def test_clips_up_to_the_ends_of_the_video():
    """In the middle of their stride; border frames stand in."""
    sampling = ClipSampling(clip_len=16, stride=4, ends='repeat')
    assert sampling.num_clips(9) == 3
    first, *_, last = sampling.frames(0, 3, 9)
    assert first.tolist() == [0] * 6 + list(range(9)) + [8]
    assert last.tolist() == [2, 3, 4, 5, 6, 7] + [8] * 10
    grid = sampling.grid(25.0)
    np.testing.assert_allclose(grid.to_seconds(np.arange(3)),
                               np.array([2, 6, 10]) / 25)
    # where a middle falls between frames, the grid says so
    odd = ClipSampling(clip_len=3, stride=4, ends='repeat')
    assert odd.frames(1, 2, 99).tolist() == [[4, 5, 6]]
    assert odd.grid(1.0).to_seconds(1.0) == 5.5


@pytest.mark.parametrize('ends', ['inside', 'repeat'])
@pytest.mark.parametrize('clip_len,interval,stride', [
    (16, 1, 4), (8, 4, 3), (5, 2, 3), (1, 1, 1), (1, 1, 7), (4, 1, 16),
    (32, 2, 8), (3, 5, 1)])
@pytest.mark.parametrize('size', [1, 2, 7])
def test_runs_ask_for_each_frame_once_and_in_order(ends, clip_len, interval,
                                                   stride, size):
    sampling = ClipSampling(clip_len, stride, interval, ends)
    frames = 131
    number = sampling.num_clips(frames)
    wanted = sampling.frames(0, number, frames)
    asked, held = [], np.array([], int)
    for first in range(0, number, size):
        last = min(first + size, number)
        run = sampling.run(first, last, frames)
        np.testing.assert_array_equal(run.clips, wanted[first:last])
        asked += run.frames.tolist()
        held = np.concatenate([held[:], run.frames])
        assert np.isin(run.clips, held).all()
        if last < number:
            coming = sampling.run(last, min(last + size, number), frames)
            near = coming.frames[:8]
            assert np.isin(near, run.soon).all()
        held = held[held >= run.keep_from]
        assert len(held) <= sampling.span
    assert asked == np.unique(wanted).tolist()


@pytest.mark.parametrize(('settings', 'expected'), [
    (dict(clip_len=0, stride=1), 'clip_len: found 0, expected a positive'),
    (dict(clip_len=2, stride=1.5), 'stride: found 1.5, expected a positive'),
    (dict(clip_len=2, stride=1, ends='cut'),
     "ends is 'cut', expected one of inside, repeat")])
def test_what_is_no_sampling(settings, expected):
    with pytest.raises(ValueError, match=expected):
        ClipSampling(**settings)


def test_every_worker_reads_its_own_videos():
    runs = [range(0, 4), range(4, 6), range(6, 7), range(7, 9)]
    assert list(in_turn(runs, 1)) == list(range(9))
    order = list(in_turn(runs, 2))
    assert order == [0, 4, 1, 5, 2, 6, 3, 7, NOTHING, 8]
    streams = order[::2], order[1::2]
    for video in runs:
        assert any(set(video) <= set(stream) for stream in streams)
    assert list(in_turn([range(3)], 2)) == [0, NOTHING, 1, NOTHING, 2, NOTHING]
    assert list(in_turn([], 3)) == []
