"""What builds arrays out of files of others, and refuses the rest."""
import io
import pickle
import subprocess
import sys
import zipfile
from pickle import UnpicklingError

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer, MessageHub
from mmengine.runner import CheckpointLoader

from mmbapg.apis.converters.common import (
    ConversionError,
    load_reference_weights,
)
from mmbapg.datasets.safe_pickle import load_pickled_arrays
from tests import hostile_pickles as hostile
from tests.hostile_pickles import Call, Name, Raw
from tests.runs import environment

RECONSTRUCT = Name('numpy._core.multiarray', '_reconstruct')
EMPTY = Call(RECONSTRUCT, (hostile.NDARRAY, (0, ), b'b'))


def dtype(code, *state):
    return Call(hostile.DTYPE, (code, False, True),
                state or (3, '<', None, None, None, -1, -1, 0))


def array(code, shape, data, *state):
    return EMPTY._replace(state=(1, shape, dtype(code, *state), False, data))


#: None of these may be built, by whatever reads pickles.
REFUSED = {
    'the array of objects that crashes': Call(
        hostile.NDARRAY, ((1, ), 'O', b'A' * 8)),
    'any array by its class': Call(hostile.NDARRAY, ((1, ), 'f8', b'A' * 8)),
    'objects by state': array('O8', (1, ), [1], 3, '|', None, None, None,
                              -1, -1, 63),
    'objects over bytes': array('O8', (1, ), b'A' * 8),
    'a field of objects': array('V8', (1, ), b'A' * 8, 3, '|', None, ('a', ),
                                {'a': (dtype('O8'), 0)}, 8, 1, 0),
    'numbers that become fields': array(
        'f8', (1, ), b'A' * 8, 3, '|', None, ('a', ),
        {'a': (dtype('f8'), 2**31)}, 8, 1, 0),
    'a shape beyond the bytes': array('f8', (2, ), b'A' * 8),
    'a huge shape': array('f8', (2**62, 4), b'A' * 8),
    'a negative shape': array('f8', (-1, -1), b'A' * 8),
    'a shape of floats': array('f8', (1.0, ), b'A' * 8),
    'too many dimensions': array('f8', (1, ) * 70, b'A' * 8),
    'a scalar object': Call(Name('numpy._core.multiarray', 'scalar'),
                            (dtype('O8'), b'A' * 8)),
    'a subclass': Call(RECONSTRUCT, (Name('numpy', 'memmap'), (0, ), b'b')),
    'no class at all': Call(RECONSTRUCT, (5, (0, ), b'b')),
    'a state of nothing': EMPTY._replace(state=(1, )),
    'a type by its long name': Call(hostile.DTYPE, ('f8,O', False, True)),
    'a type of a list': Call(hostile.DTYPE, ([('a', 'O')], )),
    'a command': Call(Name('posix', 'system'), ('true', )),
    'calling a list': Call([], ()),
    'a key without end': {hostile.DOUBLED: 1},
    'arguments without end': Call(hostile.NDARRAY, (hostile.TWICE, )),
    'deep nesting in a key': Raw(b'})' + b'\x85' * 100_000 + b'Ns'),
}
#: Honest, yet nothing that torch.load may build when it is not ours.
FOREIGN = {
    'array': np.arange(3.0), 'scalar': np.float64(1), 'dtype': np.dtype('f4'),
    'log': HistoryBuffer([1.0], [1]), 'getattr': HistoryBuffer.min,
    'bytes': np.frombuffer(b'abcd', 'u1')}


def checkpoint(path, content: bytes) -> str:
    """A file of torch.save with these instructions in it."""
    with zipfile.ZipFile(path, 'w') as archive:
        archive.writestr('a/data.pkl', content)
        archive.writestr('a/byteorder', 'little')
        archive.writestr('a/data/0', bytes(64))
        archive.writestr('a/version', '3\n')
    return str(path)


@pytest.mark.parametrize('name', REFUSED)
def test_a_pickle_of_features(name):
    content = hostile.whole({'features': REFUSED[name]})
    with pytest.raises(UnpicklingError) as error:
        load_pickled_arrays(io.BytesIO(content))
    assert '\n' not in str(error.value) and len(str(error.value)) < 300


@pytest.mark.parametrize('name', REFUSED)
def test_a_checkpoint(name, tmp_path):
    """While MMEngine loads, while a converter does, and otherwise."""
    path = checkpoint(tmp_path / 'epoch_1.pth', hostile.whole(
        {'state_dict': REFUSED[name]}))
    with pytest.raises(UnpicklingError, match='epoch_1.pth: not a checkpoint '
                       'that can be read safely'):
        CheckpointLoader.load_checkpoint(path, logger='silent')
    with pytest.raises(ConversionError, match='epoch_1.pth: not a checkpoint'):
        load_reference_weights(path)
    if 'end' not in name and 'deep' not in name:  # which torch would follow
        with pytest.raises(UnpicklingError):
            torch.load(path, weights_only=True)


@pytest.mark.parametrize('name', FOREIGN)
def test_only_mmengine_loads_what_torch_refuses(name, tmp_path):
    path = tmp_path / 'epoch_1.pth'
    torch.save(dict(x=FOREIGN[name]), path)
    before = set(torch.serialization.get_safe_globals())
    found = CheckpointLoader.load_checkpoint(
        str(path), logger='silent')['x']
    assert type(found) is type(FOREIGN[name])
    assert set(torch.serialization.get_safe_globals()) == before
    with pytest.raises(UnpicklingError):
        torch.load(path, weights_only=True)


def test_the_import_allows_nothing():
    code = ('import torch; allowed = torch.serialization.get_safe_globals\n'
            'import torch.distributed.tensor  # which adds its own\n'
            'before = set(allowed()); import mmbapg, mmbapg.models, '
            'mmbapg.datasets; assert set(allowed()) == before')
    done = subprocess.run([sys.executable, '-W', 'ignore', '-c', code],
                          env=environment(), text=True, capture_output=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_message_hub_survives(tmp_path):
    hub = MessageHub.get_instance('safe_files')
    for value in (1.5, 2.5):
        hub.update_scalar('train/loss', value)
    hub.update_info('array', np.arange(6, dtype='>i4').reshape(2, 3).T)
    hub.update_info('several', (np.float32(2), [np.array([True, False])]))
    path = tmp_path / 'epoch_1.pth'
    torch.save(dict(message_hub=hub.state_dict()), path)
    state = CheckpointLoader.load_checkpoint(
        str(path), logger='silent')['message_hub']
    log = state['log_scalars']['train/loss']
    assert type(log) is HistoryBuffer and log.mean() == 2
    log.update(6.5)
    assert log.statistics('max') == 6.5 and log.statistics('current') == 6.5
    array, (scalar, (flags, )) = (state['runtime_info'][key]
                                  for key in ('array', 'several'))
    np.testing.assert_array_equal(array, np.arange(6).reshape(2, 3).T)
    assert type(array) is np.ndarray and array.flags.writeable
    assert scalar == 2 and flags.tolist() == [True, False]
    other = MessageHub.get_instance('safe_files_resumed')
    other.load_state_dict(state)
    assert other.get_scalar('train/loss').current() == 6.5


def test_a_pickle_cannot_change_the_types_of_the_process():
    """The state of ``numpy.dtype('f8')`` is shared by all arrays."""
    content = hostile.whole(Call(hostile.DTYPE, ('f8', ), (
        3, '>', None, None, None, -1, -1, 0)))
    load_pickled_arrays(io.BytesIO(content))
    assert np.dtype('f8').isnative


@pytest.mark.parametrize('protocol', range(6))
@pytest.mark.parametrize('kind', ['<f8', '>f4', 'f2', '?', 'u1', 'U3', 'S2'])
@pytest.mark.parametrize('order', 'CF')
def test_honest_arrays_of_every_protocol(protocol, kind, order):
    array = np.array([[0, 1, 1], [1, 0, 0]]).astype(kind, order=order)
    shared = [array, dict(again=array), array[0, 1]]
    found = load_pickled_arrays(io.BytesIO(pickle.dumps(shared, protocol)))
    for ours, theirs in ((found[0], array), (found[1]['again'], array),
                         (found[2], array[0, 1])):
        np.testing.assert_array_equal(ours, theirs)
        assert ours.dtype == theirs.dtype
    assert found[0].flags.writeable and found[0].flags.owndata


def test_arrays_that_python_2_pickled():
    text = np.arange(3.0).tobytes().decode('latin1')
    made = Call(Name('numpy.core.multiarray', '_reconstruct'),
                (hostile.NDARRAY, (0, ), 'b'),
                (1, (3, ), dtype('f8'), False, text))
    found = load_pickled_arrays(io.BytesIO(hostile.whole(made)))
    assert found.tolist() == [0, 1, 2]


@pytest.mark.parametrize('change,reason', [
    (lambda data: b'', 'it is empty'),
    (lambda data: data[:len(data) // 2], 'cut off or damaged'),
    (lambda data: b'no checkpoint', 'cut off, damaged'),
])
def test_a_damaged_checkpoint(change, reason, tmp_path):
    path = tmp_path / 'epoch_1.pth'
    torch.save(dict(state_dict={}), path)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(UnpicklingError, match=f'^{path}: .*{reason}'):
        CheckpointLoader.load_checkpoint(str(path), logger='silent')


def test_a_compressed_checkpoint_is_not_unpacked(tmp_path):
    path = tmp_path / 'epoch_1.pth'
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('a/data.pkl', hostile.whole({}))
        archive.writestr('a/data/0', bytes(1 << 20))
    with pytest.raises(UnpicklingError, match='compressed or overlap'):
        CheckpointLoader.load_checkpoint(str(path), logger='silent')


def test_a_way_to_a_checkpoint_that_fails_says_so(monkeypatch):
    """It is no damaged file."""

    def load(filename, map_location=None):
        raise ConnectionError('no route')

    monkeypatch.setattr(CheckpointLoader, '_schemes', {'far://': load})
    with pytest.raises(ConnectionError, match='no route'):
        CheckpointLoader.load_checkpoint('far://x', logger='silent')
