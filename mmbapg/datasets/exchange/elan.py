"""ELAN's ``.eaf``: tiers of annotations in milliseconds, of one video.

The label is an annotation's value, or where that is empty the name of its
tier, as both ways to annotate are usual. The tier is kept as a field.
"""
import mimetypes
import os
import uuid
from pathlib import Path, PurePosixPath
from typing import List, Tuple

from ..annotations import AnnotationError
from .contents import (
    Contents,
    Instance,
    Settings,
    Video,
    as_written_by,
    name_of_media,
    number,
    whole_units,
)
from .elan_times import AnnotationTimes
from .lanes import apart
from .registry import register
from .xml_files import read_xml

#: Of annotations that are written and come from no tier.
TIER = 'actions'
UNITS = 'milliseconds'


def read(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`; annotations that have no times of their own take
    those that ELAN shows, see :mod:`.elan_times`."""
    root = read_xml(path, 'ANNOTATION_DOCUMENT', 'ELAN')
    with as_written_by('ELAN', path):
        name, origin, others = _video_of(path, root)
        times = AnnotationTimes(path, root)
        instances: List[Instance] = []
        for tier in _tiers(path, root, settings):
            title = tier.attrib['TIER_ID']
            for each in tier.iterfind('ANNOTATION/*'):
                start, end = times.of(each.attrib['ANNOTATION_ID'])
                value = each.findtext('ANNOTATION_VALUE') or ''
                instances.append(Instance(
                    ' '.join(value.split()) or title, (start + origin) / 1000,
                    (end + origin) / 1000, fields=dict(tier=title)))
    instances.sort(key=lambda each: (each.start, each.end))
    return Contents({name: Video(instances)}, passed_over=others)


def _tiers(path: Path, root, settings: Settings) -> List:
    """Those that are wanted."""
    tiers = root.findall('TIER')
    titles = [each.attrib['TIER_ID'] for each in tiers]
    absent = [each for each in settings.tiers if each not in titles]
    if absent:
        raise AnnotationError(f'{path}: found no tier {absent[0]!r}, expected '
                              f'some of {", ".join(titles) or "no tiers"}')
    return [each for each, title in zip(tiers, titles)
            if not settings.tiers or title in settings.tiers]


def _video_of(path: Path, root) -> Tuple[str, float, List[str]]:
    """Name of the video, and its milliseconds at which ELAN's time begins,
    as the film of several is begun later, to be in step with the others."""
    header = root.find('HEADER')
    if header is None:
        raise KeyError('HEADER')
    unit = header.get('TIME_UNITS', UNITS)
    if unit != UNITS:
        raise AnnotationError(f'{path}: found times in {unit}, expected '
                              f'{UNITS}, as ELAN writes them')
    media = header.findall('MEDIA_DESCRIPTOR')
    films = [each for each in media if 'video' in each.get('MIME_TYPE', '')]
    chosen = (films or media or [header])[0]
    source = next((chosen.attrib[key] for key in (
        'MEDIA_URL', 'RELATIVE_MEDIA_URL', 'MEDIA_FILE') if chosen.get(key)),
        Path(path).stem)
    name = name_of_media(source)
    if 'audio' in chosen.get('MIME_TYPE', '') and source.endswith(
            PurePosixPath(name).suffix):  # that of a video is off already
        name = str(PurePosixPath(name).with_suffix(''))
    return name, number(chosen.get('TIME_ORIGIN', 0)), [
        f'further video {name_of_media(each.get("MEDIA_URL", ""))} of {path}'
        for each in films if each is not chosen]


def write(path: Path, contents: Contents, settings: Settings) -> None:
    """See :class:`.Format`."""
    from pympi.Elan import Eaf
    (name, video), = contents.videos.items()
    file = Eaf(author='')
    times = [whole_units(each.start, each.end, 1000)
             for each in video.instances]
    tiers = apart([str(each.fields.get('tier') or TIER)
                   for each in video.instances],
                  [0] * len(times), times, '{} {}')
    file.remove_tier('default')
    for tier in dict.fromkeys(tiers or [TIER]):
        file.add_tier(tier)
    for each, pair, tier in zip(video.instances, times, tiers):
        file.add_annotation(tier, *pair, each.label)
    media = settings.media(name)
    kind = mimetypes.guess_type(media)[0] or ''
    file.add_linked_file(media, f'./{media}', kind if kind.startswith(
        'video/') else 'video/mp4')
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f'{path.name}.{uuid.uuid4().hex[:8]}.partial')
    try:  # pympi keeps what it would write over as another file
        file.to_file(str(partial))
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


register('elan', 'ELAN', '.eaf', read, write, one_video=True, plain=True,
         holds='empty', details='tier')
