"""How sure a difference of mAP, or of AUC, is: resampled videos and runs."""
from typing import (
    Dict,
    Hashable,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Union,
)

import numpy as np

from mmbapg.errors import SettingError

from .average_precision import interpolated
from .average_recall import RecallCounts
from .error_analysis import Matching

#: Part and seed of a run -> matchings of its detections, one each threshold;
#: or the recall of its proposals, alone.
Runs = Mapping[Tuple[Hashable, int],
               Sequence[Union[Matching, RecallCounts]]]
#: Part -> what each of its videos shares with others, such as a person, in
#: the order of the videos.
Groups = Mapping[Hashable, Sequence[Hashable]]


def paired_interval(runs: Runs, baseline: Runs, confidence: float = 0.95,
                    samples: int = 500, seed: int = 0,
                    groups: Optional[Groups] = None) -> Tuple[float, float]:
    """Bootstrap interval of the difference of two methods' mean mAP, or
    AUC.

    Each sample draws, with replacement, the videos of every part, the same for
    both methods and for all seeds, and the runs of that part, in pairs. So
    the interval holds what other videos and other runs would have changed, not
    what other training videos would have. Of few runs or groups, ``n`` of each
    part, it is too narrow: the variance that it shows is ``(n - 1) / n`` of
    the true one.

    Args:
        runs, baseline: Of the same parts and seeds.
        confidence: Share of the samples inside.
        samples: Their number.
        seed: Of the draws.
        groups: Videos that share one are drawn together: where a person is in
            several videos, these are less different than those of others.
            By default each video is drawn for itself.

    Returns:
        Lower and upper end, as differences in [-1, 1].

    Raises:
        SettingError: If parts or seeds differ, or groups are not of as many
            videos.
    """
    if set(runs) != set(baseline):
        raise SettingError(
            f'found runs {sorted(runs)} and {sorted(baseline)}, expected the '
            'same parts and seeds')
    return _interval([runs, baseline], confidence, samples, seed, groups)


def mean_interval(runs: Runs, confidence: float = 0.95, samples: int = 500,
                  seed: int = 0,
                  groups: Optional[Groups] = None) -> Tuple[float, float]:
    """Bootstrap interval of one method's mean mAP, or AUC, in [0, 1].

    Drawn as for :func:`paired_interval`. Intervals of two methods overlap
    more than their difference is unsure: they share their videos.
    """
    return _interval([runs], confidence, samples, seed, groups)


def _interval(methods: Sequence[Runs], confidence: float, samples: int,
              seed: int, groups: Optional[Groups]) -> Tuple[float, float]:
    """Of the first method, less that of a second if there is one."""
    parts: Dict[Hashable, List[list]] = {}
    for part, one in sorted(methods[0]):
        parts.setdefault(part, []).append(
            [[_resampled(each) for each in method[part, one]]
             for method in methods])
    places = {part: _places(
        runs[0][0][0].number, None if groups is None else groups[part], part)
        for part, runs in parts.items()}
    rng = np.random.default_rng(seed)
    means = [np.mean([_drawn(runs, places[part], rng)
                      for part, runs in parts.items()])
             for _ in range(samples)]
    low, high = np.quantile(means, [(1 - confidence) / 2,
                                    (1 + confidence) / 2])
    return float(low), float(high)


def _places(number: int, group_of: Optional[Sequence[Hashable]],
            part: Hashable) -> np.ndarray:
    """Of each video, the number of its group."""
    if group_of is None:
        return np.arange(number)
    if len(group_of) != number:
        raise SettingError(f'part {part}: found groups of {len(group_of)} '
                           f'videos, expected those of {number}')
    numbers: Dict[Hashable, int] = {}
    return np.array([numbers.setdefault(each, len(numbers))
                     for each in group_of])


def _drawn(runs: List[list], places: np.ndarray,
           rng: np.random.Generator) -> float:
    """On one part, of one draw of its videos and of its runs.

    Args:
        runs: Of each, the figures of each method.
        places: Of each video, the number of what it is drawn with.
    """
    number = int(places.max(initial=-1)) + 1
    draw = np.bincount(rng.integers(0, number, number),
                       minlength=number)[places]
    chosen = rng.integers(0, len(runs), len(runs))
    values = {place: sum(
        sign * np.mean([each.figure(draw) for each in method])
        for sign, method in zip((1, -1), runs[place]))
        for place in set(chosen.tolist())}
    return float(np.mean([values[place] for place in chosen.tolist()]))


def _resampled(each: Union[Matching, RecallCounts]):
    """What has a figure of videos that are drawn."""
    return each if isinstance(each, RecallCounts) else _Resampled(each)


class _Resampled:
    """A matching whose videos count as often as they are drawn."""

    def __init__(self, matching: Matching) -> None:
        self.number = matching.num_videos
        self.classes = []
        for label in matching.classes:
            # detections of unknown videos cannot be drawn
            own = (matching.labels == label) & (matching.video >= 0)
            counts = np.bincount(
                matching.true_video[matching.true_labels == label],
                minlength=self.number)
            self.classes.append((matching.video[own],
                                 matching.instance[own] >= 0, counts))

    def figure(self, draw: np.ndarray) -> float:
        """mAP if video ``v`` is there ``draw[v]`` times; classes without
        instances then do not count."""
        values = []
        for video, hits, counts in self.classes:
            total = counts @ draw
            if not total:
                continue
            weight = draw[video]
            there = weight > 0
            weight, hits_there = weight[there], hits[there]
            found = (weight * hits_there).cumsum()
            recall = np.concatenate([[0], found / total])
            precision = found / weight.cumsum()
            values.append((np.diff(recall) * interpolated(precision)).sum())
        return float(np.mean(values)) if values else 0.0
