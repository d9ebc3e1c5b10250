"""How the files in a folder are named after videos."""
import os
import zipfile
from collections import Counter
from pathlib import Path
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence

from mmbapg.datasets.annotations import VideoAnnotation
from mmbapg.datasets.feature_arrays import FEATURE_KEYS, is_there
from mmbapg.datasets.numpy_files import ArchiveOfArrays
from mmbapg.datasets.video_files import VIDEO_SUFFIXES
from mmbapg.video_names import file_of

FEATURE_SUFFIXES = ('.npy', '.npz', '.pt', '.pkl')
HDF5_SUFFIXES = ('.hdf5', '.h5')
#: Prefixes that data sets put before names.
PREFIXES = ('', 'v_')
#: Videos that are enough to see how files are named.
ENOUGH = 50


class Naming(NamedTuple):
    """What a folder holds, as key of ``data_prefix``, how it is named, and
    the file of the first video."""
    form: str
    template: str
    first: Path


def naming_of(folder: Path, videos: Mapping[str, VideoAnnotation],
              template: Optional[str] = None) -> Naming:
    """See whether a folder holds features, videos or frames, and their names.

    Args:
        folder: A folder, or an HDF5 file.
        videos: By name.
        template: If it is known.

    Raises:
        VideoNameError: If the template has no place for a name.
    """
    names = list(videos)
    if template is None:
        template = (_hdf5_template(folder, names) if folder.suffix in
                    HDF5_SUFFIXES else _template(folder, names))
    paths = [file_of(folder, name, template,
                     videos[name].fields.get('subset'))
             for name in names[:ENOUGH]]
    suffix = Path(template).suffix.lower()
    if suffix in FEATURE_SUFFIXES or folder.suffix in HDF5_SUFFIXES or any(
            part.endswith(HDF5_SUFFIXES) for part in template.split('/')):
        return Naming('feature', template, paths[0])
    folders = any(path.is_dir() for path in paths)
    return Naming('img' if folders else 'video', template, paths[0])


def surplus_names(folder: Path, naming: Naming,
                  names: Mapping[str, object]) -> List[str]:
    """Names of files in a folder that belong to none of the videos."""
    before, after = naming.template.split('{}')
    parents = {Path(name).parent for name in names}
    found: Dict[str, None] = {}
    for parent in sorted(parents):
        for name in _files_in(folder / parent):
            stem = name[len(before):len(name) - len(after)]
            if naming.form == 'video' and not after:
                stem, suffix = os.path.splitext(stem)
                if suffix.lower() not in VIDEO_SUFFIXES:
                    continue
            if name.startswith(before) and name.endswith(after):
                found[(parent / stem).as_posix()] = None
    return [name for name in found if name not in names]


def unnamed_arrays(path: Path) -> List[str]:
    """Names of the arrays in a file, if several could be the features."""
    if path.suffix != '.npz':
        return []
    try:
        with ArchiveOfArrays(path) as content:
            names = content.names
    except (OSError, ValueError, zipfile.BadZipFile):
        return []  # reading it will tell
    return names if len(names) > 1 and not set(names) & set(
        FEATURE_KEYS) else []


def _hdf5_template(path: Path, names: Sequence[str]) -> str:
    counts = {prefix: sum(is_there(str(file_of(path, name, prefix + '{}')))
                          for name in names[:ENOUGH]) for prefix in PREFIXES}
    return max(PREFIXES, key=lambda prefix: counts[prefix]) + '{}'


def _template(folder: Path, names: Sequence[str]) -> str:
    """What most files add to the names: before them, and after.

    Videos are found whatever their suffix.
    """
    counts: Counter = Counter()
    listed: Dict[Path, List[str]] = {}
    for name in names[:ENOUGH]:
        path = file_of(folder, name)
        if path.parent not in listed:
            listed[path.parent] = sorted(os.listdir(path.parent)) if (
                path.parent.is_dir()) else []
        for file in listed[path.parent]:
            stem, suffix = os.path.splitext(file)
            before, same, after = stem.partition(path.name)
            if file == path.name:
                counts['', '', ''] += 1
            elif same and suffix.lower() in FEATURE_SUFFIXES:
                counts[before, after, suffix] += 1
            elif same and suffix.lower() in VIDEO_SUFFIXES:
                counts[before, after, ''] += 1
    before, after, suffix = max(
        counts, default=('', '', '.npy'), key=lambda parts: (
            counts[parts], -len(parts[0] + parts[1])))
    return f'{before}{{}}{after}{suffix}'


def _files_in(folder: Path) -> List[str]:
    return sorted(entry.name for entry in os.scandir(folder)
                  if entry.is_file()) if folder.is_dir() else []
