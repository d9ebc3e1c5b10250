"""THUMOS14: 20 sports in untrimmed videos.

Classes are ordered by alphabet, which is also the order of their numbers among
those of UCF-101. Instances labelled ``Ambiguous`` belong to no class.
"""
from pathlib import Path
from typing import Dict, List, Sequence

from mmengine.logging import print_log

from ..annotations import AnnotationError, load_annotations, select
from ..ground_truth_sets import GROUND_TRUTH_SETS
from .conversion import (
    instances_of,
    read_csv,
    read_json,
    usable,
    write_annotations,
)

#: Class -> its number among the 101 of UCF-101, from 1. THUMOS14's own
#: annotations and video-level classifiers use these numbers.
UCF101_IDS = {
    'BaseballPitch': 7, 'BasketballDunk': 9, 'Billiards': 12,
    'CleanAndJerk': 21, 'CliffDiving': 22, 'CricketBowling': 23,
    'CricketShot': 24, 'Diving': 26, 'FrisbeeCatch': 31, 'GolfSwing': 33,
    'HammerThrow': 36, 'HighJump': 40, 'JavelinThrow': 45, 'LongJump': 51,
    'PoleVault': 68, 'Shotput': 79, 'SoccerPenalty': 85, 'TennisSwing': 92,
    'ThrowDiscus': 93, 'VolleyballSpiking': 97
}  # yapf: disable
AMBIGUOUS = 'Ambiguous'
#: Subset -> what file names of the official annotations end with.
SUBSETS = {'validation': 'val', 'test': 'test'}


def from_actionformer(source: Path, target: Path) -> Path:
    """ActionFormer's annotation file, as it is but for the list of classes.

    Raises:
        AnnotationError: If it is not such a file.
    """
    database = read_json(source, 'database')['database']
    for name, entry in database.items():
        with usable(source, name):
            instances_of(entry)
    return write_annotations(target, 'THUMOS14 (ActionFormer)', database,
                             list(UCF101_IDS))


def from_official(annotations: Path, video_info: Sequence[Path],
                  target: Path) -> Path:
    """The official text files, one for each class and subset.

    Args:
        annotations: Folder with ``CLASS_val.txt`` and ``CLASS_test.txt``,
            searched with its subfolders. Their lines are ``VIDEO START END``,
            in seconds.
        video_info: CSV files with the columns ``video``, ``fps`` and
            ``count`` (frames), which the official files lack; AFSD's will do.
        target: File to write.

    Raises:
        AnnotationError: If a file is missing or not as described.
    """
    database: Dict[str, dict] = {}
    for subset, suffix in SUBSETS.items():
        ambiguous = set()
        for label in (*UCF101_IDS, AMBIGUOUS):
            for video, segment in _read_official(annotations, label, suffix):
                if label == AMBIGUOUS:
                    ambiguous.add(video)
                    continue
                entry = database.setdefault(
                    video, dict(subset=subset, annotations=[]))
                entry['annotations'].append(dict(label=label, segment=segment))
        nothing_else = sorted(ambiguous - set(database))
        print_log(f'{subset}: {AMBIGUOUS} instances in {len(ambiguous)} '
                  'videos are left out; nothing else is in '
                  f'{", ".join(nothing_else) or "none of them"}', 'current')
    rows = {row['video']: row for path in video_info
            for row in read_csv(path, ('video', 'fps', 'count'))}
    for video, entry in database.items():
        if video not in rows:
            raise AnnotationError(
                f'{", ".join(map(str, video_info))}: found no row for video '
                f'{video}, which has annotations')
        fps = float(rows[video]['fps'])
        entry.update(fps=fps, duration=round(
            float(rows[video]['count']) / fps, 2))
    return write_annotations(target, 'THUMOS14 (official)', database,
                             list(UCF101_IDS))


def count_ground_truth_sets(ann_file: Path) -> List[str]:
    """Test videos and instances of each set that published figures rest on."""
    videos = select(load_annotations(str(ann_file), 'keep'), 'test',
                    path=str(ann_file))
    lines = []
    for name, chosen in GROUND_TRUTH_SETS.items():
        counting = chosen.apply(videos)
        lines.append(f"ground_truth='{name}': {len(counting)} videos, "
                     f'{sum(len(video.segments) for video in counting)} '
                     'instances')
    return lines


def _read_official(folder: Path, label: str, suffix: str):
    name = f'{label}_{suffix}.txt'
    path = next(iter(sorted(Path(folder).rglob(name))), None)
    if path is None:
        raise AnnotationError(f'{folder}: found no file {name}, expected one '
                              'for each class')
    for number, line in enumerate(path.read_text().splitlines(), 1):
        words = line.split()
        if not words:
            continue
        try:
            video, start, end = words
            yield video, [float(start), float(end)]
        except ValueError:
            raise AnnotationError(
                f'{path}: line {number}: found {line!r}, expected a video, a '
                'start and an end') from None
