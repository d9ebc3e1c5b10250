"""Detection files: ActivityNet's submission format, and what is near it."""
import json
import math
from pathlib import PurePosixPath
from typing import (
    Any,
    Dict,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
)

import numpy as np

from mmbapg.datasets.annotations import AnnotationError, VideoAnnotation
from mmbapg.datasets.json_files import JSONFileError, read_json
from mmbapg.files import replace_file

from .average_precision import Segments, Videos
from .detection_problems import check_names, check_times

#: Fields that hold the detections: ActivityNet's, and Ego4D's.
RESULT_FIELDS = ('results', 'detect_results')
#: Fields of an entry of a list that name its video.
NAME_FIELDS = ('name', 'video_name', 'video_id', 'video')
_EXPECTED = ("expected a field 'results' in ActivityNet's format, video -> "
             'list of detections with segment, label and score')


def write_submission(path: str, found: Videos,
                     classes: Sequence[str] = ()) -> None:
    """Write detections; labels without a name are written as numbers."""
    results = {
        name: [
            dict(label=str(classes[label] if classes else label),
                 score=float(score),
                 segment=[float(segment[0]), float(segment[1])])
            for segment, label, score in zip(*video.detections())
        ]
        for name, video in found.items()
    }
    content = dict(version='VERSION 1.3', results=results, external_data={})
    replace_file(path, lambda file: file.write(json.dumps(content).encode()))


def read_submission(path: str, classes: Sequence[str],
                    videos: Optional[Mapping[str, VideoAnnotation]] = None
                    ) -> Dict[str, Segments]:
    """Read detections of whatever localizer.

    Args:
        path: JSON file with ``results``: video -> list of ``segment``
            (seconds), ``label`` and ``score``. Also read are the same without
            ``results`` around it, and lists of entries that name their
            video, each with ``detections``, as ``tools/localize.py`` writes
            them, or a detection itself.
        classes: Names, for the labels.
        videos: Annotations that must know every video, and whose durations
            tell whether times can be seconds; nothing is compared by default.

    Returns:
        Detections by video name.

    Raises:
        AnnotationError: If there is no such file, or anything else is in it;
            names video and field.
    """
    place = {name: label for label, name in enumerate(classes)}
    found = {name: _detections(f'{path}: video {name}', entries, place)
             for name, entries in _by_video(path, videos or {}).items()}
    if videos is not None:
        check_names(path, found, videos)
        check_times(path, found, videos)
    return found


def read_proposals(path: str,
                   videos: Optional[Mapping[str, VideoAnnotation]] = None
                   ) -> Dict[str, Segments]:
    """Read class-agnostic proposals.

    Args:
        path: JSON file in any form that :func:`read_submission` reads, whose
            entries need no label; or entries with ``proposals`` beside their
            detections, as ``tools/localize.py`` writes them.
        videos: Annotations that must know every video; nothing is compared by
            default.

    Returns:
        Proposals by video name, all of label 0.

    Raises:
        AnnotationError: As :func:`read_submission`.
    """
    entries = _by_video(path, videos or {}, 'proposals')
    if videos is not None:
        check_names(path, entries, videos)
    found = {}
    for name, given in entries.items():
        rows = [dict(row, label='') if isinstance(row, dict) else row
                for row in given] if isinstance(given, list) else given
        found[name] = _detections(f'{path}: video {name}', rows, {'': 0})
    return found


def _by_video(path: str, known: Mapping[str, object],
              field: str = 'detections') -> Dict[str, Any]:
    """What the file holds of each video: lists that stand there alone, or in
    the ``field`` of entries."""
    repeated: List[str] = []

    def unique(pairs: list) -> dict:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            repeated.extend(key for key in found if keys.count(key) > 1)
        return found

    try:
        content = read_json(path, unique)
    except FileNotFoundError:
        raise AnnotationError(
            f'{path}: no such file, expected a file of detections') from None
    except JSONFileError as error:
        raise AnnotationError(
            f'{error}; expected detections as JSON, which tools/test.py '
            'writes with test_evaluator.out_file=FILE.json') from None
    if repeated:
        raise AnnotationError(f'{path}: {repeated[0]!r} occurs more than once '
                              'in one object, expected once')
    results = _results(path, content)
    if not results:
        raise AnnotationError(f'{path}: found no video, {_EXPECTED}')
    if isinstance(results, dict):
        return {name: entry[field] if isinstance(entry, dict) and
                field in entry else entry
                for name, entry in results.items()}
    found: Dict[str, Any] = {}
    whole = set()
    for name, entry in _named_entries(path, results, known):
        if name in whole or field in entry and name in found:
            raise AnnotationError(
                f'{path}: found a second entry for video {name}, expected '
                'one for each')
        if field in entry:
            whole.add(name)
            found[name] = entry[field]
        else:
            found.setdefault(name, []).append(entry)
    return found


def _results(path: str, content) -> 'dict | list':
    """The part of the file that holds detections, or a refusal."""
    results = content
    if isinstance(content, dict):
        fields = [name for name in RESULT_FIELDS if name in content]
        if fields:
            results = content[fields[0]]
        elif 'database' in content:
            raise AnnotationError(
                f"{path}: found annotations (field 'database') in the place "
                f'of detections, {_EXPECTED}')
        elif not all(isinstance(entry, list) for entry in content.values()):
            raise AnnotationError(
                f"{path}: field 'results' is missing, found "
                f'{", ".join(list(content)[:3])}; {_EXPECTED}')
    if not isinstance(results, (dict, list)):
        raise AnnotationError(
            f'{path}: found {type(results).__name__}, {_EXPECTED}')
    return results


def _named_entries(path: str, entries: list, known: Mapping[str, object]
                   ) -> Iterator[Tuple[str, dict]]:
    for row, entry in enumerate(entries):
        names = [entry[field] for field in NAME_FIELDS
                 if isinstance(entry.get(field), str)
                 ] if isinstance(entry, dict) else []
        if not names:
            raise AnnotationError(
                f'{path}: entry {row}: found {_short(entry)}, expected an '
                f'object that names its video, by {", ".join(NAME_FIELDS)}')
        is_file = names[0] == entry.get('video')
        yield _name_of(names, is_file, known), entry


def _name_of(given: Sequence[str], is_file: bool,
             known: Mapping[str, object]) -> str:
    """What annotations call a video: a name that is given, or that of its
    file without extension, with as many folders as they know it by."""
    candidates = list(given)
    for path in given:
        file = PurePosixPath(path.replace('\\', '/'))
        parts = (*file.parts[:-1], file.stem)
        candidates += ('/'.join(parts[start:]) for start in range(len(parts)))
    return next((name for name in candidates if name in known),
                candidates[-1] if is_file else given[0])


def _detections(where: str, entries, place: Mapping[str, int]) -> Segments:
    if not isinstance(entries, list):
        raise AnnotationError(
            f'{where}: found {_short(entries)}, expected a list of '
            'detections, [] where there are none')
    for row, entry in enumerate(entries):
        fault = _fault_of(entry, place)
        if fault:
            raise AnnotationError(f'{where}, detection {row}: {fault}')
    return Segments(
        np.array([entry['segment'] for entry in entries],
                 dtype=float).reshape(-1, 2),
        np.array([place[str(entry['label'])] for entry in entries],
                 dtype=np.int64),
        np.array([entry['score'] for entry in entries], dtype=float))


def _fault_of(entry, place: Mapping[str, int]) -> Optional[str]:
    if not isinstance(entry, dict):
        return f'found {_short(entry)}, expected segment, label and score'
    for field in ('segment', 'label', 'score'):
        if field not in entry:
            also = (': these are proposals of no class' if field == 'label'
                    and 'score' in entry else '')
            return (f'field {field} is missing{also}, found '
                    f'{", ".join(entry) or "nothing"}; expected segment (two '
                    'numbers, seconds), label and score')
    segment, label, score = (entry[field]
                             for field in ('segment', 'label', 'score'))
    if not (isinstance(segment, list) and len(segment) == 2 and
            all(map(_is_number, segment))):
        return (f'field segment: found {_short(segment)}, expected two '
                'numbers, start and end in seconds')
    if segment[1] < segment[0]:
        return (f'field segment: found {segment}, expected an end after the '
                'start')
    if segment[0] + segment[1] < 0:
        return (f'field segment: found {segment}, expected seconds from the '
                'beginning of the video, 0')
    if not _is_number(score):
        return f'field score: found {_short(score)}, expected a finite number'
    if isinstance(label, bool) or str(label) not in place:
        return _fault_of_label(label, list(place))
    return None


def _fault_of_label(label, classes: List[str]) -> str:
    near = [name for name in classes if isinstance(label, str) and
            name.strip().casefold() == label.strip().casefold()]
    hint = (f'; did you mean {near[0]!r}, which differs in case or spaces?'
            if near else '; expected a name, not its index'
            if isinstance(label, int) else '')
    return (f'found label {_short(label)}, expected one of the {len(classes)} '
            f'classes of the annotation file ({", ".join(classes[:5])}'
            f'{", ..." if len(classes) > 5 else ""}){hint}')


def _is_number(value) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _short(value) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + '...'
