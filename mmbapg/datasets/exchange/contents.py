"""What annotation tools' files hold, whatever their format."""
import math
import os
import re
from bisect import bisect, insort
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import (
    Any,
    Dict,
    Iterable,
    Iterator,
    List,
    Optional,
    Sequence,
    Tuple,
)
from urllib.parse import unquote

from mmbapg.video_names import fault_of_name, shown_name

from ..annotations import AnnotationError
from ..json_files import JSONFileError, read_json
from ..open_videos import open_video
from ..video_files import VIDEO_SUFFIXES, find_video

#: Units of time that a table can count in -> how many are a second; frames
#: depend on the video.
UNITS = {'seconds': 1.0, 'milliseconds': 1000.0, 'frames': None}
#: Columns of a table, and what they are called unless told otherwise.
COLUMNS = dict(video='video', start='start', end='end', label='label',
               score='score')


@dataclass
class Instance:
    """Something that happens from ``start`` to ``end``, in seconds.

    ``score`` tells a detection from what a person has annotated; ``fields``
    is whatever else the file says of it, such as its tier or subject.
    """
    label: str
    start: float
    end: float
    score: Optional[float] = None
    fields: Dict[str, Any] = field(default_factory=dict)


@dataclass
class Video:
    """What a file says of a video.

    Attributes:
        instances: In the order of the file.
        duration: In seconds, if it is told.
        fps: Frames in a second, if they are told.
        fields: Whatever else an annotation file of ours says.
        labelled: Whether somebody has looked at it; see
            :class:`mmbapg.datasets.annotations.VideoAnnotation`.
    """
    instances: List[Instance] = field(default_factory=list)
    duration: Optional[float] = None
    fps: Optional[float] = None
    fields: Dict[str, Any] = field(default_factory=dict)
    labelled: bool = True


@dataclass
class Contents:
    """What a file, or a folder of them, holds.

    Attributes:
        videos: By name.
        classes: All of them in order, if the file lists them.
        passed_over: What else the file holds and was not read, in words.
    """
    videos: Dict[str, Video] = field(default_factory=dict)
    classes: Optional[List[str]] = None
    passed_over: List[str] = field(default_factory=list)


@dataclass
class Settings:
    """What files do not tell by themselves.

    Attributes:
        fps: Frames in a second of videos that do not tell theirs.
        videos: Folder of video files, which tell it, too.
        columns: Of tables; see :data:`COLUMNS`.
        unit: Of tables; one of :data:`UNITS`.
        tiers: Of ELAN: those to read, or all if there are none.
        observations: Of BORIS: likewise. Those of one video are joined if
            they are named here, and are refused otherwise, as they may be of
            people who have annotated the same.
        films: Video -> its file, where that is known; before ``videos``.
    """
    fps: Optional[float] = None
    videos: Optional[Path] = None
    columns: Dict[str, str] = field(default_factory=lambda: dict(COLUMNS))
    unit: str = 'seconds'
    tiers: Sequence[str] = ()
    observations: Sequence[str] = ()
    films: Dict[str, str] = field(default_factory=dict)

    def fps_of(self, path, name: str, video: Video) -> float:
        """Frames in a second of a video.

        Raises:
            AnnotationError: If nothing tells it.
        """
        found = self.told_fps(name, video)
        if not found:
            raise AnnotationError(
                f'{path}: video {shown_name(name)}: found no frame rate, '
                'expected one for a format that counts frames; give --fps, or '
                '--videos with the folder of the video files')
        return found

    def told_fps(self, name: str, video: Video) -> Optional[float]:
        """Frames in a second of a video, if anything tells it."""
        film = self.film(name)
        found = video.fps or self.fps or (
            film and round(float(open_video(film).fps), 6))
        return float(found) if found else None

    def film(self, name: str) -> Optional[str]:
        """The video's file, if there is a folder that has it."""
        if name in self.films:
            return self.films[name]
        if self.videos is None:
            return None
        path = find_video(self.videos, name)
        return str(path) if path.is_file() else None

    def film_duration(self, name: str) -> Optional[float]:
        """Seconds of the video's file, if there is one."""
        film = self.film(name)
        return float(open_video(film).duration) if film else None

    def media(self, name: str) -> str:
        """What to call the video's file where a tool looks for it."""
        film = self.film(name)
        suffix = os.path.splitext(film)[1] if film else '.mp4'
        return name + suffix


def name_of_media(source: str) -> str:
    """The name of a video by the file or address that a tool knows it by.

    Folders count where they are not places of one computer. What follows an
    address of the web, a signature or a time, belongs to no name.

    Example:
        >>> name_of_media('cam 1/a.b.mp4'), name_of_media('C:/x/a.MOV')
        ('cam 1/a.b', 'a')
    """
    path = source.replace('\\', '/')
    address = re.match(r'[A-Za-z][\w+.-]+://[^/]*', path)
    if address:
        path = '/' + path[address.end():]
        if not address[0].lower().startswith('file:'):
            path = re.split('[?#]', path)[0]
        path = unquote(path)
    parts = PurePosixPath(path)
    name = parts.name if path.startswith('/') or re.match(
        '[A-Za-z]:', path) or '..' in parts.parts else str(parts)
    stem, suffix = os.path.splitext(name)
    return stem if suffix.lower() in VIDEO_SUFFIXES else name


def check_contents(path, contents: Contents) -> None:
    """Refuse what no annotation file of ours may hold.

    Args:
        path: For messages.
        contents: What was read.

    Raises:
        AnnotationError: At the first name, label or time that is unusable.
    """
    if not contents.videos:
        raise AnnotationError('; '.join([
            f'{path}: found no video, expected some',
            *(f'passed over: {each}' for each in contents.passed_over)]))
    for name, video in contents.videos.items():
        fault = fault_of_name(name)
        if fault:
            raise AnnotationError(
                f'{path}: found the video name {shown_name(name)}: {fault}')
        for number, each in enumerate(video.instances):
            fault = _fault_of(each)
            if fault:
                raise AnnotationError(f'{path}: video {shown_name(name)}, '
                                      f'instance {number}: {fault}')


def _fault_of(each: Instance) -> Optional[str]:
    if not (isinstance(each.label, str) and each.label.strip()):
        return f'found the label {each.label!r}, expected a name'
    times = each.start, each.end
    if not all(type(time) in (int, float) and math.isfinite(time)
               for time in times):
        return f'found {times[0]!r} to {times[1]!r}, expected finite numbers'
    if each.score is not None and not (
            type(each.score) in (int, float) and math.isfinite(each.score)):
        return f'found the score {each.score!r}, expected a finite number'
    if not 0 <= each.start <= each.end:
        return (f'found {each.start:g} to {each.end:g} s, expected an end '
                'after a start, and both after 0')
    return None


@contextmanager
def as_written_by(tool: str, path, where: str = '') -> Iterator[None]:
    """Say where a file is not as a tool writes it.

    Args:
        tool: That should have written it.
        path, where: For the message.

    Raises:
        AnnotationError: If a field is missing or of another kind.
    """
    place = f'{path}: {where}' if where else f'{path}'
    try:
        yield
    except AnnotationError:
        raise
    except KeyError as error:
        raise AnnotationError(f'{place}: found no field {error}, expected a '
                              f'file as {tool} writes it') from None
    except (TypeError, ValueError, IndexError, AttributeError,
            OverflowError) as error:
        raise AnnotationError(f'{place}: found something else ({error}), '
                              f'expected a file as {tool} writes it') from None


def json_of(tool: str, path, *fields: str) -> Any:
    """Content of a JSON file with the fields that tell a tool's files.

    Raises:
        AnnotationError: If there is no such file, or it is of another kind.
    """
    try:
        content = read_json(path)
    except FileNotFoundError:
        raise AnnotationError(f'{path}: no such file') from None
    except JSONFileError as error:
        raise AnnotationError(str(error)) from None
    missing = [each for each in fields if not (
        isinstance(content, dict) and each in content)]
    if missing:
        found = ', '.join(map(str, list(content)[:5])) if isinstance(
            content, dict) else type(content).__name__
        raise AnnotationError(f'{path}: found {found}, expected the field '
                              f'{missing[0]!r} of files that {tool} writes')
    return content


def number(value: Any) -> float:
    """A number that a file may hold as text.

    Raises:
        ValueError: If it is none, or not finite.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(f'{value!r} is no number')
    found = float(value)
    if not math.isfinite(found):
        raise ValueError(f'{value!r} is not finite')
    return found


def whole_units(start: float, end: float, rate: float) -> Tuple[int, int]:
    """Times in whole units, so many a second, at least one apart."""
    first, last = round(start * rate), round(end * rate)
    return first, max(last, first + 1)


def lanes_of(segments: Iterable) -> List[int]:
    """For each segment the lowest lane in which nothing overlaps it; those
    given first are placed first."""
    lanes: List[List[tuple]] = []
    placed = []
    for segment in map(tuple, segments):
        lane = next((number for number, each in enumerate(lanes)
                     if _is_free(each, segment)), len(lanes))
        if lane == len(lanes):
            lanes.append([])
        insort(lanes[lane], segment)
        placed.append(lane)
    return placed


def _is_free(lane: List[tuple], segment: tuple) -> bool:
    """Whether no segment of a lane, which is in order, overlaps another."""
    place = bisect(lane, segment)
    return (place == 0 or lane[place - 1][1] <= segment[0]) and (
        place == len(lane) or segment[1] <= lane[place][0])
