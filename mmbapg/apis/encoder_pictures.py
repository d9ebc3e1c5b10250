"""Pictures of what similarity encoders make of a video."""
from pathlib import Path
from typing import Mapping, Optional

import numpy as np

from mmbapg.datasets.annotations import (
    AnnotationError,
    classes_of,
    load_annotations,
)
from mmbapg.datasets.embedding_files import read_embeddings
from mmbapg.evaluation.boundary_f1 import cut_times, true_boundaries
from mmbapg.video_names import file_of
from mmbapg.visualization import draw_similarity_map
from mmbapg.visualization.canvas import write_png


def similarity_maps(annotations: str, folders: Mapping[str, Path],
                    video: Optional[str], path: Path) -> str:
    """Draw the similarity maps of a video by several encoders, side by side.

    Args:
        annotations: Annotation file.
        folders: Name of the encoder -> folder of its embeddings.
        video: Name; by default the first that has embeddings.
        path: Picture to write.

    Returns:
        The name of the video.

    Raises:
        AnnotationError: If the video is not in the file, or none has
            embeddings.
        FeatureFileError: If an encoder's embeddings of it cannot be read.
    """
    videos = load_annotations(annotations)
    if video is None:
        first = Path(next(iter(folders.values())))
        video = next((name for name in videos
                      if file_of(first, name, '{}.npz').is_file()), None)
        if video is None:
            raise AnnotationError(f'{annotations}: found embeddings of none '
                                  f'of its videos in {first}')
    if video not in videos:
        raise AnnotationError(f'{annotations}: found no video {video}')
    truth, classes = videos[video], classes_of(annotations)
    times = true_boundaries(truth.segments, truth.duration)
    images = []
    for name, folder in folders.items():
        content = read_embeddings(str(file_of(folder, video, '{}.npz')))
        cuts = cut_times(content.embeddings, len(times),
                         content.provenance.interval)
        images.append(draw_similarity_map(
            f'{name}: {video}', content.embeddings, truth.duration, cuts,
            truth.segments,
            np.array([classes.index(label) for label in truth.labels]),
            classes))
    write_png(path, np.hstack(images))
    return video
