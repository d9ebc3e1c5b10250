"""What can be wrong in an annotation file."""
import math
from dataclasses import dataclass
from numbers import Real
from typing import Iterable, List, Optional

#: Seconds that a segment may end after its video: durations are rounded.
DURATION_TOLERANCE = 0.1


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in an annotation file.

    ``kind`` is ``file``, ``video`` or ``segment``; only the last kind can be
    kept or dropped on request.
    """
    kind: str
    video: Optional[str]
    index: Optional[int]
    text: str

    def __str__(self) -> str:
        place = '' if self.video is None else f'video {self.video}, '
        return place + self.text


def problems_of_classes(classes, labels: Iterable[str]) -> List[Problem]:
    """Of a list of classes, in a file whose instances have these labels."""

    def problem(text: str) -> List[Problem]:
        return [Problem('file', None, None, f'field classes: {text}')]

    if not (isinstance(classes, list) and
            all(isinstance(name, str) for name in classes) and
            len(set(classes)) == len(classes)):
        return problem('expected a list of different names')
    unlisted = set(labels) - set(classes)
    if unlisted:
        return problem(f'{sorted(unlisted)[0]!r} is missing, which is the '
                       f'label of an instance, found {len(classes)} names')
    return []


def problems_of_video(name: str, entry) -> List[Problem]:
    """Of an entry of the ``database``."""

    def problem(text: str, index=None, kind='video') -> Problem:
        return Problem(kind, name, index, text)

    if not isinstance(entry, dict):
        return [problem(f'found {entry!r}, expected an object')]
    found = []
    duration = entry.get('duration')
    if not _is_number(duration) or duration <= 0:
        found.append(problem(f'field duration: found {duration!r}, expected '
                             'seconds above 0'))
        duration = math.inf
    fps = entry.get('fps')
    if fps is not None and (not _is_number(fps) or fps <= 0):
        found.append(problem(f'field fps: found {fps!r}, expected frames per '
                             'second above 0'))
    instances = entry.get('annotations')
    if not isinstance(instances, list):
        return found + [problem(f'field annotations: found {instances!r}, '
                                'expected a list')]
    for index, instance in enumerate(instances):
        text = _fault_of_instance(instance)
        if text:
            found.append(problem(f'annotation {index}, {text}', index))
            continue
        text = _fault_of_segment(instance['segment'], duration)
        if text:
            found.append(problem(f'annotation {index}, field segment: {text}',
                                 index, 'segment'))
    return found


def _fault_of_instance(instance) -> Optional[str]:
    if not isinstance(instance, dict):
        return f'found {instance!r}, expected an object'
    if not isinstance(instance.get('label'), str):
        return (f'field label: found {instance.get("label")!r}, expected a '
                'string')
    segment = instance.get('segment')
    if not (isinstance(segment, list) and len(segment) == 2 and
            all(map(_is_number, segment))):
        return (f'field segment: found {segment!r}, expected two numbers, '
                'start and end in seconds')
    return None


def _fault_of_segment(segment, duration: float) -> Optional[str]:
    start, end = segment
    if end <= start:
        return f'found [{start}, {end}], expected an end after the start'
    if start >= duration or end > duration + DURATION_TOLERANCE:
        return (f'found [{start}, {end}], expected it to end by the duration '
                f'of {duration} s')
    if start < 0:
        return f'found [{start}, {end}], expected a start from 0 on'
    return None


def _is_number(value) -> bool:
    return (isinstance(value, Real) and not isinstance(value, bool) and
            math.isfinite(value))
