"""ActivityNet-style annotation files: reading, checking, selecting.

.. code-block:: json

    {"database": {"video1": {"subset": "training", "duration": 75.7, "fps": 25,
                             "annotations": [{"label": "walk",
                                              "segment": [4.3, 7.4]}]}}}

Times are seconds. ``fps`` is needed only where features are counted in video
frames. Any other field of a video can be used to select it. Beside
``database``, ``classes`` may list the names of all classes in order, which a
dataset needs whose annotations do not show every class. A video without
``annotations`` is unlabelled: it can be tested.
"""
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import (
    Any,
    Dict,
    Iterable,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
)

import numpy as np
from mmengine.logging import print_log

from mmbapg.errors import UserError
from mmbapg.setting_checks import expect_one_of

from .annotation_problems import (
    Problem,
    ids_of_labels,
    problem_of_form,
    problems_of_classes,
    problems_of_label_ids,
    problems_of_video,
)
from .json_files import JSONFileError, read_json

#: What to do with segments that no video can have.
INVALID_SEGMENT_POLICIES = ('error', 'keep', 'drop')


class AnnotationError(UserError, ValueError):
    """An annotation file is not usable; the message says where and why."""


@dataclass(frozen=True)
class VideoAnnotation:
    """Everything known about a video.

    ``segments`` is ``(G, 2)`` float64 seconds, ``labels`` their ``G`` names,
    ``fields`` the remaining entries of the file. ``labelled`` tells a video
    in which nothing happens from one of which nobody said what does.
    """
    name: str
    duration: float
    segments: np.ndarray
    labels: Tuple[str, ...]
    fps: Optional[float] = None
    fields: Mapping[str, object] = field(default_factory=dict)
    labelled: bool = True

    def take(self, chosen: np.ndarray) -> 'VideoAnnotation':
        """The video with some of its instances: a mask, or indices."""
        labels = np.array(self.labels, dtype=object)[chosen]
        return replace(self, segments=self.segments[chosen],
                       labels=tuple(labels))


def load_annotations(path: 'str | Path',
                     invalid_segments: str = 'error',
                     default_duration: Optional[float] = None
                     ) -> Dict[str, VideoAnnotation]:
    """Read and check an annotation file.

    Args:
        path: JSON file as described at the top of this module.
        invalid_segments: ``error`` refuses the file; ``drop`` leaves out
            segments that end before they start or lie beyond the duration,
            ``keep`` leaves them in. The official files of THUMOS14 and
            ActivityNet hold some. Both count and name what they met.
        default_duration: Of videos whose entry does not tell it, in seconds;
            by default, that is an error.

    Returns:
        Annotations by video name, in the order of the file.

    Raises:
        AnnotationError: If anything is wrong; names file, video, field, what
            was found and what was expected.

    Example:
        >>> import json, tempfile
        >>> walk = dict(label='walk', segment=[4.3, 7.4])
        >>> video = dict(duration=75.7, annotations=[walk])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = f'{folder}/annotations.json'
        ...     with open(path, 'w') as file:
        ...         json.dump(dict(database=dict(video1=video)), file)
        ...     load_annotations(path)['video1'].labels
        ('walk',)
    """
    expect_one_of('invalid_segments', invalid_segments,
                  INVALID_SEGMENT_POLICIES)
    database, problems = read_database(path, default_duration)
    fatal = [problem for problem in problems
             if problem.is_fatal or (problem.kind == 'segment' and
                                     invalid_segments == 'error')]
    if fatal:
        more = (f' (and {len(fatal) - 1} more problems; tools/check_dataset.py'
                ' lists all)' if len(fatal) > 1 else '')
        raise AnnotationError(f'{path}: {fatal[0]}{more}')
    invalid = [problem for problem in problems if problem.kind == 'segment']
    if invalid:
        counts = Counter(problem.video for problem in invalid)
        verb = dict(keep='kept', drop='dropped')[invalid_segments]
        print_log(
            f'{path}: {len(invalid)} invalid segments {verb}, in '
            f'{named(map(str, counts))}', 'current', 30)
    dropped = {(problem.video, problem.index) for problem in invalid
               if invalid_segments == 'drop'}
    return {name: _video(name, entry, dropped)
            for name, entry in database.items()}


def read_database(path: 'str | Path',
                  default_duration: Optional[float] = None
                  ) -> Tuple[dict, List[Problem]]:
    """The raw ``database`` and everything that is wrong with it.

    Args:
        path, default_duration: See :func:`load_annotations`.

    Raises:
        AnnotationError: If there is no such file or it is no JSON.
    """
    content, problems = _read(path)
    database = content.get('database') if isinstance(content, dict) else None
    if not isinstance(database, dict):
        return {}, problems + [problem_of_form(content)]
    for name, entry in database.items():
        if default_duration is not None and isinstance(entry, dict):
            entry.setdefault('duration', default_duration)
        problems += problems_of_video(name, entry)
    return database, problems + _problems_of_order(content)


def select(annotations: Mapping[str, VideoAnnotation],
           subset: 'None | str | Sequence[str]' = None,
           where: Optional[Mapping[str, object]] = None,
           path: str = '') -> List[VideoAnnotation]:
    """Videos of a subset, or with given values of any field.

    Args:
        annotations: From :func:`load_annotations`.
        subset: Name or names of subsets; upper and lower case are the same.
        where: Field of the annotation file -> value, or list of values. The
            field ``video`` is the name.
        path: For the message.

    Raises:
        AnnotationError: If nothing is left.
    """
    wanted = {key: _as_list(value) for key, value in (where or {}).items()}
    if subset is not None:
        wanted['subset'] = _as_list(subset)
    wanted = {key: [_fold_case(value) for value in values]
              for key, values in wanted.items()}
    chosen = [video for video in annotations.values() if all(
        _fold_case(_field(video, key)) in values
        for key, values in wanted.items())]
    if not annotations:
        raise AnnotationError(f'{path}: found no video, expected some under '
                              "'database'")
    if not chosen:
        there = {key: sorted({str(_field(video, key)) for video in
                              annotations.values()})[:10] for key in wanted}
        absent = ', '.join(key for key in there if there[key] == ['None'])
        found = f'no field {absent}' if absent else there
        raise AnnotationError(
            f'{path}: no video is left by the selection {wanted}, found '
            f'{found} in {len(annotations)} videos')
    return chosen


def require_labels(videos: Iterable[VideoAnnotation], path: str,
                   purpose: str) -> None:
    """Refuse unlabelled videos where labels are needed.

    Args:
        videos: Those that were selected.
        path: For the message.
        purpose: What the labels are needed for: ``to train on``.

    Raises:
        AnnotationError: If a video has no ``annotations``.
    """
    without = [video.name for video in videos if not video.labelled]
    if without:
        raise AnnotationError(
            f'{path}: field annotations: found nothing in {named(without)}, '
            f'expected a list {purpose} (empty if nothing happens)')


def classes_of(path: str) -> Tuple[str, ...]:
    """The classes of an annotation file: those it lists, or those it shows.

    Raises:
        AnnotationError: As :func:`read_database`, and if the file lists or
            numbers its classes in no usable way.
    """
    content, problems = _read(path)
    if not (isinstance(content, dict) and
            isinstance(content.get('database'), dict)):
        problems.append(problem_of_form(content))
    else:
        problems += _problems_of_order(content)
    if problems:
        raise AnnotationError(f'{path}: {problems[0]}')
    return tuple(content.get('classes') or class_names(content['database']))


def class_names(database: Mapping[str, dict]) -> Tuple[str, ...]:
    """All labels of a file: by ``label_id`` where given, else by alphabet."""
    ids = ids_of_labels(database)
    if not problems_of_label_ids(database) and [None] not in ids.values():
        return tuple(sorted(ids, key=lambda label: ids[label][0]))
    return tuple(sorted(ids))


def named(names: Iterable[str], limit: int = 5) -> str:
    """``3 videos: a, b, c`` with at most ``limit`` names written out."""
    names = list(names)
    shown = ', '.join(names[:limit]) + (', ...' if len(names) > limit else '')
    return f'{len(names)} video{"s" if len(names) != 1 else ""}: {shown}'


def _read(path: 'str | Path') -> Tuple[Any, List[Problem]]:
    """Content of the file; duplicate keys become problems."""
    problems: List[Problem] = []

    def refuse_duplicates(pairs):
        counts = Counter(key for key, _ in pairs)
        for key, count in counts.items():
            if count > 1:
                problems.append(Problem(
                    'file', None, None,
                    f'{key!r} occurs {count} times in one object, expected '
                    'once (a duplicate video?)'))
        return dict(pairs)

    try:
        return read_json(path, refuse_duplicates), problems
    except FileNotFoundError:
        raise AnnotationError(f'{path}: no such annotation file') from None
    except JSONFileError as error:
        raise AnnotationError(str(error)) from None


def _problems_of_order(content: dict) -> List[Problem]:
    """Of what decides the order of classes."""
    if 'classes' in content:
        return problems_of_classes(content['classes'],
                                   ids_of_labels(content['database']))
    return problems_of_label_ids(content['database'])


def _video(name: str, entry: dict, dropped) -> VideoAnnotation:
    kept = [instance
            for index, instance in enumerate(entry.get('annotations', ()))
            if (name, index) not in dropped]
    known = ('duration', 'fps', 'annotations')
    return VideoAnnotation(
        name=name,
        duration=float(entry['duration']),
        segments=np.array([instance['segment'] for instance in kept],
                          dtype=np.float64).reshape(-1, 2),
        labels=tuple(instance['label'] for instance in kept),
        fps=entry.get('fps'),
        fields={key: value for key, value in entry.items()
                if key not in known},
        labelled='annotations' in entry)


def _field(video: VideoAnnotation, name: str):
    return video.name if name == 'video' else video.fields.get(name)


def _as_list(value) -> list:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _fold_case(value):
    return value.lower() if isinstance(value, str) else value
