"""ELAN's ``.eaf``: tiers of annotations in milliseconds, of one video.

The label is an annotation's value, or where that is empty the name of its
tier, as both ways to annotate are usual.
"""
import os
import uuid
from pathlib import Path
from typing import List

from ..annotations import AnnotationError
from .contents import (
    Contents,
    Instance,
    Settings,
    Video,
    as_written_by,
    lanes_of,
    name_of_media,
    whole_units,
)
from .registry import register
from .xml_files import read_xml

#: Of annotations that are written, and of those that overlap them.
TIER = 'actions'


def read(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`; annotations that belong to others, which have no
    times of their own, take the times of these."""
    from pympi.Elan import Eaf
    read_xml(path, 'ANNOTATION_DOCUMENT', 'ELAN')  # pympi would take any
    with as_written_by('ELAN', path):
        try:
            file = Eaf(str(path), suppress_version_warning=True)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise
        except Exception as error:  # it raises bare ones
            raise AnnotationError(f'{path}: {error}') from None
        instances: List[Instance] = []
        for tier in file.get_tier_names():
            for start, end, value, *_ in file.get_annotation_data_for_tier(
                    tier):
                instances.append(Instance(
                    value.strip() if value and value.strip() else tier,
                    start / 1000, end / 1000))
        instances.sort(key=lambda each: (each.start, each.end))
        media = [each.get('MEDIA_URL') or each.get('RELATIVE_MEDIA_URL')
                 for each in file.get_linked_files()]
    name = name_of_media(media[0]) if media and media[0] else Path(path).stem
    return Contents({name: Video(instances)})


def write(path: Path, contents: Contents, settings: Settings) -> None:
    """See :class:`.Format`."""
    from pympi.Elan import Eaf
    (name, video), = contents.videos.items()
    file = Eaf(author='')
    times = [whole_units(each.start, each.end, 1000)
             for each in video.instances]
    lanes = lanes_of(times)
    tiers = [TIER if lane == 0 else f'{TIER} {lane + 1}'
             for lane in range(max(lanes, default=0) + 1)]
    file.remove_tier('default')
    for tier in tiers:
        file.add_tier(tier)
    for each, pair, lane in zip(video.instances, times, lanes):
        file.add_annotation(tiers[lane], *pair, each.label)
    media = settings.media(name)
    file.add_linked_file(media, f'./{media}', 'video/mp4')
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f'{path.name}.{uuid.uuid4().hex[:8]}.partial')
    try:  # pympi keeps what it would write over as another file
        file.to_file(str(partial))
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


register('elan', 'ELAN', '.eaf', read, write, one_video=True, plain=True,
         holds='empty')
