"""Batches of stage 1: those of before, read together or frame by frame."""
import hashlib
import json

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, MODELS, TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from torch.utils.data import DataLoader

from mmbapg.datasets import FeatureFileError, SampleFeatures
from mmbapg.datasets.recently_used import RecentlyUsed
from mmbapg.datasets.samplers.draws import choose_all
from tests import tiny

from .test_samplers import sampler


@TRANSFORMS.register_module()
class NoiseOfTheTests(BaseTransform):
    """A transform as a user may write it: random, of single samples."""

    def transform(self, results):
        features = results['features']
        results['features'] = features + np.random.standard_normal(
            features.shape).astype(np.float32)
        return results


@TRANSFORMS.register_module()
class OneByOneOfTheTests(SampleFeatures):
    """Of a class of its own, so that frames come one by one."""


@pytest.fixture(scope='module')
def features(tmp_path_factory):
    return tiny.write_features(tmp_path_factory.mktemp('batches'))


def dataset(features, transforms=('SampleFeatures', ), **options):
    cfg = Config.fromfile(tiny.encoder_config(features))
    cfg = dict(cfg.train_dataloader.dataset, **options)
    first, *others = transforms
    load, pack = cfg['pipeline']
    cfg['pipeline'] = [dict(load, type=first), *others, pack]
    return DATASETS.build(cfg)


def batches(data, samples_per_class, size, rank=0, world_size=1, epoch=0,
            workers=0):
    order = sampler(data, rank, world_size,
                    samples_per_class=samples_per_class)
    order.set_epoch(epoch)
    return list(DataLoader(data, size, sampler=order, num_workers=workers,
                           collate_fn=pseudo_collate))


def inputs_of(batch):
    return torch.stack(batch['inputs']).flatten(0, -3)


def roles_of(batch, name):
    """Lists of the pools of each frame."""
    found = [getattr(sample, name) for sample in batch['data_samples']]
    if len(batch['inputs']) == 1:
        found = [[index for index in row if index >= 0] for row in found[0]]
    return [list(map(int, row)) for row in found]


def digest(found):
    content = hashlib.sha256()
    for batch in found:
        content.update(inputs_of(batch).numpy().tobytes())
        for name in ('instances', 'negative_of'):
            content.update(json.dumps(roles_of(batch, name)).encode())
    return content.hexdigest()[:16]


#: Digests from when every frame was a sample that walked through all pools.
BEFORE = [
    ('ef9fbbaa68385422', {}, dict(samples_per_class=2, size=8)),
    ('a2a0514dceb9f249', {}, dict(samples_per_class=3, size=12, rank=1,
                                  world_size=2, epoch=1)),
    ('23e4e813d14b81c2', {}, dict(samples_per_class=5, size=30, rank=2,
                                  world_size=3, epoch=4)),
    ('355eea2ccd3bbe35', dict(surroundings='any', interval=0.1),
     dict(samples_per_class=4, size=24)),
    ('4436308db41ffcb4', dict(context=0, interval=0.7),
     dict(samples_per_class=4, size=16, epoch=2)),
    ('2ab755426a43b903', dict(hard_negative_window=0.5),
     dict(samples_per_class=4, size=24))]


@pytest.mark.parametrize('before,options,order', BEFORE)
def test_batches_are_those_of_before(features, before, options, order):
    for transform in ('SampleFeatures', 'OneByOneOfTheTests'):
        data = dataset(features, [transform], **options)
        found = batches(data, **order)
        assert len(found[0]['inputs']) == (
            1 if transform == 'SampleFeatures' else order['size'])
        assert digest(found) == before
    assert digest(batches(data, workers=2, **order)) == before


def holds(frames, frame):
    return bool(np.isin(frame, frames))


def test_roles_where_negatives_come_from_other_videos(tmp_path):
    """A video that is one long action has none of its own."""
    path = tiny.write_features(tmp_path, 4, 0) / 'annotations.json'
    content = json.loads(path.read_text())
    video = content['database']['video1']
    video['annotations'] = [
        dict(label='jump', segment=[0, video['duration']])]
    path.write_text(json.dumps(content))
    data = dataset(tmp_path)
    far, = (index for index, pool in enumerate(data.pools)
            if pool.reaches_beyond_video)
    batch = pseudo_collate(data.__getitems__(range(len(data))))
    for name, clips in (('instances', ['positives']),
                        ('negative_of', ['former', 'latter'])):
        found = roles_of(batch, name)
        assert any(far in row for row in found)
        for frame, row in enumerate(found):
            assert sorted(row) == [
                index for index, pool in enumerate(data.pools)
                if any(holds(getattr(pool, clip), frame) for clip in clips)]
            assert row == data.get_data_info(frame)[name]


def test_a_batch_tells_which_frames_it_holds(features):
    data = dataset(features)
    frames = [100, 3, 4, 101, 250]
    sample, = data.__getitems__(frames)
    for row, frame in enumerate(frames):
        alone = data[frame]
        assert torch.equal(sample['inputs'][row], alone['inputs'])
        for key in ('video_name', 'path', 'first', 'last', 'num_frames'):
            assert getattr(sample['data_samples'], key)[row] == getattr(
                alone['data_samples'], key)


def test_what_is_drawn_for_a_frame_does_not_depend_on_its_batch(features):
    """Transforms that do not say that they take batches get single frames."""
    data = dataset(features, ['SampleFeatures', dict(type='NoiseOfTheTests')])
    data.set_epoch(0, 3)
    found = inputs_of(pseudo_collate(data.__getitems__([5, 80, 7])))
    assert torch.equal(found[1], data[80]['inputs'])
    data.set_epoch(0, 4)
    assert not torch.equal(found[1], data[80]['inputs'])


def test_channels_are_selected_in_a_batch(features):
    select = dict(type='SelectChannels', channels=5)
    data = dataset(features, ['SampleFeatures', select])
    sample, = data.__getitems__([5, 80])
    assert torch.equal(sample['inputs'][1], data[80]['inputs'])
    assert sample['inputs'].shape == (2, 5, 5)
    data = dataset(features, ['SampleFeatures', dict(select, channels=50)])
    with pytest.raises(FeatureFileError, match='video video0: found 12 chan'):
        data.__getitems__([5, 80])


def test_features_of_a_batch_that_end_early(tmp_path, logged):
    path = tiny.write_features(tmp_path, 3, 0) / 'features' / 'video1.npy'
    np.save(path, np.load(path)[:-20])
    data = dataset(tmp_path)
    covered, last = data.samples_of_video(1)[0], data.samples_of_video(1)[-1]
    data.__getitems__([0, covered, last + 1])
    with pytest.raises(FeatureFileError, match='video1.npy: found'):
        data.__getitems__([0, last])
    data.pipeline.transforms[0].short_features = 'hold'
    sample, = data.__getitems__([last, last, 0])
    assert torch.equal(sample['inputs'][1], data[last]['inputs'])
    assert logged().count('the last one stands for the rest') == 1


def test_the_learner_cannot_tell(features):
    """Losses of a batch in one sample are those of single frames."""
    torch.manual_seed(0)
    model = MODELS.build(Config.fromfile(tiny.encoder_config(features)).model)
    one, several = (
        batches(dataset(features, [transform]), 2, 24)[0]
        for transform in ('SampleFeatures', 'OneByOneOfTheTests'))
    model.eval()
    assert model(**one, mode='loss') == model(**several, mode='loss')
    with torch.no_grad():
        assert model(one['inputs']).shape == model(several['inputs']).shape


@pytest.mark.parametrize('numbers', [[2, 1, 1], [3, 2, 1], [4, 2, 2], [7]])
def test_draws_are_those_of_numpy(numbers):
    sizes = np.random.default_rng(1).integers(1, 12, (200, len(numbers)))
    sizes[::7] *= 3000
    rng, one_by_one = (np.random.default_rng(2) for _ in range(2))
    found = choose_all(rng, sizes, numbers)
    for group, row in enumerate(sizes):
        for each, size, number in zip(found, row, numbers):
            assert each[group].tolist() == one_by_one.choice(
                size, number, replace=size < number).tolist()
    assert rng.bit_generator.state == one_by_one.bit_generator.state


def test_what_was_used_last_is_kept():
    loaded = []

    def load(name, size):
        loaded.append(name)
        return np.zeros(size, np.int8)

    kept = RecentlyUsed(load, 10)
    for name in 'abacab':  # b goes when c comes, as a was used after it
        kept(name, 4)
    assert ''.join(loaded) == 'abcb'
    kept('large', 99)
    kept('large', 99)
    kept('a', 4)
    assert loaded[4:] == ['large', 'a']
