"""Numbers that pages load: nothing that a page shows gets lost."""
import numpy as np
import pytest

from mmbapg.evaluation import Segments
from mmbapg.visualization.report.columns import columns_of
from mmbapg.visualization.report.packing import (
    FRACTIONS,
    WHOLE,
    packed,
    unpacked,
)


@pytest.mark.parametrize('values, kind', [
    ([], 'u1'), ([0, 255], 'u1'), ([256], 'u2'), ([65536], 'i4'), ([-1], 'i4'),
    ([2**31 - 1], 'i4'), ([2**31], 'f8'), ([-2**40, 2**53], 'f8')])
def test_whole_numbers_stay_exact(values, kind):
    column = packed(values, WHOLE)
    assert column[0] == kind
    assert unpacked(column).tolist() == values


@pytest.mark.parametrize('values, kind', [
    ([0.0, 0.1234, 1e-30, 9.999], 'f4'), ([1e-300, 0.5], 'f8'),
    ([1e40], 'f8'), ([3e-44], 'f8'), ([-2.5], 'f4')])
def test_four_digits_stay(values, kind):
    column = packed(values, FRACTIONS)
    assert column[0] == kind
    assert [float(f'{each:.4g}') for each in unpacked(column)] == values


def test_a_detection_takes_few_bytes():
    rng = np.random.default_rng(0)
    start = rng.uniform(0, 600, 2000)
    columns = columns_of(Segments(
        np.stack([start, start + rng.uniform(0, 60, 2000)], axis=1),
        rng.integers(200, size=2000), rng.random(2000)))
    assert {name: kind for name, (kind, _) in columns.items()} == dict(
        start='i4', length='u2', label='u1', score='f4')
    assert sum(len(text) for _, text in columns.values()) < 15 * 2000
    milliseconds = unpacked(columns['start']) / 1000
    assert np.abs(milliseconds - start).max() <= 0.0005 + 1e-9
