"""One file of video-level scores out of several, by weights that are searched
for, or given."""
from dataclasses import dataclass
from typing import Optional, Sequence

from mmbapg.datasets.annotations import (
    AnnotationError,
    VideoAnnotation,
    classes_of,
    load_annotations,
    named,
    require_labels,
    select,
)
from mmbapg.datasets.transforms.video_scores import (
    VideoScoresError,
    write_video_scores,
)
from mmbapg.errors import SettingError
from mmbapg.evaluation.metrics.proposal_recall_metric import LABEL
from mmbapg.evaluation.submission import read_submission, write_submission
from mmbapg.models import VideoScoreFusion

from .classifier_scores import (
    ClassifierScores,
    name_proposals,
    read_classifiers,
    shares_of,
)
from .classifier_weights import (
    CLASS_MAP,
    MAP,
    JudgedScores,
    choose_weights,
    print_weights,
)
from .weight_search import WeightSearch


@dataclass
class VideoScoreEnsemble:
    """Files of video-level scores, and what they are for.

    Attributes:
        annotations: File that names classes and videos.
        files: Of each classifier, as :class:`.LoadVideoScores` reads them.
        are_logits: Whether files hold logits: softmax over the annotated
            classes makes probabilities of their weighted sum. Otherwise, the
            sum is the score.
        proposals: File of proposals, as ``ProposalRecallMetric`` writes them.
        fusion: How scores name proposals, as in the config that will use
            them.
        detections: File to which :meth:`write` writes the proposals with the
            classes that the joined scores give them; none by default.

    Raises:
        SettingError, VideoScoresError: As :func:`.read_classifiers`; if there
            are no proposals to name, or a video would get more classes than
            there are.
        AnnotationError: If a file cannot be used, if proposals score below
            0, or if a video that has proposals to name has no scores.
    """
    annotations: str
    files: Sequence[str]
    are_logits: bool = False
    proposals: Optional[str] = None
    fusion: Optional[VideoScoreFusion] = None
    detections: Optional[str] = None

    def __post_init__(self) -> None:
        self.videos = load_annotations(self.annotations, 'keep')
        self.classes = classes_of(self.annotations)
        self.scores: ClassifierScores = read_classifiers(
            self.files, self.classes, self.videos, self.are_logits)
        self.found = None if self.proposals is None else read_submission(
            self.proposals, [LABEL], self.videos)
        self._refuse_what_cannot_be_named()

    def _refuse_what_cannot_be_named(self) -> None:
        fusion = self.fusion or VideoScoreFusion()
        if self.proposals and fusion.topk > len(self.classes):
            raise SettingError(
                f'topk: found {fusion.topk}, expected at most the number of '
                f'classes, {len(self.classes)}')
        found = self.found or {}
        negative = [name for name, each in found.items()
                    if (each.detections()[2] < 0).any()]
        if negative:
            raise AnnotationError(
                f'{self.proposals}: found scores below 0 in '
                f'{named(negative)}, expected 0 or more: they are multiplied '
                'with those of classes')
        if self.detections is None:
            return
        if self.found is None:
            raise SettingError(
                f'{self.detections}: found no proposals to make detections '
                'of, expected a file of them')
        without = sorted({*found} - {*self.scores.videos})
        if without:
            raise AnnotationError(
                f'{self.proposals}: found proposals of {named(without)}, of '
                f'which {self.files[0]} has no scores, expected scores of '
                'every video to name')

    def choose(self, subset: Optional[Sequence[str]], search: WeightSearch,
               maximize: Optional[str] = None, folds: int = 5, seed: int = 0,
               **judging) -> dict:
        """Find weights on annotated videos, and print what they are worth.

        Args:
            subset: Of the annotation file; all of its videos by default.
            search, folds, seed: See :func:`.choose_weights`.
            maximize: See there; by default mAP where there are proposals,
                and mAP of classes of videos where there are none.
            judging: ``thresholds`` and ``convention`` of
                :class:`.JudgedScores`.

        Returns:
            Of :func:`.choose_weights`.

        Raises:
            SettingError, AnnotationError: If something is unknown, or is
                not there.
            VideoScoresError: If there are no scores of a video to judge.
        """
        videos = select(self.videos, subset, path=self.annotations)
        require_labels(videos, self.annotations, 'to choose weights by')
        judged = JudgedScores(
            self.scores.of(self._scored(videos)), videos, self.classes,
            self.found, fusion=self.fusion,
            source=self.proposals or 'proposals', **judging)
        found = choose_weights(
            judged, search,
            maximize or (CLASS_MAP if self.found is None else MAP), folds,
            seed)
        print_weights(found)
        return found

    def _scored(self, videos: Sequence[VideoAnnotation]) -> Sequence[str]:
        names = [video.name for video in videos]
        without = sorted({*names} - {*self.scores.videos})
        if without:
            raise VideoScoresError(
                f'{self.files[0]}: found no scores of {named(without)}, '
                'expected scores of every video by which weights are chosen')
        return names

    def write(self, weights: Sequence[float], out: str, **origin) -> None:
        """Write scores of all videos that the files and annotations know.

        Args:
            weights: Of each file; only their ratios count.
            out: ``.json`` file, for :class:`.LoadVideoScores`.
            origin: More to note in the file, beside files and weights.

        Raises:
            SettingError: If weights do not fit.
        """
        shares = shares_of(weights, self.files)
        joined = dict(zip(self.scores.videos, self.scores.joined(shares)))
        if self.detections is not None:
            write_submission(self.detections, name_proposals(
                self.found or {}, joined, self.fusion), self.classes)
        write_video_scores(out, self.classes, joined, dict(
            origin, files=list(self.files), weights=shares.tolist(),
            are_logits=self.are_logits))
