"""What can be wrong in an annotation file."""
import math
import reprlib
from dataclasses import dataclass
from numbers import Real
from typing import Dict, Iterable, Iterator, List, Mapping, Optional, Tuple

from mmbapg.video_names import fault_of_name, shown_name

#: Seconds that a segment may end after its video: durations are rounded.
DURATION_TOLERANCE = 0.1
#: Most frames per second at which a segment may have been counted.
USUAL_FPS = 60

_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = 80


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in an annotation file.

    ``kind`` is ``file``, ``video``, ``segment`` or ``unlabelled``. Segments
    can be kept or dropped on request, and a video without annotations can be
    tested and not trained on; the others make the file unusable.
    """
    kind: str
    video: Optional[str]
    index: Optional[int]
    text: str

    @property
    def is_fatal(self) -> bool:
        """Whether the file is unusable, whatever is asked for."""
        return self.kind in ('file', 'video')

    def __str__(self) -> str:
        place = '' if self.video is None else (
            f'video {shown_name(self.video)}, ')
        return place + self.text


def problem_of_form(content) -> Problem:
    """Of a file without ``database``: other forms are told by name."""
    expected = ('expected an ActivityNet-style object of videos: {"database": '
                '{NAME: {"subset": ..., "duration": SECONDS, "annotations": '
                '[{"label": ..., "segment": [START, END]}]}}}')
    first = next(iter(_entries_of(content)), None)
    fields = ', '.join(list(map(str, first))[:6]) if isinstance(
        first, dict) else ''
    if isinstance(content, dict) and isinstance(first, dict) and (
            'annotations' in first):
        found = f"MMAction2's form (videos on top, with {fields})"
        expected += ('; put all videos under "database"' + (
            ' and call duration_second duration'
            if 'duration_second' in first else ''))
    elif isinstance(content, list):
        found = f'a list of {len(content)} entries' + (
            f' (with {fields})' if fields else '')
        expected += '; put each entry under the name of its video'
    elif isinstance(content, dict) and content:
        found = f'{", ".join(map(shown_name, list(content)[:3]))}...'
        expected = 'expected an ActivityNet-style object of videos'
    else:
        found = type(content).__name__
    return Problem('file', None, None, "field 'database' is missing, found "
                   f'{found}; {expected}')


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


def problems_of_label_ids(database: Mapping) -> List[Problem]:
    """Of the numbers by which classes are ordered where none are listed."""
    ids = ids_of_labels(database)
    expected = ('expected one number for each label, or none in the whole '
                'file')

    def problem(text: str) -> List[Problem]:
        return [Problem('file', None, None, f'field label_id: found {text}')]

    given = [each for found in ids.values() for each in found]
    if all(each is None for each in given):
        return []
    odd = [each for each in given
           if not (each is None or _is_number(each) or isinstance(each, str))]
    if odd:
        return problem(f'{_short.repr(odd[0])}, {expected}')
    unclear = {label: found for label, found in ids.items()
               if len(found) > 1 or None in found}
    if unclear:
        listed = ', '.join(
            f'{label} {sorted(map(str, found))}'
            for label, found in sorted(unclear.items())[:5])
        return problem(f'{listed}, {expected}')
    if len({isinstance(each, str) for each in given}) > 1:
        return problem('numbers for some labels and text for others, '
                       f'{expected}')
    labels_of: Dict[object, List[str]] = {}
    for label, (each, ) in ids.items():
        labels_of.setdefault(each, []).append(label)
    shared = [(each, labels) for each, labels in labels_of.items()
              if len(labels) > 1]
    if shared:
        each, labels = shared[0]
        return problem(f'{each!r} for {", ".join(sorted(labels)[:5])}, '
                       f'{expected}')
    return []


def ids_of_labels(database: Mapping) -> Dict[str, list]:
    """Label -> the different values of its ``label_id``, ``None`` for none;
    of the usable instances of a raw ``database``."""
    ids: Dict[str, list] = {}
    for entry in database.values():
        for label, each in _labels_of(entry):
            found = ids.setdefault(label, [])
            if each not in found:
                found.append(each)
    return ids


def problems_of_video(name: str, entry) -> List[Problem]:
    """Of an entry of the ``database``."""

    def problem(text: str, index=None, kind='video') -> Problem:
        return Problem(kind, name, index, text)

    fault = fault_of_name(name)
    found = [problem(f'its name: {fault}')] if fault else []
    if not isinstance(entry, dict):
        return found + [problem(f'found {_short.repr(entry)}, expected an '
                                'object')]
    duration, fps = entry.get('duration'), entry.get('fps')
    if duration is None or not _is_number(duration) or duration <= 0:
        found.append(problem(f'field duration: found {_short.repr(duration)}, '
                             'expected seconds above 0'))
        duration = math.inf
    if fps is not None and (not _is_number(fps) or fps <= 0):
        found.append(problem(f'field fps: found {_short.repr(fps)}, expected '
                             'frames per second above 0'))
        fps = None
    if 'annotations' not in entry:
        return found + [problem(
            'field annotations: found nothing, expected a list (empty if '
            'nothing happens); without it a video can be tested, not trained '
            'or measured on', kind='unlabelled')]
    instances = entry['annotations']
    if not isinstance(instances, list):
        return found + [problem(
            f'field annotations: found {_short.repr(instances)}, expected a '
            'list of objects with label and segment' + (
                '; put it in [ ]' if isinstance(instances, dict) else ''))]
    for index, instance in enumerate(instances):
        text = _fault_of_instance(instance)
        if text:
            found.append(problem(f'annotation {index}, {text}', index))
            continue
        text = _fault_of_segment(instance['segment'], duration, fps)
        if text:
            found.append(problem(f'annotation {index}, field segment: {text}',
                                 index, 'segment'))
    return found


def _entries_of(content) -> Iterable:
    if isinstance(content, dict):
        return content.values()
    return content if isinstance(content, list) else ()


def _labels_of(entry) -> Iterator[Tuple[str, object]]:
    instances = entry.get('annotations') if isinstance(entry, dict) else None
    for instance in instances if isinstance(instances, list) else ():
        if _fault_of_instance(instance) is None:
            yield instance['label'], instance.get('label_id')


def _fault_of_instance(instance) -> Optional[str]:
    if not isinstance(instance, dict):
        return f'found {_short.repr(instance)}, expected an object'
    label, segment = instance.get('label'), instance.get('segment')
    if not isinstance(label, str):
        return f'field label: found {_short.repr(label)}, expected a string'
    if not (isinstance(segment, list) and len(segment) == 2 and
            all(map(_is_number, segment))):
        return (f'field segment: found {_short.repr(segment)}, expected two '
                'numbers, start and end in seconds')
    return None


def _fault_of_segment(segment, duration: float,
                      fps: Optional[float]) -> Optional[str]:
    start, end = segment
    if end <= start:
        return f'found [{start}, {end}], expected an end after the start'
    if start >= duration or end > duration + DURATION_TOLERANCE:
        return (f'found [{start}, {end}], expected it to end by the duration '
                f'of {duration} s' + _likely_mistake(start, end, duration,
                                                     fps))
    if start < 0:
        return f'found [{start}, {end}], expected a start from 0 on'
    return None


def _likely_mistake(start: float, end: float, duration: float,
                    fps: Optional[float]) -> str:
    if abs(end - start - duration) <= 1e-3:
        return (' (is that the duration of the segment? expected that of the '
                'video)')
    if start == int(start) and end == int(end) and (
            end <= (duration + DURATION_TOLERANCE) * (fps or USUAL_FPS)):
        return ' (is it counted in frames? expected seconds)'
    return ''


def _is_number(value) -> bool:
    return (isinstance(value, Real) and not isinstance(value, bool) and
            math.isfinite(value))
