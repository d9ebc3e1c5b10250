"""Features in the formats in which the benchmarks' authors share them."""
import os
import pickle
from contextlib import suppress

import numpy as np
import pytest
import torch

from mmbapg.datasets import LoadFeatures
from mmbapg.datasets.feature_arrays import is_there
from mmbapg.datasets.feature_files import (
    FeatureFileError,
    count_steps,
    read_features,
)

SLOW = np.arange(12, dtype=np.float32).reshape(1, 4, 3)  # (1, C, T)
FAST = -np.arange(6, dtype=np.float32).reshape(1, 2, 3)
JOINED = np.concatenate([SLOW[0].T, FAST[0].T], axis=1)
KEYS = ('slow_feature', 'fast_feature')


def dump(path, content, protocol=None):
    path.write_bytes(pickle.dumps(content, protocol=protocol))
    return str(path)


@pytest.mark.parametrize('protocol', [2, 4, 5])
@pytest.mark.parametrize('make', [np.array, torch.from_numpy])
def test_the_pickles_of_hacs_slowfast(tmp_path, make, protocol):
    path = dump(tmp_path / 'v.pkl', dict(
        slow_feature=make(SLOW), fast_feature=make(FAST)), protocol)
    np.testing.assert_array_equal(read_features(path, KEYS), JOINED)
    assert count_steps(path, KEYS) == 3
    np.testing.assert_array_equal(
        read_features(path, 'slow_feature'), SLOW[0].T)
    with pytest.raises(FeatureFileError, match='slow_feature, fast_feature, '
                       'expected embeddings or feats'):
        read_features(path)


def test_a_pickled_array_of_its_own(tmp_path):
    path = dump(tmp_path / 'v.pkl', JOINED)
    np.testing.assert_array_equal(read_features(path), JOINED)


class Attack:
    """Unpickling it leaves a file behind."""

    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


class TensorOf:
    """A pickle as torch writes it, of a storage with pickled code inside."""

    def __init__(self, content: bytes):
        self.content = content

    def __reduce__(self):
        return torch.storage._load_from_bytes, (self.content, )


@pytest.mark.parametrize('wrap', [
    lambda attack: attack,
    lambda attack: dict(slow_feature=SLOW, fast_feature=attack),
    lambda attack: TensorOf(pickle.dumps(attack)),
])
def test_a_malicious_pickle_is_refused_and_not_run(tmp_path, wrap):
    trace = tmp_path / 'trace'
    for function, args in ((os.mkdir, [str(trace)]),
                           (eval, [f'__import__("os").mkdir("{trace}")'])):
        path = dump(tmp_path / 'v.pkl', wrap(Attack(function, *args)))
        with pytest.raises(FeatureFileError, match='not a readable feature'):
            read_features(path, KEYS)
        assert not trace.exists()
        with open(path, 'rb') as file, suppress(Exception):
            pickle.load(file)  # it does harm where it is trusted
        trace.rmdir()


def test_a_pickle_cannot_change_what_it_names(tmp_path):
    """It may set attributes of a function that it names."""
    harmful = (b'\x80\x04ctorch._utils\n_rebuild_tensor_v2\n'
               b'N}(\x8c\x08__name__\x8c\x05alienu\x86b.')
    path = tmp_path / 'v.pkl'
    path.write_bytes(harmful)
    with pytest.raises(FeatureFileError):
        read_features(str(path))
    from mmbapg.datasets.safe_pickle import _FUNCTIONS
    assert all(function.__name__ != 'alien'
               for function in _FUNCTIONS.values())


def test_arrays_of_several_names_are_joined(tmp_path):
    path = tmp_path / 'two.npz'
    np.savez(path, rgb=SLOW[0].T, flow=FAST[0].T)
    np.testing.assert_array_equal(
        read_features(str(path), ['rgb', 'flow']), JOINED)
    assert count_steps(str(path), ['rgb', 'flow']) == 3


def test_one_hdf5_file_of_all_videos(tmp_path):
    h5py = pytest.importorskip('h5py')
    path = tmp_path / 'tsp.hdf5'
    with h5py.File(path, 'w') as file:
        file['v_abc'] = JOINED
    np.testing.assert_array_equal(read_features(f'{path}/v_abc'), JOINED)
    assert is_there(f'{path}/v_abc') and not is_there(f'{path}/v_xyz')
    assert not is_there(str(tmp_path / 'gone.hdf5' / 'v_abc'))
    with pytest.raises(FeatureFileError, match='expected v_xyz to be one'):
        read_features(f'{path}/v_xyz')


def test_hdf5_needs_h5py(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__('sys').modules, 'h5py', None)
    (tmp_path / 'tsp.hdf5').touch()
    with pytest.raises(FeatureFileError, match='expected the package h5py'):
        read_features(str(tmp_path / 'tsp.hdf5' / 'v_abc'))


@pytest.fixture
def stored(tmp_path):
    path = tmp_path / 'v.npy'
    np.save(path, np.zeros((10, 3), np.float32))
    return dict(feature_paths=[str(path)], video_name='v', duration=20.0,
                fps=30.0)


def test_the_rate_of_extraction_goes_before_that_of_the_video(stored):
    grid = LoadFeatures(stride=16, window=16).transform(stored)['grid']
    assert grid.to_seconds(1.0) == pytest.approx((16 + 8) / 30)
    grid = LoadFeatures(stride=16, window=16, fps=15).transform(stored)['grid']
    assert grid.to_seconds(1.0) == pytest.approx((16 + 8) / 15)


def test_stride_0_shares_out_the_video(stored):
    """The references' feat_stride <= 0: stride = duration * fps / T."""
    grid = LoadFeatures(stride=0).transform(stored)['grid']
    assert grid.interval == pytest.approx(20 / 10)
    assert grid.to_seconds(0.0) == pytest.approx(1.0)
    assert grid.to_seconds(9.5) == pytest.approx(20.0)


def test_steps_share_what_features_were_made_of(stored):
    """As BSN's annotations tell; other files do not."""
    told = dict(stored, feature_frame=450, duration_frame=500)
    for video, interval in ((told, 1.8), (stored, 2.0)):
        load = LoadFeatures(stride=0, described=True)
        assert load.transform(dict(video))['grid'].interval == pytest.approx(
            interval)
    assert LoadFeatures(stride=0).transform(told)['grid'].interval == 2.0
    with pytest.raises(FeatureFileError, match='video v, fields feature_frame '
                       "and duration_frame: found 450 and '500', expected"):
        LoadFeatures(stride=0, described=True).transform(
            dict(told, duration_frame='500'))


def test_no_rate_anywhere(stored):
    del stored['fps']
    with pytest.raises(FeatureFileError, match='video v, field fps: found '
                       'nothing in the annotation file, expected a number'):
        LoadFeatures(stride=16).transform(stored)
