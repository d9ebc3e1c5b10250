"""Every frame of videos of many kinds; see :mod:`tests.video_matrix`."""
import shutil

import pytest

from tests import video_matrix

CASES = {case.name: case for case in video_matrix.CASES}


@pytest.mark.parametrize('name', CASES)
def test_frames_and_times_of(name, tmp_path):
    path = tmp_path / name
    CASES[name].make(path)
    assert video_matrix.problems(CASES[name], str(path)) == []


@pytest.mark.skipif(shutil.which('ffmpeg') is None,
                    reason='ffmpeg, a second opinion, is not installed')
@pytest.mark.parametrize('name', [
    'h264.mp4', 'hevc.ts', 'vp9.webm', 'mpeg2.mpg', 'turned_90.mp4',
    'transverse.mp4', 'cut.mp4', 'late_picture.mp4', 'varying.mkv',
    'joined.ts', 'full_range.mp4', 'cover_first.mp4'])
def test_ffmpeg_shows_the_same(name, tmp_path):
    path = tmp_path / name
    CASES[name].make(path)
    assert video_matrix.compare(CASES[name], str(path)) == []
