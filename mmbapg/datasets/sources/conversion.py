"""What the converters of benchmarks' annotation files share."""
import csv
import json
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, Optional, Sequence

import numpy as np
from mmengine.logging import print_log

from mmbapg.files import replace_file
from mmbapg.ops import distinct_instances

from .. import json_files
from ..annotations import (
    AnnotationError,
    classes_of,
    load_annotations,
    named,
    read_database,
    select,
)

#: Subsets that ActivityNet and HACS annotate.
SUBSETS = ('training', 'validation')
#: Subset of the videos of a challenge, whose annotations nobody has.
TESTING = 'testing'


def read_json(path: Path, field: str) -> dict:
    """A JSON file that holds an object.

    Args:
        path: The file.
        field: Which tells it from other files: a field that it must have.

    Raises:
        AnnotationError: If there is no such file, or it has no such field.
    """
    try:
        content = json_files.read_json(path)
    except FileNotFoundError:
        raise AnnotationError(f'{path}: no such file') from None
    except json_files.JSONFileError as error:
        raise AnnotationError(str(error)) from None
    if not isinstance(content, dict) or field not in content:
        raise AnnotationError(f'{path}: found no field {field!r}, expected '
                              'the file as its authors publish it')
    return content


def read_csv(path: Path, columns: Sequence[str]) -> List[Dict[str, str]]:
    """Rows of a CSV file with a header.

    Raises:
        AnnotationError: If there is no such file, or it lacks a column.
    """
    try:
        with open(path, newline='', encoding='utf-8') as file:
            reader = csv.DictReader(file)
            rows, found = list(reader), reader.fieldnames or []
    except FileNotFoundError:
        raise AnnotationError(f'{path}: no such file') from None
    missing = [name for name in columns if name not in found]
    if missing:
        raise AnnotationError(
            f'{path}: found the columns {", ".join(found)}, expected also '
            f'{", ".join(missing)}')
    return rows


def write_annotations(target: Path, version: str,
                      database: Mapping[str, dict],
                      classes: Optional[Sequence[str]] = None) -> Path:
    """Write an annotation file, with a ``label_id`` for each instance.

    Segments that no video can have are left as their authors wrote them:
    datasets decide what to do with them.

    Args:
        target: File to write.
        version: What it was made from.
        database: Videos by name; instances need no ``label_id`` yet.
        classes: Names of all classes, in order; by alphabet if not given.

    Raises:
        AnnotationError: If the result would not be a usable annotation file.
    """
    labels = {instance['label'] for entry in database.values()
              for instance in entry['annotations']}
    classes = sorted(labels) if classes is None else list(classes)
    unknown = sorted(labels - set(classes))
    if unknown:
        raise AnnotationError(
            f'{target}: label {unknown[0]!r} is none of the {len(classes)} '
            'classes of the benchmark')
    ids = {name: index for index, name in enumerate(classes)}
    database = {
        name: dict(entry, annotations=[
            dict(instance, label_id=ids[instance['label']])
            for instance in entry['annotations']])
        for name, entry in database.items()}
    content = json.dumps(
        dict(version=version, classes=classes, database=database)).encode()
    replace_file(target, lambda file: file.write(content))
    for problem in read_database(str(target))[1]:
        if problem.kind != 'segment':
            raise AnnotationError(f'{target}: {problem}')
    return Path(target)


def instances_of(entry: Mapping) -> List[dict]:
    """Label and segment of each instance, without what else is told."""
    return [dict(label=each['label'],
                 segment=[float(time) for time in each['segment']])
            for each in entry['annotations']]


@contextmanager
def usable(source: Path, video: str) -> Iterator[None]:
    """Name file and video where an entry is not as its authors publish it.

    Raises:
        AnnotationError: If a field is missing, or of another kind.
    """
    try:
        yield
    except AnnotationError:
        raise
    except KeyError as error:
        raise AnnotationError(f'{source}: video {video}: found no field '
                              f'{error}, expected the file as its authors '
                              'publish it') from None
    except (TypeError, ValueError, IndexError, AttributeError) as error:
        raise AnnotationError(f'{source}: video {video}: found an entry of '
                              f'another kind ({error}), expected the file as '
                              'its authors publish it') from None


def from_activitynet_style(source: Path, target: Path, version: str,
                           testing: bool = False) -> Path:
    """An official file in ActivityNet's style.

    Args:
        source: The file.
        target, version: See :func:`write_annotations`.
        testing: Keep the videos of the testing subset, which have no
            annotations; they are left out, counted and named by default.

    Raises:
        AnnotationError: If it is not such a file.
    """
    entries = read_json(source, 'database')['database']
    database, others = {}, []
    for name, entry in entries.items():
        with usable(source, name):
            subset = entry['subset']
            if subset == TESTING and testing:
                entry = {'annotations': [], **entry}
            elif subset not in SUBSETS:
                others.append(name)
                continue
            database[name] = dict(
                subset=subset, duration=float(entry['duration']),
                annotations=instances_of(entry))
    if others:
        print_log(f'{source}: neither training nor validation videos, left '
                  f'out: {named(others)} (--testing keeps those of the '
                  'testing subset)', 'current')
    return write_annotations(target, version, database)


def describe(ann_file: Path) -> List[str]:
    """Counts to compare with those of the benchmark, one line each."""
    problems = read_database(str(ann_file))[1]
    annotations = load_annotations(str(ann_file), 'keep')
    classes = classes_of(str(ann_file))
    lines = [f'{ann_file}: {len(annotations)} videos, {len(classes)} classes']
    subsets = sorted({str(video.fields.get('subset'))
                      for video in annotations.values()})
    for subset in subsets:
        videos = select(annotations, subset, path=str(ann_file))
        number = sum(len(video.segments) for video in videos)
        distinct = sum(
            len(distinct_instances(video.segments,
                                   np.array(video.labels, dtype=object)))
            for video in videos)
        lines.append(f'{subset}: {len(videos)} videos, {number} instances, '
                     f'{number - distinct} of them repeated')
    if problems:
        places = {problem.video for problem in problems}
        lines.append(f'{len(problems)} segments are impossible, in '
                     f'{named(sorted(map(str, places)))}')
    return lines


def empty_classes(ann_file: Path) -> List[int]:
    """Classes without any instance in any subset."""
    shown = {instance['label']
             for entry in read_database(str(ann_file))[0].values()
             for instance in entry['annotations']}
    return [index for index, name in enumerate(classes_of(str(ann_file)))
            if name not in shown]
