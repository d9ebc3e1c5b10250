"""Frames of real video files, folders of images, and stored features."""
import json

import cv2
import numpy as np
import pytest
from mmaction.registry import DATASETS

from mmbapg.datasets import AnnotationError, FeatureFileError
from mmbapg.datasets.open_videos import open_video
from mmbapg.datasets.video_reader import VideoError, VideoReader
from tests import tiny


def dataset(videos, pipeline=(dict(type='LoadVideoFrames'), ), **kwargs):
    cfg = dict(type='UntrimmedFrameDataset',
               ann_file=str(videos / 'annotations.json'),
               data_prefix=dict(video=str(videos / 'videos')), interval=0.5,
               pipeline=list(pipeline), test_mode=True)
    built = DATASETS.build(dict(cfg, **kwargs))
    built.full_init()
    return built


@pytest.fixture(scope='module')
def numbered(tmp_path_factory):
    """A video whose frame number stands in it, in black and white."""
    folder = tmp_path_factory.mktemp('numbered')
    (folder / 'videos').mkdir()
    writer = cv2.VideoWriter(str(folder / 'videos/v.mp4'),
                             cv2.VideoWriter_fourcc(*'mp4v'), 25, (128, 48))
    for number in range(100):
        bits = (number >> np.arange(8)) & 1
        row = (bits * 200 + 20).repeat(16).astype(np.uint8)
        writer.write(np.broadcast_to(row[:, None], (48, 128, 3)).copy())
    writer.release()
    (folder / 'annotations.json').write_text(json.dumps(dict(database=dict(
        v=dict(duration=4.0, fps=25, subset='training', annotations=[
            dict(label='a', segment=[1.0, 2.0])])))))
    return folder


def number_of(frame):
    bits = frame.mean(axis=(0, 2)).reshape(8, 16).mean(axis=1) > 120
    return int((bits << np.arange(8)).sum())


def test_frames_are_those_shown_in_the_middle_of_each_interval(numbered):
    data = dataset(numbered, interval=0.4)
    frames = data[0]['imgs']
    # frame i is shown at (i + 0.5) * 0.4 s, at 25 frames per second
    expected = [int((index + 0.5) * 0.4 * 25) for index in range(10)]
    assert [number_of(frame) for frame in frames] == expected


def test_times_are_exact_in_any_order(numbered):
    reader = VideoReader(str(numbered / 'videos/v.mp4'))
    assert reader.duration == pytest.approx(4.0)
    times = np.array([0.0, 0.04, 1.0, 3.98])
    found = [number_of(frame) for frame in reader.frames_at(times)]
    assert found == [0, 1, 25, 99]


def test_chunks_make_up_the_video(numbered):
    whole = dataset(numbered)[0]['imgs']
    data = dataset(numbered, chunk_size=3)
    assert len(data) == 3
    parts = [frame for index in data.samples_of_video(0)
             for frame in data[index]['imgs']]
    np.testing.assert_array_equal(parts, whole)


def test_frame_folders_give_the_same_frames(numbered, tmp_path):
    reader = VideoReader(str(numbered / 'videos/v.mp4'))
    (tmp_path / 'v').mkdir()
    for number in range(100):
        frame = reader.frames_at(np.array([(number + 0.5) / 25]))[0]
        cv2.imwrite(str(tmp_path / 'v' / f'img_{number + 1:05}.png'),
                    frame[..., ::-1])
    folders = dataset(numbered, data_prefix=dict(img=str(tmp_path)),
                      pipeline=[dict(type='LoadFrameFolder',
                                     filename_tmpl='img_{:05}.png')])
    np.testing.assert_array_equal(folders[0]['imgs'],
                                  dataset(numbered)[0]['imgs'])


@pytest.mark.parametrize('fps,interval', [(100, 0.02), (10, 0.2), (30, 1 / 15),
                                          (29.97, 2 / 29.97), (12.5, 0.16)])
def test_an_image_is_shown_from_its_very_beginning(fps, interval, tmp_path):
    """Sampled frame ``i`` begins to be shown in the middle of interval i."""
    folder = tmp_path / 'v'
    folder.mkdir()
    count = 80
    for number in range(count):
        cv2.imwrite(str(folder / f'{number}.png'),
                    np.full((2, 2, 3), number, np.uint8))
    (tmp_path / 'annotations.json').write_text(json.dumps(dict(database=dict(
        v=dict(duration=count / fps, fps=fps, subset='training', annotations=[
            dict(label='a', segment=[0, 1 / fps])])))))
    data = dataset(tmp_path, [dict(type='LoadFrameFolder', start_index=0,
                                   filename_tmpl='{}.png')],
                   data_prefix=dict(img=str(tmp_path)), interval=interval)
    found = [int(image[0, 0, 0]) for image in data[0]['imgs']]
    assert found == list(range(1, count, 2))


def test_a_folder_may_end_up_to_a_second_early(numbered, tmp_path):
    """As a video may; a hole in it is no end."""
    folder = tmp_path / 'v'
    folder.mkdir()
    for number in range(100):
        cv2.imwrite(str(folder / f'img_{number + 1:05}.png'),
                    np.full((2, 2, 3), number, np.uint8))

    def found():
        data = dataset(numbered, data_prefix=dict(img=str(tmp_path)),
                       interval=0.4, pipeline=[dict(
                           type='LoadFrameFolder',
                           filename_tmpl='img_{:05}.png')])
        return [int(image[0, 0, 0]) for image in data[0]['imgs']]

    whole = [int((index + 0.5) * 0.4 * 25) for index in range(10)]
    assert found() == whole
    (folder / 'img_00096.png').unlink()  # of the last sampled frame
    with pytest.raises(VideoError, match='img_00096.png: found no readable'):
        found()
    for number in range(90, 101):
        (folder / f'img_{number:05}.png').unlink(missing_ok=True)
    assert found() == [*whole[:-1], 88]
    for number in range(70, 90):
        (folder / f'img_{number:05}.png').unlink()
    with pytest.raises(VideoError, match='found no readable image'):
        found()


def test_training_samples_are_single_frames_with_roles(numbered):
    data = dataset(numbered, interval=0.2, test_mode=False)
    assert len(data) == 20
    sample = data[6]  # shown at 1.3 s, inside the instance
    assert len(sample['imgs']) == 1 and sample['instances'] == [0]
    assert data[0]['negative_of'] == [0] and data[0]['instances'] == []


def test_context_repeats_the_ends(numbered):
    data = dataset(numbered, context=2, chunk_size=4)
    frames = data[0]['imgs']
    assert len(frames) == 4 + 2 * 2
    np.testing.assert_array_equal(frames[0], frames[2])


def test_readers_are_opened_where_they_are_used(videos):
    """A place in a file cannot be shared: workers open their own readers."""
    from torch.utils.data import DataLoader
    open_video(str(videos / 'videos/rendered_00.mp4'))
    pipeline = [dict(type='LoadVideoFrames'),
                dict(type='Resize', scale=(32, 32), keep_ratio=False),
                dict(type='FormatShape', input_format='NCHW'),
                dict(type='PackFrames')]
    data = dataset(videos, pipeline, chunk_size=8)
    loader = DataLoader(data, num_workers=2, collate_fn=list, timeout=60)
    shapes = [batch[0]['inputs'].shape for batch in loader]
    assert len(shapes) == len(data)
    assert all(tuple(shape[1:]) == (3, 32, 32) for shape in shapes)


def test_stored_features_are_taken_at_the_times_of_the_frames(folder):
    data = dataset(folder, [dict(type='SampleFeatures', stride=4, window=4)],
                   data_prefix=dict(feature=str(folder / 'features')),
                   interval=0.5)
    stored = np.load(folder / 'features' / 'video0.npy')
    sampled = data[0]['features']
    # frame i, at (i + 0.5) * 0.5 s, is between steps 2 i and 2 i + 1
    assert len(sampled) == round(len(stored) * tiny.INTERVAL / 0.5)
    for index in range(len(sampled)):
        assert any((sampled[index] == stored[step]).all()
                   for step in (2 * index, 2 * index + 1)
                   if step < len(stored))


def test_features_that_end_early(folder, logged):
    path = folder / 'features' / 'video0.npy'
    stored = np.load(path)
    np.save(path, stored[:-20])
    load = dict(type='SampleFeatures', stride=4, window=4)
    options = dict(data_prefix=dict(feature=str(folder / 'features')),
                   interval=0.5)
    with pytest.raises(FeatureFileError, match="short_features='hold'"):
        dataset(folder, [load], **options)[0]
    held = dataset(folder, [dict(load, short_features='hold')], **options)
    for _ in range(2):
        sampled = held[0]['features']
    assert (sampled[-9:] == stored[-21]).all()
    assert logged().count('the last one stands for the rest') == 1


def test_videos_without_files(folder, logged):
    (folder / 'features' / 'video1.npy').unlink()
    options = dict(data_prefix=dict(feature=str(folder / 'features')))
    with pytest.raises(AnnotationError, match='1 video: video1'):
        dataset(folder, **options)
    left = dataset(folder, missing_files='skip', **options)
    assert 'video1' not in left.metainfo['videos']
    assert len(left.metainfo['videos']) == len(left.videos) == 8
    assert 'video1; skipped' in logged()


def test_features_of_several_kinds_and_folders_of_subsets(folder):
    """Concatenated, and read from the folder of each video's subset."""
    videos = json.loads((folder / 'annotations.json').read_text())['database']
    for name, entry in videos.items():
        features = np.load(folder / f'features/{name}.npy')
        for kind in ('a', 'b'):
            path = folder / kind / entry['subset'] / f'{name}.npy'
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, features * (kind == 'b'))
    dataset = dict(
        type='UntrimmedFrameDataset', interval=0.25, test_mode=True,
        ann_file=str(folder / 'annotations.json'),
        filename_tmpl='{subset}/{}.npy',
        data_prefix=dict(feature=[str(folder / 'a'), str(folder / 'b')]),
        pipeline=[
            dict(type='SampleFeatures', stride=4, window=4,
                 channels=2 * tiny.CHANNELS), dict(type='PackFrames')])
    built = DATASETS.build(dataset)
    assert len(built.videos) == len(videos)
    inputs = built[0]['inputs']
    assert not inputs[:tiny.CHANNELS].any()
    np.testing.assert_array_equal(
        inputs[tiny.CHANNELS:].T, np.load(folder / 'features/video0.npy'))
    (folder / 'b/validation/video8.npy').unlink()
    with pytest.raises(AnnotationError, match='1 video: video8; expected'):
        DATASETS.build(dataset)
    with pytest.raises(ValueError, match='expected one folder'):
        DATASETS.build(dict(dataset, data_prefix=dict(video=['a', 'b'])))
