"""Wilson's interval, by its definition."""
import math

import pytest

from mmbapg.evaluation.shares import share_interval


@pytest.mark.parametrize('hits,number', [(304, 496), (0, 20), (20, 20),
                                         (1, 3)])
def test_ends_are_one_deviation_too_far(hits, number):
    """At either end, the share found is 1.96 deviations off."""
    share = hits / number
    for end in share_interval(hits, number):
        assert -1e-9 <= end <= 1 + 1e-9
        off = abs(share - end)
        assert off == pytest.approx(1.959964 * math.sqrt(
            max(end * (1 - end), 0) / number), abs=1e-7)


def test_more_confidence_is_wider():
    narrow, wide = (share_interval(30, 100, level) for level in (0.5, 0.99))
    assert wide[0] < narrow[0] < 0.3 < narrow[1] < wide[1]
