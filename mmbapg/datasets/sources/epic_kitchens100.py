"""EPIC-KITCHENS-100: what people do in their kitchens, verb and noun.

Verbs and nouns are two tasks with an annotation file each. Some nouns have no
instance; the list of classes in the file keeps their places.
"""
from pathlib import Path
from typing import Dict, List

from ..annotations import AnnotationError
from .conversion import (
    TESTING,
    read_csv,
    read_json,
    usable,
    write_annotations,
)

TASKS = ('verb', 'noun')
#: Subset -> the file of its annotations.
SUBSETS = {'training': 'EPIC_100_train.csv',
           'validation': 'EPIC_100_validation.csv'}
TEST_FILE = 'EPIC_100_test_timestamps.csv'  # without classes


def from_official(folder: Path, target: Path, task: str,
                  testing: bool = False) -> Path:
    """The official CSV files.

    Args:
        folder: With ``EPIC_100_train.csv``, ``EPIC_100_validation.csv``,
            ``EPIC_100_video_info.csv`` and ``EPIC_100_TASK_classes.csv``.
        target: File to write.
        task: ``verb`` or ``noun``.
        testing: Add the videos of ``EPIC_100_test_timestamps.csv``, without
            instances: nobody tells their classes.

    Raises:
        AnnotationError: If a file is missing or not as published.
    """
    folder = Path(folder)
    classes = class_list(folder, task)
    videos = {row['video_id']: row for row in read_csv(
        folder / 'EPIC_100_video_info.csv', ('video_id', 'duration', 'fps'))}
    columns = ('start_timestamp', 'stop_timestamp', f'{task}_class')
    database: Dict[str, dict] = {}

    def entry_of(video: str, subset: str, name: str) -> dict:
        if video not in videos:
            raise AnnotationError(
                f'{folder / "EPIC_100_video_info.csv"}: found no row for '
                f'video {video}, which {name} has')
        with usable(folder / 'EPIC_100_video_info.csv', video):
            return database.setdefault(video, dict(
                subset=subset, duration=float(videos[video]['duration']),
                fps=float(videos[video]['fps']), annotations=[]))

    for subset, name in SUBSETS.items():
        for row in read_csv(folder / name, ('video_id', *columns)):
            entry = entry_of(row['video_id'], subset, name)
            with usable(folder / name, row['video_id']):
                start, end, number = (row[column] for column in columns)
                entry['annotations'].append(dict(
                    label=_class_of(classes, int(number)),
                    segment=[_seconds(start), _seconds(end)]))
    if testing:
        for row in read_csv(folder / TEST_FILE, ('video_id', )):
            entry_of(row['video_id'], TESTING, TEST_FILE)
    return write_annotations(target, f'EPIC-KITCHENS-100 {task}', database,
                             classes)


def from_actionformer(source: Path, folder: Path, target: Path,
                      task: str) -> Path:
    """ActionFormer's annotation file, completed by the list of classes.

    Args:
        source: ``epic_kitchens_100_TASK.json``.
        folder: With the official ``EPIC_100_TASK_classes.csv``.
        target, task: See :func:`from_official`.

    Raises:
        AnnotationError: If a file is missing or not as published.
    """
    classes = class_list(folder, task)
    database = read_json(source, 'database')['database']
    for name, entry in database.items():
        with usable(source, name):
            for instance in entry['annotations']:
                instance['label'] = _class_of(classes,
                                              instance['label_id'])
    return write_annotations(
        target, f'EPIC-KITCHENS-100 {task} (ActionFormer)', database, classes)


def class_list(folder: Path, task: str) -> List[str]:
    """Names of all classes of a task, by number."""
    path = Path(folder) / f'EPIC_100_{task}_classes.csv'
    rows = read_csv(path, ('id', 'key'))
    names = {int(row['id']): row['key'] for row in rows}
    if sorted(names) != list(range(len(rows))):
        raise AnnotationError(
            f'{path}: found the numbers {min(names)} to {max(names)} for '
            f'{len(rows)} classes, expected each from 0 on once')
    return [names[number] for number in range(len(names))]


def _class_of(classes: List[str], number: int) -> str:
    if not 0 <= number < len(classes):
        raise ValueError(f'class {number} of {len(classes)}')
    return classes[number]


def _seconds(timestamp: str) -> float:
    """``01:02:03.45`` in seconds."""
    hours, minutes, seconds = timestamp.split(':')
    return round(3600 * int(hours) + 60 * int(minutes) + float(seconds), 3)
