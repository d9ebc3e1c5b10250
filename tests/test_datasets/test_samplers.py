"""Which samples a rank gets, and in which order."""
from unittest import mock

import pytest
from mmaction.registry import DATASETS
from mmengine.config import Config

from mmbapg.datasets import HardNegativePairSampler, VideoShardSampler
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
