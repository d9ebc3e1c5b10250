"""Which frames of a video are taken, and what is packed of them."""
import json

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, TRANSFORMS
from mmengine.registry import DefaultScope

from mmbapg.datasets import VideoError
from mmbapg.ops import clip_frames, spread_frames
from tests import golden, tiny, tiny_video, video_files

NUMBERS = golden.load('adatad_tiny')
SAMPLES = [f'sample{index}' for index in range(6)]


def sampler(cfg):
    """Ours for a setting of OpenTAD."""
    snippets = cfg['loader'] == 'LoadSnippetFrames'
    spread = cfg['method'] == 'resize'
    how = (dict(steps=cfg['resize_length']) if spread else
           dict(stride=cfg['snippet_stride']))
    if snippets:
        how.update(type='SampleClips', clip_len=cfg['clip_len'],
                   frame_interval=cfg['frame_interval'])
    else:
        how.update(type='SampleSpreadFrames' if spread else
                   'SampleEveryFrame', frames_per_step=cfg['scale_factor'])
    return TRANSFORMS.build(how)


@pytest.mark.parametrize('name', SAMPLES)
def test_frames_of_opentad(name):
    """Frames, valid steps and instances are the same, exactly."""
    cfg = json.loads(str(NUMBERS[f'{name}_config']))
    fps = cfg['total_frames'] / cfg.get('duration', 100.0)
    segments = np.array(cfg.get('segments', np.zeros((0, 2))), dtype=float)
    video = dict(video_name=name, fps=fps, segments=segments,
                 labels=np.zeros(len(segments), np.int64),
                 duration=cfg.get('duration', 100.0))
    steps = [sampler(cfg)]
    if 'feature_start_idx' in cfg:
        steps.append(TRANSFORMS.build(dict(type='CropWindow')))
        video['window'] = (cfg['feature_start_idx'],
                           cfg['feature_end_idx'] + 1)
    for step in steps:
        video = step(video)
    found = np.floor(video['features'] * fps).astype(np.int64)
    expected = NUMBERS[f'{name}_frame_inds']
    # what is missing, the model fills up with the last
    missing = len(expected) - len(found)
    found = np.concatenate([found, found[-1:].repeat(missing, axis=0)])
    assert np.array_equal(found, expected)
    scale = video['frames_per_step']
    assert len(video['features']) // scale == NUMBERS[f'{name}_masks'].sum()
    if len(segments):
        grid = video['grid']
        clipped = segments.clip(0, video['duration'])
        np.testing.assert_allclose(
            grid.to_steps(clipped) / scale, NUMBERS[f'{name}_segments'],
            rtol=1e-6)


@pytest.mark.parametrize('total', [1, 7, 767, 768, 769, 8189, 16375])
@pytest.mark.parametrize('number', [1, 100, 768])
def test_frames_are_as_many_as_asked_for(total, number):
    """Also of lengths for which OpenTAD's float ranges are one too long."""
    frames = spread_frames(total, number)
    assert len(frames) == number and (np.diff(frames) >= 0).all()
    assert frames[0] >= 0 and frames[-1] < total
    if number <= total:
        assert len(set(frames)) == number


@pytest.mark.parametrize('total,number', [(32, 8), (64, 16), (20, 32)])
def test_clips_around_places_between_frames(total, number):
    """Places are rounded once, after the clip was laid around its centre."""
    part, clips = total / number, []
    for step in range(number):
        centre = part * step + part / 2 - 0.5
        clips.append([round(min(max(centre + frame, 0), total - 1))
                      for frame in (-2, -1, 0, 1)])
    video = dict(video_name='v', fps=10.0, duration=total / 10)
    found = TRANSFORMS.build(dict(type='SampleClips', clip_len=4,
                                  steps=number))(video)['features']
    assert np.floor(found * 10).astype(int).tolist() == clips


def test_settings_that_do_not_fit():
    with pytest.raises(ValueError, match='clip_len is 5, expected an even'):
        clip_frames(np.arange(3), 5, 1, 9)
    with pytest.raises(ValueError, match='stride is 4, expected a multiple'):
        TRANSFORMS.build(dict(type='SampleEveryFrame', stride=4,
                              frames_per_step=3))
    with pytest.raises(ValueError, match='found stride=None and steps=None'):
        TRANSFORMS.build(dict(type='SampleClips', clip_len=4))
    with pytest.raises(ValueError, match='found num_ops=12 and magnitude'):
        TRANSFORMS.build(dict(type='WindowRandAugment', num_ops=12))


@pytest.mark.parametrize('kind', ['SampleEveryFrame', 'SampleClips'])
def test_no_frame_rate(kind):
    step = TRANSFORMS.build(dict(type=kind, stride=2, **(
        dict(clip_len=2) if kind == 'SampleClips' else {})))
    with pytest.raises(VideoError, match='video v, field fps: found nothing'):
        step(dict(video_name='v', duration=3.0))


def test_a_video_that_is_shorter_than_an_interval():
    step = TRANSFORMS.build(dict(type='SampleFrameEvery', interval=2.0))
    with pytest.raises(VideoError, match='found 0.5 s, expected at least one '
                       'sampling interval of 2 s'):
        step(dict(video_name='v', duration=0.5))


@pytest.fixture(scope='module')
def numbered(tmp_path_factory):
    """A video of 60 frames that show their numbers, 25 a second."""
    return video_files.write(
        tmp_path_factory.mktemp('video') / 'v.mp4', 'mpeg4')


def packed(path, *steps, **video):
    info = dict(path=str(path), video_name='v', fps=25, duration=2.4,
                segments=np.array([[0.5, 1.0]]), labels=np.array([1]))
    info.update(video)
    for step in (*steps, dict(type='PackFrameWindow')):
        info = TRANSFORMS.build(step)(info)
    return info['inputs'], info['data_samples']


def shown(frames):
    """Numbers that packed frames show."""
    return [video_files.number_of(frame.numpy())
            for frame in frames.permute(1, 2, 3, 0)]


def test_frames_that_are_packed(numbered):
    """The frames that were asked for, and the grid of the steps."""
    frames, sample = packed(
        numbered, dict(type='SampleEveryFrame', stride=4, frames_per_step=2),
        dict(type='DecodeFrames', frames_at_once=7))
    assert frames.dtype == torch.uint8 and frames.shape == (3, 30, 64, 160)
    assert shown(frames) == list(range(0, 60, 2))
    assert sample.grid.to_seconds(5.0) == pytest.approx(20 / 25)
    assert sample.frames_per_step == 2 and 'frame_order' not in sample
    assert sample.gt_instances.segments.tolist() == [[0.5, 1.0]]


def test_a_random_window(numbered):
    """Its frames begin where its grid says."""
    for seed in range(5):
        np.random.seed(seed)
        frames, sample = packed(
            numbered,
            dict(type='SampleEveryFrame', stride=4, frames_per_step=2),
            dict(type='RandomTruncation', max_length=16, keep_ratio=0.75),
            dict(type='DecodeFrames'))
        first = shown(frames)[0]
        assert shown(frames) == list(range(first, first + 32, 2))
        assert sample.grid.to_seconds(0.0) == pytest.approx(first / 25)


def test_overlapping_clips_decode_each_frame_once(numbered, monkeypatch):
    frames, sample = packed(
        numbered, dict(type='SampleClips', clip_len=4, stride=2),
        dict(type='DecodeFrames'))
    assert shown(frames) == list(range(60))
    assert sample.frame_order[:12].tolist() == [
        0, 0, 0, 1, 0, 1, 2, 3, 2, 3, 4, 5]
    assert len(sample.frame_order) == 4 * 30
    assert sample.frames_per_step == 4
    assert sample.grid.to_seconds(1.0) == pytest.approx(2 / 25)
    # and what changes frames in place changes each once
    flipped, _ = packed(
        numbered, dict(type='SampleClips', clip_len=4, stride=2),
        dict(type='DecodeFrames'), dict(type='Flip', flip_ratio=1.0))
    assert torch.equal(flipped.flip(-1), frames)


@pytest.mark.parametrize('kind', ['WindowRandAugment', 'WindowColorJitter'])
def test_the_same_for_all_frames_of_a_window(kind):
    """Equal frames stay equal; windows differ."""
    image = np.random.default_rng(0).integers(0, 256, (40, 48, 3), np.uint8)
    step, results = TRANSFORMS.build(dict(type=kind)), []
    for _ in range(12):
        changed = step(dict(imgs=[image.copy() for _ in range(4)]))['imgs']
        assert all(np.array_equal(changed[0], each) for each in changed)
        assert changed[0].shape == image.shape
        assert changed[0].dtype == np.uint8
        results.append(changed[0].tobytes())
    assert len({*results}) > 8


def test_colours_turn():
    image = np.zeros((4, 4, 3), np.uint8)
    image[..., 0] = 200
    step = TRANSFORMS.build(dict(
        type='WindowColorJitter', brightness=0, contrast=0, saturation=0))
    step.hue = 1 / 3
    found = [step.draw((4, 4))[0](image)[0, 0].argmax() for _ in range(40)]
    assert {*found} == {0, 1, 2}


def test_videos_in_windows(tmp_path):
    """The sliding windows of training, and whole videos of testing."""
    tiny_video.write_videos(tmp_path)
    sample = dict(type='SampleFrameEvery', interval=0.25)
    cfg = dict(
        type='SlidingWindowDataset', ann_file=f'{tmp_path}/annotations.json',
        data_prefix=dict(video=f'{tmp_path}/videos'), subset='training',
        window_size=16, overlap=0.5, pipeline=[
            sample, dict(type='CropWindow'), dict(type='DecodeFrames'),
            dict(type='PackFrameWindow')])
    with DefaultScope.overwrite_default_scope('mmaction'):
        dataset = DATASETS.build(cfg)
        item = dataset[1]
        assert item['inputs'].shape == (3, 16, *tiny_video.SIZE)
        assert item['data_samples'].grid.start == dataset.get_data_info(
            1)['window'][0]
        assert len(dataset) == 5
        testing = DATASETS.build(dict(cfg, test_mode=True, pipeline=[
            sample, *cfg['pipeline'][2:]]))
        assert testing[0]['inputs'].shape[1] == 40
        with pytest.raises(ValueError, match='found Resize at the beginning'):
            DATASETS.build(dict(cfg, pipeline=[
                dict(type='Resize', scale=(8, 8))]))
    assert tiny.CLASSES == tuple(dataset.metainfo['classes'])


@pytest.mark.parametrize('prefix', [
    {}, dict(video='a', feature='b'), dict(img='a')])
def test_one_kind_of_input(prefix):
    with pytest.raises(ValueError, match='expected exactly one of feature, v'):
        DATASETS.build(dict(type='TemporalLocalizationDataset', ann_file='a',
                            data_prefix=prefix, lazy_init=True))


@pytest.mark.parametrize('how, spread', [
    (dict(type='SampleEveryFrame', stride=4), False),
    (dict(type='SampleSpreadFrames', steps=8), True),
    (dict(type='SampleClips', clip_len=4, stride=2), False),
    (dict(type='SampleClips', clip_len=4, steps=8), True),
    (dict(type='SampleStoredFrames', fps=10), False),
    (dict(type='SampleStoredFrames', fps=None), True)])
def test_which_steps_share_a_whole_video(how, spread):
    """So that a long one is not cut into windows."""
    assert TRANSFORMS.build(how).is_spread == spread
