"""Files that nobody should trust, drawn by chance from a seed.

Each kind writes one file into a folder and returns its path; what reads it is
in :mod:`tests.hostile_reader`.
"""
import importlib.util
import io
import json
import struct
import tarfile
import zipfile
from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np
import torch

from tests import hostile_pickles as pickles

DEEP = '[' * 100_000
ODD_JSON = [
    'null', 'true', '-1', '0', '1e999', '-1e999', 'NaN', 'Infinity', '9' * 400,
    '9' * 5000, '1e-400', '""', '"x"', '"\\ud800"', '"\\u0000"', '"../../x"',
    '[]', '[1]', '[[1, 2], 3]', '{}', '{"a": 1, "a": 2}', DEEP,
    '{"a":' * 5000 + '1' + '}' * 5000, '[' * 900 + ']' * 900, '{', '\ufeff',
    '[0.5, 1.5]', '[3, 1]', '[NaN, 1]', '[' + '9' * 400 + ', 1]', '["1", 2]']


def npy(random: Random, folder: Path) -> Path:
    return _write(folder / 'v.npy', _npy(random))


def _npy(random: Random) -> bytes:
    if random.random() < 0.25:
        buffer = io.BytesIO()
        rows = np.arange(12).reshape(4, 3).astype(random.choice(
            ['<f4', '>f8', 'f2', 'u1', 'c8', 'U3', 'M8[s]', 'f4,i2']))
        np.save(buffer, np.asfortranarray(rows))
        return pickles.damaged(random, buffer.getvalue()) if (
            random.random() < 0.6) else buffer.getvalue()
    header = random.choice([
        "{{'descr': {}, 'fortran_order': {}, 'shape': {}, }}".format(
            random.choice(["'<f4'"] * 3 + [
                "'|O'", "'|V0'", "'<U0'", "'<U1000000000'", "[('a', '|O')]",
                "[('a', '<f4', (9999999,))]", "'<M8[s]'", '5', "'?'"]),
            random.choice(['False', 'True', '7']),
            random.choice([
                '(2, 4)', '(0, 4)', '(-1, 4)', '(-2, -4)', '(4000000000, 8)',
                f'({2**62}, 4)', f'({2**70},)', '()', '(True, 8)', '5',
                '(1,) * 9', '(0, 99999999999999)', f'({"1, " * 70})'])),
        "__import__('os').mkdir('../outside')", '(' * 5000, '{' * 200, '',
        "{'descr': '<f4'}", '[' + '0,' * 3000 + ']', '\x00' * 50, '-' * 8000])
    header = header.encode() + b' ' * 16 + b'\n'
    version = random.choice([(1, 0)] * 6 + [(2, 0), (3, 0), (9, 9), (0, 0)])
    length = random.choice([len(header)] * 6 + [0, 60000])
    magic = random.choice([b'\x93NUMPY'] * 8 + [b'NUMPY!', b''])
    return (magic + bytes(version)
            + struct.pack('<I' if version[0] > 1 else '<H', length) + header
            + bytes(random.choice([32, 32, 0, 5])))


def npz(random: Random, folder: Path) -> Path:
    name = random.choice(['features', 'feats', 'x', '../../outside', 'a\x00b'])
    return _write(folder / 'v.npz', _archive(
        random, {f'{name}.npy': _npy(random), 'note.npy': _npy(random)}))


def embeddings(random: Random, folder: Path) -> Path:
    """Our own files, with another array or a provenance that lies."""
    fields = dict(interval=0.5, config='a', checkpoint='b', source_bytes=5,
                  training_videos=['c'])
    values = {key: json.dumps(value) for key, value in fields.items()}
    values[random.choice(list(values))] = random.choice(ODD_JSON)
    text = random.choice([
        '{' + ', '.join(f'"{key}": {value}'
                        for key, value in values.items()) + '}',
        random.choice(ODD_JSON)])
    arrays = dict(embeddings=np.ones((3, 2), np.float32), times=np.arange(3.0),
                  provenance=np.array(text))
    odd = random.choice(list(arrays))
    arrays[odd] = random.choice([
        arrays[odd], arrays[odd], np.ones(()), np.full((3, 2), np.nan),
        np.array('x'), np.zeros((0, 2)), np.ones((4, 4), 'c8')])
    members = {}
    for key, value in arrays.items():
        buffer = io.BytesIO()
        np.save(buffer, value)
        members[f'{key}.npy'] = buffer.getvalue()
    if random.random() < 0.2:
        members[f'{odd}.npy'] = _npy(random)
    return _write(folder / 'v.npz', _archive(random, members))


@lru_cache(1)
def _bomb() -> bytes:
    """A zip file of a few hundred kB that holds 256 MiB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, 'w', zipfile.ZIP_DEFLATED) as archive:
        with archive.open('features.npy', 'w') as member:
            np.lib.format.write_array_header_1_0(member, dict(
                descr='<f4', fortran_order=False, shape=(1 << 16, 1024)))
            for _ in range(16):
                member.write(bytes(1 << 24))
    return buffer.getvalue()


def _archive(random: Random, members: dict) -> bytes:
    if random.random() < 0.03:
        return _bomb()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, 'w', random.choice([0, 8, 8, 12, 14])) as all:
        for name, content in members.items():
            all.writestr(name, content)
    data = buffer.getvalue()
    return pickles.damaged(random, data) if random.random() < 0.2 else data


def pkl(random: Random, folder: Path) -> Path:
    return _write(folder / 'v.pkl', pickles.hostile_pickle(random))


def pt(random: Random, folder: Path, name: str = 'v.pt') -> Path:
    """As torch writes since 1.6: a zip file."""
    kind = random.randrange(6)
    if kind == 0:
        return _write(folder / name, pickles.damaged(random, _saved(random)))
    content = (pickles.tensor(random) if kind < 4
               else pickles.anything(random))
    content = pickles.whole(random.choice([
        content, {'state_dict': {'weight': content}}, [content]]))
    if kind == 4:
        content = pickles.abuse(random).replace(b'\x80\x04', b'\x80\x02')
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, 'w', random.choice([0] * 9 + [8])) as archive:
        archive.writestr('a/data.pkl', content)
        archive.writestr('a/byteorder', random.choice(
            ['little', 'little', 'little', 'big', 'x']))
        archive.writestr('a/data/0', bytes(random.choice([64, 64, 16])))
        archive.writestr('a/version', '3\n')
        if random.random() < 0.05:
            archive.writestr('a/constants.pkl', content)
    return _write(folder / name, buffer.getvalue())


def legacy_pt(random: Random, folder: Path, name: str = 'v.pt') -> Path:
    """As torch wrote before 1.6: pickles one after the other, or a tar."""
    kind = random.randrange(5)
    if kind == 0:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode='w') as archive:
            for member in ('storages', '../outside', 'tensors', 'pickle'):
                info = tarfile.TarInfo(member)
                data = pickles.hostile_pickle(random)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return _write(folder / name, buffer.getvalue())
    if kind < 3:
        return _write(folder / name, pickles.damaged(
            random, _saved(random, _use_new_zipfile_serialization=False)))
    parts = [0x1950a86a20f9469cfc6c, 1001, {}, random.choice(
        [pickles.tensor, pickles.anything, pickles.array])(random),
        random.choice([['0'], [], pickles.TWICE])]
    return _write(folder / name, b''.join(map(pickles.whole, parts))
                  + struct.pack('<q', random.choice([16, 2**40, -1]))
                  + bytes(64))


def checkpoint(random: Random, folder: Path) -> Path:
    return random.choice([pt, legacy_pt])(random, folder, 'epoch_1.pth')


def _saved(random: Random, **kwargs) -> bytes:
    buffer = io.BytesIO()
    rows = torch.arange(12.0).reshape(4, 3)
    torch.save(random.choice([
        rows, rows.bfloat16(), dict(features=rows), [rows], rows.to_sparse(),
        rows.requires_grad_(), torch.nn.Parameter(rows)]), buffer, **kwargs)
    return buffer.getvalue()


def hdf5(random: Random, folder: Path) -> Path:
    """Arrays that lie elsewhere, have no end, or are none."""
    import h5py
    path = folder / 'all.hdf5'
    with h5py.File(folder / 'other.hdf5', 'w') as file:
        file['secret'] = np.ones((4, 3))
    with h5py.File(path, 'w') as file:
        kind = random.randrange(12)
        if kind == 0:
            file['v'] = h5py.ExternalLink('other.hdf5', '/secret')
        elif kind == 1:
            file['v'] = h5py.SoftLink(random.choice(['/v', '/w', 'v/v']))
            file['w'] = h5py.SoftLink('/v')
        elif kind == 2:
            layout = h5py.VirtualLayout((4, 3), 'f8')
            layout[:] = h5py.VirtualSource('other.hdf5', 'secret', (4, 3))
            file.create_virtual_dataset('v', layout)
        elif kind == 3:
            file.create_dataset('v', random.choice(
                [(10**9, 10**6), (2**40, ), (10**5, 2048)]), random.choice(
                    'fb'), chunks=True, compression='gzip')
        elif kind == 4:
            file.create_dataset('v', (4, 3), 'f4', external=[
                (random.choice(['/etc/hostname', 'other.hdf5']), 0, 48)])
        elif kind == 5:
            file.create_dataset('v', (4, ), random.choice([
                h5py.string_dtype(), h5py.vlen_dtype(np.dtype('f4')),
                h5py.ref_dtype, np.dtype([('a', 'f4')])]))
        elif kind == 6:
            file['v'] = h5py.Empty('f')
        elif kind == 7:
            file['v'] = np.dtype('f8')
        elif kind == 8:
            group = file.create_group('v')
            group['loop'] = h5py.SoftLink('/v')
            group['loop2'] = group
        elif kind == 9:
            file.create_dataset('v', (4, 3), 'f4', chunks=random.choice(
                [(1, 1), (4, 3)]), data=np.ones((4, 3)))
            file['v'].attrs['shape'] = [10**9, 3]
        elif kind == 10:
            file['v/features'] = random.choice(
                [np.ones((4, 3)), np.ones(()), np.zeros((0, 3))])
        else:
            file['v'] = 'text'
    if random.random() < 0.2:
        data = path.read_bytes()
        path.write_bytes(data[:random.randrange(len(data))])
    return path


def annotations(random: Random, folder: Path) -> Path:
    return _odd_json(random, folder, (
        '{"database": {"v": {"subset": "training", "duration": 20.5, "fps": 30'
        ', "annotations": [{"label": "walk", "label_id": 3, "segment": '
        '[1.5, 2.5]}]}}, "classes": ["walk"]}'))


def detections(random: Random, folder: Path) -> Path:
    return _odd_json(random, folder, (
        '{"version": "1.3", "results": {"v": [{"label": "walk", "score": 0.5,'
        ' "segment": [1.5, 2.5]}]}, "external_data": {}}'))


def scores(random: Random, folder: Path) -> Path:
    if random.random() < 0.3:
        return npy(random, folder)
    return _odd_json(random, folder, (
        '{"results": {"v": [0.5]}, "class": ["walk"]}'))


def _odd_json(random: Random, folder: Path, text: str) -> Path:
    """With something odd in the place of one value."""
    ends = [place for place, letter in enumerate(text) if letter in ',}]']
    starts = [place + 1 for place, letter in enumerate(text)
              if letter in ':[{'] + [0]
    start = random.choice(starts)
    end = random.choice([each for each in ends if each >= start] or [start])
    kind = random.random()
    if kind < 0.8:
        text = text[:start] + random.choice(ODD_JSON) + text[end:]
    data = text.encode('utf-8', 'surrogatepass')
    if kind > 0.9:
        data = pickles.damaged(random, data)
    return _write(folder / 'file.json', data)


def empty(random: Random, folder: Path) -> Path:
    return _write(folder / random.choice([
        'v.npy', 'v.npz', 'v.pt', 'v.pkl', 'v.h5', 'file.json']), b'')


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


#: Each kind, and how often it is drawn.
KINDS = {pkl: 6, npy: 2, npz: 2, embeddings: 2, pt: 4, legacy_pt: 2,
         checkpoint: 3, hdf5: 2, annotations: 3, detections: 2, scores: 1,
         empty: 1}
if importlib.util.find_spec('h5py') is None:
    del KINDS[hdf5]
