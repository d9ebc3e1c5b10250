"""Variants of a host on the same parts with the same seeds, in pairs."""
from dataclasses import dataclass, field
from typing import Dict, Hashable, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from mmbapg.apis.cross_fit import known_group
from mmbapg.apis.diagnosis import Diagnosis
from mmbapg.evaluation.bootstrap import (
    Groups,
    Runs,
    mean_interval,
    paired_interval,
)

from .cross_validation import CrossValidation, Run
from .cross_validation_tables import Pair
from .quickstart import IOU_THRESHOLDS


def spread(values: np.ndarray) -> Pair:
    """Mean over all, and standard deviation over seeds of the part means.

    Args:
        values: ``(seeds, parts)``.
    """
    per_seed = values.mean(axis=1)
    return float(values.mean()), _deviation(per_seed)


def paired_difference(values: np.ndarray, baseline: np.ndarray) -> Pair:
    """Mean difference of runs on the same part with the same seed, and its
    standard error.

    Args:
        values, baseline: ``(seeds, parts)``.
    """
    difference = (values - baseline).ravel()
    deviation = _deviation(difference)
    return float(difference.mean()), (
        None if deviation is None else deviation / difference.size ** 0.5)


def _deviation(values: np.ndarray) -> Optional[float]:
    return float(values.std(ddof=1)) if len(values) > 1 else None


def groups_of_videos(judges: Mapping[Hashable, Diagnosis],
                     field: Optional[str]) -> Optional[Groups]:
    """What the test videos of each part share with others.

    Args:
        judges: Part -> what its detections are judged on.
        field: Of the annotation file, whose value is shared, such as a
            person.

    Returns:
        The values, in the order in which detections are matched; ``None``
        without a field.

    Raises:
        AnnotationError: If a video does not have it.
    """
    if field is None:
        return None
    return {part: [
        known_group(video, field, judge.annotations, 'to draw videos by')
        for video in judge.judged([]) if video.labelled]
        for part, judge in judges.items()}


@dataclass
class PairedVariants:
    """What variants of a host reach, and what one has more than another.

    Attributes:
        cv: Whose runs have finished.
        parts, seeds: Of the runs.
        host: The host.
        labelled: Videos that it was trained on; all by default.
    """
    cv: CrossValidation
    parts: Sequence[int]
    seeds: Sequence[int]
    host: str
    labelled: Optional[int] = None
    _matched: Dict[str, Runs] = field(default_factory=dict, init=False)

    def values(self, name: str, figure: str = 'mAP') -> np.ndarray:
        """``(seeds, parts)`` of a figure in percent."""
        return 100 * np.array([[self.cv.figures(self._run(
            part, seed, name))[figure] for part in self.parts]
            for seed in self.seeds])

    def interval(self, name: str) -> List[float]:
        """Of the average mAP of a variant, 95 %."""
        return [100 * end for end in mean_interval(
            self._matchings(name), groups=self._groups())]

    def gain(self, name: str, other: str) -> Tuple[Pair, List[float]]:
        """Average mAP that a variant has more than another: the difference in
        pairs with its standard error, and its 95 % interval.

        Videos of the field by which the dataset keeps cross-fitting apart,
        such as those of a person, are drawn together.
        """
        return paired_difference(self.values(name), self.values(other)), [
            100 * end for end in paired_interval(
                self._matchings(name), self._matchings(other),
                groups=self._groups())]

    def ideals(self, name: str) -> Dict[str, np.ndarray]:
        """What is right about detections -> ``(seeds, parts)`` of average mAP
        in percent; see :meth:`.Diagnosis.ideals`."""
        judges = {part: self._videos(part) for part in self.parts}
        found = [[judges[part].ideals([str(self.cv.detections(
            self._run(part, seed, name)))]) for part in self.parts]
            for seed in self.seeds]
        return {kind: 100 * np.array([[run[kind] for run in parts]
                                      for parts in found])
                for kind in found[0][0]}

    def _run(self, part: int, seed: int, name: str) -> Run:
        return Run(part, seed, name, self.host, self.labelled)

    def _groups(self) -> Optional[Groups]:
        return groups_of_videos({part: self._videos(part) for part in
                                 self.parts}, self.cv.dataset.group)

    def _videos(self, part: int) -> Diagnosis:
        return Diagnosis(
            str(self.cv.data_root / 'annotations.json'),
            where={self.cv.dataset.field: self.cv.dataset.parts[part]},
            thresholds=[float(each) for each in IOU_THRESHOLDS])

    def _matchings(self, name: str) -> Runs:
        if name not in self._matched:
            self._matched[name] = {
                (part, seed): videos.matchings(
                    [str(self.cv.detections(self._run(part, seed, name)))])
                for part in self.parts for videos in [self._videos(part)]
                for seed in self.seeds}
        return self._matched[name]
