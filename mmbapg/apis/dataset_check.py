"""Finds what is wrong with a dataset before training does."""
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Mapping, Optional

import numpy as np
from rich.progress import track

from mmbapg.datasets.annotations import class_names, named, read_database
from mmbapg.datasets.feature_files import (
    FeatureFileError,
    read_embeddings,
    read_features,
)
from mmbapg.datasets.video_reader import VideoError, VideoReader
from mmbapg.ops import TemporalGrid

FEATURE_SUFFIXES = ('.npy', '.npz', '.pt')
#: Share by which features and annotation may disagree about the duration.
DURATION_SLACK = 0.05


@dataclass
class DatasetReport:
    """What :func:`check_dataset` found.

    Attributes:
        errors: Training would fail, or learn nonsense.
        warnings: Worth a look.
        facts: What the dataset consists of.
    """
    errors: List[str] = field(default_factory=list)
    warnings: List[str] = field(default_factory=list)
    facts: List[str] = field(default_factory=list)


def check_dataset(ann_file: str, folder: Optional[str] = None,
                  stride: Optional[float] = None, window: float = 0.0,
                  fps: Optional[float] = None) -> DatasetReport:
    """Check annotations, and the features or videos they belong to.

    Args:
        ann_file: Annotation file.
        folder: Features or videos; which of the two, its files tell.
        stride: Video frames from one feature step to the next; if it is
            given, durations of features and annotations are compared.
        window: Video frames that a step describes.
        fps: Of videos whose annotation does not tell it.

    Raises:
        AnnotationError: If the file is missing or no JSON.
    """
    report = DatasetReport()
    database, problems = read_database(ann_file)
    report.errors += [f'{ann_file}: {problem}' for problem in problems]
    segments = sum(problem.kind == 'segment' for problem in problems)
    if segments:
        report.warnings.append(
            f"{segments} segments are impossible: with invalid_segments='drop'"
            " datasets leave such segments out, with 'keep' they stay, as the "
            'official files of THUMOS14 need')
    broken = {problem.video for problem in problems
              if problem.kind == 'video'}
    sound = {name: entry for name, entry in database.items()
             if name not in broken}
    _describe(ann_file, sound, report)
    if folder is None or not sound:
        return report
    if not Path(folder).is_dir():
        report.errors.append(f'{folder}: no such folder')
        return report
    files = {path.stem: path for path in sorted(Path(folder).iterdir())
             if path.is_file()}
    _compare_names(ann_file, folder, database, files, report)
    suffixes = {path.suffix for path in files.values()}
    is_features = bool(suffixes & set(FEATURE_SUFFIXES))
    shared = {name: files[name] for name in sound if name in files}
    checked = track(shared.items(), 'Reading files')
    if is_features:
        _check_features(checked, sound, stride, window, fps, report)
    else:
        for name, path in checked:
            _check_video(path, sound[name], report)
    return report


def _describe(ann_file: str, database: Mapping[str, dict],
              report: DatasetReport) -> None:
    subsets: Dict[str, List[str]] = {}
    for name, entry in database.items():
        subsets.setdefault(str(entry.get('subset')), []).append(name)
    labels = class_names(database)
    lengths = [instance['segment'][1] - instance['segment'][0]
               for entry in database.values()
               for instance in entry['annotations']]
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
    _compare_labels(ann_file, database, subsets, report)
    _compare_label_ids(ann_file, database, report)
    rates = sorted({entry['fps'] for entry in database.values()
                    if entry.get('fps')})
    if rates:
        report.facts.append('fps: ' + ', '.join(f'{r:g}' for r in rates[:8]))
    without = [name for name, entry in database.items()
               if not entry.get('fps')]
    if without and len(without) < len(database):
        report.warnings.append(f'{ann_file}: no fps for {named(without)}')


def _compare_labels(ann_file: str, database: Mapping[str, dict],
                    subsets: Mapping[str, List[str]],
                    report: DatasetReport) -> None:
    of_subset = {
        subset: {instance['label'] for name in videos
                 for instance in database[name]['annotations']}
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
            report.errors.append(
                f'{ann_file}: labels {sorted(variants)} differ only in case '
                'or spaces, expected one spelling')


def _compare_label_ids(ann_file: str, database: Mapping[str, dict],
                       report: DatasetReport) -> None:
    ids: Dict[str, set] = {}
    for entry in database.values():
        for instance in entry['annotations']:
            ids.setdefault(instance['label'], set()).add(
                instance.get('label_id'))
    if set().union(*ids.values()) <= {None}:
        return
    wrong = {label: found for label, found in ids.items()
             if len(found) > 1 or None in found}
    if wrong:
        listed = ', '.join(f'{label} {sorted(map(str, found))}'
                           for label, found in sorted(wrong.items()))
        report.errors.append(
            f'{ann_file}: field label_id: found {listed}, expected one number '
            'for each label, or none in the whole file')


def _compare_names(ann_file, folder, database, files, report) -> None:
    absent = [name for name in database if name not in files]
    if absent:
        report.errors.append(
            f'{folder}: no file for {named(absent)}, expected one for each of '
            f'the {len(database)} videos of {ann_file}')
    surplus = [name for name in files if name not in database]
    if surplus:
        report.warnings.append(
            f'{folder}: {named(surplus)} not in {ann_file}')


def _check_video(path: Path, entry: dict, report: DatasetReport) -> None:
    try:
        reader = VideoReader(str(path))
    except VideoError as error:
        report.errors.append(str(error))
        return
    if abs(reader.duration - entry['duration']) > max(
            DURATION_SLACK * entry['duration'], 0.5):
        report.errors.append(
            f'{path}: found {reader.duration:.2f} s of video, expected '
            f'{entry["duration"]:.2f} s as the annotation says')
    if entry.get('fps') and not reader.has_frame_rate(entry['fps']):
        report.errors.append(
            f'{path}: found {reader.fps:.3f} frames per second, expected '
            f'{entry["fps"]:g} as the annotation says')


def _check_features(files, database, stride, window, fps, report) -> None:
    widths: Dict[int, List[str]] = {}
    implied: Dict[str, float] = {}
    for name, path in files:
        try:
            features = read_features(str(path))
        except FeatureFileError as error:
            report.errors.append(str(error))
            continue
        widths.setdefault(features.shape[1], []).append(name)
        entry = database[name]
        grid = _grid(path, entry, stride, window, fps)
        if grid is None:
            continue
        covered = float(grid.to_seconds(len(features) - 0.5))
        implied[name] = covered / entry['duration']
    if len(widths) > 1:
        report.errors.append('feature widths differ: ' + '; '.join(
            f'{width} channels in {named(names)}'
            for width, names in sorted(widths.items())))
    else:
        report.facts += [f'{width} channels' for width in widths]
    _judge_durations(implied, report)


def _grid(path: Path, entry: dict, stride, window,
          fps) -> Optional[TemporalGrid]:
    if stride is not None:
        rate = entry.get('fps') or fps
        return TemporalGrid(stride, window, rate) if rate else None
    try:
        return TemporalGrid.of_interval(
            read_embeddings(str(path)).provenance.interval)
    except FeatureFileError:
        return None


def _judge_durations(implied: Mapping[str, float],
                     report: DatasetReport) -> None:
    """Tell a wrong frame rate or stride from single broken files."""
    if not implied:
        report.warnings.append(
            'durations not compared: give --stride (and --window) of the '
            'features, and --fps where the annotations have none')
        return
    middle = float(np.median(list(implied.values())))
    if abs(middle - 1) > DURATION_SLACK:
        report.errors.append(
            f'features cover {middle:.2f} of the annotated durations in the '
            'median, expected 1.00: is fps, stride or window wrong? With '
            f'these features, fps / stride times {middle:.3f} would fit')
        return
    odd = [f'{name} ({ratio:.2f})' for name, ratio in implied.items()
           if abs(ratio - 1) > 2 * DURATION_SLACK]
    if odd:
        report.errors.append(
            'features cover another share of the annotated duration than 1 '
            f'in {named(odd)}')
