"""Feature sequences on disk: clip features of any origin, and embeddings.

Clip features are ``(T, C)`` arrays in ``.npy``, ``.npz`` or ``.pt`` files, one
for each video. Embeddings are our own ``.npz``: ``embeddings`` ``(n, d)``,
``times`` ``(n,)`` in seconds, and ``provenance``, a JSON string. Nothing
pickled is executed.
"""
import hashlib
import json
import os
import zipfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Optional, Tuple

import numpy as np
import torch

from mmbapg.files import replace_file

#: Names under which a ``.npz`` file is expected to hold its features.
FEATURE_KEYS = ('embeddings', 'feats', 'features', 'feat')


class FeatureFileError(ValueError):
    """A feature file is not usable; the message says which and why."""


@dataclass(frozen=True)
class Provenance:
    """Where embeddings come from.

    Attributes:
        interval: Seconds from one sampled frame to the next.
        config: Hash of everything in the config that shapes the embeddings.
        checkpoint: Hash of the weights file, or ``untrained``.
        training_videos: Videos that trained the encoder: it sees their
            boundaries far better than those of any other video.
        source_bytes: Size of the file that was embedded, by which a file that
            was replaced is told.
    """
    interval: float
    config: str
    checkpoint: str
    training_videos: Tuple[str, ...] = ()
    source_bytes: int = 0


class Embeddings(NamedTuple):
    """Content of an embeddings file."""
    embeddings: np.ndarray
    times: np.ndarray
    provenance: Provenance


def read_features(path: str,
                  key: Optional[str] = None,
                  channels: Optional[int] = None) -> np.ndarray:
    """Read and check clip features.

    Args:
        path: ``.npy``, ``.npz`` or ``.pt`` file.
        key: Array of a ``.npz`` file; by default the first of
            :data:`FEATURE_KEYS` that it holds, or its only one.
        channels: Width that the features must have.

    Returns:
        ``(T, C)`` float32.

    Raises:
        FeatureFileError: If the file is missing, unreadable, empty, not of
            shape (T, C), of another width, or holds NaN or infinity.
    """
    features = _read_array(Path(path), key)
    if features.ndim != 2:
        raise FeatureFileError(
            f'{path}: found features of shape {features.shape}, expected '
            '(steps, channels)')
    if not features.size:
        raise FeatureFileError(
            f'{path}: found features of shape {features.shape}, expected at '
            'least one step')
    if channels is not None and features.shape[1] != channels:
        raise FeatureFileError(
            f'{path}: found {features.shape[1]} channels, expected {channels} '
            'as in the config')
    features = np.asarray(features, dtype=np.float32)
    finite = np.isfinite(features).all(axis=1)
    if not finite.all():
        raise FeatureFileError(
            f'{path}: found NaN or infinity in {int((~finite).sum())} of '
            f'{len(features)} steps, first at step {int(finite.argmin())}, '
            'expected finite numbers')
    return features


def count_steps(path: str, key: Optional[str] = None) -> int:
    """Length of clip features, from the file's header where it has one.

    Args:
        path, key: See :func:`read_features`.

    Raises:
        FeatureFileError: As :func:`read_features`, as far as a look at the
            shape tells.
    """
    path = Path(path)
    shape = (_read_npz_shape(path, key) if path.suffix == '.npz' else
             _read_array(path, key).shape)
    if len(shape) != 2 or 0 in shape:
        raise FeatureFileError(
            f'{path}: found features of shape {shape}, expected (steps, '
            'channels) and at least one of each')
    return shape[0]


def write_embeddings(path: str, content: Embeddings) -> None:
    """Write an embeddings file; it is there in full or not at all."""
    replace_file(path, lambda file: np.savez(
        file,
        embeddings=content.embeddings.astype(np.float32),
        times=content.times.astype(np.float64),
        provenance=np.array(json.dumps(asdict(content.provenance)))))


def read_embeddings(path: str) -> Embeddings:
    """Read an embeddings file.

    Raises:
        FeatureFileError: If the file is missing, damaged or was not written
            by :func:`write_embeddings`.
    """
    return _read_embeddings(path, lambda content: Embeddings(
        content['embeddings'], content['times'], _provenance(content)))


def read_provenance(path: str) -> Provenance:
    """Read nothing but the provenance of an embeddings file.

    Raises:
        FeatureFileError: As :func:`read_embeddings`.
    """
    return _read_embeddings(path, _provenance)


def file_hash(path: str) -> str:
    """Short hash of a file's content, as in :class:`Provenance`."""
    stat = os.stat(path)
    return _file_hash(str(path), stat.st_mtime_ns, stat.st_size)


@lru_cache(8)
def _file_hash(path: str, modified: int, size: int) -> str:
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()[:16]


def _read_embeddings(path: str, read):
    try:
        with np.load(path, allow_pickle=False) as content:
            return read(content)
    except FileNotFoundError:
        raise FeatureFileError(
            f'{path}: no such embeddings file; tools/extract_features.py '
            'writes it') from None
    except (KeyError, ValueError, TypeError, OSError,
            zipfile.BadZipFile) as error:
        raise FeatureFileError(
            f'{path}: not an embeddings file ({error}), expected the arrays '
            'embeddings, times and provenance') from None


def _provenance(content) -> Provenance:
    fields = json.loads(str(content['provenance']))
    fields['training_videos'] = tuple(fields['training_videos'])
    return Provenance(**fields)


def _read_array(path: Path, key: Optional[str]) -> np.ndarray:
    """Memory-mapped where the format allows it."""
    with _unreadable_named(path):
        if path.suffix == '.npy':
            return np.load(path, mmap_mode='r', allow_pickle=False)
        if path.suffix == '.npz':
            with np.load(path, allow_pickle=False) as content:
                return content[_array_name(path, content.files, key)]
        if path.suffix == '.pt':
            # only what torch >= 1.6 writes is a zip file
            content = torch.load(path, map_location='cpu', weights_only=True,
                                 mmap=zipfile.is_zipfile(path))
            return content.numpy()
    raise FeatureFileError(
        f'{path}: found suffix {path.suffix!r}, expected .npy, .npz or .pt')


def _read_npz_shape(path: Path, key: Optional[str]) -> Tuple[int, ...]:
    with _unreadable_named(path), np.load(path, allow_pickle=False) as content:
        name = _array_name(path, content.files, key)
        with content.zip.open(f'{name}.npy') as array:
            read_header = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0
            }[np.lib.format.read_magic(array)]
            return read_header(array)[0]


@contextmanager
def _unreadable_named(path: Path):
    """Name the file in whatever error reading it meets."""
    try:
        yield
    except FileNotFoundError:
        raise FeatureFileError(f'{path}: no such feature file') from None
    except FeatureFileError:
        raise
    except Exception as error:
        raise FeatureFileError(
            f'{path}: not a readable feature file ({error})') from None


def _array_name(path: Path, names, key: Optional[str]) -> str:
    if key is None:
        known = [name for name in FEATURE_KEYS if name in names]
        key = known[0] if known else names[0] if len(names) == 1 else None
    if key not in names:
        raise FeatureFileError(
            f'{path}: found the arrays {", ".join(names)}, expected '
            f'{key or " or ".join(FEATURE_KEYS)}')
    return key
