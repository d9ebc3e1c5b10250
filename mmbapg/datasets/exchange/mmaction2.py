"""MMAction2's JSON of ActivityNet: videos on top, durations in seconds and in
frames."""
from pathlib import Path
from typing import Any, Dict

from ..annotations import AnnotationError
from .activitynet import duration_of, entry_of, video_of, write_json
from .contents import (
    Contents,
    Settings,
    as_written_by,
    json_of,
    number,
    shown_name,
)
from .registry import register


def read(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`."""
    content = json_of('MMAction2', path)
    if not isinstance(content, dict):
        raise AnnotationError(f'{path}: found {type(content).__name__}, '
                              'expected an object of videos')
    videos = {}
    for name, entry in content.items():
        if not (isinstance(entry, dict) and 'duration_second' in entry):
            raise AnnotationError(
                f"{path}: video {shown_name(name)}: found no field "
                "'duration_second', expected a file as MMAction2 reads it")
        video = video_of(path, name, entry, duration='duration_second')
        frames = video.fields.pop('duration_frame', None)
        if frames and video.duration:
            with as_written_by('MMAction2', path, f'video {name}'):
                told = number(frames)
                video.fps = video.fps or told / video.duration
                if told != round(video.duration * video.fps):
                    video.fields['duration_frame'] = frames
        videos[name] = video
    return Contents(videos)


def write(path: Path, contents: Contents, settings: Settings) -> None:
    """See :class:`.Format`."""
    content = {}
    for name, video in contents.videos.items():
        duration = duration_of(path, name, video, settings)
        entry: Dict[str, Any] = dict(video.fields, duration_second=duration)
        if video.fps:
            entry['fps'] = video.fps
            entry.setdefault('duration_frame', round(duration * video.fps))
            # how many of them features show, which MMAction2 asks for
            entry.setdefault('feature_frame', entry['duration_frame'])
        if video.labelled:
            entry['annotations'] = [entry_of(each) for each in video.instances]
        content[name] = entry
    write_json(path, content)


register('mmaction2', "MMAction2's JSON", '.json', read, write,
         'duration fps score fields empty unlabelled details')
