"""Proposals of several generators as those of one."""
from typing import Dict, List, Optional, Sequence

import numpy as np
import torch

from mmbapg.datasets.annotations import AnnotationError, named
from mmbapg.errors import SettingError
from mmbapg.evaluation import Segments
from mmbapg.evaluation.metrics.proposal_recall_metric import LABEL
from mmbapg.evaluation.submission import read_proposals, write_submission
from mmbapg.ops import decaying_nms


def join_proposals(files: Sequence[str],
                   out: str,
                   weights: Optional[Sequence[float]] = None,
                   divisor: float = 0.4,
                   max_proposals: int = 200) -> Dict[str, Segments]:
    """Concatenate what each has found in a video, and suppress repetitions.

    The ensemble of BSN++ with BMN (Su et al., ActivityNet challenge 2020,
    improvement D). The files hold proposals as ``ProposalRecallMetric``
    writes them.

    Args:
        files: Of generators, all of the same videos.
        out: File to write, in the same format.
        weights: Of each file's scores; 1 by default. Generators differ in
            how they score.
        divisor, max_proposals: Of soft-NMS; see
            :func:`mmbapg.ops.decaying_nms`.

    Returns:
        Proposals by video, best first.

    Raises:
        AnnotationError: If a file cannot be used, or knows other videos.
        SettingError: If there are not as many weights, above 0, as files.
    """
    factors = [1.0] * len(files) if weights is None else list(weights)
    if len(factors) != len(files) or not min(factors, default=0) > 0:
        raise SettingError(
            f'found weights {factors} for {len(files)} files, expected one '
            'above 0 for each, and a file')
    found = [read_proposals(str(path)) for path in files]
    for path, other in zip(files[1:], found[1:]):
        odd = sorted(found[0].keys() ^ other.keys())
        if odd:
            raise AnnotationError(
                f'{path}: found other videos than in {files[0]}, expected '
                f'the same; only one of the two knows {named(odd)}')
    joined = {video: _suppressed(
        [each[video] for each in found], factors, divisor, max_proposals)
        for video in found[0]}
    write_submission(str(out), joined, [LABEL])
    return joined


def _suppressed(found: List[Segments], factors: Sequence[float],
                divisor: float, max_proposals: int) -> Segments:
    rows = [each.detections() for each in found]
    segments = np.concatenate([row[0] for row in rows])
    scores = np.concatenate([factor * row[2]
                             for factor, row in zip(factors, rows)])
    inds, decayed = decaying_nms(
        torch.from_numpy(segments), torch.from_numpy(scores), divisor,
        max_proposals)
    return Segments(segments[inds.numpy()],
                    np.zeros(len(inds), dtype=np.int64), decayed.numpy())
