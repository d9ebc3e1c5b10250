"""How many change points by themselves: by the training set's rate."""
from dataclasses import replace

import numpy as np
import pytest
import torch

from mmbapg.datasets import TemporalSimilarityClustering
from mmbapg.datasets.annotations import VideoAnnotation
from mmbapg.datasets.boundary_times import boundary_rate
from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    write_embeddings,
)
from mmbapg.ops import find_change_points

INTERVAL = 0.5
#: Twelve regions of 3 to 8 frames.
BLOCKS = np.eye(12)[np.repeat(np.arange(12), [3, 8, 4, 7] * 3)]
DURATION = len(BLOCKS) * INTERVAL
RATE = 11 / DURATION


def content(embeddings=BLOCKS, rate=None):
    noise = np.random.default_rng(0).standard_normal(embeddings.shape)
    return Embeddings(
        (embeddings + 0.05 * noise).astype(np.float32),
        (np.arange(len(embeddings)) + 0.5) * INTERVAL,
        Provenance(INTERVAL, 'made', 'none', boundary_rate=rate,
                   mean_duration=DURATION))


def clustering(folder='', **settings):
    return TemporalSimilarityClustering(str(folder), **dict(
        dict(num_change_points='by rate', cache=''), **settings))


def numbers(found):
    return np.bincount(found.segmentation) - 1


def test_numbers_are_multiples_of_what_is_expected():
    found = clustering(multiples=(1, 0.5, 2)).cluster(
        content(rate=RATE), DURATION)
    assert numbers(found).tolist() == [11, 6, 22]
    cuts = find_change_points(torch.from_numpy(content().embeddings), 11)
    np.testing.assert_allclose(found.regions[1:12, 0],
                               cuts.change_points[10] * INTERVAL)
    # a longer video has more, though not in a second; then one in which
    # nothing is expected
    longer = content(np.concatenate([BLOCKS, BLOCKS[::-1]]), RATE)
    found = clustering(multiples=(1, 0.5)).cluster(longer, 2 * DURATION)
    assert numbers(found).tolist() == [18, 9]  # 11 * 2**0.75 = 18.5
    found = clustering().cluster(content(rate=1e-6), DURATION)
    assert numbers(found).tolist() == [1, 1, 1, 1]


def test_proposals_are_ranked_in_turn():
    transform = clustering(multiples=(1, 0.5, 2))
    found = transform.cluster(content(rate=RATE), DURATION)
    assert (np.diff(found.scores) <= 0).all()
    turns = []
    for proposal in found.proposals:
        same = (found.regions == proposal).all(axis=1)
        turns.append(found.segmentation[same].min())
    assert turns == sorted(turns) and set(turns) == {0, 1, 2}
    # those of the first keep their evidence, by which fixed numbers rank all
    by_evidence = clustering(num_change_points=(6, 11, 22)).cluster(
        content(), DURATION)
    assert len(by_evidence.scores) == len(found.scores)
    evidence = dict(zip(map(tuple, by_evidence.proposals),
                        by_evidence.scores))
    first = [evidence[tuple(each)] for each in found.proposals[:12]]
    np.testing.assert_allclose(found.scores[:12], first)
    assert found.scores[12] < min(first)


@pytest.mark.parametrize('settings', [
    {}, dict(num_change_points='auto'), dict(multiples=(1, 2)),
    dict(num_change_points=(3, 200))])
@pytest.mark.parametrize('frames', [1, 2, len(BLOCKS)])
@pytest.mark.parametrize('rate', [None, 0.01, RATE, 100.0])
def test_there_are_as_many_segmentations_as_are_packed(settings, frames,
                                                       rate):
    transform = clustering(**settings)
    found = transform.cluster(content(BLOCKS[:frames], rate),
                              frames * INTERVAL)
    assert len(numbers(found)) == transform.packed_widths.num_segmentations


def test_more_boundaries_than_frames_can_tell(logged):
    found = clustering().cluster(content(rate=1.5), DURATION, 'v')
    assert numbers(found).max() == len(BLOCKS) // 2
    assert (f'video v: about {1.5 * DURATION:.0f} boundaries are expected, '
            f'but its {len(BLOCKS)} frames are cut at most '
            f'{len(BLOCKS) // 2} times') in logged()


def test_embeddings_that_know_no_rate(tmp_path, logged):
    """Multiples of what the criterion finds; said once for a folder."""
    automatic = clustering(num_change_points='auto').cluster(
        content(), DURATION)
    assert numbers(automatic).tolist() == [11]
    for name in 'vw':
        write_embeddings(tmp_path / f'{name}.npz', content())
        found = clustering(tmp_path, multiples=(1.25, 2.5)).transform(
            dict(video_name=name, duration=DURATION))['clustering']
        assert numbers(found).tolist() == [11, 22]
    assert logged().count(
        f'{tmp_path}: found embeddings that do not tell how often actions '
        'begin and end in the training videos') == 1
    assert 'set bapg.clustering.num_change_points' in logged()


def test_each_file_has_a_rate_of_its_own(tmp_path, logged):
    """As cross-fitting writes them; what is kept of one is not the other's."""
    found = []
    for rate in (RATE, RATE / 2):
        write_embeddings(tmp_path / 'v.npz', content(rate=rate))
        for _ in range(2):  # made, and read again
            transform = clustering(tmp_path, multiples=(1, ), cache=None)
            found.append(numbers(transform.transform(dict(
                video_name='v', duration=DURATION))['clustering']).tolist())
    assert found == [[11], [11], [6], [6]]
    assert len(list((tmp_path / 'proposals').glob('*/v.npz'))) == 2
    assert 'do not tell' not in logged()


def test_a_way_that_there_is_not():
    with pytest.raises(ValueError, match=(
            "num_change_points is 'rate', expected numbers such as "
            r"\(5, 10, 15, 20\), 'auto' or 'by rate'")):
        clustering(num_change_points='rate')


def test_the_rate_counts_each_boundary_once():
    """Not those at a video's own ends."""
    segments = np.array([[0.0, 2.0], [2.0, 5.0], [7.0, 10.0]])
    video = VideoAnnotation('v', 10.0, segments, ['a'] * 3)
    empty = replace(video, name='w', segments=segments[:0], labels=[])
    assert boundary_rate([video]) == pytest.approx(0.3)
    assert boundary_rate([video, empty]) == pytest.approx(0.15)
    assert boundary_rate([empty]) is None
