"""Error analysis of detection files: figures, tables and pictures."""
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from mmbapg.datasets.annotations import (
    AnnotationError,
    VideoAnnotation,
    classes_of,
    load_annotations,
    named,
    select,
)
from mmbapg.evaluation import Segments, counted_instances
from mmbapg.evaluation.error_analysis import (
    EDGES,
    Group,
    Matching,
    boundary_errors,
    error_impact,
    false_positive_profile,
    match,
    precision_recall,
    sensitivity,
)
from mmbapg.evaluation.ideal_detections import (
    Judged,
    ideal_detections,
    mean_ap,
)
from mmbapg.evaluation.submission import read_submission
from mmbapg.files import replace_file
from mmbapg.visualization import write_png
from mmbapg.visualization.error_charts import (
    draw_boundary_errors,
    draw_false_positives,
    draw_precision_recall,
    draw_sensitivity,
)

from .diagnosis_tables import PARTS, print_figures, print_judged, told


class Comparison(NamedTuple):
    """Detections of several files, matched with the same videos.

    Attributes:
        judged: The videos, in the order of the annotation file.
        founds: Name of the detections -> detections by video, also of videos
            that were not judged.
        matchings: Name of the detections -> a matching at each threshold.
            Its videos are those of ``judged`` that are labelled.
    """
    judged: List[VideoAnnotation]
    founds: Dict[str, Dict[str, Segments]]
    matchings: Dict[str, List[Matching]]


@dataclass
class Diagnosis:
    """Instances of some videos, and settings.

    Attributes:
        annotations: The annotation file.
        subset, where: Which of its videos; see
            :func:`mmbapg.datasets.annotations.select`. By default, see
            :meth:`judged`.
        thresholds: tIoU.
        edges: Characteristic -> values that part the groups.
        convention: Of mAP, which instances count.
    """
    annotations: str
    subset: Optional[Sequence[str]] = None
    where: Optional[Mapping[str, object]] = None
    thresholds: Sequence[float] = (0.3, 0.4, 0.5, 0.6, 0.7)
    edges: Optional[Mapping[str, Sequence[float]]] = None
    convention: str = 'actionformer'

    def __post_init__(self) -> None:
        self.videos = load_annotations(self.annotations, 'keep')
        self.classes = classes_of(self.annotations)
        self.edges = self._edges = {**EDGES, **(self.edges or {})}

    @property
    def middle(self) -> float:
        """The threshold of figures that are given for one threshold only."""
        return self.thresholds[len(self.thresholds) // 2]

    def matchings(self, files: Sequence[str]) -> List[Matching]:
        """Match the detections of files, no two of which hold the same video.

        Returns:
            A matching at each threshold.

        Raises:
            AnnotationError: If two files know one video, if the annotations
                do not know it, or if no video is left to judge.
        """
        found = self.read(files)
        return self._match(found, self.judged([found]))

    def read(self, files: Sequence[str]) -> Dict[str, Segments]:
        """Detections of all files together; no two may hold the same video."""
        found: Dict[str, Segments] = {}
        for path in files:
            more = read_submission(path, self.classes, self.videos)
            if set(more) & set(found):
                raise AnnotationError(
                    f'{path}: found {named(sorted(set(more) & set(found)))} '
                    'that an earlier file holds too, expected other videos')
            found.update(more)
        return found

    def judged(self, founds: Sequence[Mapping[str, Segments]]
               ) -> List[VideoAnnotation]:
        """The videos that all detections of a table are judged on.

        Without ``subset`` and ``where``: all that share subset and fold with
        a video of any detections, so that one which a file leaves out counts
        as missed.
        """
        if self.subset is not None or self.where is not None:
            return select(self.videos, self.subset, self.where,
                          self.annotations)
        parts = {_part(self.videos[name]) for found in founds
                 for name in found}
        return [video for video in self.videos.values()
                if _part(video) in parts]

    def ideals(self, files: Sequence[str]) -> Dict[str, float]:
        """mAP of the detections of files, no two of which hold the same video,
        as they are, and if one thing about them were right.

        Returns:
            ``as it is`` and each of
            :data:`~mmbapg.evaluation.ideal_detections.IDEALS` -> mAP in
            [0, 1], averaged over the thresholds.

        Raises:
            AnnotationError: As :meth:`matchings`.
        """
        found = self.read(files)
        return self._ideals(found, self.judged([found]))

    def _ideals(self, found: Mapping[str, Segments],
                judged: Sequence[VideoAnnotation]) -> Dict[str, float]:
        plain = self._of_judged(found, judged)
        return {name: mean_ap(each, self.thresholds) for name, each in {
            'as it is': plain, **ideal_detections(*plain)}.items()}

    def _match(self, found: Mapping[str, Segments],
               judged: Sequence[VideoAnnotation]) -> List[Matching]:
        truth, found = self._of_judged(found, judged)
        durations = {video.name: video.duration for video in judged}
        return [match(truth, found, durations, threshold)
                for threshold in self.thresholds]

    def _of_judged(self, found: Mapping[str, Segments],
                   judged: Sequence[VideoAnnotation]) -> Judged:
        """Instances that count, and detections of the same videos."""
        if not any(len(video.labels) for video in judged):
            raise AnnotationError(
                f'{self.annotations}: found no instance in the '
                f'{told(judged)}, expected some to compare detections with')
        place = {name: label for label, name in enumerate(self.classes)}
        truth = {
            video.name: counted_instances(
                Segments(video.segments,
                         np.array([place[each] for each in video.labels],
                                  dtype=np.int64)), self.convention)
            for video in judged if video.labelled}
        found = {name: found[name] for name in truth if name in found}
        if not found:
            raise AnnotationError(
                f'found detections of none of the {told(judged)}, expected '
                'detections of the videos that are judged')
        return Judged(truth, found)

    def compare(self, files: Mapping[str, Sequence[str]]) -> Comparison:
        """Match all detections with the same videos, and say which.

        Args:
            files: Name of the detections -> files; see :meth:`matchings`.

        Raises:
            AnnotationError: As :meth:`matchings`.
        """
        founds = {name: self.read(paths) for name, paths in files.items()}
        judged = self.judged(list(founds.values()))
        matchings = {name: self._match(found, judged)
                     for name, found in founds.items()}
        print_judged(judged, founds, matchings)
        return Comparison(judged, founds, matchings)

    def report(self, files: Mapping[str, Sequence[str]],
               out_dir: Path) -> dict:
        """Print tables, and write figures and pictures.

        Args:
            files: Name of the detections -> files; see :meth:`matchings`.
            out_dir: For ``diagnosis.json`` and the pictures.

        Returns:
            What ``diagnosis.json`` holds.
        """
        judged, founds, matchings = self.compare(files)
        results = {name: {
            **self.figures(each),
            'mAP if': self._ideals(founds[name], judged)}
            for name, each in matchings.items()}
        print_figures(results, self.middle)
        out_dir.mkdir(parents=True, exist_ok=True)
        for name, image in self._pictures(matchings, results).items():
            write_png(out_dir / f'{name}.png', image)
        content = json.dumps(results, indent=1).encode()
        replace_file(out_dir / 'diagnosis.json',
                     lambda file: file.write(content))
        return results

    def at_middle(self, matchings: Sequence[Matching]) -> Matching:
        """The matching at the threshold :attr:`middle`."""
        return matchings[len(self.thresholds) // 2]

    def figures(self, matchings: Sequence[Matching]) -> dict:
        """What ``diagnosis.json`` holds of detections; shares in [0, 1]."""
        middle = self.at_middle(matchings)
        errors = np.abs(boundary_errors(middle))
        return {
            'mAP': np.mean([each.mean_ap() for each in matchings]).item(),
            'mAP at': {f'{each.threshold:g}': each.mean_ap()
                       for each in matchings},
            'gain without': error_impact(matchings),
            'profile': false_positive_profile(middle).tolist(),
            'groups': {
                name: [group._asdict() for group in sensitivity(
                    matchings, name, edges)]
                for name, edges in self._edges.items()},
            'median boundary error': dict(zip(
                ('start', 'end'),
                np.median(errors, axis=0).tolist() if len(errors) else
                (None, None))),
        }

    def _pictures(self, matchings: Mapping[str, Sequence[Matching]],
                  results: Mapping[str, dict]) -> Dict[str, np.ndarray]:
        return dict(
            false_positives=draw_false_positives(
                {name: np.array(figures['profile'])
                 for name, figures in results.items()},
                {name: figures['gain without']
                 for name, figures in results.items()}),
            sensitivity=draw_sensitivity(
                {characteristic: {
                    name: [Group(**group)
                           for group in figures['groups'][characteristic]]
                    for name, figures in results.items()}
                 for characteristic in self._edges},
                {name: figures['mAP'] for name, figures in results.items()}),
            boundary_errors=draw_boundary_errors(
                {name: boundary_errors(self.at_middle(each))
                 for name, each in matchings.items()}),
            precision_recall=draw_precision_recall(
                {name: {one.threshold: precision_recall(one) for one in each}
                 for name, each in matchings.items()}))


def _part(video: VideoAnnotation) -> Tuple[str, ...]:
    """What is tested together: a subset, or a fold of one."""
    return tuple(str(video.fields.get(key)).lower() for key in PARTS)
