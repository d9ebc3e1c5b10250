"""Pickles that nobody should trust, drawn by chance from a seed.

Written instruction by instruction: no pickler would write them.
"""
import pickle
import pickletools
import struct
from random import Random
from typing import NamedTuple, Tuple

import numpy as np
import torch

OPCODES = [each.code.encode('latin1') for each in pickletools.opcodes]


class Name(NamedTuple):
    """Something that a pickle names."""
    module: str
    name: str


class Call(NamedTuple):
    """A call, and what its result's state is set to."""
    function: object
    arguments: object
    state: object = None


class Stored(NamedTuple):
    """A storage of a torch file."""
    pid: Tuple


class Raw(NamedTuple):
    """Instructions as they are."""
    code: bytes


ORDERED = Call(Name('collections', 'OrderedDict'), ())
NDARRAY, DTYPE = Name('numpy', 'ndarray'), Name('numpy', 'dtype')
CORES = 'numpy.core', 'numpy._core'
NAMES = [NDARRAY, DTYPE, ORDERED.function, Name('_codecs', 'encode'),
         Name('torch.storage', '_load_from_bytes'),
         *(Name(f'{core}.multiarray', name) for core in CORES
           for name in ('_reconstruct', 'scalar')),
         *(Name(f'{core}.numeric', '_frombuffer') for core in CORES),
         *(Name('torch._utils', f'_rebuild_{name}') for name in (
             'tensor', 'tensor_v2', 'tensor_v3', 'parameter', 'qtensor',
             'sparse_tensor', 'nested_tensor', 'wrapper_subclass',
             'meta_tensor_no_storage', 'device_tensor_from_numpy')),
         *(Name('torch', name) for name in (
             'FloatTensor', 'Size', 'device', 'float32', 'FloatStorage',
             'bfloat16', 'Tensor')),
         *(Name('builtins', name) for name in (
             'bytearray', 'getattr', 'set', 'complex', 'eval', 'exec')),
         Name('torch._tensor', '_rebuild_from_type_v2'),
         Name('torch.serialization', '_get_layout'),
         Name('torch.nn.parameter', 'Parameter'),
         Name('collections', 'Counter'),
         Name('mmengine.logging.history_buffer', 'HistoryBuffer'),
         Name('posix', 'system'), Name('os', 'mkdir'),
         Name('numpy', 'memmap'), Name('numpy', 'load'),
         Name('numpy.dtypes', 'ObjectDType')]
#: A list, and a tuple, that holds the one before twice, 60 times over.
TWICE = Raw(b'](]' + b''.join(
    b'q%c0](h%ch%ce' % (n, n, n) for n in range(1, 60)) + b'ee')
DOUBLED = Raw(b')' + b''.join(b'q%ch%c\x86' % (n, n) for n in range(60)))
HOLDS_ITSELF = Raw(b']q\x05h\x05a')
ATOMS = [0, 1, -1, 8, 2**31, 2**63, -2**63, 2**70, 0.5, float('nan'), None,
         True, '', 'O', 'O8', 'f8', 'f4,O', 'V8', 'M8[ns]', 'U99999999',
         'b1', 'C', 'F', 'K', 'latin1', '<', 'storage', 'touch ../outside',
         '\ud800', b'', b'A' * 8, b'x' * 64, (), (3, ), (2, 4), (-1, ),
         (2**40, 2**40), [], [1, 2], {}, DOUBLED, TWICE, HOLDS_ITSELF]


def encode(thing) -> bytes:
    """Instructions that build it."""
    kind = type(thing)
    if kind is Raw:
        return thing.code
    if kind is Name:
        return f'c{thing.module}\n{thing.name}\n'.encode()
    if kind is Call:
        code = encode(thing.function) + encode(thing.arguments) + b'R'
        if thing.state is not None:
            code += encode(thing.state) + b'b'
        return code
    if kind is Stored:
        return encode(thing.pid) + b'Q'
    if kind in (tuple, list):
        return {tuple: b'(', list: b']('}[kind] + b''.join(
            map(encode, thing)) + {tuple: b't', list: b'e'}[kind]
    if kind is dict:
        return b'}(' + b''.join(encode(key) + encode(value)
                                for key, value in thing.items()) + b'u'
    if kind is bytes:
        return b'B' + struct.pack('<I', len(thing)) + thing
    if kind is str:
        text = thing.encode('utf-8', 'surrogatepass')
        return b'X' + struct.pack('<I', len(text)) + text
    return pickle.dumps(thing, 2)[2:-1]


def whole(thing) -> bytes:
    return b'\x80\x02' + encode(thing) + b'.'


def dtype(random: Random) -> Call:
    state = (3, random.choice('<>|=O'), None, None, None, -1, -1, 0)
    if random.random() < 0.3:
        state = (3, '|', None, ('a', ), {'a': (anything(random), 2**40)},
                 random.choice([8, 2**31]), 1, random.choice([0, 63]))
    return Call(DTYPE, (random.choice(
        ['f8', 'i4', 'O8', 'O', 'V8', 'b1', 'U2', 'f2', 'c16']),
        False, True), state)


def array(random: Random):
    """Something like an array of NumPy; sometimes it is one."""
    core = random.choice(CORES)
    shape = random.choice([(1, ), (2, 4), (8, ), (-8, ), (2**62, 2), (0, ),
                           (1, 2**40), (1, ) * 70, 'x', [8]])
    data = random.choice([b'A' * 8, b'x' * 64, 'x' * 64, [1, 2], None])
    kind = random.randrange(4)
    if kind == 0:
        return Call(NDARRAY, (shape, random.choice(['O', 'f8']), data))
    if kind == 1:
        return Call(Name(f'{core}.multiarray', 'scalar'),
                    (dtype(random), data))
    if kind == 2:
        return Call(Name(f'{core}.numeric', '_frombuffer'),
                    (data, dtype(random), shape, random.choice('CFKA')))
    made = Call(Name(f'{core}.multiarray', '_reconstruct'),
                (random.choice([NDARRAY, NDARRAY, DTYPE, Name(
                    'numpy', 'memmap')]), (0, ), b'b'))
    return made._replace(state=(1, shape, dtype(random),
                                random.random() < 0.5, data))


def tensor(random: Random):
    """Something like a tensor of torch, in a file of 16 numbers."""
    name = random.choice(['Float', 'Long', 'BFloat16', 'QInt8', 'Untyped'])
    storage = Stored((
        'storage', Name('torch', f'{name}Storage'), random.choice('001'),
        random.choice(['cpu', 'cpu', 'cpu', 'cuda:0', 'meta']),
        random.choice([16, 16, 8, -1, 10**10, TWICE])))
    size, stride = random.choice([
        ((4, 4), (4, 1)), ((16, ), (1, )), ((10**9, 4), (0, 0)),
        ((4, ), (-4, )), ((2**62, 4), (2**62, 1)), ((4, ), ()),
        (TWICE, (1, )), ('ab', 'cd')])
    return Call(Name('torch._utils', '_rebuild_tensor_v2'), (
        storage, random.choice([0, 0, 0, -1, 12, 2**62]), size, stride,
        random.choice([False, True, 5]), random.choice([ORDERED, 5])))


def anything(random: Random, depth: int = 0):
    """A value, more often than not an odd one."""
    kind = random.randrange(10 if depth < 4 else 2)
    if kind < 2:
        return random.choice(ATOMS)
    if kind < 4:
        return random.choice(NAMES)
    if kind < 6:
        return random.choice([array, dtype])(random)
    several = tuple(anything(random, depth + 1)
                    for _ in range(random.randrange(5)))
    if kind == 6:
        keys = 'features', 'x', DOUBLED, Raw(encode(several))
        return {random.choice(keys): each for each in several}
    if kind == 7:
        return random.choice([tuple, list])(several)
    return Call(random.choice(NAMES), several, random.choice(
        [None, {}, several]))


def honest(random: Random) -> bytes:
    rows = np.arange(12, dtype=random.choice(['<f4', '>f8', 'u1'])).reshape(
        4, 3)
    return pickle.dumps(random.choice([
        rows, dict(features=rows), [rows], rows.tolist(),
        dict(features=torch.arange(6.0).reshape(2, 3))]),
        protocol=random.randrange(6))


def damaged(random: Random, data: bytes) -> bytes:
    """A few bytes changed, or cut off somewhere."""
    data = bytearray(data)
    if random.random() < 0.3:
        return bytes(data[:random.randrange(len(data))])
    for _ in range(random.randrange(1, 6)):
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data)


def abuse(random: Random) -> bytes:
    """Instructions that no pickler writes."""
    number = random.choice([5, 1000, 100_000])
    huge = struct.pack('<Q', random.choice([2**31, 2**40, 2**62, 2**63]))
    return b'\x80\x04' + random.choice([
        b']r' + struct.pack('<I', random.choice([0, 2**31, 2**32 - 1])) + b'.',
        b']j\xff\xff\xff\xffa.', b'.', b'0.', b'a.', b'(.', b'R.', b'b.',
        b']' * number + b'a' * (number - 1) + b'.',
        b')' + b'\x85' * number + b'.', b'})' + b'\x85' * number + b'Ns.',
        b'}' + encode('features') + b']' * number + b'a' * (number - 1)
        + b's.',
        b'\x8e' + huge + b'abc.', b'\x8d' + huge + b'abc.',
        b'\x96' + huge + b'abc.', b'\x95' + huge + b'N.',
        b'\x8b' + huge[4:] + b'abc.', b'T\xff\xff\xff\x7fabc.',
        b'L' + b'9' * number + b'L\n.', b'I' + b'9' * number + b'\n.',
        b'\x97.', b'\x82\x01.', b'(iposix\nsystem\n.',
        b''.join(random.choices(OPCODES, k=30)),
        encode({DOUBLED: 1}) + b'.', encode(HOLDS_ITSELF) + b'.',
        encode({'features': TWICE}) + b'.', encode(TWICE) + b'N\x86R.'])


def hostile_pickle(random: Random) -> bytes:
    kind = random.randrange(6)
    if kind == 0:
        return damaged(random, honest(random))
    if kind == 1:
        return abuse(random)
    if kind < 4:
        return whole({'features': array(random)})
    return whole(anything(random))
