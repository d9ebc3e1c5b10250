"""How much each of several classifiers of whole videos should count."""
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, List, Mapping, Optional, Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from mmbapg.datasets.annotations import (
    AnnotationError,
    VideoAnnotation,
    named,
)
from mmbapg.errors import SettingError
from mmbapg.evaluation import Segments, counted_instances
from mmbapg.evaluation.average_precision import CONVENTIONS
from mmbapg.evaluation.named_proposals import NamedProposals
from mmbapg.evaluation.video_classes import class_mean_ap, top1_accuracy
from mmbapg.models import VideoScoreFusion

from .boundary_table import numbers_table
from .classifier_scores import ClassifierScores
from .weight_search import Figure, WeightSearch

#: Share of videos whose best class is right; mAP of videos as examples of
#: their classes; and average mAP of proposals that the scores name.
TOP1, CLASS_MAP, MAP = 'top-1', 'class mAP', 'mAP'
#: ``figure(scores, chosen)`` of ``(V, C)`` and a mask ``(V,)``.
OfVideos = Callable[[np.ndarray, np.ndarray], float]
EQUAL, BEST, UNSEEN = ('equal weights', 'best weights',
                       'best weights of other videos')


@dataclass
class JudgedScores:
    """Scores of classifiers, and videos of which is known what they show.

    Attributes:
        classifiers: Of these videos, in their order.
        videos: All annotated.
        classes: Names, in the order of the scores.
        proposals: Of each video, scored 0 or more; without them, there is no
            :data:`MAP`.
        thresholds: tIoU of :data:`MAP`.
        convention: Which instances count for it.
        fusion: How scores name proposals.
        source: Of the proposals, for messages.
    """
    classifiers: ClassifierScores
    videos: Sequence[VideoAnnotation]
    classes: Sequence[str]
    proposals: Optional[Mapping[str, Segments]] = None
    thresholds: Sequence[float] = tuple(np.linspace(0.5, 0.95, 10))
    convention: str = 'activitynet'
    fusion: Optional[VideoScoreFusion] = None
    source: str = 'proposals'

    def __post_init__(self) -> None:
        if self.convention not in CONVENTIONS:
            raise SettingError(
                f'convention: found {self.convention!r}, expected one of '
                f'{", ".join(CONVENTIONS)}')
        place = {name: label for label, name in enumerate(self.classes)}
        labels = [np.array([place[each] for each in video.labels],
                           dtype=np.int64) for video in self.videos]
        self.truth = np.zeros((len(labels), len(self.classes)), dtype=bool)
        for row, each in zip(self.truth, labels):
            row[each] = True
        if not self.truth.any():
            raise AnnotationError(
                'annotations: found no instance in '
                f'{named(self._names)}, expected some to compare scores with')
        self.figures: Dict[str, OfVideos] = {
            TOP1: lambda scores, chosen: top1_accuracy(
                scores[chosen], self.truth[chosen]),
            CLASS_MAP: lambda scores, chosen: class_mean_ap(
                scores[chosen], self.truth[chosen])}
        if self.proposals is not None:
            self.figures[MAP] = self._named(self.proposals, labels).mean_ap

    @property
    def _names(self) -> List[str]:
        return [video.name for video in self.videos]

    def _named(self, proposals: Mapping[str, Segments],
               labels: Sequence[np.ndarray]) -> NamedProposals:
        missing = [name for name in self._names if name not in proposals]
        if missing:
            raise AnnotationError(
                f'{self.source}: found no proposals of {named(missing)}, '
                'expected a list for every video to judge, [] where there are '
                'none')
        fusion = self.fusion or VideoScoreFusion()
        return NamedProposals(
            [proposals[name] for name in self._names],
            [counted_instances(Segments(video.segments, each),
                               self.convention)
             for video, each in zip(self.videos, labels)],
            self.thresholds, fusion.topk, fusion.max_proposals, fusion.power)

    def all_figures(self, scores: np.ndarray) -> Dict[str, float]:
        """Of ``(V, C)`` scores of all videos."""
        everything = np.ones(len(scores), dtype=bool)
        return {name: figure(scores, everything)
                for name, figure in self.figures.items()}

    def folds(self, number: int, seed: int) -> np.ndarray:
        """Fold ``(V,)`` of each video, drawn at random and of even size.

        Raises:
            SettingError: If there are more folds than videos, or no instance
                is left without one of them.
        """
        if not 2 <= number <= len(self.videos):
            raise SettingError(
                f'folds: found {number}, expected 2 to {len(self.videos)}, '
                'the number of videos')
        order = np.random.default_rng(seed).permutation(len(self.videos))
        folds = np.empty(len(order), dtype=np.int64)
        folds[order] = np.arange(len(order)) % number
        for fold in range(number):
            if not self.truth[folds != fold].any():
                raise SettingError(
                    f'folds: found all instances in one of {number}, '
                    'expected some outside each, to choose weights by')
        return folds


def choose_weights(judged: JudgedScores, search: WeightSearch,
                   maximize: str, folds: int = 5, seed: int = 0) -> dict:
    """Find weights, and tell what they are worth.

    Grid search for the weight of each classifier, as for BSN++ at the
    ActivityNet challenge 2020 (Su et al., improvement B). What weights reach
    on the videos that they were chosen by is too good; so they are also
    chosen without each fold of the videos, which is then scored with them.

    Args:
        judged: Scores and videos.
        search: Over weights.
        maximize: :data:`TOP1`, :data:`CLASS_MAP` or :data:`MAP`.
        folds: Of videos.
        seed: Of the draw of folds.

    Returns:
        ``maximize``; ``weights``, the best ones; ``weights without a fold``,
        a list for each; and ``figures``, of each classifier alone, by its
        file, of :data:`EQUAL` weights, of the :data:`BEST`, and of
        :data:`UNSEEN`: name -> figure -> value in [0, 1].

    Raises:
        SettingError: If ``maximize`` is unknown or needs proposals, or as
            :meth:`JudgedScores.folds`.
    """
    if maximize not in judged.figures:
        raise SettingError(
            f'maximize: found {maximize!r}, expected one of '
            f'{", ".join(judged.figures)}' + (
                ', as no proposals are given' if maximize == MAP else ''))
    fold_of = judged.folds(folds, seed)
    figure, joined = judged.figures[maximize], judged.classifiers.joined
    chosen = [np.ones(len(fold_of), dtype=bool),
              *(fold_of != fold for fold in range(folds))]

    def of_videos(mask: np.ndarray) -> Figure:
        return lambda weights: figure(joined(weights), mask)

    best, *others = search([of_videos(mask) for mask in chosen])
    unseen = np.empty(judged.truth.shape)
    for fold, weights in enumerate(others):
        unseen[fold_of == fold] = joined(weights)[fold_of == fold]
    number = len(best)
    scores = {**dict(zip(judged.classifiers.files,
                         map(joined, np.eye(number)))),
              EQUAL: joined(np.full(number, 1 / number)),
              BEST: joined(best), UNSEEN: unseen}
    return {
        'maximize': maximize, 'weights': best.tolist(),
        'weights without a fold': [each.tolist() for each in others],
        'figures': {name: judged.all_figures(rows)
                    for name, rows in scores.items()}}


def weights_table(found: dict) -> Table:
    """Of :func:`choose_weights`, in percent."""
    figures = found['figures']
    table = numbers_table(
        f'Classifiers of videos (%), weights chosen by {found["maximize"]}',
        ['weight', *next(iter(figures.values()))])
    weights = [f'{weight:g}' for weight in found['weights']]
    # paths only where names do not tell them apart
    short = [Path(name).name for name in figures]
    names = short if len({*short}) == len(short) else list(figures)
    for index, (name, row) in enumerate(zip(names, figures.values())):
        table.add_row(
            name, weights[index] if index < len(weights) else '',
            *(f'{100 * value:.2f}' for value in row.values()))
    return table


def print_weights(found: dict) -> None:
    """Print :func:`weights_table`, and how sure the weights are."""
    console = Console()
    console.print(weights_table(found))
    for weights in found['weights without a fold']:
        console.print('chosen without a fold of the videos: ' +
                      ', '.join(f'{weight:g}' for weight in weights))
