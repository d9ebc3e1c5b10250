"""How well a linear layer on stored features tells when anything happens."""
from pathlib import Path
from typing import List, Mapping, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import torch

from mmbapg.datasets.annotations import (
    AnnotationError,
    VideoAnnotation,
    load_annotations,
    select,
)
from mmbapg.datasets.embedding_files import read_embeddings
from mmbapg.evaluation.actionness import (
    binary_average_precision,
    segment_labels,
)
from mmbapg.ops.logistic import fit_logistic
from mmbapg.video_names import file_of

#: Seconds of the segments that are told apart, as in BSP's Sec. 4.1.
SEGMENT = 0.2


class StepLocalization(NamedTuple):
    """What :func:`step_localization` measures.

    Attributes:
        average_precision: Of the segments of all test videos together.
        positives: Share of these in which something happens: what chance
            reaches.
        channels: Width of the features.
        segments: Number of test segments.
    """
    average_precision: float
    positives: float
    channels: int
    segments: int


def step_localization(annotations: str, folders: Sequence[Path],
                      train: Mapping, test: Mapping,
                      decay: float = 1e-3) -> StepLocalization:
    """Linear frame-wise classification, and its binary average precision.

    BSP (https://arxiv.org/abs/2011.10830), Sec. 4.1 and Table 3: videos are
    cut into segments of 0.2 s, positive where the middle lies in an instance.
    A segment takes the features nearest in time, of all folders side by side.

    Args:
        annotations: Annotation file.
        folders: Of files of ``tools/extract_features.py`` or of stage 2.
        train, test: Fields of the annotation file, and the values that
            training and test videos have.
        decay: See :func:`mmbapg.ops.logistic.fit_logistic`.

    Raises:
        AnnotationError: If the file is unusable, a selection is empty, both
            share a video, or all segments of one are the same.
        FeatureFileError: If features are missing or unreadable.
    """
    videos = load_annotations(annotations)
    chosen = [select(videos, None, where, annotations)
              for where in (train, test)]
    shared = {video.name for video in chosen[0]} & {
        video.name for video in chosen[1]}
    if shared:
        raise AnnotationError(
            f'{annotations}: found {min(shared)} and {len(shared) - 1} more '
            f'in both training {dict(train)} and test {dict(test)}, expected '
            'different videos')
    (known, truth), (features, labels) = (
        _joined(part, folders) for part in chosen)
    for where, values in ((train, truth), (test, labels)):
        if values.all() or not values.any():
            raise AnnotationError(
                f'{annotations}: found {int(values.sum())} of {len(values)} '
                f'segments of {dict(where)} inside an instance, expected some '
                'inside and some outside')
    classifier = fit_logistic(torch.from_numpy(known),
                              torch.from_numpy(truth), decay)
    scores = classifier.scores(torch.from_numpy(features)).numpy()
    return StepLocalization(binary_average_precision(scores, labels),
                            float(labels.mean()), features.shape[1],
                            len(labels))


def _joined(videos: Sequence[VideoAnnotation],
            folders: Sequence[Path]) -> Tuple[np.ndarray, np.ndarray]:
    """Features and labels of the segments of several videos."""
    parts = []
    for video in videos:
        times = segment_times(video.duration)
        parts.append((features_at(video.name, folders, times),
                      segment_labels(video.segments, times)))
    features, labels = zip(*parts)
    return np.concatenate(features), np.concatenate(labels)


def segment_times(duration: float,
                  segment: Optional[float] = None) -> np.ndarray:
    """Middles of the segments that a video is cut into, in seconds."""
    length = SEGMENT if segment is None else segment
    return (np.arange(max(int(duration / length + 0.5), 1)) + 0.5) * length


def features_at(name: str, folders: Sequence[Path],
                times: np.ndarray) -> np.ndarray:
    """``(n, C)`` features of a video nearest to some times, of all folders
    side by side.

    Raises:
        FeatureFileError: If they are missing or unreadable.
    """
    columns: List[np.ndarray] = []
    for folder in folders:
        content = read_embeddings(file_of(folder, name, '{}.npz'))
        middles = (content.times[1:] + content.times[:-1]) / 2
        columns.append(content.embeddings[np.searchsorted(middles, times)])
    return np.concatenate(columns, axis=1)
