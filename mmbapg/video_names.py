"""Names of videos, and the files that belong to them.

Names come from files of others and may hold folders (``cam 1/video``). None
leads out of the folder that it is joined to: :func:`file_of` is the only place
where a name becomes a path.
"""
import re
from pathlib import Path
from typing import List, Optional

from mmbapg.errors import UserError

#: Bytes of a file's name that file systems take.
LONGEST_FILE_NAME = 255
#: Bytes of a folder or of the last part of a video's name: that of its file
#: has ``.npz``, and ``.12345678.partial`` while it is written.
LONGEST_PART = LONGEST_FILE_NAME - 21
#: Bytes of a whole name: paths are limited, too.
LONGEST_NAME = 1000


class VideoNameError(UserError, ValueError):
    """A name that no file can have, or that leads out of a folder."""


def fault_of_name(name) -> Optional[str]:
    """What makes a video's name unusable as that of a file, if anything."""
    if not isinstance(name, str) or not name.strip():
        return 'it is empty, expected a name'
    if not name.isprintable() and any(
            ord(letter) < 32 or ord(letter) == 127 or
            0xD800 <= ord(letter) < 0xE000 for letter in name):
        return 'it holds control characters, expected printable ones'
    if '\\' in name:
        return 'it holds a backslash, expected / between folders'
    if name.startswith('/') or re.match('[A-Za-z]:', name):
        return 'it begins at the root of a disk, expected a name in a folder'
    parts = name.split('/')
    if any(not part.strip('. ') for part in parts):
        return ('it has a part that is empty or made of dots, expected names '
                'of folders and of a file')
    if (max(len(part.encode()) for part in parts) > LONGEST_PART or
            len(name.encode()) > LONGEST_NAME):
        return (f'it has {len(name.encode())} bytes, expected at most '
                f'{LONGEST_PART} of a file or folder and {LONGEST_NAME} in '
                'all')
    return None


def shown_name(name) -> str:
    """A name for messages: short, and without control characters."""
    shown = name if isinstance(name, str) and name and (
        name.isprintable()) else ascii(name)
    return shown if len(shown) <= 100 else f'{shown[:97]}...'


def file_of(folder, name: str, template: str = '{}', subset=None) -> Path:
    """The file of a video in a folder.

    Args:
        folder: Where all videos have theirs.
        name: Of the video.
        template: Of the file's name, with ``{}`` in the video's place, and
            ``{subset}`` in that of its subset.
        subset: Of the video.

    Raises:
        VideoNameError: If the name, the subset or the template is unusable.
    """
    names = {'video name': name}
    if '{subset}' in template:
        names['subset'] = subset
    for what, each in names.items():
        fault = fault_of_name(each)
        if fault:
            raise VideoNameError(f'{folder}: found the {what} '
                                 f'{shown_name(each)}: {fault}')
    path = Path(folder) / fill_in(template, name, subset)
    if len(path.name.encode()) > LONGEST_FILE_NAME:
        raise VideoNameError(
            f'{folder}: video {shown_name(name)}: its file {template} has a '
            f'name of {len(path.name.encode())} bytes, expected at most '
            f'{LONGEST_FILE_NAME}')
    return path


def names_in(folder, suffix: str, without: str = '') -> List[str]:
    """Names of the videos that have a file in a folder, or in its folders.

    Args:
        folder: Where all videos have theirs.
        suffix: Of the files.
        without: A folder in it that holds other files.
    """
    paths = [path.relative_to(folder)
             for path in Path(folder).rglob(f'*{suffix}')]
    return sorted(path.as_posix()[:-len(suffix)] for path in paths
                  if path.parts[0] != without)


def fill_in(template: str, name: str, subset=None) -> str:
    """A template of file names, with a video's name and subset in place.

    Raises:
        VideoNameError: If the template has no place for a name.
    """
    try:
        if '\0' in template.format('\0', subset=''):
            return template.format(name, subset=subset)
    except (AttributeError, IndexError, KeyError, ValueError):
        pass
    raise VideoNameError(f'filename_tmpl is {template!r}, expected {{}} in '
                         "the place of the video's name")
