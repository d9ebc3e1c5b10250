"""Scores of a classifier that saw whole videos."""
import json
import math
import re
from pathlib import Path
from typing import Any, Mapping, Sequence

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.logging import print_log

from mmbapg.errors import UserError
from mmbapg.files import write_text

from ..feature_arrays import first_line
from ..json_files import JSONFileError, read_json
from ..numpy_files import read_npy
from ..sources.thumos14 import UCF101_IDS


class VideoScoresError(UserError, ValueError):
    """Video-level scores are not usable; the message says why."""


@TRANSFORMS.register_module()
class LoadVideoScores(BaseTransform):
    """Class scores of a video by an external classifier.

    Reads ``video_name`` and ``classes``; adds ``video_scores``
    ``(num_classes,)`` float32 in the order of ``classes``.

    Args:
        path: One of two files, told by suffix. ``.json``: the one for
            ActivityNet by CUHK, ``{"results": {VIDEO: [scores]}, "class":
            [names]}`` with videos named without ``v_``. ``.npy``: the one for
            THUMOS14 by UntrimmedNet, ``(1574, 101)``, a row for each test
            video and a column for each class of UCF-101.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._scores: Any = None

    def transform(self, results: dict) -> dict:
        if self._scores is None:  # each worker reads the file, and once
            self._scores = open_video_scores(self.path, results['classes'])
        results['video_scores'] = self._scores.of(results['video_name'])
        return results


class CUHKScores:
    """Scores for ActivityNet; see :class:`LoadVideoScores`.

    Args:
        path: The file.
        classes: Names, in the order that is wanted.

    Raises:
        VideoScoresError: If the file is missing or of another form, or does
            not know a class.
    """

    def __init__(self, path: str, classes: Sequence[str]) -> None:
        self.path = path
        try:
            content = read_json(path)
        except FileNotFoundError:
            raise VideoScoresError(f'{path}: no such file of video-level '
                                   'scores') from None
        except JSONFileError as error:
            raise VideoScoresError(str(error)) from None
        if not (isinstance(content, dict) and
                isinstance(content.get('results'), dict)):
            raise VideoScoresError(
                f"{path}: field 'results' is missing, expected scores by "
                'video name')
        self.results: Mapping[str, Sequence[float]] = {
            _without_prefix(name): scores
            for name, scores in content['results'].items()}
        self.columns = self._columns(content.get('class'), classes)

    def _columns(self, names, classes: Sequence[str]) -> Sequence[int]:
        if names is None:
            self.num_scores = len(classes)
            print_log(
                f"{self.path}: no field 'class', so its scores are taken to "
                f'be in the order of the {len(classes)} classes of the '
                'annotation file', 'current', 30)
            return range(len(classes))
        if not (isinstance(names, list)
                and all(isinstance(name, str) for name in names)):
            raise VideoScoresError(
                f"{self.path}: field 'class': expected a list of names")
        places = {name: place for place, name in enumerate(names)}
        self.num_scores = len(names)
        unknown = [name for name in classes if name not in places]
        if unknown:
            raise VideoScoresError(
                f"{self.path}: field 'class': {len(unknown)} of the "
                f'{len(classes)} annotated classes are not among its '
                f'{len(places)}, first {unknown[0]!r}, expected all of them')
        return [places[name] for name in classes]

    def knows(self, video: str) -> bool:
        """Whether there are scores of a video."""
        return _without_prefix(video) in self.results

    def of(self, video: str) -> np.ndarray:
        """``(num_classes,)`` scores of a video."""
        scores = self.results.get(_without_prefix(video))
        if scores is None:
            raise VideoScoresError(
                f'{self.path}: found no scores of video {video}, expected '
                'some of every video to be tested')
        if not (isinstance(scores, list) and all(
                isinstance(score, (int, float)) and math.isfinite(score)
                for score in scores)):
            raise VideoScoresError(
                f'{self.path}: video {video}: expected a list of finite '
                'scores')
        found = np.asarray(scores, dtype=np.float32)
        if found.shape != (self.num_scores, ):
            raise VideoScoresError(
                f'{self.path}: video {video}: found scores of shape '
                f'{found.shape}, expected {self.num_scores}, one for each '
                'class')
        return found[list(self.columns)]


class UntrimmedNetScores:
    """Scores for the test videos of THUMOS14; see :class:`LoadVideoScores`.

    Args:
        path: The file.
        classes: Names, in the order that is wanted.

    Raises:
        VideoScoresError: If the file is missing or of another form, or a
            class is none of THUMOS14.
    """

    NUM_CLASSES = 101

    def __init__(self, path: str, classes: Sequence[str]) -> None:
        self.path = path
        try:
            self.scores = read_npy(Path(path))
        except FileNotFoundError:
            raise VideoScoresError(f'{path}: no such file of video-level '
                                   'scores') from None
        except Exception as error:
            raise VideoScoresError(
                f'{path}: not an array file ({first_line(error)})') from None
        if (self.scores.ndim != 2 or self.scores.dtype.kind not in 'iuf'
                or self.scores.shape[1] != self.NUM_CLASSES):
            raise VideoScoresError(
                f'{path}: found an array of shape {self.scores.shape} and '
                f'type {self.scores.dtype}, expected numbers (videos, '
                f'{self.NUM_CLASSES})')
        unknown = [name for name in classes if name not in UCF101_IDS]
        if unknown:
            raise VideoScoresError(
                f'{path}: class {unknown[0]!r} is none of the '
                f'{len(UCF101_IDS)} of THUMOS14')
        self.columns = [UCF101_IDS[name] - 1 for name in classes]

    def knows(self, video: str) -> bool:
        """Whether there are scores of a video."""
        return 0 <= self._row(video) < len(self.scores)

    def of(self, video: str) -> np.ndarray:
        """``(num_classes,)`` scores of a video."""
        if not self.knows(video):
            raise VideoScoresError(
                f'{self.path}: video {video}: expected video_test_0000001 to '
                f'video_test_{len(self.scores):07d}')
        found = self.scores[self._row(video), self.columns]
        if not np.isfinite(found).all():
            raise VideoScoresError(
                f'{self.path}: video {video}: found {found[:5].tolist()}..., '
                'expected finite scores')
        return found.astype(np.float32)

    @staticmethod
    def _row(video: str) -> int:
        match = re.fullmatch(r'video_test_(\d{7})', video)
        return int(match[1]) - 1 if match else -1


def open_video_scores(path: str, classes: Sequence[str]
                      ) -> 'CUHKScores | UntrimmedNetScores':
    """Scores of a file, whose suffix tells its layout.

    Args:
        path: See :class:`LoadVideoScores`.
        classes: Names, in the order that is wanted.

    Raises:
        VideoScoresError: If the file is not usable.
    """
    suffix = Path(path).suffix
    if suffix == '.json':
        return CUHKScores(path, classes)
    if suffix == '.npy':
        return UntrimmedNetScores(path, classes)
    raise VideoScoresError(
        f'{path}: found suffix {suffix!r}, expected .json or .npy')


def write_video_scores(path: str, classes: Sequence[str],
                       scores: Mapping[str, np.ndarray],
                       origin: Mapping[str, object]) -> None:
    """Write scores as :class:`LoadVideoScores` reads them.

    Args:
        path: ``.json`` file to write.
        classes: Names.
        scores: Of each video ``(num_classes,)``.
        origin: How they came about, for those who look into the file.
    """
    write_text(path, json.dumps({
        'results': {video: row.tolist() for video, row in scores.items()},
        'class': list(classes), 'origin': dict(origin)}))


def _without_prefix(name: str) -> str:
    return name[2:] if name.startswith('v_') else name
