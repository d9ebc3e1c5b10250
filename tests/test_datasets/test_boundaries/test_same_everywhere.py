"""The same clips on one rank and on two, without workers and with two, in a
run that was resumed and in one that was not."""
from collections import Counter
from unittest import mock

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from mmbapg.datasets.samplers import BoundaryKindSampler, boundary_kinds
from mmbapg.datasets.seeding import NEXT_VISIT
from tests import boundary_sets


@pytest.fixture
def data(folder):
    built = boundary_sets.of_features(folder)
    built.set_epoch(7, 0)
    return built


def samples(data, rank=0, world_size=1, epoch=0, **options):
    with mock.patch.object(boundary_kinds, 'get_dist_info',
                           return_value=(rank, world_size)):
        sampler = BoundaryKindSampler(data, seed=7, **options)
    sampler.set_epoch(epoch)
    found = list(sampler)
    assert len(found) == len(sampler)
    return found


def test_groups_hold_each_kind_and_one_class(data):
    found = np.array(samples(data, min_samples=400)) % NEXT_VISIT
    kinds, clips = found % 4, found // 4
    assert len(found) >= 400
    for group in range(0, len(found), 4):
        assert sorted(kinds[group:group + 4]) == [0, 1, 2, 3]
        assert len({data.clips[clip].label
                    for clip in clips[group:group + 4]}) == 1
        assert len(set(clips[group:group + 4])) == 4
    labels = Counter(data.clips[clip].label for clip in clips)
    assert max(labels.values()) - min(labels.values()) <= 4
    for label, members in data.of_label.items():
        times = Counter(clip for clip in clips
                        if data.clips[clip].label == label)
        assert set(times) == set(members)
        assert max(times.values()) - min(times.values()) <= 2


def test_an_epoch_visits_as_many_as_there_are_clips(data):
    number = len(samples(data))
    assert len(data.clips) <= number < len(data.clips) + 4


def test_a_sample_that_comes_again_is_drawn_anew(data):
    found = samples(data, min_samples=2000)
    assert len(set(found)) == len(found) and max(found) >= NEXT_VISIT
    again = [index for index in found if index % NEXT_VISIT == 2]
    drawn = {tuple(data[index]['inputs'].ravel().tolist())
             for index in again}
    assert len(again) > 8 and len(drawn) > 4


@pytest.mark.parametrize('world_size', [2, 3])
def test_ranks_share_an_epoch(data, world_size):
    """A batch on one rank is that of all ranks together."""
    alone = samples(data, min_samples=24 * world_size)
    ranks = [samples(data, rank, world_size, min_samples=24)
             for rank in range(world_size)]
    assert len({len(each) for each in ranks}) == 1
    together = [sample for step in range(0, len(ranks[0]), 4)
                for each in ranks for sample in each[step:step + 4]]
    assert together[:len(alone)] == alone
    assert len(together) < len(alone) + 4 * world_size


def test_epochs_differ_and_repeat(data):
    first, second = samples(data), samples(data, epoch=1)
    assert first != second and samples(data) == first


def batches(data, workers):
    """What a loader gives: inputs, and what was drawn."""
    loader = DataLoader(data, batch_size=4, sampler=samples(data),
                        num_workers=workers, collate_fn=list)
    return [(sample['inputs'], sample['data_samples'].to_dict())
            for batch in loader for sample in batch]


def test_workers_change_nothing(data):
    for (one, told), (other, also) in zip(batches(data, 0),
                                          batches(data, 2), strict=True):
        assert torch.equal(one, other)
        assert told['speed'] == also['speed']
        assert told['clips'] == also['clips']


def test_a_resumed_run_goes_on(data, folder):
    """Draws follow from seed, epoch and sample, not from what came before."""
    data.set_epoch(7, 1)
    order = samples(data, epoch=1)
    whole = [data[index]['inputs'] for index in order]
    fresh = boundary_sets.of_features(folder)
    fresh.set_epoch(7, 1)
    for index, wanted in list(zip(order, whole))[8:]:
        assert torch.equal(fresh[index]['inputs'], wanted)
    fresh.set_epoch(7, 0)
    assert not all(torch.equal(fresh[index]['inputs'], wanted)
                   for index, wanted in zip(order, whole))


def test_testing_draws_the_same_each_time(folder):
    one, other = (boundary_sets.of_features(folder, test_mode=True)
                  for _ in range(2))
    one.set_epoch(1, 1)
    assert all(torch.equal(one[index]['inputs'], other[index]['inputs'])
               for index in range(len(one)))


def test_a_sample_of_a_test_that_comes_again_is_drawn_anew(folder):
    """The sampler of training on a set that is tested on."""
    tested = boundary_sets.of_features(folder, test_mode=True)
    found = samples(tested, min_samples=2000)
    again = max(found)
    assert again >= NEXT_VISIT
    assert tested[again]['data_samples'].label == again % NEXT_VISIT % 4
    assert torch.equal(tested[again]['inputs'], tested[again]['inputs'])
