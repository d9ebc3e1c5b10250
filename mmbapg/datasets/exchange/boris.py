"""Projects of BORIS: observations with events in seconds.

A state begins with one event of its behaviour and ends with the next one of
the same subject, behaviour and modifiers. Point events last no time.
"""
from pathlib import Path
from typing import Any, Dict, List, Tuple

from mmengine.logging import print_log

from ..annotations import AnnotationError
from .activitynet import write_json
from .contents import (
    Contents,
    Instance,
    Settings,
    Video,
    as_written_by,
    json_of,
    lanes_of,
    name_of_media,
    number,
)
from .registry import register

TOOL = 'BORIS'
STATE = 'State event'


def read(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`; point events are left out, and told."""
    content = json_of(TOOL, path, 'observations', 'behaviors_conf')
    contents = Contents()
    with as_written_by(TOOL, path):
        conf = list(content['behaviors_conf'].values())
        contents.classes = [each['code'] for each in conf]
        points = {each['code'] for each in conf
                  if not each['type'].startswith('State')}
        for title, observation in content['observations'].items():
            with as_written_by(TOOL, path, f'observation {title}'):
                name, video = _video(path, title, observation, points)
                if name in contents.videos:
                    raise AnnotationError(
                        f'{path}: observation {title}: found a second one of '
                        f'video {name}, expected one for each')
                contents.videos[name] = video
    contents.classes = [each for each in contents.classes
                        if each not in points] or None
    return contents


def _video(path: Path, title: str, observation: dict,
           points: set) -> Tuple[str, Video]:
    files = [each for each in observation.get('file', {}).get('1', ())]
    info = observation.get('media_info', {})
    one = files[0] if len(files) == 1 else None
    video = Video(duration=info.get('length', {}).get(one),
                  fps=info.get('fps', {}).get(one))
    shift = number(observation.get('time offset', 0))
    begun: Dict[tuple, float] = {}
    left_out = 0
    for event in sorted(observation['events'],
                        key=lambda event: number(event[0])):
        time, subject, code, modifiers = event[:4]
        if code in points:
            left_out += 1
            continue
        key = subject, code, modifiers
        if key in begun:
            video.instances.append(Instance(code, begun.pop(key),
                                            number(time) - shift))
        else:
            begun[key] = number(time) - shift
    if begun:
        (_, code, _), time = next(iter(begun.items()))
        raise AnnotationError(
            f'{path}: observation {title}: found {code} begin at {time:g} s, '
            'expected an event that ends it')
    if left_out:
        print_log(f'{path}: observation {title}: {left_out} point events last '
                  'no time and are left out', 'current', 30)
    video.instances.sort(key=lambda each: (each.start, each.end))
    return name_of_media(one) if one else title, video


def write(path: Path, contents: Contents, settings: Settings) -> None:
    """See :class:`.Format`. Instances of a class that overlap belong to
    subjects of their own, as BORIS tells them apart by these."""
    labels = list(contents.classes or [])
    labels += sorted({each.label for video in contents.videos.values()
                      for each in video.instances} - set(labels))
    subjects: List[str] = []
    observations = {}
    for name, video in contents.videos.items():
        media = settings.media(name)
        events: List[list] = []
        for label in labels:
            mine = [each for each in video.instances if each.label == label]
            lanes = lanes_of([(each.start, each.end) for each in mine])
            for each, lane in zip(mine, lanes):
                subject = '' if lane == 0 else f'at once {lane + 1}'
                if subject and subject not in subjects:
                    subjects.append(subject)
                events += [[time, subject, label, '', '']
                           for time in (each.start, each.end)]
        info: Dict[str, Any] = {}
        for key, value in (('length', video.duration), ('fps', video.fps)):
            info[key] = {media: value} if value else {}
        observations[name] = {
            'file': {'1': [media]}, 'type': 'MEDIA', 'description': '',
            'time offset': 0.0, 'independent_variables': {},
            'events': sorted(events, key=lambda event: event[0]),
            'media_info': info}
    write_json(path, dict(
        time_format='seconds', project_name=Path(path).stem,
        project_description='', project_format_version='7.0',
        subjects_conf={str(index): dict(key='', name=name, description='')
                       for index, name in enumerate(subjects)},
        behaviors_conf={str(index): {
            'type': STATE, 'key': '', 'code': label, 'description': '',
            'category': '', 'modifiers': '', 'excluded': '',
            'coding map': ''} for index, label in enumerate(labels)},
        independent_variables={}, observations=observations))


register('boris', TOOL, '.boris', read, write,
         'duration fps classes empty')
