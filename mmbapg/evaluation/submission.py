"""Detection files in the submission format of ActivityNet."""
import json
from typing import Dict, Sequence

import numpy as np

from mmbapg.datasets.annotations import AnnotationError
from mmbapg.datasets.json_files import JSONFileError, read_json
from mmbapg.files import replace_file

from .average_precision import Segments, Videos


def write_submission(path: str, found: Videos,
                     classes: Sequence[str] = ()) -> None:
    """Write detections; labels without a name are written as numbers."""
    results = {
        name: [
            dict(label=str(classes[label] if classes else label),
                 score=float(score),
                 segment=[float(segment[0]), float(segment[1])])
            for segment, label, score in zip(*video)
        ]
        for name, video in found.items()
    }
    content = dict(version='VERSION 1.3', results=results, external_data={})
    replace_file(path, lambda file: file.write(json.dumps(content).encode()))


def read_submission(path: str, classes: Sequence[str]) -> Dict[str, Segments]:
    """Read detections of whatever localizer.

    Args:
        path: JSON file with ``results``: video -> list of ``segment``
            (seconds), ``label`` and ``score``. ActivityNet's ``v_`` before
            names may be there or not; it is kept as it is.
        classes: Names, for the labels.

    Raises:
        AnnotationError: If there is no such file, or anything else is in it;
            names video and field.
    """
    try:
        content = read_json(path)
    except FileNotFoundError:
        raise AnnotationError(f'{path}: no such file, expected a file of '
                              'detections') from None
    except JSONFileError as error:
        raise AnnotationError(str(error)) from None
    results = content.get('results') if isinstance(content, dict) else None
    if not isinstance(results, dict):
        raise AnnotationError(
            f"{path}: field 'results' is missing or no object, expected "
            'ActivityNet\'s format, video -> list of detections')
    place = {name: label for label, name in enumerate(classes)}
    return {name: _detections(path, name, entries, place)
            for name, entries in results.items()}


def _detections(path: str, name: str, entries: list,
                place: Dict[str, int]) -> Segments:
    if not isinstance(entries, list):
        raise AnnotationError(
            f'{path}: video {name}: found {type(entries).__name__}, expected '
            'a list of detections')
    count = len(entries)
    segments, scores = np.empty((count, 2)), np.empty(count)
    labels = np.empty(count, dtype=np.int64)
    for row, entry in enumerate(entries):
        try:
            segments[row] = entry['segment']
            scores[row] = entry['score']
            label = str(entry['label'])
        except (KeyError, TypeError, ValueError):
            raise AnnotationError(
                f'{path}: video {name}, detection {row}: found {entry!r}, '
                'expected segment (two numbers), score and label') from None
        if label not in place:
            raise AnnotationError(
                f'{path}: video {name}, detection {row}: found label '
                f'{label!r}, expected one of the {len(place)} classes of the '
                'annotation file')
        labels[row] = place[label]
    return Segments(segments, labels, scores)
