"""Bad input, and the one sentence that each gets: file, video, field, what
was found, what was expected."""
import json

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.runner import load_checkpoint

from mmbapg.datasets.annotations import AnnotationError, load_annotations
from mmbapg.datasets.feature_files import FeatureFileError, read_features
from mmbapg.datasets.transforms.clustering import TemporalSimilarityClustering
from mmbapg.datasets.video_reader import VideoError, VideoReader
from mmbapg.ops import find_change_points
from mmbapg.ops.change_points import ImpossibleSegmentation
from tests import runs, tiny


def message_of(error, call, *args, **kwargs):
    """The message that a call ends with: one sentence, no line breaks."""
    with pytest.raises(error) as caught:
        call(*args, **kwargs)
    message = str(caught.value)
    assert '\n' not in message
    return message


def change(folder, edit):
    """Edit the annotation file."""
    path = folder / 'annotations.json'
    content = json.loads(path.read_text())
    edit(content['database'])
    path.write_text(json.dumps(content))
    return path


def localization_set(folder, part='train', **options):
    cfg = Config.fromfile(tiny.localizer_config(folder))
    data = DATASETS.build(dict(cfg[f'{part}_dataloader'].dataset, **options))
    data.full_init()
    return data


def frame_set(videos, **options):
    return DATASETS.build(dict(
        type='UntrimmedFrameDataset',
        ann_file=str(videos / 'annotations.json'),
        data_prefix=dict(video=str(videos / 'videos')), interval=0.5,
        pipeline=[dict(type='LoadVideoFrames')], test_mode=True, **options))


# videos

def test_missing_video(videos, tmp_path):
    message = message_of(AnnotationError, frame_set, videos,
                         filename_tmpl='{}.avi')
    assert 'annotations.json' in message and '{}.avi' in message
    assert '3 videos: rendered_00, rendered_01, rendered_02' in message
    gone = str(tmp_path / 'gone.mp4')
    assert message_of(VideoError, VideoReader, gone) == (
        f'{gone}: no such video')


def test_a_file_that_is_no_video(tmp_path):
    path = tmp_path / 'text.mp4'
    path.write_text('not a video ' * 100)
    message = message_of(VideoError, VideoReader, str(path))
    assert message.startswith(f'{path}: found no video that can be decoded')
    assert message.endswith('expected a whole video file')


def test_truncated_mp4(videos, tmp_path):
    whole = (videos / 'videos/rendered_00.mp4').read_bytes()
    path = tmp_path / 'cut.mp4'
    path.write_bytes(whole[:len(whole) // 2])
    message = message_of(VideoError, VideoReader, str(path))
    assert str(path) in message and 'expected a whole video file' in message


def test_a_video_shorter_than_its_annotation(videos):
    reader = VideoReader(str(videos / 'videos/rendered_00.mp4'))
    message = message_of(VideoError, reader.frames_at, np.array([1.0, 30.0]))
    assert 'found 12.00 s of video, expected a frame at 30.00 s' in message


def test_a_video_shorter_than_one_sampling_interval(videos):
    message = message_of(AnnotationError, lambda: DATASETS.build(dict(
        type='UntrimmedFrameDataset',
        ann_file=str(videos / 'annotations.json'), interval=15.0,
        data_prefix=dict(video=str(videos / 'videos')))).full_init())
    assert 'video rendered_00, field duration: found 12 s, expected at ' in (
        message)
    assert 'interval of 15 s' in message


# feature files

@pytest.mark.parametrize('content,found', [
    (np.zeros((0, 12)), 'found features of shape (0, 12), expected at least'),
    (np.zeros(12), 'found features of shape (12,), expected (steps, channels'),
    (np.full((5, 12), np.nan), 'found NaN or infinity in 5 of 5 steps, first '
     'at step 0, expected finite'),
    (np.zeros((5, 7)), 'found 7 channels, expected 12 as in the config')])
def test_unusable_features(tmp_path, content, found):
    path = tmp_path / 'v.npy'
    np.save(path, content.astype(np.float32))
    message = message_of(FeatureFileError, read_features, str(path),
                         channels=12)
    assert message.startswith(f'{path}: {found}')


def test_zero_byte_and_foreign_feature_files(tmp_path):
    empty = tmp_path / 'v.npy'
    empty.write_bytes(b'')
    assert f'{empty}: not a readable feature file' in message_of(
        FeatureFileError, read_features, str(empty))
    pickled = tmp_path / 'p.npy'
    np.save(pickled, np.array([dict(a=1)]), allow_pickle=True)
    assert 'not a readable feature file' in message_of(
        FeatureFileError, read_features, str(pickled))
    text = tmp_path / 'v.txt'
    text.write_text('1')
    assert "found suffix '.txt', expected .npy, .npz or .pt" in message_of(
        FeatureFileError, read_features, str(text))
    assert 'no such feature file' in message_of(
        FeatureFileError, read_features, str(tmp_path / 'gone.npy'))


def test_features_without_a_grid(folder):
    from mmbapg.datasets import LoadFeatures
    path = str(folder / 'features/video0.npy')
    message = message_of(FeatureFileError, LoadFeatures().transform, dict(
        feature_paths=[path], video_name='video0', fps=16))
    assert message.startswith(
        f'{path}: found no grid in the file, expected stride and window')


def test_annotated_videos_without_features(folder):
    (folder / 'features/video1.npy').unlink()
    (folder / 'features/video4.npy').unlink()
    message = message_of(AnnotationError, localization_set, folder)
    assert '2 videos: video1, video4' in message
    assert str(folder / 'features') in message


def test_skipped_videos_are_counted_and_named(folder, logged):
    (folder / 'features/video1.npy').unlink()
    change(folder, lambda database: database['video3'].update(annotations=[]))
    data = localization_set(folder, missing_features='skip')
    assert len(data) == 4
    assert '1 video: video1' in logged()  # no features
    assert '1 video: video3' in logged()  # no instances to train on


def test_dropped_segments_are_counted_and_named(folder, logged):
    path = change(folder, lambda database: database['video0'][
        'annotations'].append(dict(label='jump', segment=[5, 4])))
    load_annotations(path, 'drop')
    assert '1 invalid segments dropped, in 1 video: video0' in logged()


def test_features_without_annotation_are_named(folder):
    from mmbapg.apis.dataset_check import check_dataset
    change(folder, lambda database: database.pop('video2'))
    report = check_dataset(str(folder / 'annotations.json'),
                           str(folder / 'features'))
    assert f'{folder / "features"}: 1 video: video2 not in' in (
        ' '.join(report.warnings))


# annotation files

def test_annotations_without_database(tmp_path):
    path = tmp_path / 'a.json'
    path.write_text('{"videos": {}}')
    assert message_of(AnnotationError, load_annotations, path) == (
        f"{path}: field 'database' is missing, found videos...; expected an "
        'ActivityNet-style object of videos')


def test_files_that_are_no_json(tmp_path):
    path = tmp_path / 'a.json'
    path.write_text('{"database": ')
    assert f'{path}: not a JSON file' in message_of(
        AnnotationError, load_annotations, path)
    assert 'no such annotation file' in message_of(
        AnnotationError, load_annotations, tmp_path / 'gone.json')


@pytest.mark.parametrize('segment,found', [
    ([5.0, 5.0], 'found [5.0, 5.0], expected an end after the start'),
    ([7.0, 5.0], 'found [7.0, 5.0], expected an end after the start'),
    ([5.0, 900.0], 'found [5.0, 900.0], expected it to end by the duration'),
    ([-3.0, 5.0], 'found [-3.0, 5.0], expected a start from 0 on'),
    (['1', 2], "found ['1', 2], expected two numbers"),
    ([1, None], 'found [1, None], expected two numbers'),
    ([1], 'found [1], expected two numbers'),
    ([1, float('nan')], 'expected two numbers')])
def test_impossible_segments(folder, segment, found):
    path = change(folder, lambda database: database['video0'][
        'annotations'].append(dict(label='jump', segment=segment)))
    number = len(json.loads(path.read_text())['database']['video0'][
        'annotations']) - 1
    message = message_of(AnnotationError, load_annotations, path)
    assert message.startswith(
        f'{path}: video video0, annotation {number}, field segment: ')
    assert found in message


@pytest.mark.parametrize('duration', [None, 0, -4, 'long', True])
def test_impossible_durations(folder, duration):
    path = change(folder, lambda database: database['video0'].update(
        duration=duration))
    assert message_of(AnnotationError, load_annotations, path).startswith(
        f'{path}: video video0, field duration: found {duration!r}, expected '
        'seconds above 0')


def test_duplicate_video(folder):
    path = folder / 'annotations.json'
    entry = '{"duration": 5, "annotations": []}'
    path.write_text(f'{{"database": {{"v": {entry}, "v": {entry}}}}}')
    assert "'v' occurs 2 times" in message_of(AnnotationError,
                                              load_annotations, path)


def test_unknown_label_at_test_time(folder):
    change(folder, lambda database: database['video7']['annotations'].append(
        dict(label='fly', segment=[1, 2])))
    message = message_of(AnnotationError, localization_set, folder, 'test',
                         metainfo=dict(classes=list(tiny.CLASSES)))
    assert ("video video7, field label: found 'fly', expected one of the 2 "
            'classes jump, roll') in message


def test_empty_subset(folder):
    message = message_of(AnnotationError, localization_set, folder,
                         subset='testing')
    assert "'subset': ['testing']" in message
    assert "'subset': ['training', 'validation']" in message


# embeddings and change points

def test_embeddings_of_another_interval(folder):
    transform = TemporalSimilarityClustering(str(folder / 'embeddings'),
                                             interval=0.5)
    message = message_of(FeatureFileError, transform.transform,
                         dict(video_name='video0', duration=20.0))
    assert ('video0.npz: found embeddings at an interval of 0.25 s, expected '
            '0.5 s as in the config; run stage 2 again') in message


def test_embeddings_of_another_checkpoint(folder):
    weights = folder / 'encoder.pth'
    torch.save(dict(state_dict={}), weights)
    transform = TemporalSimilarityClustering(str(folder / 'embeddings'),
                                             checkpoint=str(weights))
    message = message_of(FeatureFileError, transform.transform,
                         dict(video_name='video0', duration=20.0))
    assert 'video0.npz: found embeddings of checkpoint untrained' in message
    assert f'({weights}) as in the config' in message


def test_missing_embeddings(folder):
    transform = TemporalSimilarityClustering(str(folder / 'nowhere'))
    message = message_of(FeatureFileError, transform.transform,
                         dict(video_name='video0', duration=20.0))
    assert 'tools/extract_features.py writes it' in message


def test_more_change_points_than_frames():
    message = message_of(ImpossibleSegmentation, find_change_points,
                         torch.randn(5, 3), 9)
    assert message == ('9 change points are asked for, but 5 frames in '
                       'regions of at least 1 allow at most 4')


# checkpoints

def test_a_checkpoint_of_another_class_count(folder):
    model = runs.build(tiny.localizer_config(folder)).model
    path = folder / 'weights.pth'
    torch.save(dict(state_dict=model.state_dict()), path)
    other = runs.build(tiny.localizer_config(folder),
                       **{'model.head.num_classes': 5}).model
    message = message_of(ValueError, load_checkpoint, other, str(path))
    assert 'the checkpoint knows 2 classes' in message
    assert 'expected num_classes=5 as in the config' in message
