"""Projects of BORIS: observations with events in seconds.

A state begins with one event of its behaviour and ends with the next one of
the same subject, behaviour and modifiers. Point events last no time. Videos
that an observation plays in turn count as one; here each has its own time.
"""
import math
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

from ..annotations import AnnotationError
from .activitynet import write_json
from .contents import (
    Contents,
    Instance,
    Settings,
    Video,
    as_written_by,
    json_of,
    name_of_media,
    number,
)
from .lanes import apart
from .registry import register

TOOL = 'BORIS'
STATE = 'State event'
MEDIA = 'MEDIA'
#: Of instances, beside their behaviours; as events hold them.
DETAILS = ('subject', 'modifiers', 'comment')


def read(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`; point events and observations without a video are
    passed over."""
    content = json_of(TOOL, path, 'observations', 'behaviors_conf')
    contents = Contents()
    with as_written_by(TOOL, path):
        conf = list(content['behaviors_conf'].values())
        points = {each['code'] for each in conf
                  if not each['type'].startswith('State')}
        contents.classes = [each['code'] for each in conf
                            if each['code'] not in points] or None
        chosen = _chosen(path, content['observations'], settings)
        for title, observation in chosen.items():
            kind = observation.get('type', MEDIA)
            if kind != MEDIA:
                contents.passed_over.append(
                    f'observation {title}, which has no video ({kind})')
                continue
            with as_written_by(TOOL, path, f'observation {title}'):
                _add(path, title, observation, points, contents,
                     bool(settings.observations))
    return contents


def _chosen(path: Path, observations: Dict[str, dict],
            settings: Settings) -> Dict[str, dict]:
    """Observations that are wanted."""
    for title in settings.observations:
        if title not in observations:
            raise AnnotationError(
                f'{path}: found no observation {title!r}, expected some of '
                f'{", ".join(observations) or "no observations"}')
    return {title: each for title, each in observations.items()
            if not settings.observations or title in settings.observations}


def _add(path: Path, title: str, observation: dict, points: set,
         contents: Contents, join: bool) -> None:
    """Add the videos of an observation; to what another one says of them, if
    they are to be joined."""
    place = f'observation {title}'
    left_out = sum(event[2] in points for event in observation['events'])
    if left_out:
        contents.passed_over.append(
            f'{left_out} point events of {place}, as they last no time')
    files = dict(observation.get('file') or {})
    mine = files.pop('1', None) or []
    if any(files.values()):
        contents.passed_over.append(
            f'videos of further players of {place}: '
            f'{", ".join(each for media in files.values() for each in media)}')
    info = observation.get('media_info', {})
    states = list(_states(f'{path}: {place}', observation['events'], points))
    names = [name_of_media(media) for media in mine]
    twice = [each for each in names if names.count(each) > 1]
    if twice:
        raise AnnotationError(
            f'{path}: {place}: found several films named {twice[0]} that are '
            'played in turn, expected one name for each')
    begin, last = -math.inf, _shift(f'{path}: {place}', observation, mine)
    for index, media in enumerate(mine or [title]):
        length, rate = (number(told) if told else None for told in (
            info.get(key, {}).get(media) for key in ('length', 'fps')))
        end = math.inf
        if index + 1 < len(mine):  # another is played behind it
            if not length:
                raise AnnotationError(
                    f'{path}: {place}: found no length of {media}, expected '
                    'it, as another video is played behind it')
            end = last + length
        name = name_of_media(media) if mine else title
        if name in contents.videos and not join:
            raise AnnotationError(
                f'{path}: {place}: found a second one of video {name}, '
                'expected one for each; --observations says which to read, '
                'and joins those that it names')
        video = contents.videos.setdefault(name, Video())
        video.duration = video.duration or length
        video.fps = video.fps or rate
        video.instances += [
            Instance(label, max(first, begin) - last, min(second, end) - last,
                     fields=dict(fields))
            for label, first, second, fields in states
            if first < end and (second > begin or first >= begin)]
        begin = last = end


def _shift(place: str, observation: dict, files: List[str]) -> float:
    """Seconds that BORIS adds to the times of videos."""
    shift = number(observation.get('time offset') or 0)
    if observation.get('media_creation_date_as_offset'):
        if len(files) != 1:
            raise AnnotationError(
                f'{place}: found times that count from when several videos '
                'were made, expected one video')
        shift += number(observation['media_info']['media_creation_time'][
            files[0]])
    return shift


def _states(place: str, events: List[list],
            points: set) -> Iterator[Tuple[str, float, float, dict]]:
    """Behaviour, start, end and fields of each state."""
    begun: Dict[tuple, list] = {}
    found = []
    for event in sorted(events, key=lambda event: number(event[0])):
        time, subject, code, modifiers = event[:4]
        if code in points:
            continue
        comment = event[4] if len(event) > 4 else ''
        key = subject, code, modifiers
        if key not in begun:
            begun[key] = [number(time), comment]
            continue
        start, earlier = begun.pop(key)
        fields = dict(zip(DETAILS, (subject, modifiers, earlier or comment)))
        found.append((code, start, number(time), {
            name: text for name, text in fields.items() if text}))
    if begun:
        (_, code, _), (time, _) = next(iter(begun.items()))
        raise AnnotationError(
            f'{place}: found {code} begin at {time:g} s, expected an event '
            'that ends it')
    return iter(sorted(found, key=lambda each: each[1:3]))


def write(path: Path, contents: Contents, settings: Settings) -> None:
    """See :class:`.Format`. Instances of a class that overlap belong to
    subjects of their own, as BORIS tells them apart by these."""
    labels = list(contents.classes or [])
    labels += sorted({each.label for video in contents.videos.values()
                      for each in video.instances} - set(labels))
    subjects: List[str] = []
    observations = {}
    date = datetime.now().isoformat(timespec='seconds')
    for name, video in contents.videos.items():
        media = settings.media(name)
        events = _events_of(video)
        subjects += sorted({event[1] for event in events if event[1]} -
                           set(subjects))
        info: Dict[str, Any] = {}
        for key, value in (('length', video.duration), ('fps', video.fps)):
            info[key] = {media: value} if value else {}
        info.update(hasVideo={media: True}, hasAudio={media: False},
                    offset={'1': 0.0})
        observations[name] = {
            'file': {'1': [media], '2': []}, 'type': MEDIA, 'description': '',
            'date': date, 'close_behaviors_between_videos': False,
            'time offset': 0.0, 'independent_variables': {},
            'events': events, 'media_info': info}
    write_json(path, dict(
        time_format='seconds', project_name=Path(path).stem,
        project_date=date, project_description='',
        project_format_version='7.0', behavioral_categories=[],
        subjects_conf={str(index): dict(key='', name=name, description='')
                       for index, name in enumerate(subjects)},
        behaviors_conf={str(index): {
            'type': STATE, 'key': '', 'code': label, 'description': '',
            'category': '', 'modifiers': '', 'excluded': '',
            'coding map': ''} for index, label in enumerate(labels)},
        independent_variables={}, observations=observations))


def _events_of(video: Video) -> List[list]:
    """Two events for each instance."""
    details = [['' if each.fields.get(name) is None else str(
        each.fields[name]) for name in DETAILS] for each in video.instances]
    subjects = apart(
        [subject for subject, _, _ in details],
        [(each.label, modifiers) for each, (_, modifiers, _) in zip(
            video.instances, details)],
        [(each.start, each.end) for each in video.instances], '{} at once {}')
    events = [  # of one time, what ends comes before what begins
        (time, order, [time, subject, each.label, modifiers, comment])
        for each, subject, (_, modifiers, comment) in zip(
            video.instances, subjects, details)
        for order, time in ((1, each.start), (0, each.end))]
    return [event for *_, event in sorted(events, key=lambda row: row[:2])]


register('boris', TOOL, '.boris', read, write,
         'duration fps classes empty', ' '.join(DETAILS))
