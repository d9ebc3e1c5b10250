"""Figures of all videos together, as the overview shows them."""
from typing import Any, Dict, List, Mapping, Sequence

import numpy as np

from mmbapg.evaluation import average_recall
from mmbapg.evaluation.average_precision import Videos
from mmbapg.evaluation.error_analysis import (
    DEPTH,
    KINDS,
    LEAST_OVERLAP,
    Matching,
    boundary_errors,
    mistaken_classes,
    precision_recall,
)

from ..error_charts import KIND_COLOURS, error_bins

#: What each of the :data:`KINDS` is, in words.
MEANINGS = (
    'right: the best detection of an instance, with its class and enough '
    'overlap',
    'another detection of an instance that a better one has found',
    'enough overlap with an instance, but of another class',
    'the right class, but too little overlap: a boundary is too far off',
    'another class, and too little overlap',
    f'where nothing is annotated, or a tIoU below {LEAST_OVERLAP}')
#: Largest average number of detections a video of the AR-AN curve.
MOST_PROPOSALS = 100
#: Pairs of classes that are taken for each other, at most.
MOST_PAIRS = 15
#: Points of a precision-recall curve.
POINTS = 51


def overview_of(figures: Mapping[str, dict],
                matchings: Mapping[str, Sequence[Matching]],
                founds: Mapping[str, Videos], names: Sequence[str],
                classes: Sequence[str]) -> Dict[str, Any]:
    """What the charts and tables of the overview show.

    Args:
        figures: Name of the detections -> what ``diagnosis.json`` holds of
            them, see :meth:`mmbapg.apis.diagnosis.Diagnosis.figures`.
        matchings: Name of the detections -> a matching at each threshold.
        founds: Name of the detections -> detections by video.
        names: Of the videos of the matchings, in order.
        classes: Names of the labels.

    Returns:
        Shares are in percent.
    """
    first = next(iter(matchings.values()))
    middle = len(first) // 2
    return dict(
        models=list(matchings),
        thresholds=[each.threshold for each in first],
        middle=first[middle].threshold,
        classes=[classes[label] for label in first[0].classes],
        mean_ap=[_percent(each['mAP']) for each in figures.values()],
        mean_ap_at=[[_percent(value) for value in each['mAP at'].values()]
                    for each in figures.values()],
        class_ap=[[_percent(value) for value in np.mean(
            [one.class_ap() for one in each], axis=0)]
            for each in matchings.values()],
        instances=[int((first[0].true_labels == label).sum())
                   for label in first[0].classes],
        recall=[_recall(each[0], found, names) for each, found in zip(
            matchings.values(), founds.values())],
        precision_recall=[[
            [_percent(value) for value in precision_recall(one, POINTS)]
            for one in each] for each in matchings.values()],
        kinds=list(KINDS),
        meanings=list(MEANINGS),
        kind_colours=list(KIND_COLOURS.values()),
        depths=[f'{depth + 1}G' for depth in range(DEPTH)],
        profiles=[[[_percent(value) for value in row]
                   for row in each['profile']] for each in figures.values()],
        gains=[[_percent(value) for value in each['gain without'].values()]
               for each in figures.values()],
        mistaken=_mistaken([each[middle] for each in matchings.values()],
                           classes),
        boundaries=_boundaries([each[middle] for each in matchings.values()],
                               list(figures.values())))


def _percent(share: float) -> float:
    return round(100 * float(share), 2)


def _recall(matching: Matching, found: Videos,
            names: Sequence[str]) -> Dict[str, Any]:
    """AR-AN, whatever the classes."""
    truth = {name: matching.true_segments[matching.true_video == index]
             for index, name in enumerate(names)}
    proposals = {name: (found[name].segments, found[name].detections()[2])
                 for name in names if name in found}
    curve = average_recall(truth, proposals, MOST_PROPOSALS)
    wanted = {f'AR@{number}': _percent(np.interp(
        number, curve.num_proposals, curve.average_recall))
        for number in (10, 50, MOST_PROPOSALS)}
    return dict(numbers=np.round(curve.num_proposals, 2).tolist(),
                recall=[_percent(value) for value in curve.average_recall],
                at=wanted, auc=round(curve.auc, 2))


def _mistaken(matchings: Sequence[Matching],
              classes: Sequence[str]) -> List[list]:
    """Which classes are taken for which: class of the instance, of the
    detection, and how often by each model; what is most often first."""
    counts = [mistaken_classes(each) for each in matchings]
    often = {pair: [each.get(pair, 0) for each in counts]
             for model in counts for pair in model}
    first = sorted(often, key=lambda pair: (-sum(often[pair]), pair))
    return [[classes[true], classes[found], often[true, found]]
            for true, found in first[:MOST_PAIRS]]


def _boundaries(matchings: Sequence[Matching],
                figures: Sequence[dict]) -> Dict[str, Any]:
    """Histograms of how late hits start and end, in % of the hits."""
    errors = [boundary_errors(each) for each in matchings]
    bins = error_bins(errors)
    sides: Dict[str, List[list]] = {}
    for side, column in (('start', 0), ('end', 1)):
        sides[side] = []
        for each in errors:
            counts, _ = np.histogram(
                each[:, column].clip(bins[0], bins[-1]), bins)
            sides[side].append(np.round(
                100 * counts / max(len(each), 1), 2).tolist())
    return dict(
        centres=np.round((bins[1:] + bins[:-1]) / 2, 3).tolist(), **sides,
        median=[each['median boundary error'] for each in figures],
        hits=[len(each) for each in errors])
