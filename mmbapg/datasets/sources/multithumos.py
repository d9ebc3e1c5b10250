"""MultiTHUMOS: the videos of THUMOS14 with 65 classes, several at a time."""
from pathlib import Path
from typing import List, Optional

from mmengine.logging import print_log

from ..annotations import AnnotationError, load_annotations, named
from .conversion import read_json, usable, write_annotations

NUM_CLASSES = 65


def from_charades_style(source: Path, thumos14: Path, target: Path,
                        class_list: Optional[Path] = None) -> Path:
    """``multithumos.json``: ``{VIDEO: {subset, duration, actions}}``.

    An action is ``[number of the class, start, end]``. The published file
    numbers classes from 1; copies from 0 are told by a class 0.

    Args:
        source: The file.
        thumos14: Our annotation file of THUMOS14, which tells frame rates.
        target: File to write.
        class_list: ``class_list.txt`` of the authors, ``NUMBER NAME`` in
            every line; without it classes are named by number.

    Raises:
        AnnotationError: If a file is missing or not as described.
    """
    classes = _class_names(class_list)
    known = load_annotations(str(thumos14), 'keep')
    entries = read_json(source, next(iter(known)))
    first = _first_number(source, entries)
    database = {}
    for name, entry in entries.items():
        with usable(source, name):
            database[name] = dict(
                subset=entry['subset'], duration=entry['duration'],
                annotations=[
                    dict(label=classes[number - first], segment=[start, end])
                    for number, start, end in entry['actions']])
        if name in known:
            database[name]['fps'] = known[name].fps
    unknown = [name for name in database if name not in known]
    if unknown:
        print_log(f'{thumos14}: tells no frame rate of {named(unknown)}',
                  'current', 30)
    return write_annotations(target, 'MultiTHUMOS', database, classes)


def _first_number(source: Path, entries: dict) -> int:
    """0 or 1: the number of the first class.

    Raises:
        AnnotationError: If the numbers are not those of 65 classes.
    """
    numbers = set()
    for name, entry in entries.items():
        with usable(source, name):
            numbers |= {number for number, _, _ in entry['actions']}
    first = 0 if 0 in numbers else 1
    wrong = sorted(map(str, numbers - set(range(first, first + NUM_CLASSES))))
    if wrong:
        zero = 'which has a class 0, ' if first == 0 else ''
        raise AnnotationError(
            f'{source}: {zero}found the class numbers {", ".join(wrong[:5])}, '
            f'expected {first} to {first + NUM_CLASSES - 1}')
    if first == 0:
        print_log(f'{source}: its classes are numbered from 0, not from 1 as '
                  'in the published file', 'current')
    elif NUM_CLASSES not in numbers:
        print_log(f'{source}: found neither a class 0 nor a class '
                  f'{NUM_CLASSES}; read as numbered from 1, as the published '
                  'file is', 'current', 30)
    return first


def _class_names(path: Optional[Path]) -> List[str]:
    if path is None:
        return [f'class {number:02d}' for number in range(1, NUM_CLASSES + 1)]
    if not Path(path).is_file():
        raise AnnotationError(f'{path}: no such file')
    lines = [line.split(maxsplit=1)
             for line in Path(path).read_text().splitlines() if line.strip()]
    names = {words[0]: words[-1].strip() for words in lines}
    for first in (1, 0):
        numbers = [str(first + index) for index in range(NUM_CLASSES)]
        if sorted(names) == sorted(numbers) and len(lines) == NUM_CLASSES:
            return [names[number] for number in numbers]
    raise AnnotationError(
        f'{path}: found {len(names)} lines, expected NUMBER NAME for the '
        f'numbers 1 to {NUM_CLASSES}, or 0 to {NUM_CLASSES - 1}')
