"""ActRecTut: gestures of two people with inertial sensors on one arm.

From the public repository https://github.com/andreas-bulling/ActRecTut
(GPL-3.0), which belongs to "A Tutorial on Human Activity Recognition Using
Body-worn Inertial Sensors" (Bulling, Blanke and Schiele, ACM Computing Surveys
2014). Its README describes the files: ``data`` ``(N, 15)``, accelerometers and
gyroscopes on hand, lower and upper arm at 32 Hz, and ``labels`` ``(N,)``, 1
for no gesture.

Both recordings are cut into streams of a minute, always in the middle of a
pause. A stream's features are the mean and the standard deviation of every 8
samples: 4 steps a second are enough for gestures of 2 to 8 seconds, and the
deviation keeps the motion that an average of 8 samples loses.
"""
import json
from pathlib import Path
from typing import Dict, Iterable, List, NamedTuple

import numpy as np
import scipy.io

from mmbapg.files import replace_file

from ..annotations import AnnotationError, read_database
from ..feature_files import FeatureFileError
from . import sensor_streams
from .fetching import fetch
from .sensor_streams import (
    annotations_of_copy,
    mean_and_deviation,
    samples_of_copy,
    write_features,
)

REPOSITORY = ('https://raw.githubusercontent.com/andreas-bulling/ActRecTut/'
              '08b2b1e0523e0083bb43a7982d8ba8391985232e')
RATE = 32
SAMPLES_PER_STEP = 8
CHANNELS = 15
#: Subject -> samples of the recording.
SAMPLES = {1: 62480, 2: 70778}
#: Label -> name. The remaining label is 1.
GESTURES = {2: 'open window', 3: 'drink', 4: 'water plant',
            5: 'close window', 6: 'cut', 7: 'chop', 8: 'stir', 9: 'book',
            10: 'forehand', 11: 'backhand', 12: 'smash'}
NO_GESTURE = 1
MIN_STREAM = 60 * RATE


class Stream(NamedTuple):
    """Part of a recording: ``samples`` ``(n, 15)``, ``labels`` ``(n,)``."""
    name: str
    subject: int
    subset: str
    samples: np.ndarray
    labels: np.ndarray


def use_local_copy(source: Path, folder: Path) -> Path:
    """Make features of a local copy's streams.

    Args:
        source: Folder with ``annotations.json`` and ``features/NAME.npy``,
            samples ``(n, 15)``. Gestures may be named ``g02`` to ``g12``.
        folder: To fill with ``annotations.json`` and ``features``.

    Raises:
        SourceUnreachable: If ``source`` holds no such copy.
        AnnotationError: If anything is wrong with its annotations.
        FeatureFileError: If a stream's samples are not what they should be.
    """
    source, folder = Path(source), Path(folder)
    write_features(folder, {
        name: pooled(
            samples_of_copy(source, name, CHANNELS, SAMPLES_PER_STEP))
        for name in annotations_of_copy(source, folder, ['subject'])})
    names = {f'g{label:02}': name for label, name in GESTURES.items()}
    database = read_database(source / 'annotations.json')[0]
    for entry in database.values():
        for instance in entry['annotations']:
            instance['label'] = names.get(instance['label'],
                                          instance['label'])
    return _write_annotations(folder, database)


def download(folder: Path, timeout: float = 20.0) -> Path:
    """Fetch both recordings, cut them and make features.

    Files that are there already are kept. Their checksums are recorded when
    they are downloaded, see :mod:`mmbapg.datasets.sources.fetching`; what
    they hold is checked.

    Raises:
        SourceUnreachable: If the repository does not answer.
        ChecksumError: If a file has changed since it was downloaded.
        FeatureFileError: If a recording is not what it should be.
    """
    folder = Path(folder)
    database: Dict[str, dict] = {}
    for subject in SAMPLES:
        path = fetch(f'{REPOSITORY}/Data/subject{subject}_gesture/data.mat',
                     folder / f'subject{subject}.mat', timeout)
        for stream in cut(subject, *read_recording(path, subject)):
            write_features(folder, {stream.name: pooled(stream.samples)})
            database[stream.name] = dict(
                subset=stream.subset,
                subject=subject,
                duration=len(stream.labels) / RATE,
                fps=RATE,
                annotations=_instances(stream.labels))
    return _write_annotations(folder, database)


def read_recording(path: Path, subject: int):
    """Samples ``(N, 15)`` and labels ``(N,)`` of a MATLAB file.

    Raises:
        FeatureFileError: If it is unreadable, or holds anything else.
    """
    try:
        content = scipy.io.loadmat(str(path), variable_names=[
            'data', 'labels'])
        samples, labels = content['data'], content['labels'].ravel()
    except (KeyError, ValueError, TypeError, NotImplementedError) as error:
        raise FeatureFileError(
            f'{path}: not a readable recording ({error}), expected the '
            'variables data and labels of a MATLAB file') from None
    expected = (SAMPLES[subject], CHANNELS)
    if samples.shape != expected or len(labels) != len(samples):
        raise FeatureFileError(
            f'{path}: found data of shape {samples.shape} and {len(labels)} '
            f'labels, expected {expected} and as many')
    unknown = sorted(set(labels.tolist()) - {NO_GESTURE, *GESTURES})
    if unknown:
        raise FeatureFileError(
            f'{path}: found the labels {unknown}, expected {NO_GESTURE} to '
            f'{max(GESTURES)}')
    return np.ascontiguousarray(samples, np.float32), labels.astype(np.int64)


def cut(subject: int, samples: np.ndarray,
        labels: np.ndarray) -> List[Stream]:
    """Streams of at least a minute, the last of a recording excepted.

    Every third one is for testing within a subject.
    """
    edges = [0]
    for start, end in _runs(labels == NO_GESTURE):
        middle = (start + end) // 2
        if middle - edges[-1] >= MIN_STREAM:
            edges.append(middle)
    edges.append(len(labels))
    return [
        Stream(f's{subject}_{index:02}', subject,
               'test' if index % 3 == 2 else 'training', samples[first:last],
               labels[first:last])
        for index, (first, last) in enumerate(zip(edges[:-1], edges[1:]))
    ]


def pooled(samples: np.ndarray) -> np.ndarray:
    """``(n, C)`` samples to ``(n // 8, 2 * C)`` means and deviations."""
    return mean_and_deviation(samples, SAMPLES_PER_STEP)


def _runs(flags: np.ndarray) -> np.ndarray:
    """``(R, 2)`` begin and end of the runs of true flags."""
    padded = np.concatenate([[False], flags, [False]])
    return np.flatnonzero(padded[1:] != padded[:-1]).reshape(-1, 2)


def _instances(labels: np.ndarray) -> List[dict]:
    found = [(start / RATE, end / RATE, name)
             for label, name in GESTURES.items()
             for start, end in _runs(labels == label)]
    return [dict(label=name, segment=[start, end])
            for start, end, name in sorted(found)]


def _write_annotations(folder: Path, database: Dict[str, dict]) -> Path:
    target = folder / 'annotations.json'
    content = json.dumps(
        dict(version='actrectut-gesture', database=database),
        indent=1).encode()
    replace_file(target, lambda file: file.write(content))
    problems = read_database(str(target))[1]
    if problems:
        raise AnnotationError(f'{target}: {problems[0]}')
    return folder


def counts(folder: Path) -> Iterable[str]:
    """What a prepared folder holds, a line for each subject."""
    return sensor_streams.counts(folder, 'subject', 'gestures')
