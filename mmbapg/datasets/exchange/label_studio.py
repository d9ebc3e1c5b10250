"""Label Studio's JSON: a list of tasks.

Read are regions of ``TimelineLabels``, which count frames from 1 and hold
their last, and of ``Labels``, which count seconds. Written are the former.
Frames are counted at the ``frameRate`` that the labelling interface gives
``<Video>``; written tasks tell it as their data ``fps``.
"""
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List
from urllib.parse import unquote

from ..annotations import AnnotationError
from ..video_files import VIDEO_SUFFIXES
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
    shown_name,
    whole_units,
)
from .registry import register

TOOL = 'Label Studio'
#: What an upload, and a folder of the server, put before a file's name.
UPLOAD = re.compile(r'.*/upload/\d+/[0-9a-f]{8}-')
LOCAL = re.compile(r'(\w+://[^/]*)?/?data/local-files/\?d=')
FILM = re.compile(
    rf'({"|".join(map(re.escape, sorted(VIDEO_SUFFIXES)))})([?#]|$)', re.I)


def read(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`. Of a task with several annotations the last that
    was not cancelled counts, and without any, its predictions."""
    content = json_of(TOOL, path)
    if not isinstance(content, list):
        raise AnnotationError(f'{path}: found {type(content).__name__}, '
                              f'expected the list of tasks that {TOOL} '
                              'exports as JSON')
    contents = Contents()
    for place, task in enumerate(content):
        with as_written_by(TOOL, path, f'task {place}'):
            if 'data' not in task:
                raise AnnotationError(
                    f"{path}: task {place}: found no field 'data', expected "
                    f'what {TOOL} exports as JSON, which is not JSON-MIN')
            name = _name(task['data'])
            if name in contents.videos:
                raise AnnotationError(f'{path}: task {place}: found a second '
                                      f'task of video {name}, expected one')
            contents.videos[name] = _video(path, name, task, settings,
                                           contents.passed_over)
    return contents


def _video(path: Path, name: str, task: dict, settings: Settings,
           passed_over: List[str]) -> Video:
    """A task, and what was passed over of it."""
    # before version 1.0 they had another name
    made = task.get('annotations') or task.get('completions') or ()
    done = [each for each in made if not each.get('was_cancelled')]
    given = done or task.get('predictions') or []
    if len(given) > 1:
        passed_over.append(f'all but the last of {len(given)} annotations or '
                           f'predictions of video {name}')
    rate = settings.fps or task['data'].get('fps')
    video = Video(labelled=bool(given), fps=number(rate) if rate else None)
    others = []
    for each in given[-1].get('result', ()) if given else ():
        found = list(_instances(path, name, each, video, settings))
        video.instances += found
        if not found:
            others.append(each.get('type', 'no type'))
    if others:
        passed_over.append(f'{len(others)} results of video {name} that are '
                           'no labelled times '
                           f'({", ".join(sorted(set(others)))})')
    return video


def _name(data: Dict[str, Any]) -> str:
    texts = [value for value in data.values() if isinstance(value, str)]
    films = [text for text in texts if FILM.search(text)]
    source = data.get('video') or (films or texts)[0]
    local = LOCAL.match(source)
    if local:
        source = '/' + unquote(source[local.end():])
    return name_of_media(UPLOAD.sub('', source))


def _instances(path: Path, name: str, result: dict, video: Video,
               settings: Settings) -> Iterator[Instance]:
    value = result.get('value', {})
    score = result.get('score')
    score = None if score is None else number(score)
    if result.get('type') == 'timelinelabels':
        rate = video.fps  # of the interface: that of the film is another
        if not rate:
            raise AnnotationError(
                f'{path}: video {shown_name(name)}: found no fps in the data '
                'of its task, expected the frameRate of <Video> in the '
                'labelling interface as --fps (24, unless it says otherwise)')
        for pair in value['ranges']:
            for label in value['timelinelabels']:
                yield Instance(label, (number(pair['start']) - 1) / rate,
                               number(pair['end']) / rate, score)
    elif result.get('type') == 'labels' and 'start' in value and (
            'channel' in value or 'original_length' in result):  # no text
        for label in value['labels']:
            yield Instance(label, number(value['start']),
                           number(value['end']), score)


def write(path: Path, contents: Contents, settings: Settings) -> None:
    """See :class:`.Format`."""
    tasks: List[dict] = []
    for number_of, (name, video) in enumerate(contents.videos.items(), 1):
        results = []
        rate = video.fps or settings.fps
        for index, each in enumerate(video.instances):
            rate = settings.fps_of(path, name, video)
            start, end = whole_units(each.start, each.end, rate)
            result: Dict[str, Any] = dict(
                id=f'{number_of}_{index}', from_name='actions',
                to_name='video', type='timelinelabels', origin='manual',
                value=dict(ranges=[dict(start=start + 1, end=end)],
                           timelinelabels=[each.label]))
            if each.score is not None:
                result['score'] = each.score
            results.append(result)
        task: Dict[str, Any] = dict(data=dict(video=settings.media(name)))
        if rate:
            task['data']['fps'] = rate
        if video.labelled:
            task['annotations'] = [dict(result=results)]
        tasks.append(task)
    write_json(path, tasks)


register('label-studio', TOOL, '.json', read, write,
         'fps score empty unlabelled')
