"""Proposals for a classifier: of a file, or the true segments."""
import math
from typing import Dict, Optional

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from mmbapg.errors import UserError

from ..json_files import JSONFileError, read_json


class ProposalFileError(UserError, ValueError):
    """A file of proposals is not usable; the message says why."""


@TRANSFORMS.register_module()
class LoadFoundProposals(BaseTransform):
    """Proposals of a video, as ``ProposalRecallMetric`` writes them.

    Reads ``video_name``; adds ``given_proposals``, ``segments`` ``(N, 2)`` in
    seconds and ``scores`` ``(N,)``, best first. What a file calls them is not
    looked at.

    Args:
        path: JSON file in ActivityNet's format, ``{"results": {VIDEO:
            [{"segment": [start, end], "score": score}]}}``.
        max_proposals: So many of each video, the best ones; by default all.
    """

    def __init__(self, path: str,
                 max_proposals: Optional[int] = None) -> None:
        self.path = path
        self.max_proposals = max_proposals
        self._found: Optional[Dict[str, list]] = None

    def transform(self, results: dict) -> dict:
        if self._found is None:  # each worker reads the file, and once
            self._found = self._read()
        name = results['video_name']
        if name not in self._found:
            raise ProposalFileError(
                f'{self.path}: found no proposals of video {name}, expected a '
                'list for every video to be tested, [] where there are none')
        rows = [self._row(name, row) for row in self._found[name]]
        found = np.array(rows, dtype=np.float64).reshape(-1, 3)
        best = np.argsort(-found[:, 2], kind='stable')[:self.max_proposals]
        results['given_proposals'] = dict(
            segments=found[best, :2], scores=found[best, 2])
        return results

    def _read(self) -> Dict[str, list]:
        try:
            content = read_json(self.path)
        except FileNotFoundError:
            raise ProposalFileError(
                f'{self.path}: no such file of proposals, which '
                'ProposalRecallMetric writes with out_file=FILE.json'
            ) from None
        except JSONFileError as error:
            raise ProposalFileError(str(error)) from None
        found = content.get('results') if isinstance(content, dict) else None
        if not (isinstance(found, dict) and
                all(isinstance(rows, list) for rows in found.values())):
            raise ProposalFileError(
                f"{self.path}: found no field 'results', expected one that "
                'holds a list of proposals for each video')
        return found

    def _row(self, video: str, row) -> list:
        """Start, end and score of an entry."""
        try:
            start, end = row['segment']
            numbers = [float(start), float(end), float(row['score'])]
        except (KeyError, TypeError, ValueError):
            numbers = [math.nan]
        if not (all(map(math.isfinite, numbers)) and numbers[0] < numbers[1]):
            raise ProposalFileError(
                f'{self.path}: video {video}: found {str(row)[:80]}, expected '
                "a proposal with 'segment', its start and its later end in "
                "seconds, and 'score'")
        return numbers


@TRANSFORMS.register_module()
class TrueProposals(BaseTransform):
    """The true segments as proposals, all with a score of 1: what a
    classifier is worth alone.

    Reads ``segments``; adds ``given_proposals``, see
    :class:`LoadFoundProposals`.
    """

    def transform(self, results: dict) -> dict:
        segments = results['segments']
        results['given_proposals'] = dict(
            segments=segments, scores=np.ones(len(segments)))
        return results
