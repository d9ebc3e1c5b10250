import sys

import numpy as np

from mmbapg.evaluation.average_precision import match_detections

THRESHOLDS = [0.3, 0.5, 0.7]


def test_compiled_loop_is_the_loop(monkeypatch):
    rng = np.random.default_rng(0)
    # tenths, so that many overlaps are equal, some to a threshold
    iou = rng.integers(11, size=(60, 9)) / 10
    found = match_detections(iou, THRESHOLDS)
    monkeypatch.setattr(sys.modules[match_detections.__module__],
                        'has_numba', lambda: False)
    np.testing.assert_array_equal(found, match_detections(iou, THRESHOLDS))
    assert (found >= 0).any() and (found < 0).any()


def test_a_taken_instance_leaves_the_next_best():
    iou = np.array([[0.6, 0.9], [0.55, 0.8], [0.5, 0.7]])
    np.testing.assert_array_equal(match_detections(iou, THRESHOLDS),
                                  [[1, 0, -1], [1, 0, -1], [1, -1, -1]])
