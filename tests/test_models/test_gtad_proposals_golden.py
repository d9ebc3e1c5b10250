"""G-TAD, number for number: windows, targets, maps, and what becomes of them.
"""
import numpy as np
import pytest
import torch

from mmbapg.ops import Detections
from tests.golden_gtad import (
    DURATIONS,
    FPS,
    STEPS,
    Reference,
    close,
    sample_of,
    training_windows,
)


@pytest.fixture(scope='module')
def reference(tmp_path_factory):
    return Reference(tmp_path_factory.mktemp('golden'))


@pytest.fixture(scope='module')
def training(reference, tmp_path_factory):
    return training_windows(reference.numbers,
                            tmp_path_factory.mktemp('training'))


@pytest.fixture(scope='module')
def outputs(reference):
    """Of the three windows of v1 and the one of v3."""
    with torch.no_grad():
        return reference.model(
            [reference.features('v1'), reference.features('v3')])


def test_maps_and_boundaries(reference, outputs):
    numbers = reference.numbers
    windows = reference.model.windows(
        [reference.features('v1'), reference.features('v3')])
    places = [(1, 0), (1, 1), (1, 2), (3, 0)]
    assert [len(each) for each in windows] == numbers['windows'].tolist()
    for index, (video, window) in enumerate(places):
        name = f'v{video}_w{window}'
        first, _ = windows[video // 2][window]
        assert 5 * first == int(numbers[f'{name}_offset'])
        stride = 4 if f'{name}_map_sub4' in numbers else 1
        expected = numbers[f'{name}_map{"_sub4" if stride > 1 else ""}']
        close(outputs.maps[index][:, ::stride, ::stride], expected, 5e-5)
        close(outputs.start[index], numbers[f'{name}_start'], 5e-5)
        close(outputs.end[index], numbers[f'{name}_end'], 5e-5)


def test_training_windows(reference, training):
    numbers = reference.numbers
    assert len(training) == int(numbers['train_windows'])
    for index, window in enumerate(training):
        assert window['video_name'] == str(int(numbers[f't{index}_video']))
        assert 5 * window['window'][0] == int(
            numbers[f't{index}_first_frame'])
        close(window['segments'] * FPS, numbers[f't{index}_gt_frames'], 1e-4)


def test_targets(reference, training):
    numbers, head = reference.numbers, reference.model.head
    for index, window in enumerate(training):
        sample = sample_of(window)
        targets = head.target_maker(sample.gt_instances.segments, sample.grid,
                                    DURATIONS, STEPS)
        stride = 1 if index == 0 else 2
        name = f't{index}_iou_map' + '_sub2' * (stride > 1)
        close(targets.iou[::stride, ::stride], numbers[name], 1e-6)
        assert float(targets.iou.double().sum()) == pytest.approx(
            float(numbers[f't{index}_iou_map_sum']), rel=1e-6)
        close(targets.start, numbers[f't{index}_start'], 1e-6)
        close(targets.end, numbers[f't{index}_end'], 1e-6)


def rows_of(numbers, name):
    """Stored proposals: frames and scores."""
    return (np.stack([numbers[f'{name}_xmin'], numbers[f'{name}_xmax']], 1),
            numbers[f'{name}_score'])


def selected(head, numbers, name, first, maps=None):
    """Proposals of a window, from the stored map."""
    if maps is None:
        maps = torch.from_numpy(numbers[f'{name}_map'])
    blank = torch.ones(STEPS)
    segments, scores = head.decoder(maps, blank, blank)
    assert len(scores) == int(numbers['proposals_per_window'])
    return head.post_processor.select(first + segments, scores)


@pytest.mark.parametrize('name', ['v1_w0', 'v3_w0'])
def test_suppression_in_a_window(reference, name):
    """From the stored map; v3 has scores that repeat."""
    numbers, head = reference.numbers, reference.model.head
    found = selected(head, numbers, name, 0)
    frames, scores = rows_of(numbers, f'{name}_nms')
    np.testing.assert_array_equal(5 * found.segments, frames)
    close(found.scores, scores, 2e-6)


def test_from_windows_to_detections(reference):
    """From stored proposals; of classes by made-up scores, rounded as the
    reference rounds."""
    numbers, head = reference.numbers, reference.model.head
    for video, windows in ((1, 3), (3, 1)):
        kept = []
        for window in range(windows):
            frames, scores = rows_of(numbers, f'v{video}_w{window}_nms')
            kept.append(Detections(
                torch.from_numpy(frames).double() / 5,
                torch.from_numpy(scores).double(),
                torch.zeros(len(scores), dtype=torch.int64)))
        joined = Detections(*(torch.cat(each) for each in zip(*kept)))
        final = head.post_processor.suppress(joined)
        frames, scores = rows_of(numbers, f'v{video}_final')
        np.testing.assert_array_equal(5 * final.segments, frames)
        close(final.scores, scores, 2e-6)
        found = head.post_processor.finish(
            kept, reference.sample(f'v{video}'))
        segments, values, labels = (
            numbers[f'v{video}_det_{field}']
            for field in ('segments', 'scores', 'labels'))
        assert len(found) == len(values)
        # beyond the end of its video the reference lists proposals, too
        assert (segments[:, 0] > segments[:, 1]).any() == (video == 3)
        for label in np.unique(labels):
            own, theirs = found.labels.numpy() == label, labels == label
            order = np.argsort(-values[theirs], kind='stable')
            close(found.scores[own], values[theirs][order], 1.1e-6)
            near = abs(found.segments.numpy()[own] -
                       segments[theirs][order]).max(axis=1)
            # a rounding may flip, and equal scores change places
            assert (near < 0.101).mean() > 0.98


@torch.no_grad()
def test_end_to_end(reference, outputs):
    """From features to detections: scores that are near may swap places."""
    numbers, head = reference.numbers, reference.model.head
    kept = [selected(head, numbers, f'v1_w{window}', first, maps)
            for window, first, maps in zip(
                range(3), (0, 128, 204), outputs.maps)]
    for window, each in enumerate(kept):
        assert matched(rows_of(numbers, f'v1_w{window}_nms'),
                       (5 * each.segments, each.scores)) >= 0.99
    sample = reference.sample('v1')
    reference.model([reference.features('v1')], [sample], mode='predict')
    found = sample.pred_instances
    assert matched(
        (numbers['v1_det_segments'], numbers['v1_det_scores']),
        (found.segments, found.scores),
        (numbers['v1_det_labels'], found.labels), 1e-3) >= 0.99


def matched(expected, found, labels=None, tolerance=1e-6):
    """Share of the stored rows that one of ours equals, each used once."""
    segments, scores = (np.asarray(each, float) for each in found)
    free = np.ones(len(scores), bool)
    hits = 0
    for row, (segment, score) in enumerate(zip(*expected)):
        near = (free & (abs(scores - score) < 1.2e-5) &
                (abs(segments - segment) <= tolerance).all(axis=1))
        if labels is not None:
            near &= np.asarray(labels[1]) == labels[0][row]
        if near.any():
            free[near.argmax()] = False
            hits += 1
    return hits / len(expected[1])
