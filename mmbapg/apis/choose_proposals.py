"""Proposals of one file or another, by how long a video is."""
from typing import Dict, Sequence

import numpy as np

from mmbapg.datasets.annotations import AnnotationError, load_annotations
from mmbapg.errors import SettingError
from mmbapg.evaluation import Segments
from mmbapg.evaluation.metrics.proposal_recall_metric import LABEL
from mmbapg.evaluation.submission import read_proposals, write_submission


def choose_proposals(annotations: str, files: Sequence[str],
                     edges: Sequence[float], out: str) -> Dict[str, Segments]:
    """Write the proposals that fit each video's duration.

    A generator for whole videos tests with features resized to several
    lengths, and short videos take what it finds in few steps (BSN++ at the
    ActivityNet challenge 2020, improvement C: 30 steps below 30 s, 80 below
    120 s, 100 from there on).

    Args:
        annotations: File that tells the durations.
        files: Of each range of durations, the shortest first, as
            ``ProposalRecallMetric`` writes them.
        edges: Between the ranges, in seconds, ascending.
        out: File to write, in the same format.

    Returns:
        Proposals by video.

    Raises:
        AnnotationError: If a file cannot be used, or lacks a video.
        SettingError: If there is not one range more than edges.
    """
    if len(files) != len(edges) + 1 or list(edges) != sorted({*edges}):
        raise SettingError(
            f'found {len(files)} files for edges {list(edges)}, expected '
            'ascending edges, and a file more')
    videos = load_annotations(annotations, 'keep')
    found = [read_proposals(str(path)) for path in files]
    chosen = {}
    for name in sorted({name for each in found for name in each}):
        if name not in videos:
            raise AnnotationError(f'{annotations}: found no video {name}, '
                                  f'expected all that {files[0]} knows')
        place = int(np.searchsorted(edges, videos[name].duration, 'right'))
        if name not in found[place]:
            raise AnnotationError(
                f'{files[place]}: found no proposals of video {name}, '
                f'expected some, as it lasts {videos[name].duration:g} s')
        chosen[name] = found[place][name]
    write_submission(str(out), chosen, [LABEL])
    return chosen
