"""Video files by the names of videos."""
import os
from functools import lru_cache
from pathlib import Path
from typing import Dict, List

from mmbapg.video_names import VideoNameError, file_of

#: Of files that are videos. Downloads of one data set mix them.
VIDEO_SUFFIXES = frozenset(
    '.3gp .asf .avi .flv .m2ts .m4v .mkv .mov .mp4 .mpeg .mpg .mts .ogv .ts '
    '.vob .webm .wmv'.split())


def find_video(folder, name: str, template: str = '{}',
               subset=None) -> Path:
    """The file of a video, which need not be there.

    A template with a suffix of a video, ``{}.avi``, says exactly which file.
    One without, ``{}``, means the file of that name, or else the one that is
    called so but for its suffix.

    Args:
        folder, name, template, subset: See
            :func:`mmbapg.video_names.file_of`.

    Raises:
        VideoNameError: If two files have the name.
    """
    path = file_of(folder, name, template, subset)
    if Path(template).suffix.lower() in VIDEO_SUFFIXES or path.is_file():
        return path
    found = videos_in(path.parent).get(path.name, [path.name])
    if len(found) > 1:
        raise VideoNameError(
            f'{path.parent}: video {name}: found {" and ".join(found)}, '
            'expected one file (filename_tmpl says which suffix counts, such '
            "as '{}.mp4')")
    return path.with_name(found[0])


def videos_in(folder: Path) -> Dict[str, List[str]]:
    """Name without suffix -> names of the video files in a folder."""
    try:
        return _videos_in(str(folder), os.stat(folder).st_mtime_ns)
    except (FileNotFoundError, NotADirectoryError):
        return {}


@lru_cache(64)
def _videos_in(folder: str, modified: int) -> Dict[str, List[str]]:
    found: Dict[str, List[str]] = {}
    for name in sorted(os.listdir(folder)):
        if Path(name).suffix.lower() in VIDEO_SUFFIXES:
            found.setdefault(Path(name).stem, []).append(name)
    return found
