import numpy as np
import pytest
from mmaction.registry import DATASETS, TRANSFORMS
from mmengine.config import Config

from mmbapg.datasets import FeatureFileError, RandomTruncation
from mmbapg.ops import TemporalGrid
from tests import tiny


def results(steps=50, segments=((2.0, 4.0), (6.0, 9.0))):
    return dict(
        video_name='v', duration=steps * 0.25,
        features=np.arange(steps, dtype=np.float32)[:, None].repeat(3, 1),
        grid=TemporalGrid.of_interval(0.25),
        segments=np.array(segments), labels=np.arange(len(segments)))


def test_a_crop_keeps_seconds_and_instances_in_step():
    np.random.seed(0)
    for _ in range(20):
        cropped = RandomTruncation(max_length=30).transform(results())
        first = int(cropped['features'][0, 0])
        assert len(cropped['features']) == 30
        # the features of a moment still stand at that moment
        step = cropped['grid'].to_steps(5.125)
        assert step + first == pytest.approx(20)
        assert len(cropped['labels']) >= 1
        assert len(cropped['segments']) == len(cropped['labels'])


def test_short_videos_are_cropped_to_a_share():
    np.random.seed(0)
    lengths = {len(RandomTruncation(max_length=96).transform(
        results())['features']) for _ in range(60)}
    assert min(lengths) >= 45 and max(lengths) == 50 and len(lengths) > 2


def test_several_folders_are_concatenated(folder):
    cfg = Config.fromfile(tiny.localizer_config(folder))
    data = dict(cfg.train_dataloader.dataset)
    data['data_prefix'] = dict(feature=[str(folder / 'features')] * 2)
    data['pipeline'] = [dict(type='LoadFeatures', stride=4, window=4,
                             channels=24), dict(type='PackFeatures')]
    packed = DATASETS.build(data)[0]
    assert packed['inputs'].shape[0] == 24


def test_the_first_channels_are_kept():
    select = TRANSFORMS.build(dict(type='SelectChannels', channels=2))
    features = np.arange(12, dtype=np.float32).reshape(4, 3)
    kept = select.transform(dict(video_name='v', features=features))
    np.testing.assert_array_equal(kept['features'], features[:, [0, 1]])
    with pytest.raises(FeatureFileError, match='video v: found 1 channels, '
                                               'expected at least the 2'):
        select.transform(dict(video_name='v', features=features[:, :1]))


def test_resizing_interpolates_as_actionformer_does(folder):
    resized = TRANSFORMS.build(dict(type='ResizeFeatures', length=100))
    after = resized.transform(results())
    assert after['features'].shape == (100, 3)
    assert after['grid'].to_seconds(99.5) == pytest.approx(50 * 0.25)


@pytest.mark.parametrize('suffix', ['npy', 'npz', 'pt'])
def test_feature_formats(tmp_path, suffix):
    import torch

    from mmbapg.datasets.feature_files import read_features
    array = np.random.rand(5, 4).astype(np.float32)
    path = tmp_path / f'v.{suffix}'
    if suffix == 'npy':
        np.save(path, array)
    elif suffix == 'npz':
        np.savez(path, feats=array)
    else:
        torch.save(torch.from_numpy(array), path)
    np.testing.assert_array_equal(read_features(path), array)


def test_draws_depend_on_seed_epoch_and_index_alone(folder):
    """Not on what was drawn before: a resumed run sees the same data."""
    cfg = Config.fromfile(tiny.localizer_config(folder))
    data = DATASETS.build(cfg.train_dataloader.dataset)
    data.set_epoch(0, 3)
    first = [data[index]['inputs'] for index in (0, 1, 2)]
    again = data[2]['inputs']
    assert again.shape == first[2].shape and (again == first[2]).all()
    shapes = set()
    for epoch in range(12):
        data.set_epoch(0, epoch)
        shapes.add(tuple(data[2]['inputs'].shape))
    assert len(shapes) > 1
