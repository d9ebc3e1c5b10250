"""Maps of proposals: labels, targets, losses, decoding and what follows."""
import json

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS, TASK_UTILS
from mmaction.structures import ActionDataSample

import mmbapg  # noqa: F401
from mmbapg.datasets.transforms.video_scores import VideoScoresError
from mmbapg.errors import SettingError
from mmbapg.models.losses.balanced_iou_loss import Draws
from mmbapg.ops import Detections, TemporalGrid

#: A step is a second and fills [i, i + 1].
GRID = TemporalGrid.of_interval(1.0)


def task(**cfg):
    return TASK_UTILS.build(cfg)


def segments(*rows):
    return torch.tensor(rows, dtype=torch.float64).view(-1, 2)


def test_labels_of_regions_of_one_width():
    label = task(type='CoveredBoundaryLabels', width=3)
    start, end = label(segments((2, 6.25)), 9)
    assert start.tolist() == [0.5, 1, 1, 0.5, 0, 0, 0, 0, 0]
    assert end.tolist() == [0, 0, 0, 0, 0.25, 1, 1, 0.75, 0]


def test_labels_on_activitynet_reach_into_both_neighbours():
    """A start at 0 covers exactly half of step 1, which is not positive."""
    label = task(type='CoveredBoundaryLabels', width=3, extent=(-0.5, 1.5))
    start, _ = label(segments((0, 50)), 100)
    assert start[:3].tolist() == [1, 0.5, 0]
    loss = MODELS.build(dict(type='BalancedBCELoss'))
    scores = torch.full((100, ), 0.2)
    expected = -(np.log(0.2 + 1e-6) + np.log(0.8 + 1e-6)) / 2
    assert loss(scores, start).item() == pytest.approx(expected, rel=1e-5)


def test_labels_of_regions_by_length():
    """BSN++: 1 within a tenth of the length, and short ones do not vanish."""
    label = task(type='BoundaryRegionLabels')
    start, end = label(segments((10, 20), (3.4, 3.5)), 24)
    assert start.nonzero()[:, 0].tolist() == [3, 9, 10]
    assert end.nonzero()[:, 0].tolist() == [3, 19, 20]
    assert set(start.tolist()) == {0, 1}
    # a region that ends where a step begins is not in it; one at the edge of
    # the sequence is cut off
    start, end = label(segments((-1, 9), (12, 22)), 22)
    assert start.nonzero()[:, 0].tolist() == [11, 12]
    assert end.nonzero()[:, 0].tolist() == [8, 9, 21]
    start, end = label(segments(), 5)
    assert not start.any() and not end.any()


@pytest.mark.parametrize('cut', [False, True])
def test_targets_of_instances_beyond_the_sequence(cut):
    make = task(type='MapTargetMaker', cut_boundaries=cut,
                boundary_labels=dict(type='CoveredBoundaryLabels', width=2))
    targets = make(segments((-4, 3), (6, 12)), GRID, 4, 8)
    assert targets.iou[2, 0] == 1 and targets.iou[1, 6] == 1
    assert targets.iou.dtype == targets.start.dtype == torch.float32
    assert targets.start.tolist() == [cut, 0, 0, 0, 0, 1, 1, 0]
    assert targets.end.tolist() == [0, 0, 1, 1, 0, 0, 0, cut]
    empty = make(segments(), GRID, 4, 8)
    assert not any(each.any() for each in empty)


@pytest.mark.parametrize('start,shift', [(0, -0.1), (81, 0.1)])
def test_times_on_the_map_of_thumos14_count_from_a_whole_frame(start, shift):
    grid = TemporalGrid(5, 0, 25, start)
    make = task(type='MapTargetMaker', whole_frame_origin=True)
    # from the edge before step 2 to that before step 5
    seconds = grid.edges().to_seconds(segments((2, 5)))
    found = make(seconds, grid, 4, 8).iou[2, 2].item()
    assert found == pytest.approx((3 - abs(shift)) / (3 + abs(shift)))


def test_positives_and_negatives_weigh_the_same():
    scores = torch.tensor([0.9, 0.2, 0.4, 0.6, 0.5])
    targets = torch.tensor([1.0, 0.95, 0.2, 0.0, 0.5])
    loss = MODELS.build(dict(
        type='BalancedBCELoss', threshold=0.7, negative_threshold=0.3,
        loss_weight=2, eps=0))
    positive = np.log([0.9, 0.2]).mean()
    negative = np.log([0.6, 0.4]).mean()
    assert loss(scores, targets).item() == pytest.approx(-positive - negative)
    counts = torch.tensor([True, False, True, True, True])
    assert loss(scores, targets, counts).item() == pytest.approx(
        -np.log(0.9) - negative)
    # without either there is no loss of it, and no division by zero
    assert loss(scores, torch.zeros(5)).item() == pytest.approx(
        -np.log(1 - scores).mean().item())
    more = MODELS.build(dict(type='BalancedBCELoss', threshold=0.7, added=10,
                             negative_threshold=0.3, eps=0))
    assert more(scores, targets).item() == pytest.approx(
        -(np.log([0.9, 0.2]).sum() + np.log([0.6, 0.4]).sum()) / 24)


def test_regression_takes_as_many_of_each_kind():
    targets = torch.tensor([[0.8, 0.5, 0.6, 0.1, 0.2, 0.0]])
    draws = Draws(torch.tensor([[0.9, 0.4, 0.6, 0.9, 0.9, 0.9]]),
                  torch.tensor([[0.9, 0.9, 0.9, 0.6, 0.3, 0.9]]))
    loss = MODELS.build(dict(type='BalancedIoULoss'))
    assert loss.weights(targets, draws).tolist() == [[1, 0, 1, 1, 0, 0]]
    scores = torch.full_like(targets, 0.5)
    assert loss(scores, targets, draws).item() == pytest.approx(
        0.5 * (0.09 + 0.01 + 0.16) / 3)
    assert loss(scores, torch.zeros_like(targets)) == 0
    torch.manual_seed(0)
    many = torch.rand(64, 64) * 0.72
    weights = loss.weights(many)
    for low, high in ((0.3, 0.7), (0, 0.3)):
        chosen = weights[(many > low) & (many <= high)].sum()
        assert chosen == pytest.approx(int((many > 0.7).sum()), rel=0.5)


MAPS = torch.rand(2, 4, 6, generator=torch.Generator().manual_seed(0))
START = torch.tensor([0.3, 0.9, 0.2, 0.5, 0.1, 0.8])
END = torch.tensor([0.7, 0.2, 0.6, 0.1, 0.3, 0.4])


@pytest.mark.parametrize('bounds,confidence', [(0, 1), (1, 1), (1, 0.5)])
@pytest.mark.parametrize('selection', ['all', 'peaks'])
def test_decoding_beside_a_loop(bounds, confidence, selection):
    decode = task(type='ProposalMapDecoder', boundary_power=bounds,
                  confidence_power=confidence, selection=selection)
    # higher than both neighbours, or than half of the highest; or the ends
    opens = {0, 1, 3} if selection == 'peaks' else {*range(6)}
    closes = {2, 5} if selection == 'peaks' else {*range(6)}
    rows = []
    for duration in range(4):
        for start in range(6):
            end = start + duration + 1
            if end < 6 and start in opens and end in closes:
                score = (START[start] * END[end])**bounds * (
                    MAPS[0, duration, start] *
                    MAPS[1, duration, start])**confidence
                rows.append((start, end, score.item()))
    found, scores = decode(MAPS, START, END)
    assert found.tolist() == [[start, end] for start, end, _ in rows]
    assert scores.tolist() == pytest.approx([row[2] for row in rows])
    best = task(type='ProposalMapDecoder', boundary_power=bounds,
                confidence_power=confidence, selection=selection,
                max_candidates=3)(MAPS, START, END)
    rows.sort(key=lambda row: -row[2])
    assert best[0].tolist() == [[start, end] for start, end, _ in rows[:3]]


def processor(**settings):
    return task(type='ProposalPostProcessor', **{'nms': dict(
        method='soft', divisor=0.4, max_proposals=9), **settings})


def sample(**meta):
    return ActionDataSample(metainfo=dict(
        video_name='v', duration=9.5, grid=GRID, **meta))


def test_seconds_and_the_end_of_the_video():
    rows, scores = segments((0, 2), (8, 12), (10, 12)), torch.tensor(
        [0.5, 0.4, 0.3])
    process = processor()
    found = process.finish([process.select(rows, scores)], sample())
    assert found.segments.tolist() == [[0, 2], [8, 9.5]]
    process = processor(bounds_at='middles', keep_beyond_end=True)
    found = process.finish([process.select(rows, scores)], sample())
    assert found.segments.tolist() == [[0.5, 2.5], [8.5, 9.5], [10.5, 9.5]]
    assert found.labels.tolist() == [0, 0, 0]
    assert {each.dtype for each in (found.segments, found.scores)} == {
        torch.float32}


def test_suppression_in_windows_comes_first():
    rows, scores = segments((0, 4), (0, 5)), torch.tensor([0.9, 0.8])
    once = 0.8 * np.exp(-0.64 / 0.4)
    for in_windows, expected in ((False, once), (True, once**2 / 0.8)):
        process = processor(nms_in_windows=in_windows)
        found = process.finish([process.select(rows, scores)], sample())
        assert found.scores.tolist() == pytest.approx([0.9, expected])
    process = processor(nms=dict(method='greedy', iou_threshold=0.7,
                                 max_proposals=1))
    found = process.finish([process.select(rows + 4, scores)] * 2, sample())
    assert found.segments.tolist() == [[4, 8]]


def test_what_is_too_long_is_left_out():
    process = processor(too_long=5)
    found = process.finish([process.select(
        segments((0, 4), (3, 8)), torch.tensor([0.3, 0.8]))], sample())
    assert found.segments.tolist() == [[0, 4]]


def test_classes_of_whole_videos_and_rounding():
    process = processor(decimals=(1, 2), score_fusion=dict(
        type='VideoScoreFusion', topk=2, power=1))
    found = process.finish(
        [process.select(segments((0.33, 2), (4, 6)), torch.tensor(
            [0.6, 0.5]))], sample(video_scores=[0.1, 0.7, 0.2]))
    assert found.labels.tolist() == [1, 1, 2, 2]
    assert found.scores.tolist() == pytest.approx([0.42, 0.35, 0.12, 0.1])
    assert found.segments[0].tolist() == pytest.approx([0.3, 2])


@pytest.mark.parametrize('settings,message', [
    (dict(nms=dict(method='hard')),
     "post_processor.nms.method is 'hard', expected one of soft, greedy"),
    (dict(nms=dict(iou_threshold=0.5)), 'nms.method is None, expected'),
    (dict(nms=dict(method='greedy', max_proposals=9)),
     "post_processor.nms: found no 'iou_threshold', expected the fields "
     'iou_threshold, max_proposals'),
    (dict(nms=dict(method='soft', divisor=0.4, max_proposal=9)),
     "nms: found no 'max_proposals', 'max_proposal', expected the fields "),
    (dict(bounds_at='frames'),
     "post_processor.bounds_at is 'frames', expected one of edges, mid")])
def test_unknown_settings_of_the_post_processor(settings, message):
    with pytest.raises(SettingError, match=message):
        processor(**settings)


def test_an_unknown_selection():
    with pytest.raises(ValueError, match="selection is 'some', expected one"):
        task(type='ProposalMapDecoder', selection='some')


def test_scores_of_another_list_of_videos(tmp_path):
    (tmp_path / 'scores.json').write_text(json.dumps(dict(
        results={'another': [0.1, 0.9]}, **{'class': ['act', 'rest']})))
    load = mmbapg.datasets.LoadVideoScores(str(tmp_path / 'scores.json'))
    with pytest.raises(VideoScoresError, match=(
            'found no scores of video v, expected some of every video')):
        load.transform(dict(video_name='v', classes=['act', 'rest']))
    process = processor(score_fusion=dict(type='VideoScoreFusion'))
    with pytest.raises(ValueError, match='video v: found no video_scores'):
        process.finish([process.select(segments((0, 2)), torch.tensor(
            [0.5]))], sample())


def test_joined_detections_keep_their_order():
    """Windows in order, which decides among equal scores."""
    process = processor()
    windows = [Detections(segments((first, first + 1)), torch.tensor(
        [0.5], dtype=torch.float64), torch.tensor([0])) for first in (3, 1)]
    assert process.finish(windows, sample()).segments[:, 0].tolist() == [3, 1]
