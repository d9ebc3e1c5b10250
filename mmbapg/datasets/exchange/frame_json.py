"""JSON that counts frames: ActivityNet's form, with ``segment(frames)`` in
each instance and ``fps`` in each video, as THUMOS14 is published in."""
from pathlib import Path
from typing import Any, Dict

from ..annotation_problems import problem_of_form, problems_of_classes
from ..annotations import AnnotationError
from . import activitynet
from .contents import (
    Contents,
    Settings,
    Video,
    as_written_by,
    json_of,
    whole_units,
)
from .registry import register

SEGMENT = 'segment(frames)'


def read(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`; ``segment`` beside it is passed over."""
    content = json_of('THUMOS14', path, 'database')
    if not isinstance(content['database'], dict):
        raise AnnotationError(f'{path}: {problem_of_form(content)}')
    for problem in problems_of_classes(content['classes'], ()) if (
            'classes' in content) else ():
        raise AnnotationError(f'{path}: {problem}')
    videos = {}
    for name, entry in content['database'].items():
        if not isinstance(entry, dict):
            raise AnnotationError(f'{path}: video {name}: found {entry!r}, '
                                  'expected an object')
        with as_written_by('THUMOS14', path, f'video {name}'):
            rate = settings.fps_of(path, name, Video(fps=entry.get('fps')))
        videos[name] = activitynet.video_of(path, name, entry, SEGMENT, rate)
        videos[name].fps = rate
    return Contents(videos, content.get('classes'),
                    activitynet.others_of(content))


def write(path: Path, contents: Contents, settings: Settings) -> None:
    """See :class:`.Format`."""
    database = {}
    for name, video in contents.videos.items():
        rate = settings.fps_of(path, name, video)
        entry = dict(video.fields, fps=rate)
        if video.duration:
            entry['duration'] = video.duration
        if video.labelled:
            entry['annotations'] = [
                {key: value for key, value in dict(
                    activitynet.entry_of(each), **{SEGMENT: list(whole_units(
                        each.start, each.end, rate))}).items()
                 if key != 'segment'} for each in video.instances]
        database[name] = entry
    content: Dict[str, Any] = dict(database=database)
    if contents.classes:
        content = dict(classes=contents.classes, **content)
    activitynet.write_json(path, content)


register('frames', 'JSON that counts frames', '.json', read, write,
         'duration fps score fields classes empty unlabelled details')
