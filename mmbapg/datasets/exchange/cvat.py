"""CVAT's XML for videos (version 1.1): tracks, as far as they hold time.

An instance lasts from the first frame in which a track's shape is seen to the
last one before it is outside. Where the shape is, is not kept. Frames are
those of the video, whichever of them a task shows.
"""
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple
from xml.etree import ElementTree

from mmbapg.files import replace_file

from ..annotations import AnnotationError
from .contents import (
    Contents,
    Instance,
    Settings,
    Video,
    as_written_by,
    name_of_media,
    whole_units,
)
from .registry import register
from .xml_files import read_xml

TOOL = 'CVAT'
#: The shape that is drawn for an instance; corners in pixels.
BOX = dict(xtl='0', ytl='0', xbr='32', ybr='32', occluded='0', keyframe='1',
           z_order='0')


@dataclass
class _Task:
    """What a file tells of a video.

    Attributes:
        name: Of the video.
        start: The first frame that is shown.
        step: Frames from one that is shown to the next.
        end: The frame after the last one that is shown.
        size: Frames of the video, which a job of a task does not tell.
    """
    name: str
    start: int = 0
    step: int = 1
    end: Optional[int] = None
    size: Optional[int] = None


def read(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`; a file of a project has several videos."""
    root = read_xml(path, 'annotations', TOOL)
    with as_written_by(TOOL, path):
        tracks = root.findall('track')
        if not tracks and root.find('image') is not None:
            raise AnnotationError(
                f'{path}: found pictures, expected tracks; let CVAT export '
                '"CVAT for video 1.1"')
        tasks = _tasks(path, root)
        contents = Contents()
        rates: Dict[str, float] = {}
        shown: Dict[str, List[_Task]] = {}
        for task in tasks.values():
            for other in shown.setdefault(task.name, []):
                if task.start < (other.end or math.inf) and (
                        other.start < (task.end or math.inf)):
                    raise AnnotationError(
                        f'{path}: found two tasks of the same frames of video '
                        f'{task.name}, expected one; export tasks one by one')
            shown[task.name].append(task)
            video = contents.videos.setdefault(task.name, Video())
            rate = settings.fps_of(path, task.name, video)
            rates[task.name] = video.fps = rate
            # a film can go on after what its task shows
            whole = settings.film_duration(task.name)
            if whole:
                video.duration = whole
            elif task.size:
                video.duration = max(video.duration or 0, task.size / rate)
        contents.classes = [each.findtext('name') or '' for each in
                            root.iterfind('meta//labels/label')
                            if each.find('parent') is None] or None
        told = [track for track in tracks if track.find('.//attribute')
                is not None]
        if told:
            contents.passed_over.append(f'attributes of {len(told)} tracks')
        for track in tracks:
            with as_written_by(TOOL, path, f'track {track.get("id")}'):
                task = tasks[track.attrib['task_id'] if None not in tasks
                             else None]
                rate = rates[task.name]
                contents.videos[task.name].instances += [
                    Instance(track.attrib['label'], start / rate, end / rate)
                    for start, end in _seen(track, task)]
    for video in contents.videos.values():
        video.instances.sort(key=lambda each: (each.start, each.end))
    return contents


def _tasks(path: Path, root) -> Dict[Optional[str], _Task]:
    """Tasks of a project by their numbers; or the only one, or a job of it,
    without."""
    found = {each.findtext('id'): each
             for each in root.iterfind('meta/project/tasks/task')}
    if not found:
        one = root.find('meta/task')
        found = {None: root.find('meta/job') if one is None else one}
    tasks = {}
    for number, each in found.items():
        told = {} if each is None else {
            part.tag: part.text for part in each if part.text}
        source = told.get('source') or root.findtext(
            'meta/source') or told.get('name')
        task = _Task(name_of_media(source) if source else Path(path).stem)
        step = re.search(r'step=(\d+)', told.get('frame_filter', ''))
        if step:
            task.step = max(int(step[1]), 1)
        task.start = int(told.get('start_frame', 0))
        if 'size' in told:
            task.end = task.start + task.step * (
                int(told['size']) - 1) + 1
        if 'stop_frame' in told:
            task.end = int(told['stop_frame']) + 1
        task.size = None if each is None or each.tag == 'job' else task.end
        tasks[number] = task
    return tasks


def _seen(track, task: _Task) -> Iterator[Tuple[int, int]]:
    """First frame, and the one after the last, of each time it is seen."""
    start = last = None
    # beside the shapes of a skeleton may be tracks of its points
    shapes = [each for each in track if each.tag != 'track']
    for shape in sorted(shapes, key=lambda shape: int(shape.attrib['frame'])):
        frame = int(shape.attrib['frame'])
        if _is_outside(shape):
            if start is not None:
                yield start, frame
            start = None
        elif start is None:
            start = frame
        last = frame
    if start is not None:  # nobody ended it: it is seen in its last shape
        assert last is not None
        end = last + task.step
        yield start, max(min(end, task.end or end), last + 1)


def _is_outside(shape) -> bool:
    """Whether a shape is not seen; a skeleton, if no point of it is."""
    parts = [each for each in shape if 'outside' in each.attrib]
    if 'outside' not in shape.attrib and parts:
        return all(each.attrib['outside'] == '1' for each in parts)
    return shape.attrib['outside'] == '1'


def write(path: Path, contents: Contents, settings: Settings) -> None:
    """See :class:`.Format`. Each instance is a small box in a corner."""
    (name, video), = contents.videos.items()
    rate = settings.fps_of(path, name, video)
    root = ElementTree.Element('annotations')
    ElementTree.SubElement(root, 'version').text = '1.1'
    meta = ElementTree.SubElement(root, 'meta')
    task = ElementTree.SubElement(meta, 'task')
    times = [whole_units(each.start, each.end, rate)
             for each in video.instances]
    size = max([1, *(end for _, end in times),
                round((video.duration or 0) * rate)])
    for key, value in (('name', name), ('size', size),
                       ('mode', 'interpolation')):
        ElementTree.SubElement(task, key).text = str(value)
    labels = ElementTree.SubElement(task, 'labels')
    used = {each.label for each in video.instances}
    listed = list(contents.classes or ())
    for label in [*listed, *sorted(used.difference(listed))]:
        ElementTree.SubElement(ElementTree.SubElement(
            labels, 'label'), 'name').text = label
    ElementTree.SubElement(meta, 'source').text = settings.media(name)
    for index, (each, (start, end)) in enumerate(zip(video.instances, times)):
        track = ElementTree.SubElement(
            root, 'track', id=str(index), label=each.label, source='manual')
        frames = {start: '0', end - 1: '0'}
        if end < size:
            frames[end] = '1'
        for frame, outside in frames.items():
            ElementTree.SubElement(track, 'box', dict(
                BOX, frame=str(frame), outside=outside))
    ElementTree.indent(root)
    encoded = ElementTree.tostring(root, encoding='utf-8',
                                   xml_declaration=True)
    replace_file(path, lambda file: file.write(encoded))


register('cvat', 'CVAT for video', '.xml', read, write, one_video=True,
         plain=True, holds='duration empty classes')
