"""Embeddings files: what stage 2 writes, one for each video.

They are ``.npz`` files: ``embeddings`` ``(n, d)``, ``times`` ``(n,)`` in
seconds, and ``provenance``, a JSON string.
"""
import hashlib
import json
import math
import os
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Optional, Tuple

import numpy as np

from mmbapg.files import replace_file
from mmbapg.moved import moved_names
from mmbapg.ops import TemporalGrid

from .boundary_times import expected_boundaries
from .feature_arrays import FeatureFileError, first_line
from .numpy_files import ArchiveOfArrays

__getattr__ = moved_names(__name__)


#: Shorter embeddings point nowhere.
SHORTEST = 1e-12


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
        class_channels: How many of the channels stand for classes and the
            background, see :class:`mmbapg.models.PrototypeHead`.
        boundary_rate: Boundaries of actions in a second of the training
            videos; ``None`` where the encoder does not tell it: it is
            untrained, or of a version that did not write it.
        mean_duration: Of the training videos in seconds; ``None`` as well.
        grid: Of features of clips, which frames each describes; ``None`` for
            those of single frames, which stand for ``interval`` seconds each.
    """
    interval: float
    config: str
    checkpoint: str
    training_videos: Tuple[str, ...] = ()
    source_bytes: int = 0
    class_channels: int = 0
    boundary_rate: Optional[float] = None
    mean_duration: Optional[float] = None
    grid: Optional[TemporalGrid] = None

    def of_video(self, grid: TemporalGrid,
                 source_bytes: int) -> 'Provenance':
        """The provenance of one video's embeddings.

        Args:
            grid: On which they are.
            source_bytes: Size of the file that is embedded.
        """
        same = grid == TemporalGrid.of_interval(grid.interval)
        return replace(self, interval=grid.interval, source_bytes=source_bytes,
                       grid=None if same else grid)

    def temporal_grid(self) -> TemporalGrid:
        """On which the embeddings are."""
        return self.grid or TemporalGrid.of_interval(self.interval)

    def expected_boundaries(self, duration: float) -> Optional[float]:
        """How many boundaries a video of so many seconds has on average, by
        the training videos; ``None`` where they are not known."""
        if self.boundary_rate is None or self.mean_duration is None:
            return None
        return expected_boundaries(self.boundary_rate, self.mean_duration,
                                   duration)


class Embeddings(NamedTuple):
    """Content of an embeddings file."""
    embeddings: np.ndarray
    times: np.ndarray
    provenance: Provenance

    def edges(self, duration: float) -> np.ndarray:
        """Seconds of the edges between frames, ``(n + 1,)``: 0, the middles
        between their times, the duration of the video."""
        middles = (self.times[1:] + self.times[:-1]) / 2
        return np.concatenate([[0.0], middles, [duration]])

    def class_evidence(self, channels: int) -> np.ndarray:
        """How much each frame points at each class and at the background.

        Args:
            channels: How many these are.

        Returns:
            ``(n, channels)`` float32 in [-1, 1]; 0 everywhere if the encoder
            was taught no classes.
        """
        if not self.provenance.class_channels:
            return np.zeros((len(self.embeddings), channels), np.float32)
        lengths = np.linalg.norm(self.embeddings, axis=1, keepdims=True)
        return (self.embeddings[:, :channels] /
                np.maximum(lengths, SHORTEST)).astype(np.float32)


def write_embeddings(path: 'str | Path', content: Embeddings) -> None:
    """Write an embeddings file. If writing fails, no part of it is left."""
    replace_file(path, lambda file: np.savez(
        file,
        embeddings=content.embeddings.astype(np.float32),
        times=content.times.astype(np.float64),
        provenance=np.array(json.dumps(asdict(content.provenance)))))


def read_embeddings(path: 'str | Path') -> Embeddings:
    """Read an embeddings file.

    Raises:
        FeatureFileError: If the file is missing, damaged or was not written
            by :func:`write_embeddings`.
    """
    return _read_embeddings(path, _embeddings)


def read_provenance(path: 'str | Path') -> Provenance:
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


def _read_embeddings(path: 'str | Path', read):
    try:
        with ArchiveOfArrays(Path(path)) as content:
            return read(content.read)
    except FileNotFoundError:
        raise FeatureFileError(
            f'{path}: no such embeddings file; tools/extract_features.py '
            'writes it') from None
    except Exception as error:
        raise FeatureFileError(
            f'{path}: not an embeddings file ({first_line(error)}), expected '
            'the arrays embeddings, times and provenance') from None


def _embeddings(read) -> Embeddings:
    found = Embeddings(read('embeddings'), read('times'), _provenance(read))
    shapes = found.embeddings.shape, found.times.shape
    if (found.embeddings.ndim != 2 or not found.embeddings.size
            or shapes[1] != shapes[0][:1]):
        raise ValueError(f'found embeddings and times of shapes {shapes[0]} '
                         f'and {shapes[1]}, expected (n, d) and (n,)')
    for name, array in found._asdict().items():
        if name != 'provenance':
            _check_finite(name, array)
    return found


def _check_finite(name: str, array: np.ndarray) -> None:
    if array.dtype.kind != 'f':
        raise ValueError(f'found {name} of type {array.dtype}, expected '
                         'floating point numbers')
    finite = np.isfinite(array.reshape(len(array), -1)).all(axis=1)
    if not finite.all():
        raise ValueError(
            f'found NaN or infinity in {int((~finite).sum())} of '
            f'{len(finite)} {name}, first in number {int(finite.argmin())}, '
            'expected finite numbers')


def _provenance(read) -> Provenance:
    text = read('provenance')
    if text.dtype.kind != 'U' or text.ndim:
        raise ValueError(f'found a provenance of type {text.dtype}, expected '
                         'text')
    fields = json.loads(text.item())
    fields['training_videos'] = tuple(fields['training_videos'])
    if fields.get('grid') is not None:
        fields['grid'] = TemporalGrid(**fields['grid'])
    found = Provenance(**fields)
    numbers = found.interval, found.source_bytes, found.class_channels
    texts = found.config, found.checkpoint, *found.training_videos
    known = [each for each in (found.boundary_rate, found.mean_duration)
             if each is not None]
    if not (all(isinstance(each, (int, float)) for each in [*numbers, *known])
            and all(isinstance(each, str) for each in texts)):
        raise ValueError('found a provenance with a field of another type')
    if not (found.interval > 0 and math.isfinite(found.interval)):
        raise ValueError(
            f'found a provenance with an interval of {found.interval:g} s')
    if not all(0 < each < math.inf for each in known):
        raise ValueError(
            f'found a provenance with {found.boundary_rate} boundaries in a '
            f'second of videos of {found.mean_duration} s')
    return found
