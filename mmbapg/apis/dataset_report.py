"""What a look at a dataset finds, and what its annotations tell."""
from dataclasses import dataclass, field
from typing import Dict, List, Mapping, Optional

import numpy as np

from mmbapg.datasets.annotations import class_names, named, read_database

#: Fields of a video that select none.
OF_EVERY_VIDEO = {'duration', 'fps', 'annotations'}


@dataclass
class DatasetReport:
    """What :func:`check_dataset` or :func:`check_config` found.

    Attributes:
        errors: Training would be refused, with the same words.
        warnings: Worth a look.
        facts: What the dataset consists of.
    """
    errors: List[str] = field(default_factory=list)
    warnings: List[str] = field(default_factory=list)
    facts: List[str] = field(default_factory=list)

    def add_error(self, error) -> None:
        """Add an error, unless it is there already."""
        if str(error) not in self.errors:
            self.errors.append(str(error))


def check_annotations(ann_file: str, report: DatasetReport,
                      invalid_segments: str = 'error',
                      default_duration: Optional[float] = None) -> None:
    """Report all that is wrong with an annotation file, and describe it.

    Args:
        ann_file: Annotation file.
        report: Is added to.
        invalid_segments, default_duration: See :func:`load_annotations`.

    Raises:
        AnnotationError: If the file is missing or no JSON.
    """
    database, problems = read_database(ann_file, default_duration)
    segments = [problem for problem in problems if problem.kind == 'segment']
    report.errors += [
        f'{ann_file}: {problem}' for problem in problems if problem.is_fatal
        or (problem.kind == 'segment' and invalid_segments == 'error')]
    if segments:
        done = dict(error="with invalid_segments='drop' datasets leave such "
                    "segments out, with 'keep' they stay, as the official "
                    'files of THUMOS14 need', keep='they are kept',
                    drop='they are dropped')[invalid_segments]
        report.warnings.append(
            f'{len(segments)} segments are impossible: {done}')
    broken = {problem.video for problem in problems
              if problem.kind == 'video'}
    sound = {name: entry for name, entry in database.items()
             if name not in broken}
    if database:
        _describe(ann_file, sound, report)
    elif not problems:
        report.errors.append(f"{ann_file}: found no video, expected some "
                             "under 'database'")


def _describe(ann_file: str, database: Mapping[str, dict],
              report: DatasetReport) -> None:
    subsets: Dict[str, List[str]] = {}
    for name, entry in database.items():
        subsets.setdefault(str(entry.get('subset')), []).append(name)
    labels = class_names(database)
    lengths = [instance['segment'][1] - instance['segment'][0]
               for entry in database.values() for instance in _usable(entry)]
    hours = sum(entry['duration'] for entry in database.values()) / 3600
    report.facts.append(f'{len(database)} videos, {hours:.2f} h; subsets: ' +
                        ', '.join(f'{name} {len(videos)}' for name, videos in
                                  sorted(subsets.items())))
    if lengths:
        low, middle, high = np.quantile(lengths, [0.05, 0.5, 0.95])
        report.facts.append(
            f'{len(lengths)} instances of {len(labels)} classes '
            f'({", ".join(labels[:8])}{", ..." if len(labels) > 8 else ""}); '
            f'length {low:.1f} / {middle:.1f} / {high:.1f} s (5 %, median, '
            '95 %)')
    if database and not any(
            set(entry) - OF_EVERY_VIDEO for entry in database.values()):
        report.warnings.append(
            f'{ann_file}: found no field that tells training videos from '
            'others, such as subset, in any video: configs select by one')
    _find_unlabelled(ann_file, database, subsets, report)
    _compare_labels(ann_file, database, subsets, report)
    rates = sorted({entry['fps'] for entry in database.values()
                    if entry.get('fps')})
    if rates:
        report.facts.append('fps: ' + ', '.join(f'{r:g}' for r in rates[:8]))
    without = [name for name, entry in database.items()
               if not entry.get('fps')]
    if without and len(without) < len(database):
        report.warnings.append(f'{ann_file}: no fps for {named(without)}')


def _usable(entry: dict) -> List[dict]:
    return entry.get('annotations', [])


def _find_unlabelled(ann_file: str, database: Mapping[str, dict],
                     subsets: Mapping[str, List[str]],
                     report: DatasetReport) -> None:
    """Of subsets: training needs labels, and at least one instance."""
    without = [name for name, entry in database.items()
               if 'annotations' not in entry]
    if without and len(without) == len(database):
        report.errors.append(
            f'{ann_file}: field annotations: found nothing in '
            f'{named(without)}, expected a list to train on (empty if nothing '
            'happens); without it they can be tested')
    elif without:
        places = sorted({str(database[name].get('subset'))
                         for name in without})
        report.warnings.append(
            f'{ann_file}: no annotations of {named(without)} in subset '
            f'{", ".join(places)}: they can be tested, not trained or '
            'measured on')
    if len(without) < len(database) and not any(
            map(_usable, database.values())):
        report.warnings.append(
            f'{ann_file}: none of {named(database)} has an instance: nothing '
            'to train or to measure on')


def _compare_labels(ann_file: str, database: Mapping[str, dict],
                    subsets: Mapping[str, List[str]],
                    report: DatasetReport) -> None:
    of_subset = {
        subset: {instance['label'] for name in videos
                 for instance in _usable(database[name])}
        for subset, videos in subsets.items()
    }
    everywhere = set().union(*of_subset.values()) if of_subset else set()
    for subset, labels in sorted(of_subset.items()):
        missing = sorted(everywhere - labels)
        if labels and missing:
            report.warnings.append(
                f'{ann_file}: subset {subset} has no instance of '
                f'{len(missing)} classes: {", ".join(missing[:5])}')
    folded: Dict[str, set] = {}
    for label in everywhere:
        folded.setdefault(label.strip().lower(), set()).add(label)
    for variants in folded.values():
        if len(variants) > 1:
            report.warnings.append(
                f'{ann_file}: labels {sorted(variants)} differ only in case '
                'or spaces, and are classes of their own')
