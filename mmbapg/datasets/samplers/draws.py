"""Many small draws at once."""
from typing import List, Sequence

import numpy as np


def choose_all(rng: np.random.Generator, sizes: np.ndarray,
               numbers: Sequence[int]) -> List[np.ndarray]:
    """``numbers[k]`` different ones of ``range(sizes[g, k])``, for every g
    and k; with repetition where there are fewer.

    They are those that ``rng.choice(size, number, replace=size < number)``
    gives for one ``g`` after the other, and leave ``rng`` in the same state
    (for numbers up to 200), in a hundredth of the time of so many calls.

    Args:
        rng: Source of the draws.
        sizes: ``(G, K)``, at least 1.
        numbers: ``K``.

    Returns:
        ``K`` arrays ``(G, number)``.

    Example:
        >>> rng, same = (np.random.default_rng(0) for _ in range(2))
        >>> choose_all(rng, np.array([[9], [5]]), [3])[0].tolist()
        [[7, 4, 5], [4, 3, 0]]
        >>> [same.choice(size, 3, replace=False).tolist() for size in (9, 5)]
        [[7, 4, 5], [4, 3, 0]]
    """
    fewer = sizes < numbers
    bounds = []
    for size, few, number in zip(sizes.T[..., None], fewer.T[..., None],
                                 numbers):
        bounds += [
            np.where(few, size - 1, size - number + np.arange(number)),
            # nothing is drawn below 0
            np.where(few, 0, np.arange(number - 1, 0, -1))
        ]
    drawn = rng.integers(0, np.concatenate(bounds, axis=1), endpoint=True)
    parts = np.split(drawn, np.cumsum([each.shape[1] for each in bounds]),
                     axis=1)
    return [
        np.where(few[:, None], first, _all_different(first, swaps, size))
        for first, swaps, size, few in zip(parts[::2], parts[1::2], sizes.T,
                                           fewer.T)
    ]


def _all_different(drawn: np.ndarray, swaps: np.ndarray,
                   size: np.ndarray) -> np.ndarray:
    """Floyd's algorithm, and then a shuffle.

    Args:
        drawn: ``(G, n)``; column ``k`` is below or at ``size - n + k``, which
            takes its place if it came before.
        swaps: ``(G, n - 1)`` places to swap with the last, the one before...
        size: ``(G, )`` what there is to choose from.
    """
    chosen = drawn.copy()
    number = chosen.shape[1]
    for step in range(1, number):
        again = (chosen[:, :step] == chosen[:, step:step + 1]).any(axis=1)
        chosen[again, step] = size[again] - number + step
    rows = np.arange(len(chosen))
    for place, other in zip(range(number - 1, 0, -1), swaps.T):
        chosen[rows, place], chosen[rows, other] = (chosen[rows, other],
                                                    chosen[rows, place])
    return chosen
