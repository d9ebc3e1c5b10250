"""Runs of frames: what a sample of training holds."""
import numpy as np
import pytest
from mmaction.registry import DATASETS
from mmengine.config import Config

from tests import tiny


@pytest.fixture(scope='module')
def features(tmp_path_factory):
    return tiny.write_features(tmp_path_factory.mktemp('runs'))


def dataset(features, **options):
    cfg = Config.fromfile(tiny.encoder_config(features))
    cfg = dict(cfg.train_dataloader.dataset, type='UntrimmedRunDataset',
               context=3, hard_negative_window=1.0, surroundings='any')
    return DATASETS.build(dict(cfg, **options))


def test_a_run_says_of_each_frame_what_single_frames_say(features):
    runs = dataset(features, run_length=20)
    single = dataset(features, type='UntrimmedFrameDataset')
    packed = runs[0]
    sample, inputs = packed['data_samples'], packed['inputs']
    assert inputs.shape == (tiny.CHANNELS, 20 + 2 * 3)
    assert sample.last - sample.first == 20 and sample.inside.all()
    for place in range(20):
        alone = single[sample.first + place]
        assert np.array_equal(alone['inputs'], inputs[:, place:place + 7])
        for name in ('instances', 'negative_of'):
            ids = getattr(sample, name)[place]
            assert ids[ids >= 0].tolist() == getattr(
                alone['data_samples'], name)


def test_labels_are_those_of_the_annotations(features):
    runs = dataset(features, run_length=30)
    video = runs.selected_videos()[0]
    sample = runs[0]['data_samples']
    seconds = (sample.first + np.arange(30) + 0.5) * tiny.INTERVAL
    for time, labels in zip(seconds, sample.frame_labels):
        true = [tiny.CLASSES.index(label) for label, (start, end) in zip(
            video.labels, video.segments) if start <= time < end]
        assert labels[labels >= 0].tolist() == true


def test_a_video_comes_as_often_as_it_has_runs_each_time_elsewhere(features):
    runs = dataset(features, run_length=20)
    assert len(runs) == sum(-(-video.num_frames // 20)
                            for video in runs.videos)
    firsts = set()
    for epoch in range(8):
        runs.set_epoch(0, epoch)
        firsts.add(runs[0]['data_samples'].first)
        assert runs[0]['data_samples'].first in firsts  # the same again
    assert len(firsts) > 3


def test_beyond_the_end_of_a_short_video_is_no_frame_of_it(features):
    runs = dataset(features, run_length=100)
    number = runs.videos[0].num_frames
    sample = runs[0]['data_samples']
    assert sample.inside.tolist() == [True] * number + [False] * (100 - number)
    for name in ('instances', 'negative_of', 'frame_labels'):
        assert (getattr(sample, name)[number:] == -1).all()


def test_testing_is_that_of_single_frames(features):
    runs = dataset(features, run_length=20, test_mode=True)
    sample = runs[0]['data_samples']
    assert (sample.first, sample.last) == (0, runs.videos[0].num_frames)
