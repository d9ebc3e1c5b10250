"""Generated files in the place of a benchmark's, from which one can learn.

Features, embeddings and classifier scores of the videos of an annotation file,
in the format, width and length that a dataset's config asks for; and an
annotation file where the benchmark's own is not at hand. They show that a
config runs and learns; its figures say nothing about the benchmark.
"""
import json
import pickle
import zlib
from pathlib import Path
from typing import Any, Dict, Iterable, List, Mapping, Sequence

import numpy as np
import torch

from mmbapg.datasets.annotations import VideoAnnotation
from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    write_embeddings,
)
from mmbapg.datasets.feature_arrays import Key
from mmbapg.datasets.hdf5_files import SUFFIXES
from mmbapg.datasets.sources.thumos14 import UCF101_IDS
from mmbapg.datasets.transforms.video_scores import UntrimmedNetScores
from mmbapg.errors import SettingError
from mmbapg.files import replace_file
from mmbapg.ops import TemporalGrid

NOISE = 0.3  # standard deviation of features outside instances
RAISED = 2.0  # what an instance adds to the channels of its class
EMBEDDING_CHANNELS = 16


def write_annotations(path: Path, classes: Sequence[str],
                      subsets: Sequence[str], fps: float,
                      durations: Sequence[float], num_videos: int) -> None:
    """An annotation file for a benchmark whose own is not at hand.

    The first video of each subset has an instance of every class, so that
    the file knows them all; the others have instances of two.

    Args:
        path: File to write.
        classes: Their names; also their order.
        subsets: Each gets its videos.
        fps: Of all videos.
        durations: Least and greatest, in seconds.
        num_videos: Of each subset.
    """
    database = {}
    for subset in subsets:
        for index in range(num_videos + 1):
            name = f'{subset}_{index:04d}'.lower()
            rng = _generator(name)
            duration = round(float(rng.uniform(durations[0], durations[1])), 2)
            labels = (range(len(classes)) if index == 0 else
                      rng.integers(min(2, len(classes)),
                                   size=rng.integers(2, 7)))
            database[name] = dict(
                subset=subset, duration=duration, fps=fps,
                annotations=_instances(labels, classes, duration, rng))
    content = json.dumps(dict(version='generated', database=database)).encode()
    replace_file(path, lambda file: file.write(content))


def plant_features(video: VideoAnnotation, grid: TemporalGrid,
                   channels: int) -> np.ndarray:
    """Features ``(T, C)`` in which every class raises channels of its own.

    Args:
        video: Whose instances to plant.
        grid: Of the features; there are as many steps as fit the duration.
        channels: ``C``.
    """
    frames = video.duration * grid.fps
    num_steps = max(int((frames - grid.window) / grid.stride) + 1, 1)
    times = grid.to_seconds(np.arange(num_steps))
    rng = _generator(video.name)
    features = NOISE * rng.standard_normal((num_steps, channels), np.float32)
    for (start, end), label in zip(video.segments, video.labels):
        inside = np.flatnonzero((times >= start) & (times < end))
        features[np.ix_(inside, _channels_of(label, channels))] += RAISED
    return features


def write_features(path: Path, features: np.ndarray, key: Key = None) -> None:
    """Write a feature file.

    Args:
        path: ``.npy``, ``.npz``, ``.pt``, ``.pkl`` or ``.csv`` file, or a
            place in an HDF5 file (``FILE.h5/NAME``).
        features: ``(T, C)``.
        key: Name of the array in a ``.npz`` or ``.pkl`` file, or names of
            several that share the channels.

    Raises:
        SettingError: If the suffix is of no such file.
    """
    keys = [key or 'feats'] if key is None or isinstance(key, str) else key
    arrays: Dict[str, Any] = dict(zip(
        keys, np.array_split(features, len(keys), axis=1)))
    writers = {
        '.npy': lambda file: np.save(file, features),
        '.npz': lambda file: np.savez(file, **arrays),
        '.pt': lambda file: torch.save(torch.from_numpy(features), file),
        '.pkl': lambda file: pickle.dump(arrays, file),
        '.csv': lambda file: np.savetxt(
            file, features, delimiter=',', comments='',
            header=','.join(map(str, range(features.shape[1])))),
    }
    if path.parent.suffix in SUFFIXES:
        return _write_hdf5(path.parent, path.name, features)
    if path.suffix not in writers:
        raise SettingError(f'{path}: found suffix {path.suffix!r}, expected '
                           f'one of {", ".join(writers)}')
    replace_file(path, writers[path.suffix])


def _write_hdf5(container: Path, name: str, features: np.ndarray) -> None:
    import h5py
    container.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(container, 'a') as content:
        if name in content:
            del content[name]
        content[name] = features


def write_clear_embeddings(path: Path, video: VideoAnnotation,
                           interval: float) -> None:
    """Embeddings that turn wherever an instance begins or ends.

    Args:
        path: File to write.
        video: Whose instances to show.
        interval: Seconds from one embedding to the next.
    """
    num_frames = max(int(video.duration / interval + 0.5), 1)
    times = (np.arange(num_frames) + 0.5) * interval
    rng = _generator(video.name)
    embeddings = np.tile(_direction('background'), (num_frames, 1))
    for (start, end), label in zip(video.segments, video.labels):
        inside = (times >= start) & (times < end)
        embeddings[inside] += 2 * _direction(label)
    embeddings += 0.1 * rng.standard_normal(embeddings.shape)
    # what is cached of embeddings is told by their provenance
    content = f'generated {zlib.crc32(embeddings.tobytes()):08x}'
    write_embeddings(path, Embeddings(embeddings, times, Provenance(
        interval, content, 'untrained')))


def write_video_scores(path: Path, videos: Sequence[VideoAnnotation],
                       classes: Sequence[str]) -> None:
    """Scores of a classifier that is mostly right, as CUHK's for ActivityNet,
    or UntrimmedNet's for THUMOS14.

    Args:
        path: JSON file to write; or, for videos and classes of THUMOS14,
            a ``.npy`` file.
        videos: To classify; what the file says of others is kept if it is
            about the same classes.
        classes: In the order of the scores.

    Raises:
        SettingError: If scores of THUMOS14 are to be of other classes.
    """
    others = [name for name in classes if name not in UCF101_IDS]
    if path.suffix == '.npy' and others:
        raise SettingError(
            f'{path}: scores of UntrimmedNet are for THUMOS14, found class '
            f'{others[0]!r}; put its annotations where the config looks for '
            'them, or name their folder')
    results = {}
    if path.is_file() and path.suffix == '.json':
        content = json.loads(path.read_text())
        if content['class'] == list(classes):
            results = content['results']
    for video in videos:
        scores = _generator(video.name).uniform(0, 0.1, len(classes))
        for label in set(video.labels):
            scores[list(classes).index(label)] += 1
        results[video.name] = (scores / scores.sum()).tolist()
    if path.suffix == '.npy':
        table = np.zeros((1574, UntrimmedNetScores.NUM_CLASSES))
        columns = [UCF101_IDS[name] - 1 for name in classes]
        for name, values in results.items():
            table[int(name[-7:]) - 1, columns] = values
        replace_file(path, lambda file: np.save(file, table))
        return
    text = json.dumps({'results': results, 'class': list(classes)}).encode()
    replace_file(path, lambda file: file.write(text))


def choose_videos(videos: Iterable[VideoAnnotation], labels: Sequence[str],
                  number: int) -> List[VideoAnnotation]:
    """Videos in which given classes prevail, short and long ones.

    Args:
        videos: To choose from; those without instances are passed over.
        labels: The classes.
        number: How many to choose, or fewer where there are fewer.
    """
    def share(video: VideoAnnotation) -> float:
        return float(np.mean([label in labels for label in video.labels]))

    candidates = [video for video in videos if video.labels]
    candidates = sorted(candidates, key=share, reverse=True)[:4 * number]
    candidates = [video for video in candidates
                  if share(video) > 0] or candidates
    candidates.sort(key=lambda video: video.duration)
    places = np.linspace(0, len(candidates) - 1,
                         min(number, len(candidates)))
    return [candidates[place] for place in np.unique(places.round(0)
                                                     .astype(int))]


def common_labels(groups: Sequence[Iterable[VideoAnnotation]],
                  number: int) -> List[str]:
    """Classes that most videos of every group have, the most common first.

    Args:
        groups: Videos of each subset.
        number: How many classes.
    """
    counts: List[Mapping[str, int]] = []
    for videos in groups:
        count: dict = {}
        for video in videos:
            for label in set(video.labels):
                count[label] = count.get(label, 0) + 1
        counts.append(count)
    everywhere = set.intersection(*map(set, counts))
    return sorted(everywhere, key=lambda label: (
        -min(count[label] for count in counts), label))[:number]


def _generator(name: str) -> np.random.Generator:
    """Random numbers that follow from a name."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def _channels_of(label: str, channels: int) -> np.ndarray:
    return _generator(label).choice(channels, max(channels // 16, 1),
                                    replace=False)


def _direction(name: str) -> np.ndarray:
    vector = _generator(name).standard_normal(EMBEDDING_CHANNELS)
    return vector / np.linalg.norm(vector)


def _instances(labels: Iterable[int], classes: Sequence[str],
               duration: float, rng) -> List[dict]:
    """One instance after the other, with background between them."""
    labels = list(labels)
    room = duration / len(labels)
    return [dict(label=classes[label], label_id=int(label),
                 segment=[round(room * (place + rng.uniform(0.1, 0.3)), 2),
                          round(room * (place + rng.uniform(0.6, 0.9)), 2)])
            for place, label in enumerate(labels)]
