"""Pictures show what they are given."""
import cv2
import numpy as np

from mmbapg.datasets.exchange.contents import lanes_of
from mmbapg.visualization import (
    TimelineRow,
    best_detections,
    draw_similarity_map,
    draw_timeline,
)
from mmbapg.visualization.canvas import COLOURS, class_colour
from mmbapg.visualization.label_curves import CurvePoint, draw_label_curves
from mmbapg.visualization.recall_curves import draw_recall_curves
from tests import runs, tiny


def colour(name):
    return [int(name[place:place + 2], 16) for place in (1, 3, 5)]


def count(image, name):
    return int((abs(image.astype(int) - colour(name)).max(axis=2) < 3).sum())


def test_a_timeline_shows_instances_in_the_colours_of_their_classes():
    rows = [TimelineRow('truth', np.array([[0, 10], [20, 40.0]]),
                        np.array([0, 1]))]
    image = draw_timeline('video', 50.0, rows, ['a', 'b'])
    assert image.dtype == np.uint8 and image.shape[2] == 3
    first, second = (count(image, class_colour(label)) for label in (0, 1))
    assert first > 500 and second > 1.5 * first


def test_overlapping_segments_are_stacked():
    assert lanes_of([[0, 10], [5, 15], [10, 20], [0, 3]]) == [0, 1, 0, 1]
    tall, flat = (draw_timeline('v', 20.0, [TimelineRow(
        'x', np.array(segments, float))]).shape[0]
        for segments in ([[0, 10], [1, 11], [2, 12]], [[0, 5], [6, 9]]))
    assert tall > flat


def test_empty_rows_are_drawn():
    empty = TimelineRow('none', np.zeros((0, 2)), np.zeros(0, int),
                        np.zeros(0))
    assert draw_timeline('v', 10.0, [empty, empty]).std() > 0


def test_only_sure_detections_are_shown():
    segments = np.arange(10.0).reshape(5, 2)
    scores = np.array([0.1, 0.9, 0.3, 0.15, 0.5])
    shown = best_detections(segments, np.arange(5), scores, 0.2)
    assert shown[1].tolist() == [1, 4, 2]
    unsure = best_detections(segments, np.arange(5), scores / 10, 0.2)
    assert len(unsure[0]) == 3


def test_a_similarity_map_shows_blocks_and_cuts():
    embeddings = np.eye(2)[np.repeat([0, 1], 50)] + 0.01
    image = draw_similarity_map('v', embeddings, 25.0, np.array([12.5]),
                                np.array([[12.5, 25.0]]), np.array([0]),
                                ['act'])
    assert count(image, '#FF3B30') > 40  # the change point
    assert count(image, class_colour(0)) > 100  # the instance
    yellow, violet = count(image, '#FDE725'), count(image, '#440154')
    assert yellow > 10000 and violet > 10000


def test_label_curves_rise_in_the_colours_of_their_methods():
    def points(mean_ap, gain=None):
        return [CurvePoint(videos, mean_ap + place, (mean_ap, mean_ap + 2),
                           gain, gain and (gain - 1, gain + 1))
                for place, videos in enumerate((20.0, 5.0, 59.25))]

    curves = dict(host=points(50.0), bapg=points(52.0, 2.0))
    one = draw_label_curves(dict(first=curves))
    two = draw_label_curves(dict(first=curves, second=curves))
    host, bapg = (count(one, colour) for colour in COLOURS[:2])
    assert 300 < host < bapg  # which also has a gain
    assert two.shape[0] == 2 * one.shape[0]
    assert count(two, COLOURS[0]) > 1.5 * host
    draw_label_curves(dict(alone=dict(host=points(50.0))))


def test_recall_curves_rise_from_left_to_right():
    low, high = np.linspace(0.1, 0.5, 100), np.linspace(0.2, 0.9, 100)
    image = draw_recall_curves(
        dict(one=np.stack([low, low + 0.1]), two=high[None]), 'some videos')
    for name in COLOURS[:2]:
        rows, columns = np.nonzero((image == colour(name)).all(axis=2))
        inside = columns < 0.7 * image.shape[1]  # the legend is right of it
        rows, columns = rows[inside], columns[inside]
        assert len(rows) > 100
        assert np.corrcoef(columns, rows)[0, 1] < -0.9
    shaded = draw_recall_curves(dict(one=low[None]), 'some videos')
    assert len(np.unique(shaded.reshape(-1, 3), axis=0)) < len(
        np.unique(image.reshape(-1, 3), axis=0))


def test_long_videos_are_averaged():
    embeddings = np.random.default_rng(0).standard_normal((3000, 4))
    image = draw_similarity_map('v', embeddings, 750.0, np.array([100.0]),
                                np.zeros((0, 2)), np.zeros(0, int))
    assert image.shape[0] < 2000


def test_similarity_maps_of_two_encoders_side_by_side(folder, tmp_path):
    path = tmp_path / 'maps.png'
    done = runs.run('python', tiny.ROOT / 'tools/analysis/similarity_maps.py',
                    folder / 'annotations.json',
                    f'ours={folder / "embeddings"}',
                    f'again={folder / "embeddings"}', '--out', path)
    assert f'video0: {path}' in done.stdout
    picture = cv2.imread(str(path))
    half = picture.shape[1] // 2
    assert picture.shape[1] == 2 * half
    # all but the titles
    np.testing.assert_array_equal(picture[80:, :half], picture[80:, half:])
    done = runs.run('python', tiny.ROOT / 'tools/analysis/similarity_maps.py',
                    folder / 'annotations.json', folder / 'embeddings',
                    '--video', 'none', check=False)
    assert 'found no video none' in done.stderr
