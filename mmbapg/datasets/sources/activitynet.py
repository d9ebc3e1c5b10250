"""ActivityNet-1.3: 200 activities in videos from the web.

Videos are named without the ``v_`` of most feature files.
"""
from pathlib import Path

from ..annotations import AnnotationError
from ..transforms.loading import DESCRIBED
from .conversion import (
    SUBSETS,
    from_activitynet_style,
    instances_of,
    read_csv,
    read_json,
    usable,
    write_annotations,
)


def from_official(source: Path, target: Path, testing: bool = False) -> Path:
    """``activity_net.v1-3.min.json``.

    Args:
        source, target, testing: See :func:`from_activitynet_style`.

    Raises:
        AnnotationError: If it is not such a file.
    """
    return from_activitynet_style(source, target,
                                  'ActivityNet-1.3 (official)', testing)


def from_bsn(source: Path, video_info: Path, target: Path) -> Path:
    """BSN's files, which leave out videos that the web has lost.

    Args:
        source: ``anet_anno_action.json``.
        video_info: ``video_info_new.csv``.
        target: File to write.

    Raises:
        AnnotationError: If they are not such files, or a video of the second
            is missing in the first.
    """
    rows = read_csv(video_info, ('video', 'subset', 'rfps'))
    rows = [row for row in rows if row['subset'] in SUBSETS]
    if not rows:
        raise AnnotationError(f'{video_info}: found no video of the subsets '
                              f'{", ".join(SUBSETS)}')
    entries = read_json(source, rows[0]['video'])
    missing = [row['video'] for row in rows if row['video'] not in entries]
    if missing:
        raise AnnotationError(
            f'{source}: found no video {missing[0]}, expected all '
            f'{len(rows)} of {video_info}')
    database = {}
    for row in rows:
        entry = entries[row['video']]
        with usable(source, row['video']):
            database[row['video'].removeprefix('v_')] = dict(
                subset=row['subset'], duration=entry['duration_second'],
                fps=float(row['rfps']),
                **{field: entry[field] for field in DESCRIBED
                   if field in entry},
                annotations=instances_of(entry))
    return write_annotations(target, 'ActivityNet-1.3 (BSN)', database)
