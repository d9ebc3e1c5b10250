"""Features in the forms that encoders, papers and accidents leave."""
import json
import pickle
import zipfile

import numpy as np
import pytest
import torch

from mmbapg.datasets.embedding_files import read_embeddings, read_provenance
from mmbapg.datasets.feature_arrays import is_there
from mmbapg.datasets.feature_files import (
    FeatureFileError,
    count_steps,
    read_features,
)

from .test_feature_files import JOINED, dump


@pytest.fixture
def h5(tmp_path):
    """One file of many videos, as their authors share them."""
    h5py = pytest.importorskip('h5py')
    path = tmp_path / 'all.hdf5'
    with h5py.File(path, 'w') as file:
        file['v_abc/c3d_features'] = JOINED  # ActivityNet's C3D
        file['both/rgb'], file['both/feats'] = JOINED, JOINED + 1
        file['two/rgb'], file['two/flow'] = JOINED, JOINED + 1
        file['cam 1/video'] = JOINED
        file['cam 1/clip.hdf5'] = JOINED
        file['alias'] = h5py.SoftLink('/cam 1/video')
        file['outside'] = h5py.ExternalLink('other.hdf5', '/x')
        file['round'] = h5py.SoftLink('/round')
        file['nothing'] = h5py.SoftLink('/gone')
    return path


@pytest.mark.parametrize('name,key,expected', [
    ('v_abc/c3d_features', None, JOINED),
    ('v_abc', None, JOINED),
    ('v_abc', 'c3d_features', JOINED),
    ('both', None, JOINED + 1),
    ('both', 'rgb', JOINED),
    ('two', ['rgb', 'flow'], np.hstack([JOINED, JOINED + 1])),
    ('cam 1/video', None, JOINED),
    ('cam 1/clip.hdf5', None, JOINED),
    ('alias', None, JOINED)])
def test_nested_hdf5(h5, name, key, expected):
    assert is_there(f'{h5}/{name}')
    np.testing.assert_array_equal(read_features(f'{h5}/{name}', key), expected)
    assert count_steps(f'{h5}/{name}', key) == 3


@pytest.mark.parametrize('name,key,message', [
    ('v_xyz', None, 'expected v_xyz to be one'),
    ('v_abc/rgb', None, 'expected v_abc/rgb to be one'),
    ('cam 1/video/x', None, 'expected cam 1/video/x to be one'),
    ('nothing', None, 'expected nothing to be one'),
    ('two', None, 'found the arrays flow, rgb, expected embeddings or feats'),
    ('two', 'c3d', 'found the arrays flow, rgb, expected c3d'),
    ('outside', None, 'leads out of the file or round and round'),
    ('round', None, 'leads out of the file or round and round')])
def test_what_is_not_in_an_hdf5_file(h5, name, key, message):
    for reader in read_features, count_steps:
        with pytest.raises(FeatureFileError, match=message) as error:
            reader(f'{h5}/{name}', key)
        assert str(error.value).startswith(str(h5))


def test_an_hdf5_file_of_each_video(tmp_path):
    h5py = pytest.importorskip('h5py')
    path = tmp_path / 'abc.h5'
    assert not is_there(str(path))
    with h5py.File(path, 'w') as file:
        file['features'] = JOINED
    assert is_there(str(path)) and count_steps(str(path)) == 3
    np.testing.assert_array_equal(read_features(str(path)), JOINED)


def test_hdf5_in_the_name_of_a_folder_or_of_a_video(tmp_path):
    for path in (tmp_path / 'cam.hdf5' / 'v.npy', tmp_path / 'v.hdf5.npy'):
        path.parent.mkdir(exist_ok=True)
        np.save(path, JOINED)
        assert is_there(str(path))
        np.testing.assert_array_equal(read_features(str(path)), JOINED)


def test_hdf5_arrays_that_claim_too_much(tmp_path):
    h5py = pytest.importorskip('h5py')
    path = tmp_path / 'bomb.hdf5'
    with h5py.File(path, 'w') as file:
        file.create_dataset('sparse', (10**9, 10**6), 'f4', chunks=True)
        file.create_dataset('elsewhere', (4, 3), 'f4',
                            external=[('other.bin', 0, 48)])
        file.create_dataset('text', (4, ), h5py.string_dtype())
    for name, message in (('sparse', 'claim to be 4000000000000000'),
                          ('elsewhere', 'lies in other files'),
                          ('text', 'data of type object, expected numbers')):
        with pytest.raises(FeatureFileError, match=message):
            read_features(f'{path}/{name}')


ROWS = torch.arange(6.0).reshape(3, 2)


@pytest.mark.parametrize('suffix', ['.pt', '.pkl'])
@pytest.mark.parametrize('legacy', [False, True])
@pytest.mark.parametrize('content,key', [
    (ROWS.bfloat16(), None), (ROWS.half(), None), (ROWS.double(), None),
    (ROWS.clone().requires_grad_(), None), (torch.nn.Parameter(ROWS), None),
    (ROWS.to(torch.uint8), None), (ROWS.to(torch.int8), None),
    (ROWS.T.contiguous().T, None), (dict(features=ROWS), None),
    (dict(feats=ROWS.bfloat16()), None), (dict(abc=ROWS), None),
    (dict(rgb=ROWS, flow=ROWS + 1), 'rgb'), ([ROWS], None),
    (dict(features=[ROWS]), None), (dict(features=ROWS.numpy()), None),
    (ROWS.numpy(), None)])
def test_tensors_as_encoders_leave_them(tmp_path, suffix, legacy, content,
                                        key):
    path = tmp_path / f'v{suffix}'
    if suffix == '.pkl':
        if isinstance(content, torch.nn.Parameter):
            pytest.skip('a model, not features')
        dump(path, content, protocol=2 if legacy else None)
    else:
        torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    features = read_features(str(path), key)
    assert features.dtype == np.float32 and count_steps(str(path), key) == 3
    np.testing.assert_array_equal(features, ROWS.numpy())


@pytest.mark.parametrize('content,message', [
    ('text', 'found str, expected an array'),
    (5, 'found int, expected an array'),
    (dict(features=None), 'found NoneType, expected an array'),
    (dict(rgb=ROWS, flow=ROWS), 'found the arrays rgb, flow, expected'),
    ({}, 'found the arrays of none, expected'),
    ([ROWS, ROWS], 'found a list of 2, expected one array'),
    (ROWS.to_sparse(), 'layout torch.sparse_coo on device cpu'),
    (ROWS.to('meta'), 'on device meta'),
    (ROWS + 1j, 'found features of type complex64'),
    (ROWS[0, 0].expand(10**6, 10**6), 'claim to be a tensor of shape'),
    (torch.nn.Linear(2, 2), 'torch.nn.modules.linear.Linear'),
    (ROWS[0], 'expected .steps, channels'),
    (ROWS[:0], 'expected at least one step')])
@pytest.mark.parametrize('suffix', ['.pt', '.pkl'])
def test_what_a_pickled_file_cannot_hold(tmp_path, suffix, content, message):
    path = tmp_path / f'v{suffix}'
    if suffix == '.pkl':
        if isinstance(content, torch.Tensor) and (
                content.layout != torch.strided or content.is_meta):
            message = 'it names'
        dump(path, content)
    else:
        torch.save(content, path)
    with pytest.raises(FeatureFileError, match=message) as error:
        read_features(str(path))
    assert str(error.value).startswith(f'{path}: ')
    assert '\n' not in str(error.value)


@pytest.mark.parametrize('rows', [
    JOINED.astype('>f4'), JOINED.astype('>f8'), np.asfortranarray(JOINED),
    JOINED.astype('f2'), JOINED.astype('i8'), JOINED.astype(np.int16)])
@pytest.mark.parametrize('suffix', ['.npy', '.npz', '.pkl'])
def test_numbers_of_every_kind(tmp_path, rows, suffix):
    path = tmp_path / f'v{suffix}'
    with open(path, 'wb') as file:
        {'.npy': np.save, '.npz': np.savez, '.pkl': lambda f, a: pickle.dump(
            a, f)}[suffix](file, rows)
    features = read_features(str(path))
    assert features.dtype == np.dtype('f4') and features.dtype.isnative
    np.testing.assert_array_equal(features, JOINED)
    assert count_steps(str(path)) == 3


@pytest.mark.parametrize('suffix', ['.npy', '.npz', '.pt', '.pkl', '.h5'])
def test_files_of_no_bytes(tmp_path, suffix):
    path = tmp_path / f'v{suffix}'
    path.touch()
    readers = [read_features, count_steps]
    if suffix == '.npz':
        readers += [read_embeddings, read_provenance]
    for reader in readers:
        with pytest.raises(FeatureFileError, match=f'^{path}: not an? '):
            reader(str(path))


def npy(header, data=b'', version=b'\x01\x00'):
    header = str(header).encode() + b'\n'
    return (b'\x93NUMPY' + version + len(header).to_bytes(2, 'little')
            + header + data)


HEADER = dict(descr='<f4', fortran_order=False, shape=(2, 3))


@pytest.mark.parametrize('content,message', [
    (npy(HEADER, bytes(20)), 'found 20 bytes of data under a header'),
    (npy(HEADER | dict(shape=(2**62, 8)), bytes(24)), 'found 24 bytes'),
    (npy(HEADER | dict(shape=(-2, -3)), bytes(24)), 'says shape .-2, -3.'),
    (npy(HEADER | dict(descr='|O'), bytes(24)), 'found data of type object'),
    (npy(HEADER | dict(descr=[('a', '<f4')]), bytes(24)), 'data of type'),
    (npy("__import__('os').mkdir('x')", bytes(24)), 'found a damaged header'),
    (npy('(' * 5000, bytes(24)), 'found a damaged header'),
    (npy(HEADER, bytes(24), b'\x09\x00'), 'found version .9, 0.'),
    (b'no array at all', 'magic')])
def test_headers_that_lie(tmp_path, content, message):
    (tmp_path / 'v.npy').write_bytes(content)
    with zipfile.ZipFile(tmp_path / 'v.npz', 'w') as archive:
        archive.writestr('features.npy', content)
    for path in (tmp_path / 'v.npy', tmp_path / 'v.npz'):
        for reader in (read_features, count_steps):
            with pytest.raises(FeatureFileError, match=message) as error:
                reader(str(path))
            assert str(error.value).startswith(f'{path}: ')


@pytest.mark.parametrize('method', [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path, method):
    path = tmp_path / 'v.npz'
    with zipfile.ZipFile(path, 'w', method) as archive:
        archive.writestr('features.npy', npy(
            HEADER | dict(shape=(3 << 22, 8)), bytes(3 << 27)))
    with pytest.raises(FeatureFileError,
                       match='claim to be|unusual compression'):
        count_steps(str(path))


def test_features_that_compress_well_are_read(tmp_path):
    path = tmp_path / 'v.npz'
    np.savez_compressed(path, features=np.zeros((4000, 512), np.float32))
    assert read_features(str(path)).shape == (4000, 512)


PROVENANCE = dict(interval=0.5, config='a', checkpoint='b',
                  training_videos=['c'], source_bytes=1)


@pytest.mark.parametrize('change,message', [
    (dict(provenance='[' * 100_000), 'recursion'),
    (dict(provenance='5'), 'subscriptable'),
    (dict(provenance=json.dumps(PROVENANCE | dict(interval=-1))),
     'an interval of -1 s'),
    (dict(provenance=json.dumps(PROVENANCE | dict(boundary_rate=-1))),
     'with -1 boundaries in a second of videos of None s'),
    (dict(provenance=json.dumps(PROVENANCE | dict(boundary_rate='1'))),
     'a field'),
    (dict(provenance=json.dumps(PROVENANCE | dict(checkpoint=3))), 'a field'),
    (dict(provenance=json.dumps(PROVENANCE | dict(surplus=3))), 'surplus'),
    (dict(provenance=np.zeros(3)), 'found a provenance of type float64'),
    (dict(times=np.arange(2.0)), r'shapes \(3, 2\) and \(2,\)'),
    (dict(embeddings=np.ones(3)), r'shapes \(3,\) and \(3,\)'),
    (dict(embeddings=np.full((3, 2), np.nan)), 'NaN or infinity in 3 of 3'),
    (dict(embeddings=np.ones((3, 2), int)), 'embeddings of type int64'),
    (dict(times=None), 'times')])
def test_embeddings_that_are_none(tmp_path, change, message):
    path = tmp_path / 'v.npz'
    arrays = dict(embeddings=np.ones((3, 2)), times=np.arange(3.0),
                  provenance=json.dumps(PROVENANCE))
    np.savez(path, **arrays)
    found = read_embeddings(str(path)).provenance
    assert found.training_videos == ('c', ) and found.boundary_rate is None
    arrays |= change
    np.savez(path, **{key: value for key, value in arrays.items()
                      if value is not None})
    with pytest.raises(FeatureFileError, match=message) as error:
        read_embeddings(str(path))
    assert str(error.value).startswith(f'{path}: not an embeddings file (')
    assert len(str(error.value)) < 600
