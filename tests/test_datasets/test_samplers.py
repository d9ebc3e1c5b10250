"""Which samples a rank gets, and in which order."""
from collections import Counter
from unittest import mock

import pytest
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.dataset import ConcatDataset, DefaultSampler
from torch.utils.data import DataLoader

from mmbapg.datasets import (
    HardNegativePairSampler,
    SmallSetSampler,
    VideoShardSampler,
)
from mmbapg.datasets.seeding import NEXT_VISIT
from tests import tiny


def dataset(folder, part):
    cfg = Config.fromfile(tiny.encoder_config(folder))
    built = DATASETS.build(cfg[f'{part}_dataloader'].dataset)
    built.full_init()
    return built


def sampler(data, rank=0, world_size=1, cls=HardNegativePairSampler,
            **kwargs):
    name = f'{cls.__module__}.get_dist_info'
    with mock.patch(name, return_value=(rank, world_size)):
        return cls(data, seed=0, **kwargs)


def test_a_group_is_an_instance_and_its_hard_negatives(folder):
    data = dataset(folder, 'train')
    frames = list(sampler(data, samples_per_class=3))
    assert len(frames) == len(data.pools) * 6
    visited = []
    for first in range(0, len(frames), 6):
        group = frames[first:first + 6]
        pool, = (index for index, pool in enumerate(data.pools)
                 if set(group[:3]) <= set(pool.positives.tolist()))
        visited.append(pool)
        pool = data.pools[pool]
        assert set(group[3:5]) <= set(pool.former.tolist())
        assert set(group[5:]) <= set(pool.latter.tolist())
    assert sorted(visited) == list(range(len(data.pools)))


def test_frames_know_their_roles(folder):
    data = dataset(folder, 'train')
    for index, pool in enumerate(data.pools[:5]):
        info = data.get_data_info(int(pool.positives[0]))
        assert index in info['instances'] and index not in info['negative_of']
        assert index in data.get_data_info(int(pool.latter[0]))['negative_of']


def test_epochs_differ_and_repeat(folder):
    data = dataset(folder, 'train')
    one = sampler(data)
    first = list(one)
    one.set_epoch(1)
    second = list(one)
    one.set_epoch(0)
    assert first != second and list(one) == first
    assert len(list(sampler(data, repeats=3))) == 3 * len(first)


@pytest.mark.parametrize('world_size', [2, 3])
def test_ranks_share_the_instances(folder, world_size):
    data = dataset(folder, 'train')
    shards = [list(sampler(data, rank, world_size))
              for rank in range(world_size)]
    assert len({len(shard) for shard in shards}) == 1
    owners = [{index for frame in shard[::4] for index in
               data.get_data_info(frame)['instances']} for shard in shards]
    assert set().union(*owners) == set(range(len(data.pools)))
    total = sum(map(len, owners))
    assert total <= len(data.pools) + world_size - 1


def test_an_anchor_needs_a_positive(folder):
    with pytest.raises(ValueError, match='at least 2'):
        sampler(dataset(folder, 'train'), samples_per_class=1)


@pytest.mark.parametrize('repeats,min_samples,world_size', [
    (1, 500, 1), (1, 500, 2), (3, 500, 3), (2, 10, 1)])
def test_few_instances_fill_a_batch(folder, logged, repeats, min_samples,
                                    world_size):
    data = dataset(folder, 'train')
    usual = len(data.pools) * 4 * repeats
    shards = [list(sampler(data, rank, world_size, repeats=repeats,
                           min_samples=min_samples))
              for rank in range(world_size)]
    total = sum(map(len, shards))
    assert min(map(len, shards)) >= min_samples
    assert total < world_size * min_samples + usual + 4 * world_size
    assert (total > usual) == ('A small training set' in logged())


def localizer_data(folder):
    cfg = Config.fromfile(tiny.localizer_config(folder))
    built = DATASETS.build(cfg.train_dataloader.dataset)
    built.full_init()
    return built


@pytest.mark.parametrize('size', [64, 65, 400])
def test_a_set_of_some_size_comes_once_in_the_usual_order(size, logged):
    ours, usual = (cls(range(size), seed=3)
                   for cls in (SmallSetSampler, DefaultSampler))
    for epoch in range(2):
        ours.set_epoch(epoch), usual.set_epoch(epoch)
        assert list(ours) == list(usual) and len(ours) == size
    assert not ours.repeats_indices and not logged()


@pytest.mark.parametrize('size,visits', [
    (1, 64), (2, 32), (8, 8), (40, 2), (63, 2)])
def test_a_small_set_comes_several_times(size, visits, logged):
    ours = SmallSetSampler(range(size), seed=3)
    assert Counter(ours) == {index: visits for index in range(size)}
    assert len(ours) == size * visits >= 64 and ours.repeats_indices
    assert (f'each of its {size} samples comes {visits} times an epoch, to '
            'make at least 64') in logged()


def test_ranks_share_the_visits():
    shards = []
    for rank in range(2):
        with mock.patch('mmengine.dataset.sampler.get_dist_info',
                        return_value=(rank, 2)), mock.patch(
                            f'{SmallSetSampler.__module__}.get_world_size',
                            return_value=2):
            shards.append(list(SmallSetSampler(range(5), seed=0)))
    assert len(shards[0]) == len(shards[1]) == 65
    assert set(Counter(sum(shards, [])).values()) == {26}


@pytest.mark.parametrize('workers', [0, 2])
def test_every_visit_of_a_video_is_another_crop(folder, workers):
    """And the same one when a run is resumed, with any number of workers."""
    data = localizer_data(folder)
    data.set_epoch(7, 1)
    loader = DataLoader(data, sampler=SmallSetSampler(data, seed=0),
                        num_workers=workers, collate_fn=lambda batch: batch)
    crops = [(sample['data_samples'].video_name,
              sample['inputs'].shape[1], float(sample['inputs'].sum()))
             for sample, in loader]
    assert len(crops) == 66 and len(set(crops)) > 30
    again = SmallSetSampler(data, seed=0)
    assert [float(data[index]['inputs'].sum()) for index in again] == [
        total for _, _, total in crops]
    assert max(again) // NEXT_VISIT == 10
    with pytest.raises(IndexError):
        data[6]


def test_other_datasets_see_their_own_indices(folder):
    data = localizer_data(folder)
    ours = SmallSetSampler(ConcatDataset([data, data]), seed=0)
    assert max(ours) == 11 and ours.repeats_indices


@pytest.mark.parametrize('world_size', [1, 2, 4])
def test_whole_videos_for_each_rank(folder, world_size):
    data = dataset(folder, 'test')
    shards = [list(sampler(data, rank, world_size, VideoShardSampler))
              for rank in range(world_size)]
    assert sorted(sum(shards, [])) == list(range(len(data)))
    loads = [sum(data.get_data_info(index)['num_frames'] for index in shard)
             for shard in shards]
    assert max(loads) - min(loads) <= 90


def test_finished_videos_are_skipped(folder):
    data = dataset(folder, 'test')
    shard = sampler(data, cls=VideoShardSampler)
    shard.skip(['video0', 'video3'])
    left = {data.get_data_info(index)['video_name'] for index in shard}
    assert len(shard) == 7 and not left & {'video0', 'video3'}
