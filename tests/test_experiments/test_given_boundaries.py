"""Boundaries of a chosen quality: what is made of true ones, and packed."""
import json

import numpy as np
import pytest

from mmbapg.datasets import TemporalSimilarityClustering
from mmbapg.experiments.given_boundaries import (
    GivenBoundaries,
    Quality,
    degraded,
)

TRUE = np.arange(1.0, 400.0, 4.0)
DURATION = 400.0


def made(*quality, name='v', seed=0):
    return degraded(TRUE, DURATION, Quality(*quality), name, seed)


def test_perfect_ones_are_the_true_ones():
    assert made(0.0).tolist() == TRUE.tolist()
    assert len(degraded(np.empty(0), 9.0, Quality(1.0, 0.5, 0.5))) == 0


def test_errors_grow_with_sigma_and_are_the_same_ones():
    small, large = made(0.1) - TRUE, made(0.2) - TRUE
    assert large == pytest.approx(2 * small)
    assert small.std() == pytest.approx(0.1, rel=0.2)
    for other in (dict(name='w'), dict(seed=1)):
        assert not np.allclose(made(0.1, **other), made(0.1))
    assert made(0.1).tolist() == made(0.1).tolist()


def test_none_leaves_the_video():
    far = made(300.0)
    assert len(far) == len(TRUE)
    assert far.min() >= 0 and far.max() <= DURATION
    assert (np.diff(far) >= 0).all()


def test_missing_and_invented_ones():
    quarter, half = set(made(0.0, 0.25)), set(made(0.0, 0.5))
    assert len(quarter) == 75 and len(half) == 50
    assert half < quarter < set(TRUE)
    more = made(0.0, 0.0, 0.3)
    assert len(more) == 130 and set(TRUE) < set(more)


@pytest.mark.parametrize('quality', [(-1.0, ), (np.nan, ), (1.0, 1.2),
                                     (1.0, 0.0, -0.1)])
def test_a_quality_that_cannot_be(quality):
    with pytest.raises(ValueError, match=r'found Quality\(.*expected sigma'):
        made(*quality)


def test_a_quality_has_a_name():
    assert str(Quality(0.5)) == 'true, σ = 0.5 s'
    assert str(Quality(1.0, 0.2, 0.1)) == (
        'true, σ = 1 s, 20% missing, 10% invented')


@pytest.fixture
def given(tmp_path):
    """Boundaries of two videos in a file."""
    path = tmp_path / 'boundaries.json'
    path.write_text(json.dumps(dict(a=[3.1, 9.0, 9.05, 29.9], b=[])))
    return GivenBoundaries(str(path), 0.5, dict(
        type='TemporalSimilarityClustering', embeddings='nowhere',
        interval=9.0, num_change_points=(2, 4), boundary_scales=(2, 4)))


def test_regions_lie_between_given_boundaries(given):
    results = given.transform(dict(video_name='a', duration=30.0))
    found = results['clustering']
    regions = [[0, 3], [3, 9], [9, 30]]  # 29.9 is the end of the video
    assert found.regions.tolist() == 2 * regions
    assert found.segmentation.tolist() == [0, 0, 0, 1, 1, 1]
    assert sorted(found.proposals.tolist()) == regions
    assert results['embeddings_file'] == str(given.path)


def test_strength_speaks_where_boundaries_are_and_nowhere_else(given):
    found = given.transform(dict(video_name='a', duration=30.0))['clustering']
    contrast = found.strength[:, 0]  # of one second before and after
    assert np.flatnonzero(contrast > 1.4).tolist() == [6, 18]
    assert np.flatnonzero(contrast).tolist() == [5, 6, 7, 17, 18, 19]


def test_as_much_is_packed_as_of_embeddings(given):
    alike = TemporalSimilarityClustering(
        '', num_change_points=(2, 4), boundary_scales=(2, 4))
    assert given.packed_widths == alike.packed_widths
    # MMAction2's name of the duration; and a video of one region
    found = given.transform(dict(video_name='b', duration_second=9.0))
    assert found['clustering'].regions.tolist() == 2 * [[0, 9]]
    assert found['clustering'].strength.shape == (
        18, given.packed_widths.num_strengths)


def test_a_video_without_boundaries(given):
    with pytest.raises(ValueError, match='boundaries.json: found no '
                       'boundaries of video c, expected a list'):
        given.transform(dict(video_name='c', duration=9.0))
