"""One sentence about each way in which clips can be unusable."""
import shutil
from unittest import mock

import pytest

from mmbapg.datasets import TrimmedClipError, VideoError
from tests import boundary_sets


@pytest.fixture(scope='module')
def written(tmp_path_factory):
    return boundary_sets.write_clips(tmp_path_factory.mktemp('clips'))


@pytest.fixture
def clips(written, tmp_path):
    """A copy to spoil."""
    for path in written.iterdir():
        shutil.copy(path, tmp_path)
    return tmp_path


def dataset(clips, **options):
    options = {'interval': 0.04, **options}
    return boundary_sets.dataset_of(boundary_sets.source_of(clips), **options)


def relabel(clips, labels):
    lines = [f'clip{first:04d}.mp4 {label}' for label, (_, first) in zip(
        labels, boundary_sets.CLIPS)]
    (clips / 'clips.txt').write_text('\n'.join(lines))


def shorten(clips):
    boundary_sets.write_clips(clips, [(1, 200)], frames=15)
    relabel(clips, [0, 0, 1, 1, 1, 1])


def test_too_short(clips):
    shorten(clips)
    with pytest.raises(TrimmedClipError, match=(
            r'clip0200.mp4: found 15 frames, one every 0.04 s in 0.6 s, '
            'expected at least 16 for diff_speed at the speed of 3, clips of '
            "8; unusable_clips='skip' leaves such clips out")):
        dataset(clips)
    assert len(dataset(clips, synthesis=dict(speeds=(0.5, 2.0))).clips) == 6
    assert len(dataset(clips, kinds=('diff_class', 'same_speed')).clips) == 6


def test_an_instance_that_is_too_short(folder):
    """Its own length is told, not that of its video."""
    with pytest.raises(TrimmedClipError, match=(
            r'video0, instance \d: found (\d+) frames, one every 0.25 s in '
            r'[\d.]{1,4} s, expected at least 61 for diff_speed at the speed '
            'of 1.5, clips of 4, 15 frames apart')) as told:
        boundary_sets.of_features(folder, synthesis=dict(
            half_length=2, speeds=(0.5, 1.5), spacing=15))
    words = str(told.value).split()
    number, seconds = (float(words[words.index(word) + 1])
                       for word in ('found', 'in'))
    assert seconds == pytest.approx(0.25 * number, rel=0.01)


def test_skipped_clips_are_counted_and_named(clips, logged):
    shorten(clips)
    (clips / 'clip0400.mp4').write_bytes(b'no video')
    assert len(dataset(clips, unusable_clips='skip').clips) == 4
    assert '2 of 6 trimmed clips are left out: ' in logged()
    assert 'clip0200.mp4: found 15 frames' in logged()
    assert 'clip0400.mp4: found no video' in logged()


@pytest.mark.parametrize('options', [dict(), dict(
    fps=25, loader='LoadNumberedFrames')])
@pytest.mark.parametrize('spoil', [
    lambda path: path.write_bytes(b'no video'), lambda path: path.unlink()])
def test_unreadable(clips, options, spoil):
    spoil(clips / 'clip0300.mp4')
    with pytest.raises(VideoError, match=r'clip0300.mp4: (found no video|no '
                       'such video)'):
        dataset(clips, **options)


@pytest.mark.parametrize('index,error,message', [
    (2 * 4 + 2, TrimmedClipError, 'clip0200.mp4: found 15 frames, .* expected '
     'at least 16 for diff_speed at the speed of 3'),
    (1 * 4 + 3, VideoError, 'clip0100.mp4: found no video')])
def test_large_sets_are_refused_when_they_are_drawn(clips, index, error,
                                                    message):
    """Kinetics is too large to open every video first."""
    shorten(clips)
    (clips / 'clip0100.mp4').write_bytes(b'no video')
    options = dict(read_lengths='when_drawn', synthesis=dict(speeds=(3.0, )))
    with mock.patch('mmbapg.datasets.boundaries.trimmed_clips.open_video') \
            as opened:
        data = dataset(clips, **options)
    assert not opened.called
    with pytest.raises(error, match=message):
        data[index]


def test_a_class_of_one_clip(clips, logged):
    relabel(clips, [0, 0, 1, 1, 1, 2])
    with pytest.raises(TrimmedClipError, match=(
            'clip0500.mp4: found no other clip of its class 2, expected two '
            'at least to make pairs of one class; unusable_clips=')):
        dataset(clips)
    assert len(dataset(clips, unusable_clips='skip').clips) == 5
    assert '1 of 6 trimmed clips are left out' in logged()
    kinds = ('diff_class', 'diff_speed', 'same_speed')
    assert len(dataset(clips, kinds=kinds).clips) == 6
    data = dataset(clips, read_lengths='when_drawn')
    with pytest.raises(TrimmedClipError, match='no other clip of its class'):
        data[5 * 4 + 1]


def test_one_class_only(clips):
    relabel(clips, [3] * 6)
    with pytest.raises(TrimmedClipError, match=(
            r'clips.txt: found 6 usable clips, of 1 classes, expected at '
            'least 2 for the kinds diff_class')):
        dataset(clips)
    kinds = ('same_class', 'diff_speed', 'same_speed')
    assert len(dataset(clips, kinds=kinds).clips) == 6


def test_clips_without_a_class(clips):
    (clips / 'clips.txt').write_text('clip0000.mp4\nclip0100.mp4')
    with pytest.raises(TrimmedClipError, match='clip0000.mp4, field label: '
                       'found -1, expected the number of one class'):
        dataset(clips)


def test_times_that_are_missing_or_two(clips, folder):
    with pytest.raises(TrimmedClipError, match='interval: found none for the '
                       'clips of .*clips.txt'):
        dataset(clips, interval=None)
    with pytest.raises(TrimmedClipError, match='interval is 0.1 s, and that '
                       'of .*annotations.json is 0.25 s'):
        boundary_sets.of_features(folder, interval=0.1)
    raw = dict(type='RawframeDataset', ann_file=f'{clips}/raw.txt',
               data_prefix=dict(img=str(clips)))
    (clips / 'raw.txt').write_text('a 20 0\nb 20 1')
    with pytest.raises(TrimmedClipError, match='fps: found none for the '
                       'folders of images of .*raw.txt'):
        boundary_sets.dataset_of(raw, interval=0.1)
    with pytest.raises(ValueError, match='found 2 values, .* for 1 sources'):
        dataset(clips, interval=[0.1, 0.1])


def test_nothing_to_make_boundaries_of(clips):
    (clips / 'clips.txt').write_text('')
    with pytest.raises(TrimmedClipError, match='clips.txt: found no clip'):
        dataset(clips)


@pytest.mark.parametrize('options,message', [
    (dict(unusable_clips='drop'), 'unusable_clips is .drop., expected one of '
     'error, skip'),
    (dict(read_lengths='never'), 'read_lengths is .never., expected one of '
     'before, when_drawn'),
    (dict(unusable_clips='skip', read_lengths='when_drawn'),
     'needs read_lengths=.before.')])
def test_settings_that_contradict(clips, options, message):
    with pytest.raises(ValueError, match=message):
        dataset(clips, **options)
