"""Detections as a first draft of annotations, for the tools of people."""
from pathlib import Path
from typing import List, Sequence, Tuple

import numpy as np

from mmbapg.datasets.exchange import (
    Contents,
    Instance,
    Settings,
    Video,
    write_annotations,
)
from mmbapg.datasets.exchange.registry import format_of
from mmbapg.datasets.video_reader import open_video
from mmbapg.visualization import best_detections


def write_drafts(results: Sequence[dict], folder: Path,
                 form: str) -> Tuple[Path, List[str]]:
    """Write the best detections of videos in a format of annotations.

    They are those that pictures show, in order of time; see
    :func:`.best_detections`.

    Args:
        results: Of :class:`.TemporalLocalizationInferencer`, with the files
            of the videos.
        folder: For ``annotations``, a file with the suffix of the format, or
            where it has a file for each video a folder of these.
        form: Name of the format.

    Returns:
        tuple: What was written, and what the format does not hold.

    Raises:
        AnnotationError: If there is no such format, or a label does not fit
            into it.
    """
    known = format_of(form)
    contents = Contents()
    for result in results:
        found = result['detections']
        segments, chosen, _ = best_detections(
            np.array([row['segment'] for row in found]).reshape(-1, 2),
            np.arange(len(found)),
            np.array([row['score'] for row in found]))
        contents.videos[result['name']] = Video(
            sorted((Instance(found[index]['label'], max(float(start), 0.0),
                             float(end), float(found[index]['score']))
                    for (start, end), index in zip(segments, chosen)
                    if end > max(start, 0)),
                   key=lambda each: (each.start, each.end)),
            result['duration'], open_video(result['video']).fps)
    target = folder / ('annotations' if known.one_video else
                       f'annotations{known.suffix}')
    return target, write_annotations(target, form, contents, Settings())
