"""Label Studio's JSON: a list of tasks.

Read are regions of ``TimelineLabels``, which count frames from 1, and of
``Labels``, which count seconds. Written are the former.
"""
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List

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
    whole_units,
)
from .registry import register

TOOL = 'Label Studio'
#: What an upload puts before a file's name.
UPLOAD = re.compile(r'.*/upload/\d+/[0-9a-f]{8}-')


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
            name = _name(task['data'])
            if name in contents.videos:
                raise AnnotationError(f'{path}: task {place}: found a second '
                                      f'task of video {name}, expected one')
            done = [each for each in task.get('annotations', ())
                    if not each.get('was_cancelled')]
            results = (done or task.get('predictions') or [{}])[-1].get(
                'result', [])
            video = Video(labelled=bool(done or task.get('predictions')))
            for each in results:
                video.instances += _instances(path, name, each, video,
                                              settings)
            contents.videos[name] = video
    return contents


def _name(data: Dict[str, Any]) -> str:
    source = data.get('video') or next(
        value for value in data.values() if isinstance(value, str))
    return name_of_media(UPLOAD.sub('', source))


def _instances(path: Path, name: str, result: dict, video: Video,
               settings: Settings) -> Iterator[Instance]:
    value = result.get('value', {})
    score = result.get('score')
    if result.get('type') == 'timelinelabels':
        rate = settings.fps_of(path, name, video)
        video.fps = rate
        for pair in value['ranges']:
            for label in value['timelinelabels']:
                yield Instance(label, (number(pair['start']) - 1) / rate,
                               (number(pair['end']) - 1) / rate, score)
    elif result.get('type') == 'labels' and 'start' in value:
        for label in value['labels']:
            yield Instance(label, number(value['start']),
                           number(value['end']), score)


def write(path: Path, contents: Contents, settings: Settings) -> None:
    """See :class:`.Format`."""
    tasks: List[dict] = []
    for number_of, (name, video) in enumerate(contents.videos.items(), 1):
        results = []
        for index, each in enumerate(video.instances):
            start, end = whole_units(each.start, each.end,
                                     settings.fps_of(path, name, video))
            result: Dict[str, Any] = dict(
                id=f'{number_of}_{index}', from_name='actions',
                to_name='video', type='timelinelabels', origin='manual',
                value=dict(ranges=[dict(start=start + 1, end=end + 1)],
                           timelinelabels=[each.label]))
            if each.score is not None:
                result['score'] = each.score
            results.append(result)
        task: Dict[str, Any] = dict(data=dict(video=settings.media(name)))
        if video.labelled:
            task['annotations'] = [dict(result=results)]
        tasks.append(task)
    write_json(path, tasks)


register('label-studio', TOOL, '.json', read, write,
         'score empty unlabelled')
