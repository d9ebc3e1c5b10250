"""ActivityNet's JSON, which all datasets here read.

``database``: video -> duration, fps and annotations; see
:mod:`mmbapg.datasets.annotations`.
"""
import json
from pathlib import Path
from typing import Any, Dict, List

from mmbapg.files import replace_file

from ..annotation_problems import problems_of_video
from ..annotations import AnnotationError, read_database
from .contents import (
    Contents,
    Instance,
    Settings,
    Video,
    as_written_by,
    json_of,
    number,
)
from .registry import register

#: Fields of a file, of a video and of an instance that are no others.
OF_FILE = ('database', 'classes')
KNOWN = ('duration', 'fps', 'annotations')
OF_INSTANCE = ('label', 'segment', 'score')


def read(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`; segments that no video can have are refused."""
    content = json_of('ActivityNet', path, 'database')
    for problem in read_database(path)[1]:
        if problem.kind != 'unlabelled':
            raise AnnotationError(f'{path}: {problem}')
    return Contents({name: video_of(path, name, entry)
                     for name, entry in content['database'].items()},
                    content.get('classes'), others_of(content))


def others_of(content: dict) -> List[str]:
    """What a file says beside its videos and classes, in words."""
    others = [key for key in content if key not in OF_FILE]
    return [f'the fields {", ".join(others)} of the file'] if others else []


def video_of(path: Path, name: str, entry: dict,
             segment: str = 'segment', unit: float = 1.0,
             duration: str = 'duration') -> Video:
    """A video of an entry in this form.

    Args:
        path, name: For messages.
        entry: Of the file.
        segment: Field of an instance that holds its times.
        unit: How many units of time are a second.
        duration: Field of the video that holds its duration.
    """
    with as_written_by('ActivityNet', path, f'video {name}'):
        times = [[number(time) / unit for time in each[segment]]
                 for each in entry.get('annotations', ())]
        return Video(
            [Instance(each['label'], start, end, each.get('score'), {
                key: value for key, value in each.items()
                if key not in (*OF_INSTANCE, segment)})
             for each, (start, end) in zip(entry.get('annotations', ()),
                                           times)],
            number(entry[duration]) if entry.get(duration) else None,
            number(entry['fps']) if entry.get('fps') else None,
            {key: value for key, value in entry.items()
             if key not in (*KNOWN, duration)}, 'annotations' in entry)


def write(path: Path, contents: Contents, settings: Settings) -> None:
    """See :class:`.Format`."""
    database = {}
    for name, video in contents.videos.items():
        entry: Dict[str, Any] = dict(
            video.fields, duration=duration_of(path, name, video, settings))
        if video.fps:
            entry['fps'] = video.fps
        if video.labelled:
            entry['annotations'] = [entry_of(each) for each in video.instances]
        for problem in problems_of_video(name, entry):
            if problem.kind != 'unlabelled':
                raise AnnotationError(f'{path}: {problem}')
        database[name] = entry
    content: Dict[str, Any] = dict(database=database)
    if contents.classes:
        content = dict(classes=contents.classes, **content)
    write_json(path, content)


def entry_of(each: Instance) -> Dict[str, Any]:
    """An instance in this form."""
    entry: Dict[str, Any] = dict(each.fields, label=each.label,
                                 segment=[each.start, each.end])
    if each.score is not None:
        entry['score'] = each.score
    return entry


def duration_of(path: Path, name: str, video: Video,
                settings: Settings) -> float:
    """Seconds of a video, by the file or by the video itself.

    Raises:
        AnnotationError: If neither tells it.
    """
    found = video.duration or settings.film_duration(name)
    if found:
        return found
    raise AnnotationError(
        f'{path}: video {name}: found no duration, expected one, as this '
        'format needs it; give --videos with the folder of the video files, '
        'or a column duration in a table')


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file as people can read it."""
    encoded = json.dumps(content, indent=1, ensure_ascii=False).encode()
    replace_file(path, lambda file: file.write(encoded))


register('activitynet', "ActivityNet's JSON", '.json', read, write,
         'duration fps score fields classes empty unlabelled details')
