"""Stored frames, optical flow, and clips of either and of raw video."""
import json

import cv2
import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, TRANSFORMS

from mmbapg.apis.frame_store import Stored, store_frames
from mmbapg.datasets import AnnotationError, FeatureFileError, FlowError
from mmbapg.datasets.open_videos import open_video
from mmbapg.datasets.optical_flow import METHODS, as_bytes, flow_frames
from mmbapg.datasets.transforms.frame_arrays import (
    FlipFrames,
    SampleStoredFrames,
)
from mmbapg.ops import TemporalGrid
from tests import tiny_video

FPS, SIZE = 4, 24


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Raw videos of 9 and 10 s, with two instances each, and their frames."""
    folder = tiny_video.write_videos(tmp_path_factory.mktemp('videos'))
    store_frames(f'{folder}/annotations.json', f'{folder}/videos',
                 f'{folder}/frames', fps=FPS, size=SIZE, flow='dis')
    return folder


def dataset(folder, pipeline, prefix, kind='SlidingWindowDataset', **kwargs):
    return DATASETS.build(dict(
        type=kind, ann_file=str(folder / 'annotations.json'),
        data_prefix=prefix, pipeline=pipeline, **kwargs))


def stored(folder, kinds=('rgb', ), fps=FPS, channels=3, **kwargs):
    """Samples of stored frames."""
    sample = dict(type='SampleStoredFrames', fps=fps, channels=channels)
    crop = [] if kwargs.get('test_mode') else [dict(type='CropWindow')]
    return dataset(
        folder, [sample, *crop, dict(type='ReadStoredFrames'),
                 dict(type='PackFrameWindow')],
        dict(feature=[str(folder / 'frames' / kind) for kind in kinds]),
        **kwargs)


def test_what_is_stored(folder):
    """Frames of the middle of each step, as Pillow shrinks them; flow between
    them, the last twice."""
    rgb, flow = (np.load(folder / f'frames/{kind}/video_1.npy')
                 for kind in ('rgb', 'flow'))
    assert rgb.shape == (36, SIZE, SIZE, 3) and rgb.dtype == np.uint8
    assert flow.shape == (36, SIZE, SIZE, 2) and flow.dtype == np.uint8
    times = (np.arange(36) + 0.5) / FPS
    frames = open_video(str(folder / 'videos/video_1.mp4')).frames_at(times)
    for stored_one, frame in zip(rgb, frames):
        # Pillow's bicubic filter, on an image that is about twice as large
        mean = frame.astype(float).mean()
        assert abs(stored_one.astype(float).mean() - mean) < 1
    np.testing.assert_array_equal(
        flow, list(flow_frames(rgb, 'dis')))
    np.testing.assert_array_equal(flow[-1], flow[-2])


def test_what_is_there_is_kept(folder, tmp_path):
    settings = dict(fps=FPS, size=SIZE, flow='dis')
    before = (folder / 'frames/rgb/video_0.npy').stat().st_mtime_ns
    (folder / 'frames/flow/video_2.npy').unlink()
    found = store_frames(f'{folder}/annotations.json', f'{folder}/videos',
                         f'{folder}/frames', **settings)
    assert found == Stored(1, 3)
    assert (folder / 'frames/rgb/video_0.npy').stat().st_mtime_ns == before


def test_no_more_than_so_many_frames(folder, tmp_path):
    """Spread over a video, or all of a shorter one."""
    for most, number in ((20, 20), (1000, 72)):
        out = tmp_path / str(most)
        store_frames(f'{folder}/annotations.json', f'{folder}/videos',
                     str(out), most=most, size=SIZE)
        assert len(np.load(out / 'rgb/video_1.npy')) == number  # 9 s, 8 fps


@pytest.mark.parametrize('method', METHODS)
def test_flow_of_a_movement(method):
    """Two pixels to the right and one up, each frame."""
    texture = np.random.default_rng(0).integers(0, 255, (80, 80), np.uint8)
    texture = cv2.GaussianBlur(texture, (0, 0), 2)
    frames = [np.stack([texture[20 + index:60 + index,
                                20 - 2 * index:60 - 2 * index]] * 3, axis=-1)
              for index in range(3)]
    flow = list(flow_frames(frames, method))
    assert len(flow) == 3
    np.testing.assert_array_equal(flow[1], flow[2])
    pixels = flow[0][10:30, 10:30].astype(float) * 40 / 255 - 20
    np.testing.assert_allclose(np.median(pixels, axis=(0, 1)), [2, -1],
                               atol=0.3)


def test_flow_of_one_frame_and_of_none():
    one, = flow_frames([np.zeros((8, 8, 3), np.uint8)])
    assert (one == 128).all()
    assert list(flow_frames([])) == []
    assert as_bytes(np.array([25.0, -25.0]), 20).tolist() == [255, 0]


def test_unknown_and_missing_methods(folder, monkeypatch):
    with pytest.raises(FlowError, match="flow is 'brox', expected one of tvl1,"
                       ' dis, farneback'):
        store_frames(f'{folder}/annotations.json', 'no folder', 'nowhere',
                     flow='brox')
    monkeypatch.delattr(cv2, 'optflow')
    with pytest.raises(FlowError, match='flow tvl1: OpenCV is without it .* '
                       'expected the package opencv-contrib-python; without '
                       'it there are dis, farneback'):
        list(flow_frames([np.zeros((8, 8, 3), np.uint8)]))


def test_clips_of_stored_frames(folder):
    """Windows of ``window_size`` frames; those that show no whole instance are
    left out."""
    clips = stored(folder, window_size=16, overlap=0.5, min_share=0.5,
                   best_share=1.0)
    for index in range(len(clips)):
        packed = clips[index]
        frames, sample = packed['inputs'], packed['data_samples']
        assert frames.shape == (3, 16, SIZE, SIZE)
        first = round(sample.grid.beginnings().to_seconds(0.0) * FPS)
        whole = np.load(folder / f'frames/rgb/{sample.video_name}.npy')
        np.testing.assert_array_equal(
            frames.permute(1, 2, 3, 0), whole[first:first + 16])
        info = clips.get_data_info(index)
        start, end = first / FPS, (first + 16) / FPS
        assert ((info['segments'] >= start) & (info['segments'] <= end)).all()
        lengths = np.diff(info['segments'])[:, 0]
        assert any(each in (1, 2, 3) for each in lengths)  # one is whole
        assert 0.4 < info['shortest_instance'] <= min(lengths)
    half = stored(folder, window_size=16, overlap=0.5, min_share=0.5)
    assert len(half) > len(clips)


def test_an_instance_longer_than_any_clip_is_named(folder, logged):
    with pytest.raises(AnnotationError, match='no window of 3 steps shows 1 of'
                       ' an instance in any of 4 videos'):
        stored(folder, window_size=3, overlap=0.5, min_share=0.5,
               best_share=1.0)
    stored(folder, window_size=4, overlap=0.5, min_share=0.5,
           best_share=1.0)
    assert 'no window shows enough of an instance in' in logged()


def test_videos_without_instances_are_named(folder, tmp_path, logged):
    content = json.loads((folder / 'annotations.json').read_text())
    for name in [*content['database']][1:]:
        content['database'][name]['annotations'] = []
    (tmp_path / 'frames').symlink_to(folder / 'frames')
    path = tmp_path / 'annotations.json'
    path.write_text(json.dumps(content))
    assert len(stored(tmp_path, window_size=64, overlap=0.5)) == 1
    assert ('left out of training for lack of instances: 3 videos: video_1, '
            'video_2, video_3') in logged()
    content['database'] = {'video_1': content['database']['video_1']}
    path.write_text(json.dumps(content))
    with pytest.raises(AnnotationError, match='none of 1 video: video_1 has an'
                       ' instance, expected some to train on'):
        stored(tmp_path, window_size=64, overlap=0.5)


def test_a_video_shorter_than_a_clip(folder, logged):
    clips = stored(folder, window_size=64, overlap=0.5)
    assert ('shorter than a window of 64 steps, and filled up: 4 videos: '
            'video_0, ') in logged()
    assert {clips[index]['inputs'].shape[1]
            for index in range(len(clips))} == {36, 40}


def test_rgb_and_flow_together(folder):
    both = stored(folder, ('rgb', 'flow'), channels=5, test_mode=True,
                  kind='TemporalLocalizationDataset')
    frames = both[1]['inputs']
    assert frames.shape == (5, 36, SIZE, SIZE)
    flow = np.load(folder / 'frames/flow/video_1.npy')
    np.testing.assert_array_equal(frames[3:].permute(1, 2, 3, 0), flow)


@pytest.mark.parametrize('settings,change,message', [
    (dict(kinds=('rgb', 'flow'), channels=5), lambda flow: flow[:-2],
     r'flow/video_0.npy: found 38 frames of 24 x 24 pixels, expected 40 frames'
     r' of 24 x 24 pixels as in .*rgb/video_0.npy: RGB and flow of a video'),
    (dict(kinds=('rgb', 'flow'), channels=5), lambda flow: flow[:, :20],
     'found 40 frames of 24 x 20 pixels, expected 40 frames of 24 x 24'),
    (dict(kinds=('flow', ), channels=2), lambda flow: flow.repeat(3, axis=0),
     r'video video_0: .*flow/video_0.npy: found 120 frames, which are 12 for '
     'each of its 10 s, expected 4; were they stored at another rate'),
    (dict(kinds=('flow', ), channels=3), lambda flow: flow,
     'found 2 channels, expected 3: RGB has 3, and flow 2'),
    (dict(kinds=('flow', ), channels=2), lambda flow: flow[..., 0],
     r'found an array of shape \(40, 24, 24\), expected \(T, H, W, 3\) of')])
def test_refusals(folder, tmp_path, settings, change, message):
    """Before work starts: when windows are made."""
    (tmp_path / 'annotations.json').symlink_to(folder / 'annotations.json')
    for kind in ('rgb', 'flow'):
        (tmp_path / 'frames' / kind).mkdir(parents=True)
        for index in range(4):
            name = f'frames/{kind}/video_{index}.npy'
            np.save(tmp_path / name, change(np.load(folder / name)) if
                    (kind, index) == ('flow', 0) else np.load(folder / name))
    with pytest.raises(FeatureFileError, match=message):
        stored(tmp_path, window_size=16, overlap=0.5, **settings)


def test_arrays_that_span_the_video(folder):
    """Of any rate, as for ActivityNet."""
    whole = stored(folder, fps=None, test_mode=True,
                   kind='TemporalLocalizationDataset')
    grid = whole[1]['data_samples'].grid
    assert grid.beginnings().to_seconds(36.0) == pytest.approx(9.0)
    # without what is too many for one clip, at the same rate
    info = dict(whole.get_data_info(1))
    frames, first = SampleStoredFrames(fps=None, most=34).sample(info)
    assert len(frames) == 34
    assert first.beginnings().to_seconds(36.0) == pytest.approx(9.0)


@pytest.mark.parametrize('negate', [True, False])
@pytest.mark.parametrize('channels', [2, 3, 5])
def test_flip(channels, negate):
    image = np.arange(4 * channels, dtype=np.uint8).reshape(1, 4, channels)
    flipped, = FlipFrames(1.0, negate).transform(dict(imgs=[image]))['imgs']
    expected = image[:, ::-1].astype(int)
    if negate and channels != 3:
        expected[..., -2] = 255 - expected[..., -2]
    np.testing.assert_array_equal(flipped, expected)
    kept, = FlipFrames(0.0, negate).transform(dict(imgs=[image]))['imgs']
    assert kept is image


def test_flips_of_flow_are_flow_of_flips():
    texture = np.random.default_rng(0).integers(0, 255, (60, 60), np.uint8)
    texture = cv2.GaussianBlur(texture, (0, 0), 2)
    frames = [np.stack([texture[10:50, at:at + 40]] * 3, axis=-1)
              for at in (10, 7)]
    flow = list(flow_frames(frames, 'farneback'))
    flipped = FlipFrames(1.0).transform(dict(imgs=flow))['imgs']
    of_flips = list(flow_frames(
        [frame[:, ::-1].copy() for frame in frames], 'farneback'))
    middle = slice(10, 30)
    difference = (flipped[0].astype(int) - of_flips[0])[middle, middle]
    assert abs(difference).max() <= 2
    assert flow[0][middle, middle, 0].mean() > 140


@pytest.mark.parametrize('duration,number,interval', [
    (10.0, 20, 0.5), (2.0, 16, 0.125)])
def test_frames_up_to_a_number(duration, number, interval):
    sampler = TRANSFORMS.build(dict(type='SampleFramesUpTo', steps=20))
    times, grid = sampler.sample(dict(
        video_name='v', duration=duration, fps=8.0))
    assert len(times) == number
    assert grid == TemporalGrid.of_interval(interval)
    np.testing.assert_allclose(times, grid.to_seconds(np.arange(number)),
                               atol=0.5 / 8)


def test_clips_of_raw_video_have_a_splice(folder):
    """Frames that a spliced clip is made of, beside the clip."""
    clips = dataset(
        folder, [
            dict(type='SampleFrameEvery', interval=1 / FPS),
            dict(type='CropWindow'),
            dict(type='DecodeFrames', each=[
                dict(type='ShrinkFrames', size=SIZE)]),
            dict(type='RandomCrop', size=16),
            dict(type='FlipFrames'),
            dict(type='SpliceBackground', clip_length=40),
            dict(type='PackSplicedWindow')],
        dict(video=str(folder / 'videos')), window_size=40, overlap=0.5)
    np.random.seed(0)
    for index in range(len(clips)):
        info = clips.get_data_info(index)
        packed = clips.pipeline(info)
        assert packed['inputs'].shape[0::2] == (3, 16)
        sample, length = packed['data_samples'], np.diff(info['segments'])
        # of two instances of 2 and 3 s none is more than twice the other
        assert ('splice' in sample) <= (
            length.max() > 2 * info['shortest_instance'])
        if 'splice' in sample:
            assert sorted(sample.splice.frame_index.tolist()) == list(
                range(40))
            assert sample.splice.pieces.dtype == torch.float32
    info = dict(clips.get_data_info(0), shortest_instance=0.5)
    assert 'splice' in clips.pipeline(info)['data_samples']
