"""What features of several encoders make of boundaries."""
from pathlib import Path
from typing import Dict, List, Mapping, Sequence

import numpy as np

from mmbapg.datasets.annotations import (
    AnnotationError,
    load_annotations,
    select,
)
from mmbapg.datasets.boundary_times import true_boundaries
from mmbapg.datasets.embedding_files import Embeddings, read_embeddings
from mmbapg.video_names import file_of
from mmbapg.visualization.canvas import write_png
from mmbapg.visualization.feature_differences import (
    FeatureChanges,
    draw_feature_differences,
)


def feature_differences(annotations: str, folders: Mapping[str, Path],
                        where: Mapping, path: Path) -> Dict[str, float]:
    """Draw how much features change at boundaries and elsewhere.

    Args:
        annotations: Annotation file.
        folders: Name of the encoder -> folder of its features.
        where: Fields of the annotation file, and the values that the videos
            to look at have.
        path: Picture to write.

    Returns:
        For each encoder, see :meth:`FeatureChanges.separation`.

    Raises:
        AnnotationError: If no video is left, or they have no boundary.
        FeatureFileError: If features cannot be read.
    """
    videos = select(load_annotations(annotations), None, where, annotations)
    times = [true_boundaries(video.segments, video.duration)
             for video in videos]
    found = {}
    for name, folder in folders.items():
        contents = [read_embeddings(file_of(folder, video.name, '{}.npz'))
                    for video in videos]
        found[name] = changes_of(contents, times)
        if not all(map(len, found[name])):
            raise AnnotationError(
                f'{annotations}: found {len(found[name].at_boundaries)} pairs '
                f'of features of {name} at a boundary and '
                f'{len(found[name].elsewhere)} elsewhere, expected some of '
                'both')
    write_png(path, draw_feature_differences(found))
    return {name: changes.separation() for name, changes in found.items()}


def changes_of(contents: Sequence[Embeddings],
               times: Sequence[np.ndarray]) -> FeatureChanges:
    """Differences of neighbouring features, in deviations of each channel
    over all videos.

    Args:
        contents: Of each video.
        times: Of its boundaries, in seconds.
    """
    every = np.concatenate([each.embeddings for each in contents])
    scale = np.maximum(every.std(axis=0), 1e-6)
    parts: List[List[np.ndarray]] = [[], []]
    for content, boundaries in zip(contents, times):
        change = np.abs(np.diff(content.embeddings, axis=0)) / scale
        # a boundary lies between the features that it is between in time
        places = np.searchsorted(content.times, boundaries) - 1
        crossed = np.zeros(len(change), dtype=bool)
        crossed[places[(places >= 0) & (places < len(change))]] = True
        parts[0].append(change[crossed])
        parts[1].append(change[~crossed])
    return FeatureChanges(*map(np.concatenate, parts))
