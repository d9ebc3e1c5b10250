"""CVAT's XML for videos (version 1.1): tracks, as far as they hold time.

An instance lasts from the first frame in which a track's shape is seen to the
last one before it is outside. Where the shape is, is not kept.
"""
from pathlib import Path
from typing import Iterator, Optional, Tuple
from xml.etree import ElementTree

from mmbapg.files import replace_file

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


def read(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`."""
    root = read_xml(path, 'annotations', TOOL)
    with as_written_by(TOOL, path):
        source = root.findtext('meta/source') or root.findtext(
            'meta/task/source') or root.findtext('meta/job/source')
        name = name_of_media(source) if source else Path(path).stem
        video = Video()
        tracks = root.findall('track')
        video.fps = settings.fps_of(path, name, video)
        size = root.findtext('meta/task/size') or root.findtext(
            'meta/job/size')
        if size:
            video.duration = int(size) / video.fps
        for track in tracks:
            with as_written_by(TOOL, path, f'track {track.get("id")}'):
                for start, end in _seen(track, size and int(size)):
                    video.instances.append(Instance(
                        track.attrib['label'], start / video.fps,
                        end / video.fps))
    video.instances.sort(key=lambda each: (each.start, each.end))
    return Contents({name: video})


def _seen(track, size: Optional[int]) -> Iterator[Tuple[int, int]]:
    """First frame, and the one after the last, of each time it is seen."""
    start = last = None
    for shape in sorted(track, key=lambda shape: int(shape.attrib['frame'])):
        frame = int(shape.attrib['frame'])
        if shape.attrib['outside'] == '1':
            if start is not None:
                yield start, frame
            start = None
        elif start is None:
            start = frame
        last = frame
    if start is not None:  # nobody ended it: it is seen in its last shape
        assert last is not None
        yield start, min(last + 1, size) if size else last + 1


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
    for label in sorted({each.label for each in video.instances}):
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
         plain=True, holds='duration fps empty')
