"""Weights that add up to one, in whole steps."""
import itertools

import numpy as np


def simplex_points(number: int, parts: int) -> np.ndarray:
    """All ways to give ``parts`` equal shares to ``number`` receivers.

    Args:
        number: Of receivers, at least 1.
        parts: Shares to give, at least 1; a share is a weight of ``1 /
            parts``.

    Returns:
        ``(points, number)`` int64, the rows in ascending order; there are
        ``(parts + number - 1)! / (parts! (number - 1)!)``.

    Example:
        >>> simplex_points(2, 2).tolist()
        [[0, 2], [1, 1], [2, 0]]
    """
    # stars and bars: where the bars stand among shares and bars
    places = parts + number - 1
    chosen = list(itertools.combinations(range(places), number - 1))
    bars = np.array(chosen, dtype=np.int64).reshape(len(chosen), number - 1)
    ends = np.full((len(bars), 1), places)
    return np.diff(bars, axis=1, prepend=ends * 0 - 1, append=ends) - 1


def shifted_shares(shares: np.ndarray) -> np.ndarray:
    """All ways to move one share from a receiver to another.

    Args:
        shares: ``(number,)`` whole numbers.

    Returns:
        ``(moves, number)``.

    Example:
        >>> shifted_shares(np.array([2, 0])).tolist()
        [[1, 1]]
    """
    number = len(shares)
    moves = [(giver, taker)
             for giver, taker in itertools.permutations(range(number), 2)
             if shares[giver] > 0]
    moved = np.tile(shares, (len(moves), 1))
    for row, (giver, taker) in zip(moved, moves):
        row[giver] -= 1
        row[taker] += 1
    return moved
