"""A Numba that is installed and cannot be imported changes no result."""
import sys

import numpy as np
import pytest
import torch

from mmbapg.evaluation.average_precision import match_detections
from mmbapg.ops import find_change_points, soft_nms
from mmbapg.ops.compilation import has_numba


class BrokenNumba:
    """Imports of numba end in an error, as those of a broken install do."""

    def __init__(self, error):
        self.error = error

    def find_spec(self, name, path=None, target=None):
        if name == 'numba':
            raise self.error


def results():
    generator = torch.Generator().manual_seed(0)
    embeddings = torch.randn(400, 6, generator=generator).cumsum(0).double()
    start = torch.rand(50, generator=generator) * 20
    segments = torch.stack([start, start + 5], dim=1)
    scores = torch.rand(50, generator=generator)
    iou = np.random.default_rng(0).integers(11, size=(40, 7)) / 10
    return [*find_change_points(embeddings, 6), *soft_nms(segments, scores),
            match_detections(iou, [0.3, 0.6])]


@pytest.mark.parametrize('error', [
    ImportError('Numba needs NumPy 2.3 or less'),
    SystemError('initialization of _internal failed'),
    AttributeError("module 'numpy' has no attribute 'long'"),
    OSError('libllvmlite.so: cannot open shared object file')],
    ids=lambda error: type(error).__name__)
def test_a_broken_numba_stops_nothing(error, monkeypatch):
    expected = results()
    for name in [name for name in sys.modules
                 if name.split('.')[0] == 'numba']:
        monkeypatch.delitem(sys.modules, name)
    # found, as it is installed; and broken
    monkeypatch.setattr('mmbapg.ops.compilation.find_spec', lambda name: name)
    monkeypatch.setattr(sys, 'meta_path',
                        [BrokenNumba(error), *sys.meta_path])
    has_numba.cache_clear()
    try:
        with pytest.warns(RuntimeWarning) as caught:
            found = results()
    finally:
        has_numba.cache_clear()
    message, = (str(each.message) for each in caught
                if each.category is RuntimeWarning)  # said once
    assert str(error) in message and 'reinstall it' in message
    for ours, theirs in zip(found, expected):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-9)
