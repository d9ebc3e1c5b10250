"""Embeddings files as a config needs them: whole, and of this video.

A file is looked at by its header, which is quick, before its arrays are read;
so a header that lies costs no memory either.
"""
from pathlib import Path
from typing import NamedTuple, Optional, Tuple

import numpy as np

from .embedding_files import (
    Embeddings,
    Provenance,
    file_hash,
    read_embeddings,
    read_provenance,
)
from .feature_arrays import FeatureFileError
from .numpy_files import ArchiveOfArrays

#: What a file holds for each frame.
ARRAYS = 'embeddings', 'times'

#: What can be wrong with a file, in the words of messages.
MISSING = 'missing'
DAMAGED = 'damaged'
FOREIGN = 'made with another interval or checkpoint'
MISFIT = 'of another length than the video'
KINDS = (MISSING, DAMAGED, FOREIGN, MISFIT)

#: By how much the length of embeddings may differ from the video's, as
#: different sources of annotations do: a share of it, and intervals.
LENGTH_TOLERANCE = 0.05, 2


class UnusableEmbeddings(FeatureFileError):
    """An embeddings file is not what a config needs; the message says why.

    Args:
        message: One sentence that names the file.
        kind: One of :data:`KINDS`.
    """

    def __init__(self, message: str, kind: str = DAMAGED) -> None:
        super().__init__(message)
        self.kind = kind


class Header(NamedTuple):
    """What is known of embeddings before they are read.

    Attributes:
        provenance: Where they come from.
        num_frames: How many there are.
        width: Numbers in each.
        checksums: Of ``embeddings`` and ``times``, as the file states them.
    """
    provenance: Provenance
    num_frames: int
    width: int
    checksums: Tuple[int, ...]


def check_header(path: Path,
                 duration: float,
                 interval: Optional[float] = None,
                 checkpoint: Optional[str] = None,
                 class_channels: int = 0) -> Header:
    """Look at an embeddings file without reading its arrays.

    Args:
        path: Of the file.
        duration: Of the video, in seconds.
        interval: Sampling interval that it must have, in seconds.
        checkpoint: Encoder that must have made it, a file.
        class_channels: How many must stand for classes, unless none do.

    Raises:
        UnusableEmbeddings: If it is missing, damaged, made otherwise, or of
            another video.
        FeatureFileError: If there is no such checkpoint.
    """
    header = _read_header(path)
    _check_origin(path, header.provenance, interval, checkpoint)
    told = header.provenance.class_channels
    if class_channels and told not in (0, class_channels):
        raise UnusableEmbeddings(
            f'{path}: found embeddings with {told} channels that '
            f'stand for classes and the background, expected {class_channels} '
            'as bapg.clustering.class_channels says, by default the classes '
            'of the localizer and 1; run stage 2 with an encoder of these '
            'classes, or set class_channels', FOREIGN)
    seconds = header.num_frames * header.provenance.interval
    share, intervals = LENGTH_TOLERANCE
    if abs(seconds - duration) > max(
            share * duration, intervals * header.provenance.interval):
        raise UnusableEmbeddings(
            f'{path}: found {header.num_frames} frames every '
            f'{header.provenance.interval:g} s ({seconds:g} s), expected the '
            f'{duration:g} s of the video as in the annotations; run stage 2 '
            'again', MISFIT)
    return header


def read_checked(path: Path) -> Embeddings:
    """Read embeddings whose header has been checked.

    Raises:
        UnusableEmbeddings: If the file is damaged, or its times do not ascend
            from 0 on.
    """
    try:
        content = read_embeddings(path)
    except FeatureFileError as error:
        raise UnusableEmbeddings(str(error), DAMAGED) from None
    if not (np.diff(content.times, prepend=0.0) >= 0).all():
        raise UnusableEmbeddings(
            f'{path}: found times that are negative or go back, '
            'expected seconds in ascending order', DAMAGED)
    return content


def _read_header(path: Path) -> Header:
    if not path.is_file():
        raise UnusableEmbeddings(
            f'{path}: no such embeddings file; '
            'tools/extract_features.py writes it', MISSING)
    try:
        provenance = read_provenance(path)
        with ArchiveOfArrays(path) as content:
            shape, times_shape = (content.header(name).shape
                                  for name in ARRAYS)
            checksums = tuple(map(content.checksum, ARRAYS))
    except FeatureFileError as error:
        raise UnusableEmbeddings(str(error), DAMAGED) from None
    except Exception as error:  # whatever a damaged file brings about
        raise UnusableEmbeddings(
            f'{path}: not an embeddings file ({error}), expected the '
            'arrays embeddings, times and provenance', DAMAGED) from None
    if len(shape) != 2 or 0 in shape or times_shape != shape[:1]:
        raise UnusableEmbeddings(
            f'{path}: found embeddings of shape {shape} and times of '
            f'shape {times_shape}, expected (n, d) and (n,)', DAMAGED)
    length, width = shape
    return Header(provenance, length, width, checksums)


def _check_origin(path: Path, provenance: Provenance,
                  interval: Optional[float],
                  checkpoint: Optional[str]) -> None:
    if interval not in (None, provenance.interval):
        raise UnusableEmbeddings(
            f'{path}: found embeddings at an interval of '
            f'{provenance.interval:g} s, expected {interval:g} s as in the '
            'config; run stage 2 again', FOREIGN)
    if checkpoint is None:
        return
    if not Path(checkpoint).is_file():
        raise FeatureFileError(
            f'{checkpoint}: no such checkpoint, expected the encoder that '
            f'made {path}')
    expected = file_hash(checkpoint)
    if provenance.checkpoint != expected:
        raise UnusableEmbeddings(
            f'{path}: found embeddings of checkpoint '
            f'{provenance.checkpoint}, expected {expected} ({checkpoint}) as '
            'in the config; run stage 2 again', FOREIGN)
