"""From the windows of a video to its detections."""
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config

from mmbapg.models.heads.segment_query_head import QueryOutputs
from mmbapg.models.task_modules.window_post_processor import (
    WindowPostProcessor,
)
from mmbapg.ops import Detections, TemporalGrid
from tests import tiny, tiny_tadtr

#: A step is a second.
SAMPLE = ActionDataSample(metainfo=dict(
    grid=TemporalGrid.of_interval(1.0), duration=30.0))
WINDOWS = [(0, 16), (12, 28), (24, 30)]


def detections(*rows):
    """Of (start, end, score, label)."""
    table = torch.tensor(rows, dtype=torch.float64).view(-1, 4)
    return Detections(table[:, :2].float(), table[:, 2].float(),
                      table[:, 3].long())


def listed(found):
    return sorted((*segment, round(score, 6), label) for segment, score, label
                  in zip(found.segments.tolist(), found.scores.tolist(),
                         found.labels.tolist()))


def test_only_what_two_windows_share_is_suppressed():
    candidates = [
        # apart from the next window: near-duplicates stay
        detections((2, 6, 0.9, 0), (2, 6.5, 0.8, 0), (11, 15, 0.7, 0),
                   (11, 15, 0.35, 1)),
        # of class 0, one more in the shared steps 12 to 16: the better stays
        detections((11.5, 15, 0.6, 0), (18, 20, 0.5, 0)), detections()]
    found = WindowPostProcessor().finish(candidates, WINDOWS, SAMPLE)
    assert listed(found) == [
        (2, 6, 0.9, 0), (2, 6.5, 0.8, 0), (11, 15, 0.35, 1), (11, 15, 0.7, 0),
        (18, 20, 0.5, 0)]
    assert found.scores.tolist() == sorted(found.scores.tolist(),
                                           reverse=True)


@pytest.mark.parametrize('repeats', [False, True])
def test_in_two_shared_stretches(repeats):
    """Suppressed in one and not in the other: it stays. Never: as often as
    the reference lists it, or once."""
    candidates = [
        detections((5, 15, 0.9, 0)),
        detections((6, 25, 0.8, 0),  # tIoU with the first is 0.45
                   (13, 26, 0.7, 1)), detections()]
    found = WindowPostProcessor(list_repeats=repeats).finish(
        candidates, WINDOWS, SAMPLE)
    expected = [(5, 15, 0.9, 0), (6, 25, 0.8, 0), (13, 26, 0.7, 1)]
    expected += [(13, 26, 0.7, 1)] * repeats
    assert listed(found) == sorted(expected)


def test_the_threshold_is_a_setting():
    candidates = [detections((5, 15, 0.9, 0)),
                  detections((6, 20, 0.8, 0)), detections()]
    for threshold, number in ((0.5, 1), (0.7, 2)):
        found = WindowPostProcessor(iou_threshold=threshold).finish(
            candidates, WINDOWS, SAMPLE)
        assert len(found) == number


def test_one_window_is_left_as_it_is():
    candidates = [detections((5, 15, 0.7, 0), (5, 15, 0.9, 0))]
    found = WindowPostProcessor().finish(candidates, [(0, 30)], SAMPLE)
    assert len(found) == 2 and found.scores[0] > found.scores[1]


def by_hand(candidates, windows):
    """The reference's procedure, written for one detection at a time."""
    rows = [(*segment.tolist(), float(score), int(label))
            for each in candidates for segment, score, label in zip(*each)]
    survivors, touched = [], set()
    for before, after in zip(windows, windows[1:]):
        first, last = after[0], before[1]
        here = [row for row in rows
                if min(row[1], last) - max(row[0], first) > 0]
        touched.update(here)
        for label in {row[3] for row in here}:
            left = sorted((row for row in here if row[3] == label),
                          key=lambda row: -row[2])
            while left:
                best = left.pop(0)
                survivors.append(best)
                left = [row for row in left if tiou(best, row) <= 0.4]
    return survivors + [row for row in rows if row not in touched]


def tiou(one, other):
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared / (one[1] - one[0] + other[1] - other[0] - shared)


@pytest.mark.parametrize('seed', range(5))
def test_many_detections(seed):
    rng = np.random.default_rng(seed)
    candidates = []
    for first, _ in WINDOWS:
        start = first + rng.uniform(-2, 14, 40)
        candidates.append(detections(*np.stack([
            start, start + rng.uniform(0.5, 20, 40), rng.random(40),
            rng.integers(6, size=40)], axis=1).tolist()))
    expected = sorted((start, end, round(score, 6), label) for
                      start, end, score, label in by_hand(candidates, WINDOWS))
    for repeats in (True, False):
        found = WindowPostProcessor(list_repeats=repeats).finish(
            candidates, WINDOWS, SAMPLE)
        rows = expected if repeats else sorted(set(expected))
        np.testing.assert_allclose(listed(found), rows, atol=1e-5)
    assert len(set(expected)) < len(expected)  # some are in two stretches


def test_top_of_a_window():
    scores = torch.tensor([[0.1, 0.7], [0.9, 0.2], [0.3, 0.4]])
    segments = torch.tensor([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
    best = WindowPostProcessor(max_per_window=3).select(scores, segments)
    assert best.scores.tolist() == pytest.approx([0.9, 0.7, 0.4])
    assert best.labels.tolist() == [0, 1, 1]
    assert best.segments.tolist() == [[2, 3], [0, 1], [4, 5]]
    assert len(WindowPostProcessor().select(scores, segments).scores) == 6


def test_seconds_of_tadtr(tmp_path):
    """Windows of 128 steps of 8 frames; no offset, no clamp."""
    cfg = Config.fromfile(
        tiny.CONFIGS / 'tadtr/tadtr_1xb16-16e_thumos14-i3d.py')
    model = MODELS.build(cfg.model).eval()
    sample = ActionDataSample(metainfo=dict(
        grid=TemporalGrid(stride=8, window=8, fps=25), duration=64.0))
    segments = torch.full((4, 2, 40, 2), 0.01)
    segments[-1, 0, 0] = torch.tensor([0.25, 0.125])
    segments[-1, 1, 0] = torch.tensor([0.75, 0.5])  # beyond the video
    logits = torch.full((4, 2, 40, 20), -9.0)
    logits[-1, 0, 0, 3], logits[-1, 1, 0, 7] = 0.0, 1.0
    outputs = QueryOutputs(logits, segments, torch.full((2, 40), 0.5))
    found, = model.head.predict(outputs, [128, 128], [[(0, 128), (96, 200)]],
                                [sample])
    assert found.labels[:2].tolist() == [7, 3]
    np.testing.assert_allclose(found.scores[:2],
                               [0.5 / (1 + np.exp(-1)), 0.25], rtol=1e-6)
    steps = np.array([[96 + 64, 96 + 128], [24, 40]])
    np.testing.assert_allclose(found.segments[:2], steps * 8 / 25, rtol=1e-5)
    assert len(found) > 100


@torch.no_grad()
def test_videos_of_a_batch_do_not_meet(folder):
    """Several windows each; together they give what each gives alone."""
    torch.manual_seed(0)
    model = MODELS.build(
        Config.fromfile(tiny_tadtr.config(folder)).model).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter.data, std=0.1)
    videos = [torch.randn(tiny.CHANNELS, length) for length in (80, 9, 57)]

    def predict(*indices):
        samples = [ActionDataSample(metainfo=dict(
            grid=TemporalGrid.of_interval(0.25), duration=20.0))
            for _ in indices]
        found = model([videos[index] for index in indices], samples,
                      mode='predict')
        return [each.pred_instances for each in found]

    for index, together in enumerate(predict(0, 1, 2)):
        alone, = predict(index)
        assert len(together) == len(alone) > 0
        torch.testing.assert_close(together.scores, alone.scores, rtol=1e-4,
                                   atol=1e-6)
        assert together.segments.device.type == 'cpu'
        assert together.segments.shape == (len(alone), 2)
