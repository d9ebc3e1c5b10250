"""Annotations in the formats of the tools that people annotate with."""
# importing a format registers it
from . import (
    activitynet,
    boris,
    cvat,
    elan,
    frame_json,
    label_studio,
    mmaction2,
    subtitles,
    tables,
    via,
)
from .contents import Contents, Instance, Settings, Video
from .conversion import convert, read_annotations, write_annotations
from .registry import FORMATS, Format

__all__ = [
    'FORMATS', 'Contents', 'Format', 'Instance', 'Settings', 'Video',
    'activitynet', 'boris', 'convert', 'cvat', 'elan', 'frame_json',
    'label_studio', 'mmaction2', 'read_annotations', 'subtitles', 'tables',
    'via', 'write_annotations'
]
