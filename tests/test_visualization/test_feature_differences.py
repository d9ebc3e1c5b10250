"""Changes of features at boundaries and elsewhere."""
import json

import cv2
import numpy as np
import pytest

from mmbapg.apis.feature_changes import changes_of, feature_differences
from mmbapg.datasets import AnnotationError
from mmbapg.datasets.embedding_files import Embeddings, Provenance
from mmbapg.visualization.feature_differences import (
    FeatureChanges,
    as_square,
    draw_feature_differences,
)


def content(values):
    values = np.array(values, np.float32)
    return Embeddings(values, np.arange(len(values)) + 0.5,
                      Provenance(1.0, 'tiny', 'untrained'))


def test_a_boundary_lies_between_two_features():
    steps = [[0.0, 0], [0, 0], [4, 0], [4, 0]]
    found = changes_of([content(steps)], [np.array([2.0, 9.0, 0.2])])
    assert found.at_boundaries.tolist() == [[2, 0]]  # the deviation is 2
    assert found.elsewhere.tolist() == [[0, 0], [0, 0]]
    assert found.separation() == 1


def test_separation_counts_pairs():
    equal = FeatureChanges(np.ones((3, 2)), np.ones((5, 2)))
    assert equal.separation() == 0.5
    mixed = FeatureChanges(np.array([[1.0], [3]]), np.array([[2.0], [0]]))
    assert mixed.separation() == 0.75


def test_channels_fill_a_square():
    square = as_square(np.arange(5.0))
    assert square.shape == (3, 3) and np.isnan(square).sum() == 4
    assert square[1].tolist()[:2] == [3, 4]


def test_a_row_for_each_encoder():
    rng = np.random.default_rng(0)
    changes = FeatureChanges(rng.random((9, 20)) + 1, rng.random((30, 20)))
    one = draw_feature_differences(dict(a=changes))
    two = draw_feature_differences(dict(a=changes, b=changes))
    assert one.dtype == np.uint8 and one.std() > 0
    assert two.shape[0] == pytest.approx(2 * one.shape[0], abs=2)


def test_stored_features_are_compared(folder):
    shares = feature_differences(
        str(folder / 'annotations.json'), dict(own=folder / 'embeddings'),
        dict(subset='validation'), folder / 'picture.png')
    assert shares['own'] > 0.7  # the planted actions raise a channel
    assert cv2.imread(str(folder / 'picture.png')).shape[2] == 3


def test_videos_without_boundaries(folder):
    database = json.loads((folder / 'annotations.json').read_text())
    for video in database['database'].values():
        video['annotations'] = []
    (folder / 'annotations.json').write_text(json.dumps(database))
    with pytest.raises(AnnotationError, match='found 0 pairs of features of '
                       'own at a boundary and .* elsewhere, expected some of '
                       'both'):
        feature_differences(str(folder / 'annotations.json'),
                            dict(own=folder / 'embeddings'), {},
                            folder / 'picture.png')
