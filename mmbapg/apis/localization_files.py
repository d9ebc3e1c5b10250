"""What localizing leaves in a folder: ``detections.json`` and pictures."""
import json
import os
from collections import Counter
from pathlib import Path
from typing import Collection, Dict, Iterator, List, Sequence

import numpy as np

from mmbapg.datasets.json_files import JSONFileError, read_json
from mmbapg.errors import UserError
from mmbapg.files import replace_file
from mmbapg.video_names import file_of
from mmbapg.visualization import (
    TimelineRow,
    best_detections,
    draw_timeline,
    write_png,
)


class InferenceError(UserError, ValueError):
    """Videos cannot be localized; the message says why."""


class LocalizationFolder:
    """Results of videos, of one run or of several with the same weights.

    Args:
        folder: What is there already stays.
        weights: What tells weights from others, for ``detections.json``.

    Raises:
        InferenceError: If ``detections.json`` is there and not ours, or of
            other weights.
    """

    def __init__(self, folder, weights: str) -> None:
        self.folder = Path(folder)
        self.weights = weights
        self.path = self.folder / 'detections.json'
        self.earlier = self._read()

    def _read(self) -> List[dict]:
        try:
            content = read_json(self.path)
        except FileNotFoundError:
            return []
        except JSONFileError as error:
            raise InferenceError(
                f'{error}, expected results of an earlier run; choose another '
                'folder') from None
        rows = content.get('results') if isinstance(content, dict) else None
        if not (isinstance(rows, list) and all(
                isinstance(row, dict) and isinstance(row.get('video'), str)
                for row in rows)):
            raise InferenceError(
                f'{self.path}: found no results of an earlier run, expected '
                'them or no such file; choose another folder')
        if content.get('weights', self.weights) != self.weights:
            raise InferenceError(
                f'{self.path}: found results of other weights '
                f'({content["weights"]}, these are {self.weights}), expected '
                'one file for each; choose another folder')
        return rows

    def names_of(self, paths: Sequence[Path],
                 overwrite: bool = False) -> Dict[str, Path]:
        """Names for the results of video files.

        Args:
            paths: The files.
            overwrite: Whether results of the same files, or pictures of these
                names, may be replaced.

        Raises:
            InferenceError: See :func:`unique_names`, or if something would be
                replaced that must not be.
            VideoNameError: If no picture can have the name of a file.
        """
        places = set(map(_place, paths))
        again = [row for row in self.earlier
                 if _place(Path(row['video'])) in places]
        if again and not overwrite:
            raise InferenceError(
                f'{self.path}: found results of {again[0]["video"]} already '
                f'({len(again)} of {len(paths)} videos), expected new ones; '
                'choose another folder, or let them be overwritten '
                '(--overwrite)')
        names = unique_names(paths, {
            _name(row) for row in self.earlier if row not in again})
        there = [name for name in names
                 if os.path.lexists(self._picture(name))]
        if there and not overwrite:
            raise InferenceError(
                f'{self._picture(there[0])}: found a file, expected none '
                'where a picture goes; choose another folder, or let it be '
                'overwritten (--overwrite)')
        return names

    def write(self, results: Sequence[dict], classes: Sequence[str]) -> None:
        """Add to ``detections.json``, and draw a timeline for each video."""
        places = {_place(Path(row['video'])) for row in results}
        kept = [row for row in self._read()
                if _place(Path(row['video'])) not in places]
        content = dict(results=kept + list(results), weights=self.weights)
        encoded = json.dumps(content, indent=1).encode()
        replace_file(self.path, lambda file: file.write(encoded))
        for result in results:
            write_png(self._picture(result['name']),
                      timeline_of(result['name'], result, classes))

    def _picture(self, name: str) -> Path:
        return file_of(self.folder, name, '{}.png')


def unique_names(paths: Sequence[Path],
                 taken: Collection[str] = ()) -> Dict[str, Path]:
    """A name for each file: without extension, or where that is no name of
    one file alone, with it, or with as many of its folders as it takes.

    Args:
        paths: Of the files.
        taken: Names of others.

    Raises:
        InferenceError: If there is no file, or one twice.
    """
    if not paths:
        raise InferenceError('found no videos, expected at least one')
    for path, number in Counter(map(_place, paths)).items():
        if number > 1:
            raise InferenceError(
                f'{path}: found a second video named {path.stem} that is the '
                'same file, expected each once')
    labels = {path: list(_labels(path)) for path in paths}
    count = Counter(label for each in labels.values() for label in set(each))
    names = {}
    for path, each in labels.items():
        numbered = [f'{each[-1]} ({number + 2})' for number in range(
            len(taken) + 1)]
        names[next(label for label in each + numbered
                   if count[label] < 2 and label not in taken)] = path
    return names


def _labels(path: Path) -> Iterator[str]:
    """From short to long."""
    folders = Path(os.path.abspath(path)).parts[1:-1]
    for depth in range(len(folders) + 1):
        for name in (path.stem, path.name):
            yield '/'.join([*folders[len(folders) - depth:], name])


def _place(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _name(row: dict) -> str:
    return row.get('name', Path(row['video']).stem)


def timeline_of(name: str, result: dict, classes: Sequence[str]):
    """Picture of one result of :class:`.TemporalLocalizationInferencer`."""

    def column(rows, field, shape=(-1, )):
        return np.array([row[field] for row in rows], float).reshape(shape)

    rows = []
    if 'proposals' in result:
        best = result['proposals'][:40]
        rows.append(TimelineRow('proposals', column(best, 'segment', (-1, 2)),
                                scores=column(best, 'score')))
    found = result['detections']
    labels = np.array([classes.index(row['label']) for row in found], int)
    rows.insert(0, TimelineRow('detections', *best_detections(
        column(found, 'segment', (-1, 2)), labels, column(found, 'score'))))
    return draw_timeline(name, result['duration'], rows, classes)
