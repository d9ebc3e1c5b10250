"""Embeddings that are not what a config needs, and how each is named."""
import io
import json
import zipfile

import numpy as np
import pytest

from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    read_provenance,
    write_embeddings,
)
from mmbapg.datasets.feature_files import FeatureFileError
from mmbapg.datasets.usable_embeddings import (
    DAMAGED,
    FOREIGN,
    MISFIT,
    MISSING,
    UnusableEmbeddings,
    check_header,
    read_checked,
)

FRAMES, INTERVAL = 20, 0.5


def good(path, frames=FRAMES, **changes):
    content = dict(
        embeddings=np.eye(4, dtype=np.float32)[np.arange(frames) % 4],
        times=(np.arange(frames) + 0.5) * INTERVAL)
    content.update(changes)
    write_embeddings(path, Embeddings(
        **content, provenance=Provenance(INTERVAL, 'c', 'untrained')))
    return path


def cut_off(path):
    good(path).write_bytes(path.read_bytes()[:-100])


def bits_turned(path):
    content = bytearray(good(path).read_bytes())
    place = content.index(np.float32(1.0).tobytes(), 128)
    content[place] ^= 1
    path.write_bytes(content)


def array_of(name, header):
    """A file in which the header of an array is another."""

    def write(path):
        good(path)
        with zipfile.ZipFile(path) as file:
            parts = {entry: file.read(entry) for entry in file.namelist()}
        stated = io.BytesIO()
        np.lib.format.write_array_header_1_0(stated, dict(
            dict(descr='<f4', fortran_order=False, shape=(FRAMES, 4)),
            **header))
        parts[f'{name}.npy'] = stated.getvalue() + parts[f'{name}.npy'][128:]
        with zipfile.ZipFile(path, 'w') as file:
            for entry, content in parts.items():
                file.writestr(entry, content)
    return write


def provenance(**fields):

    def write(path):
        np.savez(path, embeddings=np.eye(4, dtype=np.float32),
                 times=np.arange(4.0), provenance=json.dumps(dict(
                     dict(interval=2.5, config='c', checkpoint='u',
                          training_videos=[]), **fields)))
    return write


NAN = np.full((FRAMES, 4), np.nan, np.float32)
CASES = {
    'missing': (lambda path: None, MISSING, 'no such embeddings file'),
    'empty': (lambda path: path.write_bytes(b''), DAMAGED,
              'File is not a zip file'),
    'text': (lambda path: path.write_text('no'), DAMAGED,
             'not an embeddings file'),
    'an array': (lambda path: np.save(path.open('wb'), NAN), DAMAGED,
                 'not an embeddings file'),
    'other arrays': (lambda path: np.savez(path, feats=NAN), DAMAGED,
                     'not an embeddings file'),
    'cut off': (cut_off, DAMAGED, 'not an embeddings file'),
    'bits turned': (bits_turned, DAMAGED, 'Bad CRC-32'),
    'too long a header': (array_of('embeddings', dict(shape=(10**15, 4))),
                          DAMAGED, r'a header that says shape \(10'),
    'objects': (array_of('embeddings', dict(descr='|O')), DAMAGED,
                'found data of type object'),
    'no interval': (provenance(interval=0), DAMAGED,
                    'a provenance with an interval of 0 s'),
    'interval in words': (provenance(interval='2'), DAMAGED,
                          'not an embeddings file'),
    'one too many times': (lambda path: good(
        path, times=np.arange(FRAMES + 1.0)), DAMAGED,
        r'found embeddings of shape \(20, 4\) and times of shape \(21,\)'),
    'flat': (lambda path: good(path, embeddings=NAN[:, 0]), DAMAGED,
             r'expected \(n, d\)'),
    'nothing': (lambda path: good(path, frames=0), DAMAGED,
                r'found embeddings of shape \(0, 4\)'),
    'NaN': (lambda path: good(path, embeddings=NAN), DAMAGED,
            'NaN or infinity in 20 of 20 embeddings'),
    'times go back': (lambda path: good(path, times=np.arange(20.0)[::-1]),
                      DAMAGED, 'times that are negative or go back'),
    'another video': (lambda path: good(path, frames=40), MISFIT,
                      r'found 40 frames every 0.5 s \(20 s\), expected the '
                      '10 s of the video'),
    'half of it': (lambda path: good(path, frames=10), MISFIT,
                   'found 10 frames'),
}


@pytest.mark.parametrize('case', CASES)
def test_what_is_wrong_is_named(tmp_path, case):
    write, kind, words = CASES[case]
    path = tmp_path / 'v.npz'
    write(path)
    with pytest.raises(UnusableEmbeddings, match=words) as caught:
        check_header(path, 10.0)
        read_checked(path)
    assert caught.value.kind == kind
    assert str(caught.value).startswith(f'{path}: ')


def test_another_interval_or_checkpoint(tmp_path):
    path = good(tmp_path / 'v.npz')
    other = tmp_path / 'encoder.pth'
    other.write_bytes(b'weights')
    for expected in (dict(interval=1.0), dict(checkpoint=str(other))):
        with pytest.raises(UnusableEmbeddings) as caught:
            check_header(path, 10.0, **expected)
        assert caught.value.kind == FOREIGN
    assert check_header(path, 10.0, interval=INTERVAL).num_frames == FRAMES


def test_annotations_of_several_sources_differ_a_little(tmp_path):
    path = good(tmp_path / 'v.npz')
    for duration in (9.1, 9.6, 10.4, 11.0):
        assert check_header(path, duration).num_frames == FRAMES


def test_an_empty_file_is_a_sentence_for_every_reader(tmp_path):
    """Stage 2 takes it for a file that is still to be written."""
    path = tmp_path / 'v.npz'
    path.write_bytes(b'')
    with pytest.raises(FeatureFileError, match=f'{path}: not an embeddings'):
        read_provenance(path)


def test_embeddings_for_other_classes(tmp_path):
    path = tmp_path / 'v.npz'
    write_embeddings(path, Embeddings(
        np.eye(FRAMES, dtype=np.float32),
        (np.arange(FRAMES) + 0.5) * INTERVAL,
        Provenance(INTERVAL, 'c', 'untrained', class_channels=6)))
    assert check_header(path, 10.0, class_channels=6).width == FRAMES
    with pytest.raises(UnusableEmbeddings) as caught:
        check_header(path, 10.0, class_channels=21)
    assert caught.value.kind == FOREIGN
    assert ('found embeddings with 6 channels that stand for classes and the '
            'background, expected 21 as bapg.clustering.class_channels says'
            ) in str(caught.value)
    good(path)  # tell no classes: the localizer does without
    check_header(path, 10.0, class_channels=21)
