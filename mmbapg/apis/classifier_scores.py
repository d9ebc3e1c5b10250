"""Scores of several classifiers of whole videos as those of one."""
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence

import numpy as np
import torch
from mmaction.structures import ActionDataSample
from numpy.typing import ArrayLike
from scipy.special import softmax

from mmbapg.datasets.annotations import VideoAnnotation, named
from mmbapg.datasets.transforms.video_scores import (
    VideoScoresError,
    open_video_scores,
)
from mmbapg.errors import SettingError
from mmbapg.evaluation import Segments
from mmbapg.models import VideoScoreFusion
from mmbapg.ops import Detections


class ClassifierScores(NamedTuple):
    """What several classifiers say of the same videos.

    Attributes:
        files: Of each classifier.
        videos: Names.
        scores: ``(files, videos, classes)`` float64.
        are_logits: Whether softmax makes probabilities of weighted sums.
    """
    files: List[str]
    videos: List[str]
    scores: np.ndarray
    are_logits: bool

    def joined(self, weights: ArrayLike) -> np.ndarray:
        """Weighted sums, or the probabilities of logits, ``(videos,
        classes)``."""
        sums = np.tensordot(np.asarray(weights), self.scores, axes=1)
        return softmax(sums, axis=1) if self.are_logits else sums

    def of(self, videos: Sequence[str]) -> 'ClassifierScores':
        """Those of some of the videos."""
        place = {video: row for row, video in enumerate(self.videos)}
        rows = [place[video] for video in videos]
        return self._replace(videos=list(videos), scores=self.scores[:, rows])


def read_classifiers(files: Sequence[str], classes: Sequence[str],
                     annotations: Mapping[str, VideoAnnotation],
                     are_logits: bool = False) -> ClassifierScores:
    """Read files of video-level scores.

    Args:
        files: As :class:`.LoadVideoScores` reads them, in either layout.
        classes: Names, in order.
        annotations: Videos; what files hold of others is left out.
        are_logits: See :class:`ClassifierScores`.

    Raises:
        SettingError: If it is one file, or the same twice.
        VideoScoresError: If a file is not usable, knows other videos than
            the first, or has scores below 0 that are not called logits.
    """
    if len(files) < 2 or len({*files}) < len(files):
        raise SettingError(
            f'found {named_files(files)}, expected the scores of two or more '
            'classifiers, each in a file of its own')
    readers = [open_video_scores(path, classes) for path in files]
    known = [[name for name in annotations if reader.knows(name)]
             for reader in readers]
    for path, videos in zip(files, known):
        odd = sorted({*known[0]} ^ {*videos})
        if odd:
            raise VideoScoresError(
                f'{path}: found scores of other videos than in {files[0]}, '
                f'expected the same; only one of the two knows {named(odd)}')
    if not known[0]:
        raise VideoScoresError(
            f'{files[0]}: found scores of none of the {len(annotations)} '
            'annotated videos, expected some')
    scores = np.array([[reader.of(video) for video in known[0]]
                       for reader in readers], dtype=np.float64)
    if not are_logits:
        _refuse_negative(files, known[0], scores)
    return ClassifierScores(list(files), known[0], scores, are_logits)


def _refuse_negative(files: Sequence[str], videos: Sequence[str],
                     scores: np.ndarray) -> None:
    for file, video in np.argwhere(scores.min(axis=2) < 0)[:1]:
        raise VideoScoresError(
            f'{files[file]}: video {videos[video]}: found a score of '
            f'{scores[file, video].min():g}, expected 0 or more; if these '
            'are logits, say so (--logits), and softmax makes probabilities '
            'of their sum')


def shares_of(weights: Sequence[float], files: Sequence[str]) -> np.ndarray:
    """Weights that were given, so that they add up to 1.

    Raises:
        SettingError: If there is not one for each file, 0 or more, and one
            above 0.
    """
    given = np.asarray(weights, dtype=np.float64)
    if not (len(given) == len(files) and np.isfinite(given).all() and
            given.min() >= 0 and given.max() > 0):
        raise SettingError(
            f'found weights {list(weights)} for {len(files)} files, expected '
            'one for each, 0 or more, not all 0')
    return given / given.sum()


def named_files(files: Sequence[str]) -> str:
    """``2 files: a.json, b.json``."""
    return f'{len(files)} file{"s" * (len(files) != 1)}: {", ".join(files)}'


def name_proposals(proposals: Mapping[str, Segments],
                   scores: Mapping[str, np.ndarray],
                   fusion: Optional[VideoScoreFusion] = None
                   ) -> Dict[str, Segments]:
    """Detections: proposals with the classes of their videos.

    Args:
        proposals: By video.
        scores: ``(num_classes,)`` of each of these videos.
        fusion: How.
    """
    fusion = fusion or VideoScoreFusion()
    found = {}
    for video, each in proposals.items():
        order, best = each.best_first()
        result = fusion(
            Detections(torch.from_numpy(each.segments[order]),
                       torch.from_numpy(best),
                       torch.zeros(len(order), dtype=torch.int64)),
            ActionDataSample(metainfo=dict(
                video_name=video, video_scores=scores[video])))
        found[video] = Segments(result.segments.numpy(),
                                result.labels.numpy(), result.scores.numpy())
    return found
