"""Recognizers' configs, made into ones that extract clip features."""
import pytest
from mmengine.config import Config

from mmbapg.apis.dataset_check import check_config
from mmbapg.apis.mmaction_tools import extraction_config
from mmbapg.config import (
    ClipFeaturesConfigError,
    add_clip_features,
    find_config,
)
from mmbapg.config.clip_features import spatial_transforms
from tests import clip_videos, recognizers
from tests.tiny import CONFIGS

ALL = sorted(path.name for path in (CONFIGS / 'features').glob('*.py'))


def made(name):
    return add_clip_features(Config.fromfile(CONFIGS / 'features' / name))


@pytest.mark.parametrize('name', ALL)
def test_what_names_say(name):
    cfg = made(name)
    dataset = cfg.test_dataloader.dataset
    sampling, *rate = name.split('_')[1].split('-')
    assert sampling == (f'{dataset.clip_len}x{dataset.frame_interval}x'
                        f'{dataset.stride}')
    assert rate == ([f'{dataset.sample_fps}fps'] if dataset.sample_fps else [])
    steps = [step.type for step in dataset.pipeline]
    crop = ['CenterCrop'] * ('efficientnet' not in name)
    assert steps == ['LoadVideoFrames', 'Resize', *crop, 'FormatShape',
                     'PackFrames']
    assert 'cls_head' not in cfg.model.recognizer
    assert add_clip_features(cfg) is cfg


def test_features_of_a_data_set_share_no_folder():
    folders = [made(name).test_cfg.out_dir for name in ALL
               if 'custom' not in name]
    assert len(set(folders)) == len(folders)


@pytest.mark.parametrize(('name', 'data'), [
    ('i3d-r50_16x1x4_thumos14-rgb', 'thumos14_i3d'),
    ('i3d-inception_16x1x4_thumos14-rgb', 'thumos14_i3d'),
    ('videomae-base_16x1x4_thumos14-rgb', 'thumos14_i3d'),
    ('r2plus1d-r34_16x1x16-15fps_activitynet13-rgb', 'activitynet13_tsp'),
    ('slowfast-r50_32x1x8-15fps_hacs-rgb', 'hacs_slowfast'),
    ('slowfast-r50_32x1x16-30fps_epic-kitchens100-rgb',
     'epic_kitchens100_noun_slowfast')])
def test_conventions_of_published_sets(name, data):
    """Stride, window and rate are those that localizers read them with."""
    dataset = made(f'{name}.py').test_dataloader.dataset
    theirs = Config.fromfile(CONFIGS / f'_base_/datasets/{data}.py')
    load = theirs.test_dataloader.dataset.pipeline[0]
    assert (dataset.stride, dataset.clip_len) == (load.stride, load.window)
    assert dataset.sample_fps == load.get('fps')
    assert dataset.frame_interval == 1 and dataset.ends == 'inside'
    assert dataset.ann_file == theirs.test_dataloader.dataset.ann_file


def test_several_crops_become_one():
    crop = dict(type='CenterCrop', crop_size=224)
    for several in ('ThreeCrop', 'TenCrop'):
        assert spatial_transforms([
            dict(type='DecordInit'), dict(type='Resize', scale=(-1, 256)),
            dict(type=several, crop_size=224), dict(type='FormatShape'),
        ]) == [dict(type='Resize', scale=(-1, 256)), crop]
    kept = spatial_transforms(
        recognizers.config('mvit').test_dataloader.dataset.pipeline)
    assert [step['type'] for step in kept] == ['Resize', 'CenterCrop']


def recognizer(**changes):
    cfg = recognizers.config('tsn')
    base = Config.fromfile(CONFIGS / '_base_/clip_features.py')
    cfg.clip_features = dict(base.clip_features, clip_len=1, stride=4)
    cfg.merge_from_dict(changes)
    return cfg


@pytest.mark.parametrize(('changes', 'expected'), [
    ({'clip_features.strides': 8},
     'clip_features: found strides, expected some of ann_file, batch_size'),
    ({'clip_features': 4}, 'field clip_features: found 4, expected dict'),
    ({'model.type': 'ClipFeatureExtractor'},
     'model: found ClipFeatureExtractor beside the field clip_features'),
    ({'test_dataloader.dataset.pipeline': [dict(type='Flip')]},
     r'test_dataloader.dataset.pipeline: found Flip, expected only Resize'),
    ({'test_dataloader.dataset.pipeline': [dict(type='DecordInit')]},
     'found no transform that resizes or crops, expected some')])
def test_what_cannot_be_made(changes, expected):
    with pytest.raises(ClipFeaturesConfigError, match=expected):
        add_clip_features(recognizer(**changes))


@pytest.mark.parametrize('name', ['clip_len', 'stride', 'out_dir'])
def test_what_is_missing(name):
    cfg = recognizer()
    del cfg.clip_features[name]
    with pytest.raises(ClipFeaturesConfigError, match=(
            f'clip_features: found no {name}, expected one')):
        add_clip_features(cfg)


def test_options_of_the_command(tmp_path):
    """Before and after the config is made; workers keep their videos."""
    cfg = extraction_config('mmbapg::features/tsn-r50_1x1x4_custom-rgb.py', {
        'clip_features.data_root': '/mine', 'clip_features.stride': 9,
        'model.backbone.depth': 18, 'test_dataloader.num_workers': 3,
        'test_cfg.fp16': True})
    assert cfg.test_dataloader.dataset.stride == 9
    assert cfg.test_dataloader.dataset.ann_file == '/mine/annotations.json'
    assert cfg.model.recognizer.backbone.depth == 18 and cfg.test_cfg.fp16
    assert cfg.test_dataloader.sampler.streams == 6
    with pytest.raises(SystemExit, match='error: .*found strides'):
        extraction_config('mmbapg::features/tsn-r50_1x1x4_custom-rgb.py',
                          {'clip_features.strides': 9})


def test_old_names():
    for kind in ('rgb', 'grid'):
        old = f'similarity/extract_efficientnetlite0_fir-{kind}-0.25s.py'
        with pytest.warns(DeprecationWarning, match=(
                f'{old} is features/.*{kind}.py now')):
            assert find_config(old).name.endswith(f'_fir-{kind}.py')


def test_the_check_looks_at_videos(tmp_path):
    """Their lengths, rates, and whether a clip fits."""
    folder = clip_videos.write_constant(tmp_path, 'ab')
    assert not check_config(clip_videos.config('tsn', folder)).errors
    error, = check_config(clip_videos.config('tsn', folder,
                                             clip_len=42)).errors
    assert error == (
        f'{folder}/annotations.json: video a, field duration: found 1.6 s, 40 '
        "frames at 25 a second, expected at least one clip of 42 (ends='"
        "repeat' repeats the first and the last frame)")
    assert not check_config(clip_videos.config(
        'tsn', folder, clip_len=42, ends='repeat')).errors
    (folder / 'videos/b.mp4').write_text('no video')
    error, = check_config(clip_videos.config('tsn', folder)).errors
    assert error.startswith(f'{folder}/videos/b.mp4: found no video that can '
                            'be opened')
    clip_videos.write_annotations(folder, dict(a=9.0))
    error, = check_config(clip_videos.config('tsn', folder)).errors
    assert 'found 1.60 s of video, expected a frame at 8.' in error


def test_images_need_a_frame_rate(tmp_path):
    folder = clip_videos.write_images(tmp_path)
    assert not check_config(clip_videos.config(
        'tsn', folder, 'images')).errors
    clip_videos.write_annotations(folder, dict(a=1.6))
    error, = check_config(clip_videos.config('tsn', folder, 'images')).errors
    assert error.endswith('video a, field fps: found nothing, expected the '
                          'frame rate of its images')
