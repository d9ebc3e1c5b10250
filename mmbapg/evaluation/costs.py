"""Which videos and which instances cost most: where to look first."""
from typing import Iterator, Tuple

import numpy as np

from .average_precision import interpolated_ap
from .error_analysis import Matching


def video_costs(matching: Matching) -> np.ndarray:
    """What mAP would gain from each video, were there nothing wrong in it.

    That is: all of its instances were found before anything else, and none
    of its detections were wrong.

    Args:
        matching: Detections against instances, at one tIoU threshold.

    Returns:
        ``(matching.num_videos,)`` in [0, 1], in the order of the videos.
    """
    costs = np.zeros(matching.num_videos)
    for label, instance, video, number, plain in _by_class(matching):
        there = np.bincount(matching.true_video[matching.true_labels == label],
                            minlength=matching.num_videos)
        counted = np.union1d(video[video >= 0], np.flatnonzero(there))
        for place in counted.astype(int):
            costs[place] += _ap_with(
                there[place], instance[video != place], number) - plain
    return costs / len(matching.classes)


def instance_costs(matching: Matching) -> np.ndarray:
    """What mAP would gain, were an instance found before anything else.

    An instance that is missed costs most; one that is found costs something
    if wrong detections come before the one that finds it.

    Args:
        matching: Detections against instances, at one tIoU threshold.

    Returns:
        ``(G,)`` in [0, 1].
    """
    costs = np.zeros(len(matching.true_labels))
    for label, instance, _, number, plain in _by_class(matching):
        for place in np.flatnonzero(matching.true_labels == label):
            costs[place] = _ap_with(
                1, instance[instance != place], number) - plain
    return costs / len(matching.classes)


def _by_class(matching: Matching) -> Iterator[
        Tuple[int, np.ndarray, np.ndarray, int, float]]:
    """Label, hit instances and videos of its detections, best first, number
    of instances, and AP."""
    for label, plain in zip(matching.classes, matching.class_ap()):
        chosen = matching.labels == label
        yield (label, matching.instance[chosen], matching.video[chosen],
               int((matching.true_labels == label).sum()), plain)


def _ap_with(first: int, instance: np.ndarray, number: int) -> float:
    """AP of so many hits, and then these detections."""
    return interpolated_ap(
        np.concatenate([np.ones(first, bool), instance >= 0]), number)
