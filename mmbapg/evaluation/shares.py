"""How sure a share of few samples is."""
import math
from statistics import NormalDist
from typing import Tuple


def share_interval(hits: int, number: int,
                   confidence: float = 0.95) -> Tuple[float, float]:
    """Wilson's interval of a share, such as an accuracy, in [0, 1].

    Args:
        hits: How many samples were right.
        number: Of how many, all drawn independently.
        confidence: Share of such intervals that hold the true share.

    Returns:
        Lower and upper end.

    Example:
        >>> [round(end, 3) for end in share_interval(304, 496)]
        [0.569, 0.655]
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, extra = hits / number, z**2 / number
    middle = (share + extra / 2) / (1 + extra)
    reach = z / (1 + extra) * math.sqrt(
        share * (1 - share) / number + extra / (4 * number))
    return middle - reach, middle + reach
