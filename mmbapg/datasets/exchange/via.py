"""Projects of the VGG Image Annotator 3 (its video and audio annotator).

Temporal segments are entries of ``metadata`` with two times ``z`` in seconds
and no region ``xy``; ``av`` gives attributes by number, an option's number or
text.
"""
from pathlib import Path
from typing import Any, Dict, List, Optional

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
from .registry import register

TOOL = 'the VGG Image Annotator 3'
#: Numbers that the tool gives to kinds: of attributes text, any and one of
#: several options, of files videos, and where these are.
TEXT, CHECKBOX, SELECT = 1, 2, 4
VIDEO = 4
LOCAL = 1
#: Where an attribute belongs to: a temporal segment of the first file.
SEGMENT = 'FILE1_Z2_XY0'
SCORE = 'score'
#: The attribute of a new project's timelines, and its only option, which the
#: tool itself fills in for each segment.
TIMELINES, UNNAMED = 'TEMPORAL-SEGMENTS', 'Default'
#: What its window shows; it stops at projects that do not tell.
WINDOW = dict(
    file_content_align='center', file_metadata_editor_visible=True,
    spatial_metadata_editor_visible=True,
    temporal_segment_metadata_editor_visible=True,
    spatial_region_label_attribute_id='', gtimeline_visible_row_count='4')


def read(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`. Regions in pictures are no segments; where a
    segment has several attributes, the first that is filled in is the label,
    and the others are kept as fields; that which the tool fills in by itself
    counts if there is no other. Of a label with several options that
    are ticked, each is an instance."""
    content = json_of(TOOL, path, 'project', 'file', 'view', 'metadata')
    with as_written_by(TOOL, path):
        attributes = {key: each for key, each in
                      content['attribute'].items()
                      if each.get('anchor_id', SEGMENT) == SEGMENT}
        names = {}
        for key, view in content['view'].items():
            file = content['file'][str(view['fid_list'][0])]
            names[key] = name_of_media(file['fname'] or file['src'])
        contents = Contents({name: Video() for name in names.values()},
                            _listed(attributes))
        if len(contents.videos) < len(names):
            raise AnnotationError(
                f'{path}: found two files of one name, expected one name for '
                'each video')
        others = 0
        for key, entry in content['metadata'].items():
            if len(entry['z']) != 2 or entry.get('xy'):
                others += 1
                continue
            with as_written_by(TOOL, path, f'metadata {key}'):
                start, end = map(number, entry['z'])
                contents.videos[names[str(entry['vid'])]].instances += (
                    _instances(path, key, entry['av'], attributes, start, end))
    if others:
        contents.passed_over.append(
            f'{others} regions, marks and attributes of files')
    return contents


def _listed(attributes: Dict[str, dict]) -> Optional[List[str]]:
    """The options of the attribute that labels come from first."""
    listed = {each['aname']: list(map(str, (
        each.get('options') or {}).values())) for each in attributes.values()
        if each['aname'] != SCORE}
    if len(listed) > 1 and listed.get(TIMELINES) == [UNNAMED]:
        del listed[TIMELINES]
    return next(iter(listed.values()), None) or None


def _instances(path: Path, key: str, values: Dict[str, Any],
               attributes: Dict[str, dict], start: float,
               end: float) -> List[Instance]:
    filled: Dict[str, List[str]] = {}
    score = None
    for number_of, attribute in attributes.items():
        value = values.get(number_of)
        if value in (None, ''):
            continue
        if attribute['aname'] == SCORE:
            score = number(value)
            continue
        options = attribute.get('options') or {}
        chosen = str(value).split(',') if options and (
            attribute.get('type') == CHECKBOX) else [str(value).strip()]
        filled.setdefault(attribute['aname'], [
            str(options.get(each, each)) for each in chosen if each])
    if filled.get(TIMELINES) == [UNNAMED] and sum(
            map(bool, filled.values())) > 1:
        del filled[TIMELINES]
    if not any(filled.values()):
        raise AnnotationError(
            f'{path}: metadata {key}: found a segment without an attribute, '
            'expected one that tells what happens')
    labels = next(name for name, texts in filled.items() if texts)
    fields = {name: ', '.join(texts) for name, texts in filled.items()
              if texts and name != labels}
    return [Instance(label, start, end, score, dict(fields))
            for label in filled[labels]]


def write(path: Path, contents: Contents, settings: Settings) -> None:
    """See :class:`.Format`."""
    labels: List[str] = list(contents.classes or [])
    labels += sorted({each.label for video in contents.videos.values()
                      for each in video.instances} - set(labels))
    place = {label: str(index) for index, label in enumerate(labels)}
    files, views, metadata = {}, {}, {}
    for key, (name, video) in enumerate(contents.videos.items(), 1):
        media = settings.media(name)
        files[str(key)] = dict(fid=str(key), fname=media, type=VIDEO,
                               loc=LOCAL, src=media)
        views[str(key)] = dict(fid_list=[str(key)])
        for index, each in enumerate(video.instances):
            values = {'1': place[each.label]}
            if each.score is not None:
                values['2'] = repr(each.score)
            metadata[f'{key}_{index:06d}'] = dict(
                vid=str(key), flg=0, z=[each.start, each.end], xy=[],
                av=values)
    attribute = {
        '1': _attribute('action', SELECT, {place[each]: each
                                           for each in labels}),
        '2': _attribute(SCORE, TEXT, {})}
    write_json(path, dict(
        project=dict(
            pid='__VIA_PROJECT_ID__', rev='__VIA_PROJECT_REV_ID__',
            rev_timestamp='__VIA_PROJECT_REV_TIMESTAMP__',
            pname=Path(path).stem, data_format_version='3.1.1',
            creator='mmbapg', created=0, vid_list=list(views)),
        config=dict(file=dict(loc_prefix={'1': '', '2': '', '3': '',
                                          '4': ''}), ui=WINDOW),
        attribute=attribute, file=files, metadata=metadata, view=views))


def _attribute(name: str, kind: int, options: Dict[str, str]) -> dict:
    return dict(aname=name, anchor_id=SEGMENT, type=kind, desc='',
                options=options, default_option_id='')


register('via', TOOL, '.json', read, write, 'score empty classes')
