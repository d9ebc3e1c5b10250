"""Boundaries from several hands: which are better, and who errs where.

What tells a localizer of boundaries can only help it if it finds better ones
than the localizer, or others. Change points are judged beside the boundaries
of detections here, and evenly spaced cuts show what chance finds.
"""
from typing import Any, Dict, List, Mapping, Optional, Sequence

import numpy as np

from .boundary_f1 import boundary_pairs, mean_boundary_f1

#: Of F1, in seconds.
TOLERANCES = (0.25, 0.5, 1.0, 2.0)
#: Further away, a boundary is missed or a false alarm, in seconds.
WITHIN = 2.0
EVEN = 'evenly spaced cuts'


def compare_boundaries(found: Mapping[str, Sequence[np.ndarray]],
                       true: Sequence[np.ndarray],
                       tolerances: Sequence[float] = TOLERANCES,
                       within: float = WITHIN) -> Dict[str, Dict[str, Any]]:
    r"""Quality of several sets of boundaries, and what each adds to another.

    Let :math:`B_v` be the true boundaries of video :math:`v`, :math:`F_v` the
    found ones and :math:`P_v` their pairs within ``within`` seconds, see
    :func:`.boundary_f1.boundary_pairs`. Over all videos,

    .. math:: \mathrm{missed} = 1 - \frac{\sum_v |P_v|}{\sum_v |B_v|}, \qquad
              \mathrm{false\ alarms} = 1 - \frac{\sum_v |P_v|}{\sum_v |F_v|}.

    Of the boundaries that one set misses, another finds the share that are in
    its pairs. Evenly spaced cuts find a share too: what is no more than
    theirs is chance.

    Args:
        found: Name of a set -> times in seconds of each video.
        true: ``V`` arrays, times in seconds of each video.
        tolerances: Of F1, in seconds.
        within: Of all else, in seconds.

    Returns:
        Name -> ``f1``: tolerance -> mean over videos; ``missed`` and ``false
        alarms``, see above; ``misses found by``: other name -> share. All in
        [0, 1]; ``None`` where there is nothing to have a share of.
    """
    missed = {name: _missed(times, true, within)
              for name, times in found.items()}
    return {
        name: {
            'f1': {f'{tolerance:g}': value for tolerance, value in zip(
                tolerances,
                mean_boundary_f1(times, true, tolerances).tolist())},
            'missed': _share(missed[name].sum(), missed[name].size),
            'false alarms': _share(
                sum(map(len, times)) - (~missed[name]).sum(),
                sum(map(len, times))),
            'misses found by': {
                other: _share((missed[name] & ~missed[other]).sum(),
                              missed[name].sum())
                for other in found if other != name},
        } for name, times in found.items()}


def evenly_spaced(true: Sequence[np.ndarray],
                  durations: Sequence[float]) -> List[np.ndarray]:
    """As many evenly spaced times as there are true ones, the control.

    Args:
        true: Times in seconds of each video.
        durations: Of the videos in seconds.
    """
    return [np.linspace(0, duration, len(times) + 2)[1:-1]
            for times, duration in zip(true, durations)]


def _missed(found: Sequence[np.ndarray], true: Sequence[np.ndarray],
            within: float) -> np.ndarray:
    """Which boundaries, of all videos one after the other, have no pair."""
    masks = [np.zeros(0, dtype=bool)]
    for times, boundaries in zip(found, true):
        mask = np.ones(len(boundaries), dtype=bool)
        mask[boundary_pairs(times, boundaries, within)[:, 1]] = False
        masks.append(mask)
    return np.concatenate(masks)


def _share(part: int, whole: int) -> Optional[float]:
    return float(part / whole) if whole else None
