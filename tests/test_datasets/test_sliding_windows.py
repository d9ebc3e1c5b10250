"""Windows of videos as training samples."""
import json

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS

from mmbapg.datasets import AnnotationError, FeatureFileError
from mmbapg.datasets.feature_files import count_steps
from tests import tiny

LOAD = dict(type='LoadFeatures', stride=8, window=8, channels=4)
PIPELINE = [LOAD, dict(type='CropWindow'), dict(type='PackFeatures')]


def write(folder, lengths, instances, fps=(30, 25, 24), suffix='.npy'):
    """Features whose values tell their step; annotations in seconds."""
    database = {}
    for name, length, segments, rate in zip('abc', lengths, instances, fps):
        features = np.arange(length, dtype=np.float32)[:, None].repeat(4, 1)
        path = folder / f'{name}{suffix}'
        if suffix == '.pt':
            torch.save(torch.from_numpy(features), path)
        elif suffix == '.npz':
            np.savez(path, feats=features)
        else:
            np.save(path, features)
        database[name] = dict(
            subset='training', duration=length * 8 / rate, fps=rate,
            annotations=[dict(segment=segment, label=label)
                         for segment, label in segments])
    (folder / 'annotations.json').write_text(
        json.dumps(dict(database=database)))


def build(folder, suffix='.npy', pipeline=PIPELINE, **options):
    return DATASETS.build(dict(
        type='SlidingWindowDataset', ann_file=str(folder / 'annotations.json'),
        data_prefix=dict(feature=str(folder)), filename_tmpl='{}' + suffix,
        pipeline=pipeline, **options))


@pytest.fixture
def three(tmp_path):
    """Of 300 steps (80 s), 200 (64 s) and 100 (33.3 s)."""
    write(tmp_path, (300, 200, 100), [
        [([1.0, 4.0], 'run'), ([30.0, 36.0], 'jump'), ([76.0, 79.9], 'run')],
        [([40.0, 41.5], 'jump')], [([-0.5, 31.0], 'run')]])
    return tmp_path


def test_the_windows_of_tadtr(three):
    """One by one: where, what of each instance, and the features there."""
    dataset = build(three, invalid_segments='keep')
    found = [(dataset.get_data_info(index)['video_name'],
              dataset.get_data_info(index)['window'])
             for index in range(len(dataset))]
    # a: 8/30 s each. [1, 4] is 3.75 to 15; [30, 36] is 112.5 to 135: three
    # quarters of it fit in [0, 128) not, in [32, 160) yes; [76, 79.9] is 285
    # to 299.6. b: 8/25 s; [40, 41.5] is 125 to 129.7: not in [0, 128).
    assert found == [('a', (0, 128)), ('a', (32, 160)), ('a', (64, 192)),
                     ('a', (96, 224)), ('a', (172, 300)), ('b', (32, 160)),
                     ('b', (64, 192)), ('b', (72, 200)), ('c', (0, 100))]
    for index, (_, (first, end)) in enumerate(found):
        inputs = dataset[index]['inputs']
        assert inputs.shape == (4, end - first)
        assert torch.equal(inputs[0], torch.arange(first, end).float())


def test_instances_are_clipped_and_stay_in_seconds(three):
    dataset = build(three, invalid_segments='keep')
    samples = [dataset[index]['data_samples'] for index in range(len(dataset))]
    assert samples[0].gt_instances.segments.tolist() == [[1.0, 4.0]]
    assert samples[4].gt_instances.labels.tolist() == [1]  # run
    grid = samples[4].grid.edges()
    np.testing.assert_allclose(
        grid.to_steps(samples[4].gt_instances.segments),
        [[285 - 172, 79.9 * 30 / 8 - 172]])
    # of a short video, too, although its window will be filled up
    np.testing.assert_allclose(samples[-1].gt_instances.segments, [[0, 31]])


def test_the_share_is_a_setting(three):
    """135 - 22.5 / 2 < 128: two thirds of the jump are in the first window."""
    lax = build(three, min_share=0.6, invalid_segments='keep')
    assert len(lax[0]['data_samples'].gt_instances) == 2
    np.testing.assert_allclose(
        lax[0]['data_samples'].gt_instances.segments[1], [30, 128 * 8 / 30])


@pytest.mark.parametrize('size,overlap', [(64, 0.5), (1000, 0.0)])
def test_size_and_overlap_are_settings(three, size, overlap):
    dataset = build(three, window_size=size, overlap=overlap,
                    invalid_segments='keep')
    windows = [dataset.get_data_info(index)['window']
               for index in range(len(dataset))]
    if size == 1000:
        assert windows == [(0, 300), (0, 200), (0, 100)]
    else:
        assert windows == [(0, 64), (96, 160), (236, 300), (96, 160)]


def test_in_test_mode_samples_are_videos(three):
    dataset = build(three, pipeline=[LOAD, PIPELINE[-1]], test_mode=True,
                    invalid_segments='keep')
    assert [dataset[index]['inputs'].shape[1] for index in range(3)] == [
        300, 200, 100]
    assert len(dataset[0]['data_samples'].gt_instances) == 3


@pytest.mark.parametrize('suffix', ['.npy', '.npz', '.pt'])
def test_formats(tmp_path, suffix):
    write(tmp_path, (300, ), [[([1.0, 4.0], 'run')]], suffix=suffix)
    dataset = build(tmp_path, suffix)
    assert [dataset[0]['inputs'].shape, len(dataset)] == [(4, 128), 1]


def test_lengths_of_files(tmp_path):
    np.save(tmp_path / 'a.npy', np.zeros((9, 4), np.float32))
    assert count_steps(tmp_path / 'a.npy') == 9
    np.savez(tmp_path / 'a.npz', feats=np.zeros((7, 4)), other=np.zeros(3))
    assert count_steps(tmp_path / 'a.npz') == 7
    torch.save(torch.zeros(5, 4), tmp_path / 'a.pt')
    assert count_steps(tmp_path / 'a.pt') == 5
    torch.save(torch.zeros(6, 4), tmp_path / 'old.pt',
               _use_new_zipfile_serialization=False)
    assert count_steps(tmp_path / 'old.pt') == 6
    for content, text in ((np.zeros(3), 'shape'), (np.zeros((0, 4)), 'shape')):
        np.save(tmp_path / 'bad.npy', content)
        with pytest.raises(FeatureFileError, match=text):
            count_steps(tmp_path / 'bad.npy')
    (tmp_path / 'text.npz').write_text('nothing')
    with pytest.raises(FeatureFileError, match='text.npz'):
        count_steps(tmp_path / 'text.npz')
    with pytest.raises(FeatureFileError, match='no such'):
        count_steps(tmp_path / 'gone.npz')


def test_the_shorter_of_two_folders_counts(tmp_path):
    (tmp_path / 'rgb').mkdir()
    (tmp_path / 'flow').mkdir()
    write(tmp_path / 'rgb', (130, ), [[([1.0, 4.0], 'run')]])
    write(tmp_path / 'flow', (129, ), [[([1.0, 4.0], 'run')]])
    dataset = DATASETS.build(dict(
        type='SlidingWindowDataset',
        ann_file=str(tmp_path / 'flow/annotations.json'),
        data_prefix=dict(feature=[str(tmp_path / 'rgb'),
                                  str(tmp_path / 'flow')]),
        pipeline=[dict(LOAD, channels=8), *PIPELINE[1:]]))
    assert [dataset.get_data_info(index)['window'] for index in range(2)] == [
        (0, 128), (1, 129)]
    assert dataset[1]['inputs'].shape == (8, 128)


def test_videos_without_a_window_are_named(tmp_path, logged):
    write(tmp_path, (300, 300), [[([0.0, 79.0], 'run')],
                                 [([1.0, 4.0], 'run')]])
    dataset = build(tmp_path)
    assert len(dataset) == 1
    assert '1 windows with instances in 2 videos' in logged()
    assert 'no window shows enough of an instance in 1 video: a' in logged()


def test_instances_and_videos_that_are_odd_are_named(three, logged):
    """Of a, 40 s do not fit into a window; c is shorter than one."""
    write(three, (300, 200, 100), [
        [([1.0, 4.0], 'run'), ([10.0, 70.0], 'jump'), ([5.0, 70.0], 'jump')],
        [([40.0, 41.5], 'jump')], [([2.0, 31.0], 'run')]])
    build(three)
    assert ('2 instances are in no window to train on, as windows of 128 steps'
            ' show too little of them, in 1 video: a') in logged()
    assert ('shorter than a window of 128 steps, and filled up: 1 video: c'
            ) in logged()


def test_the_shortest_is_looked_for_in_all_windows(tmp_path):
    """28 of 40 steps, in a window that is no sample."""
    write(tmp_path, (300, ), [[([100 * 8 / 30, 140 * 8 / 30], 'run')]])
    dataset = build(tmp_path, min_share=0.5, best_share=1.0)
    infos = [dataset.get_data_info(index) for index in range(len(dataset))]
    assert [info['window'][0] for info in infos] == [32, 64, 96]
    assert {round(info['shortest_instance'] * 30 / 8, 6)
            for info in infos} == {28}


@pytest.mark.parametrize('first_step,windows', [(0, [0, 32]), (1, [0])])
def test_from_which_step_on_instances_are_seen(tmp_path, first_step, windows):
    write(tmp_path, (300, ), [[([32.5 * 8 / 30, 60 * 8 / 30], 'run')]])
    dataset = build(tmp_path, best_share=1.0, first_step=first_step)
    infos = [dataset.get_data_info(index) for index in range(len(dataset))]
    assert [info['window'][0] for info in infos] == windows
    # clipped in the second window, by half a step
    assert infos[0]['shortest_instance'] * 30 / 8 == pytest.approx(
        27.5 - first_step / 2)


def test_no_window_at_all(tmp_path):
    write(tmp_path, (300, ), [[([0.0, 79.0], 'run')]])
    with pytest.raises(AnnotationError, match='no window of 128 steps shows '
                       '0.75 of an instance in any of 1 videos'):
        build(tmp_path)


def test_the_pipeline_must_begin_with_loading(three):
    with pytest.raises(ValueError, match='found PackFeatures.*expected Load'):
        build(three, pipeline=[PIPELINE[-1]], invalid_segments='keep')


def test_regions_of_proposals_lie_on_the_window(folder):
    """BAPG's clustering knows nothing of windows; packing does."""
    pack = dict(type='PackProposals', pack=dict(type='PackFeatures'))
    cluster = dict(type='TemporalSimilarityClustering',
                   embeddings=str(folder / 'embeddings'),
                   num_change_points=(3, ))
    load = dict(type='LoadFeatures', stride=4, window=4,
                channels=tiny.CHANNELS)
    common = dict(ann_file=str(folder / 'annotations.json'),
                  data_prefix=dict(feature=str(folder / 'features')),
                  subset='training')
    videos = DATASETS.build(dict(
        type='TemporalLocalizationDataset', pipeline=[load, cluster, pack],
        **common))
    windows = DATASETS.build(dict(
        type='SlidingWindowDataset', window_size=32,
        pipeline=[load, dict(type='CropWindow'), cluster, pack], **common))
    whole = {each['data_samples'].video_name: each['data_samples']
             for each in map(videos.__getitem__, range(len(videos)))}
    firsts, left_out = set(), 0
    for index in range(len(windows)):
        sample = windows[index]['data_samples']
        first, _ = windows.get_data_info(index)['window']
        regions = whole[sample.video_name].regions
        steps = regions.steps - first
        seen = (steps[:, 1] > 0) & (steps[:, 0] <= 31)
        torch.testing.assert_close(sample.regions.steps, steps[seen])
        assert torch.equal(sample.regions.segmentation,
                           regions.segmentation[seen])
        strength = whole[sample.video_name].boundary_strength
        steps = min(32, strength.shape[1] - first)
        torch.testing.assert_close(sample.boundary_strength[:, :steps],
                                   strength[:, first:first + steps])
        left_out += int((~seen).sum())
        firsts.add(first)
    assert len(firsts) > 3 and left_out > 3
