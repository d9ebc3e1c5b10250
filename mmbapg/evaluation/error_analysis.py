"""Where detections go wrong.

After Alwassel et al., "Diagnosing Error in Temporal Action Detectors", ECCV
2018 (https://arxiv.org/abs/1807.10706): what kind of error each false positive
is, what mAP would be without each kind, and how mAP and misses depend on the
instances. Boundary errors in seconds come on top.
"""
from dataclasses import dataclass
from typing import Dict, Mapping, NamedTuple, Sequence, Tuple

import numpy as np

from mmbapg.errors import SettingError

from .average_precision import (
    Videos,
    interpolated,
    interpolated_ap,
    match_detections,
    pairwise_iou,
)

#: What a detection can be; the order is that of the decision.
KINDS = ('true positive', 'double detection', 'wrong label', 'localization',
         'confusion', 'background')
#: Less overlap than this is none.
LEAST_OVERLAP = 0.1
#: Up to so many times the instances of a class, its detections are looked at.
DEPTH = 10
#: Groups of instances, and the values that part them.
SIZES = ('XS', 'S', 'M', 'L', 'XL')
EDGES = {
    'length': (3.0, 6.0, 12.0, 18.0),  # seconds
    'coverage': (0.02, 0.04, 0.06, 0.08),  # of the video
    'instances': (1.0, 4.0, 8.0),  # of the class in the video
}


@dataclass
class Matching:
    """Detections, best first, against the instances of all videos.

    Attributes:
        threshold: tIoU from which a detection hits.
        scores, labels: ``(N,)``.
        segments: ``(N, 2)`` seconds.
        instance: ``(N,)`` the instance that a detection hits first, or -1.
        overlap: ``(N,)`` greatest tIoU with an instance of its class.
        other_overlap: ``(N,)`` and with one of another class.
        other_label: ``(N,)`` that class, or -1.
        video: ``(N,)`` which video, -1 for one without ground truth.
        true_segments, true_labels: ``(G, 2)`` and ``(G,)`` instances.
        true_video: ``(G,)`` their videos.
        num_videos: With ground truth, with or without instances.
        characteristics: Name -> ``(G,)`` values, see :data:`EDGES`.
    """
    threshold: float
    scores: np.ndarray
    labels: np.ndarray
    segments: np.ndarray
    instance: np.ndarray
    overlap: np.ndarray
    other_overlap: np.ndarray
    other_label: np.ndarray
    video: np.ndarray
    true_segments: np.ndarray
    true_labels: np.ndarray
    true_video: np.ndarray
    num_videos: int
    characteristics: Dict[str, np.ndarray]

    @property
    def classes(self) -> np.ndarray:
        """Classes that have instances."""
        return np.unique(self.true_labels)

    def kinds(self) -> np.ndarray:
        """``(N,)`` indices of :data:`KINDS`."""
        return np.select([
            self.instance >= 0,
            self.overlap >= self.threshold,
            self.other_overlap >= self.threshold,
            self.overlap >= LEAST_OVERLAP,
            self.other_overlap >= LEAST_OVERLAP,
        ], range(5), default=5)

    def class_ap(self, kept: 'np.ndarray | None' = None) -> np.ndarray:
        """AP of each of the :attr:`classes`, of all detections or of those
        that are ``kept`` ``(N,)``."""
        chosen = np.ones(len(self.labels), bool) if kept is None else kept
        return np.array([
            interpolated_ap(
                self.instance[chosen & (self.labels == label)] >= 0,
                int((self.true_labels == label).sum()))
            for label in self.classes])

    def mean_ap(self, kept: 'np.ndarray | None' = None) -> float:
        """Mean of :meth:`class_ap`."""
        return float(np.mean(self.class_ap(kept)))


def match(truth: Videos, found: Videos, durations: Mapping[str, float],
          threshold: float) -> Matching:
    """Match detections with instances, as mAP does.

    Args:
        truth: Instances of every video.
        found: Detections; those of a video that ``truth`` does not know are
            background.
        durations: Of the videos in ``truth``, in seconds.
        threshold: tIoU.

    Raises:
        SettingError: If there are no instances.
    """
    if not sum(len(video.labels) for video in truth.values()):
        raise SettingError('found no instance in the videos to diagnose, '
                           'expected some')
    columns = []
    counts = [len(video.labels) for video in truth.values()]
    offset = dict(zip(truth, np.cumsum([0, *counts])))
    place = {name: index for index, name in enumerate(truth)}
    for name, video in found.items():
        order, scores = video.best_first()
        segments, labels = video.segments[order], video.labels[order]
        instance = np.full(len(labels), -1)
        overlap = np.zeros((2, len(labels)))
        other = np.full(len(labels), -1)
        if name in truth and len(truth[name].labels) and len(labels):
            iou = pairwise_iou(segments, truth[name].segments)
            same = labels[:, None] == truth[name].labels
            apart = np.where(same, 0, iou)
            overlap = np.stack([np.where(same, iou, 0).max(axis=1),
                                apart.max(axis=1)])
            other = np.where(overlap[1] > 0,
                             truth[name].labels[apart.argmax(axis=1)], -1)
            hit = match_detections(np.where(same, iou, -1), [threshold])[0]
            instance = np.where(hit >= 0, hit + offset[name], -1)
        columns.append((scores, labels, segments, instance,
                        *overlap, other,
                        np.full(len(labels), place.get(name, -1))))
    order = np.argsort(-np.concatenate([column[0] for column in columns]),
                       kind='stable')
    fields = dict(zip(
        ('scores', 'labels', 'segments', 'instance', 'overlap',
         'other_overlap', 'other_label', 'video'),
        (np.concatenate(field)[order] for field in zip(*columns))))
    return Matching(
        threshold=threshold, **fields,
        true_segments=np.concatenate([
            video.segments for video in truth.values()]),
        true_labels=np.concatenate([
            video.labels for video in truth.values()]),
        true_video=np.repeat(np.arange(len(truth)), counts),
        num_videos=len(truth),
        characteristics=_characteristics(truth, durations))


def _characteristics(truth: Videos, durations: Mapping[str, float]) -> dict:
    length, coverage, number = [], [], []
    for name, video in truth.items():
        seconds = np.diff(video.segments)[:, 0]
        length.append(seconds)
        coverage.append(seconds / durations[name])
        number.append((video.labels[:, None] == video.labels).sum(axis=1))
    return {name: np.concatenate(values).astype(float)
            for name, values in zip(EDGES, (length, coverage, number))}


def false_positive_profile(matching: Matching) -> np.ndarray:
    """Kinds of the best detections.

    Returns:
        ``(DEPTH, len(KINDS))`` shares; row ``k`` is of those detections of
        each class that come after its best ``k * G``, up to ``(k + 1) * G``,
        where the class has G instances. A row without detections is zero.
    """
    kinds = matching.kinds()
    counts = np.zeros((DEPTH, len(KINDS)))
    for label in matching.classes:
        number = (matching.true_labels == label).sum()
        best = kinds[matching.labels == label][:DEPTH * number]
        np.add.at(counts, (np.arange(len(best)) // number, best), 1)
    return counts / counts.sum(axis=1, keepdims=True).clip(min=1)


def mistaken_classes(matching: Matching) -> Dict[Tuple[int, int], int]:
    """Which classes are taken for which: of the best detections of each class,
    as many as it has instances, those that are a :data:`wrong label <KINDS>`.

    Returns:
        Class of the instance, and of the detection -> how often.
    """
    wrong = matching.kinds() == KINDS.index('wrong label')
    pairs: Dict[Tuple[int, int], int] = {}
    for label in matching.classes:
        mine = np.flatnonzero(matching.labels == label)[
            :(matching.true_labels == label).sum()]
        for true, number in zip(*np.unique(
                matching.other_label[mine[wrong[mine]]], return_counts=True)):
            pairs[int(true), int(label)] = int(number)
    return pairs


def error_impact(matchings: Sequence[Matching]) -> Dict[str, float]:
    """What mAP would gain if errors of a kind were not made.

    Args:
        matchings: At each tIoU threshold to average over.

    Returns:
        Kind -> gain of mAP, in [0, 1], once its detections are removed.
    """
    gains = [[each.mean_ap(each.kinds() != kind) - each.mean_ap()
              for kind in range(1, len(KINDS))] for each in matchings]
    return dict(zip(KINDS[1:], np.mean(gains, axis=0).tolist()))


class Group(NamedTuple):
    """Instances of one size.

    ``name`` and ``share`` of all instances; ``mean_ap`` normalized; ``missed``
    the share of them that no detection hits; ``values`` from and to which the
    group reaches.
    """
    name: str
    share: float
    mean_ap: float
    missed: float
    values: str


def sensitivity(matchings: Sequence[Matching], characteristic: str,
                edges: Sequence[float]) -> Tuple[Group, ...]:
    """How mAP and misses depend on the instances.

    AP is normalized: precision is computed as if every group of every class
    had as many instances as a class has on average, so that rare sizes are
    not lower for being rare. Detections that hit other groups do not count.

    Args:
        matchings: At each tIoU threshold to average over.
        characteristic: One of :data:`EDGES`.
        edges: Values that part the groups; each belongs to the lower one.

    Returns:
        A :class:`Group` for each size that there is.
    """
    groups = []
    bounds = ['0', *(f'{edge:g}' for edge in edges), '∞']
    for place in range(len(edges) + 1):
        rows = []
        for each in matchings:
            values = each.characteristics[characteristic]
            inside = np.searchsorted(edges, values) == place
            if inside.any():
                hit = np.isin(np.flatnonzero(inside), each.instance)
                rows.append((inside.mean(), _normalized_map(each, inside),
                             1 - hit.mean()))
        if rows:
            share, mean_ap, missed = np.mean(rows, axis=0).tolist()
            groups.append(Group(SIZES[place] if len(edges) < len(SIZES) else
                                str(place), share, mean_ap, missed,
                                ' to '.join(bounds[place:place + 2])))
    return tuple(groups)


def _normalized_map(matching: Matching, inside: np.ndarray) -> float:
    number = len(matching.true_labels) / len(matching.classes)
    elsewhere = (matching.instance >= 0) & ~inside[matching.instance]
    values = []
    for label in np.unique(matching.true_labels[inside]):
        hits = matching.instance[
            (matching.labels == label) & ~elsewhere] >= 0
        wanted = (inside & (matching.true_labels == label)).sum()
        values.append(interpolated_ap(hits, int(wanted), number))
    return float(np.mean(values))


def boundary_errors(matching: Matching) -> np.ndarray:
    """``(M, 2)`` seconds by which hits start and end late (early: < 0)."""
    hits = matching.instance >= 0
    return (matching.segments[hits] -
            matching.true_segments[matching.instance[hits]])


def precision_recall(matching: Matching, points: int = 101) -> np.ndarray:
    """``(points,)`` interpolated precision at recall from 0 to 1, mean over
    classes."""
    recall = np.linspace(0, 1, points)
    curves = []
    for label in matching.classes:
        hits = matching.instance[matching.labels == label] >= 0
        number = (matching.true_labels == label).sum()
        precision = hits.cumsum() / np.arange(1, len(hits) + 1)
        reached = np.searchsorted(hits.cumsum() / number, recall - 1e-12)
        curves.append(np.append(interpolated(precision), 0)[reached])
    return np.mean(curves, axis=0)
