"""VTS: open suturing with sensors on both hands.

The Variable Tissue Simulation set of "Kinematic Data-Based Action Segmentation
for Surgical Applications" (Goldbraikh et al. 2023), as it stands in the public
repository :data:`REPOSITORY`, which states no licence: nothing of it may be
passed on, and nothing is downloaded.

Six magnetic sensors, on index, thumb and wrist of both hands, give a position
and an orientation each. A local copy holds 15 samples a second, orientations
as the first two columns of their rotation matrices: Euler angles jump where
they wrap around. Features are the mean and the standard deviation of every 4
samples, so 3.75 steps a second.
"""
from pathlib import Path
from typing import Iterator, NoReturn

from ..annotations import AnnotationError, VideoAnnotation, read_database
from ..feature_files import FeatureFileError
from . import sensor_streams
from .conversion import write_annotations
from .fetching import SourceUnreachable
from .sensor_streams import (
    annotations_of_copy,
    mean_and_deviation,
    samples_of_copy,
    write_features,
)

#: Where the original stands.
REPOSITORY = ('https://github.com/AdamGoldbraikh/'
              'Action-Segmentation-Using-Kinematic-Data')
COMMIT = 'a610975'
RATE = 15
SAMPLES_PER_STEP = 4
#: Of six sensors, a position and two columns of a rotation matrix.
CHANNELS = 6 * (3 + 2 * 3)
#: Values of the field ``fold``; nobody is in two of them.
FOLDS = (0, 1, 2, 3)
ACTIONS = ('cut the suture', 'instrument tie', 'lay the knot',
           'needle passing', 'pull the suture')


def use_local_copy(source: Path, folder: Path) -> Path:
    """Make features of a local copy's sessions.

    All of it is read before anything is written.

    Args:
        source: Folder with ``annotations.json``, whose videos have the fields
            ``fps``, ``fold`` and ``surgeon``, and ``features/NAME.npy``,
            samples ``(n, 54)`` at 15 Hz.
        folder: To fill with ``annotations.json`` and ``features``,
            ``(n // 4, 108)``.

    Raises:
        SourceUnreachable: If ``source`` holds no such copy.
        AnnotationError: If a session lacks a field, or a label is unknown.
        FeatureFileError: If a session's samples are not what they should be.
    """
    source, folder = Path(source), Path(folder)
    ann_file = source / 'annotations.json'
    features = {}
    for name, video in annotations_of_copy(
            source, folder, ('fold', 'surgeon')).items():
        _check(video, ann_file)
        samples = samples_of_copy(source, name, CHANNELS, SAMPLES_PER_STEP)
        seconds = len(samples) / RATE
        if abs(seconds - video.duration) > SAMPLES_PER_STEP / RATE:
            raise FeatureFileError(
                f'{source / "features"}: video {name}: found {len(samples)} '
                f'samples, {seconds:.2f} s at {RATE} Hz, expected the '
                f'{video.duration:.2f} s of {ann_file}')
        features[name] = mean_and_deviation(samples, SAMPLES_PER_STEP)
    write_features(folder, features)
    write_annotations(folder / 'annotations.json', 'vts',
                      read_database(ann_file)[0], ACTIONS)
    return folder


def download(folder: Path) -> NoReturn:
    """There is nothing to download: only a local copy can be used.

    Raises:
        SourceUnreachable: Always; tells where the data come from.
    """
    raise SourceUnreachable(
        f'{folder}: not filled: {REPOSITORY} (commit {COMMIT}), where the '
        'data come from, states no licence, so nothing is downloaded and '
        'nothing of it may be redistributed')


def counts(folder: Path) -> Iterator[str]:
    """What a prepared folder holds, a line for each fold."""
    return sensor_streams.counts(folder, 'fold', 'actions')


def _check(video: VideoAnnotation, ann_file: Path) -> None:
    """Refuse a session of another form than the copy's."""
    where = f'{ann_file}: video {video.name}: '
    fold = video.fields['fold']
    if fold not in FOLDS:
        raise AnnotationError(
            f'{where}field fold: found {fold!r}, expected one of '
            f'{", ".join(map(str, FOLDS))}')
    if video.fps != RATE:
        raise AnnotationError(f'{where}field fps: found {video.fps}, expected '
                              f'{RATE}, samples a second')
    unknown = sorted({*video.labels} - {*ACTIONS})
    if unknown:
        raise AnnotationError(
            f'{where}field label: found {unknown[0]!r}, expected one of '
            f'{", ".join(ACTIONS)}')
