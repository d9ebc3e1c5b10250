"""Stage 3 inside the data pipeline."""
import os

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, TRANSFORMS
from mmengine.config import Config

from mmbapg.datasets import TemporalSimilarityClustering
from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    read_embeddings,
    write_embeddings,
)
from mmbapg.datasets.feature_files import FeatureFileError
from mmbapg.ops import boundary_strength, find_change_points
from tests import tiny


def write(folder, embeddings, interval=0.5, checkpoint='untrained', name='v'):
    times = (np.arange(len(embeddings)) + 0.5) * interval
    write_embeddings(folder / f'{name}.npz', Embeddings(
        np.asarray(embeddings, np.float32), times,
        Provenance(interval, 'config', checkpoint)))


def clusters(folder, duration=10.0, **settings):
    transform = TemporalSimilarityClustering(str(folder), **settings)
    return transform.transform(
        dict(video_name='v', duration=duration))['clustering']


BLOCKS = np.eye(4)[np.repeat([0, 1, 2, 3], 5)]  # 20 frames of 0.5 s


def test_proposals_are_the_regions_in_seconds(tmp_path):
    write(tmp_path, BLOCKS)
    found = clusters(tmp_path, num_change_points=[3])
    expected = [[0, 2.5], [2.5, 5], [5, 7.5], [7.5, 10]]
    assert sorted(found.proposals.tolist()) == expected
    assert found.regions.tolist() == expected
    assert found.segmentation.tolist() == [0, 0, 0, 0]
    # a contrast of 1 over five frames
    np.testing.assert_allclose(found.scores, 5**0.5)


def test_segmentations_are_the_optima_for_their_numbers(tmp_path):
    embeddings = np.random.default_rng(0).standard_normal((20, 3))
    write(tmp_path, embeddings)
    found = clusters(tmp_path, num_change_points=[5, 2])
    cuts = find_change_points(torch.from_numpy(embeddings).float(),
                              5).change_points
    for place, number in enumerate((2, 5)):
        starts = found.regions[found.segmentation == place][1:, 0]
        np.testing.assert_allclose(starts, cuts[number - 1, :number] * 0.5)


def test_merging_and_shortest_duration(tmp_path):
    write(tmp_path, BLOCKS)
    merged = clusters(tmp_path, num_change_points=[3], max_merge=2)
    assert [2.5, 7.5] in merged.proposals.tolist()
    assert len(merged.proposals) == 4 + 3
    long = clusters(tmp_path, num_change_points=[3], max_merge=2,
                    min_duration=3.0)
    assert len(long.proposals) == 3 and len(long.regions) == 4


def test_auto_chooses_the_number(tmp_path):
    write(tmp_path, np.repeat(BLOCKS, 10, axis=0), interval=0.05)
    found = clusters(tmp_path, num_change_points='auto')
    assert len(found.regions) == 4


def test_more_change_points_than_frames(tmp_path, logged):
    """Said, and cut to what the video allows."""
    write(tmp_path, BLOCKS[:6])
    found = clusters(tmp_path, duration=3.0, num_change_points=[2, 20])
    assert ('video v: 20 change points are asked for, but its 6 frames in '
            'regions of at least 1 allow at most 5') in logged()
    assert (found.segmentation == 1).sum() == 6
    one = clusters(tmp_path, duration=3.0, num_change_points=[2, 20],
                   min_size=6)
    assert one.regions.tolist() == [[0, 3], [0, 3]]


def test_results_are_cached_until_something_changes(tmp_path):
    write(tmp_path, BLOCKS)
    clusters(tmp_path, num_change_points=[3])
    cached, = (tmp_path / 'proposals').glob('*/v.npz')
    stamp = os.stat(cached).st_mtime_ns
    clusters(tmp_path, num_change_points=[3])
    assert os.stat(cached).st_mtime_ns == stamp
    clusters(tmp_path, num_change_points=[2])
    write(tmp_path, BLOCKS[::-1], checkpoint='other')
    clusters(tmp_path, num_change_points=[3])
    assert len(list((tmp_path / 'proposals').glob('*/v.npz'))) == 3


def test_no_cache_writes_nothing(tmp_path):
    write(tmp_path, BLOCKS)
    clusters(tmp_path, num_change_points=[3], cache='')
    assert [path.name for path in tmp_path.iterdir()] == ['v.npz']


def test_the_checkpoint_can_be_demanded(tmp_path):
    weights = tmp_path / 'encoder.pth'
    torch.save(dict(state_dict={}), weights)
    from mmbapg.datasets.embedding_files import file_hash
    write(tmp_path, BLOCKS, checkpoint=file_hash(weights))
    assert len(clusters(tmp_path, num_change_points=[3],
                        checkpoint=str(weights)).regions) == 4
    with pytest.raises(FeatureFileError, match='no such checkpoint'):
        clusters(tmp_path, checkpoint=str(tmp_path / 'gone.pth'))


def test_packed_proposals_lie_on_the_grid_of_the_features(folder):
    cfg = Config.fromfile(tiny.localizer_config(folder))
    pipeline = [*cfg.load,
                dict(type='TemporalSimilarityClustering',
                     embeddings=str(folder / 'embeddings'),
                     num_change_points=[2, 4]),
                dict(type='PackProposals', pack=dict(type='PackFeatures'))]
    data = DATASETS.build(dict(cfg.test_dataloader.dataset,
                               pipeline=pipeline))
    sample = data[0]['data_samples']
    assert len(sample.regions.segmentation) == 3 + 5
    inner = sample.regions.steps[1]
    seconds = sample.grid.to_seconds(inner)
    assert any(torch.allclose(seconds, segment.float(), atol=1e-4)
               for segment in sample.proposals.segments)
    outer = sample.regions.steps[[0, 2, 3, 7]]
    assert torch.isinf(outer).sum() == 4


def test_packed_strengths_lie_on_the_grid_of_the_features(folder):
    cfg = Config.fromfile(tiny.localizer_config(folder))
    pipeline = [*cfg.load,
                dict(type='TemporalSimilarityClustering',
                     embeddings=str(folder / 'embeddings'),
                     num_change_points=[2], boundary_scales=[1, 3]),
                dict(type='PackProposals', pack=dict(type='PackFeatures'))]
    data = DATASETS.build(dict(cfg.test_dataloader.dataset,
                               pipeline=pipeline))
    packed = data[0]
    sample = packed['data_samples']
    found = sample.boundary_strength
    assert found.shape == (4, packed['inputs'].shape[1])
    content = read_embeddings(sample.embeddings_file)
    strength = boundary_strength(torch.from_numpy(content.embeddings), [1, 3])
    seconds = sample.grid.to_seconds(np.arange(found.shape[1]))
    inside = (seconds > content.times[0]) & (seconds < content.times[-1])
    assert inside.sum() > 3
    for step in np.flatnonzero(inside):
        after = int(np.searchsorted(content.times, seconds[step]))
        first, last = content.times[after - 1:after + 1]
        share = (seconds[step] - first) / (last - first)
        expected = ((1 - share) * strength[after - 1] +
                    share * strength[after])
        torch.testing.assert_close(found[:, step].double(),
                                   expected.double(), atol=1e-5, rtol=0)


def test_it_is_registered():
    assert TRANSFORMS.get('TemporalSimilarityClustering') is (
        TemporalSimilarityClustering)


def half(content):
    return content[:len(content) // 2]


@pytest.mark.parametrize('damage', [
    half, lambda content: b'', lambda content: b'no zip file',
    lambda content: content.replace(b'(5, 2)', b'(9, 2)')])
def test_a_damaged_result_is_made_anew(tmp_path, logged, damage):
    write(tmp_path, BLOCKS)
    first = clusters(tmp_path, num_change_points=[3])
    cached, = (tmp_path / 'proposals').glob('*/v.npz')
    whole = cached.read_bytes()
    cached.write_bytes(damage(whole))
    again = clusters(tmp_path, num_change_points=[3])
    assert all(map(np.array_equal, first, again))
    if cached.read_bytes() != whole:
        np.load(cached)
    assert damage(whole) == whole or f'{cached}: no result of' in logged()


def test_results_of_another_video_in_the_cache(tmp_path):
    """A file that is whole, but not of these embeddings."""
    write(tmp_path, BLOCKS)
    first = clusters(tmp_path, num_change_points=[3])
    cached, = (tmp_path / 'proposals').glob('*/v.npz')
    np.savez(cached, **first._replace(times=first.times[:7])._asdict())
    again = clusters(tmp_path, num_change_points=[3])
    assert np.array_equal(again.times, first.times)


def test_other_embeddings_of_the_same_encoder_are_noticed(tmp_path):
    write(tmp_path, BLOCKS)
    clusters(tmp_path, num_change_points=[3])
    write(tmp_path, BLOCKS[::-1][:, [0, 0, 2, 3]])
    found = clusters(tmp_path, num_change_points=[2])
    fresh = clusters(tmp_path, num_change_points=[2], cache='')
    assert all(map(np.array_equal, found, fresh))
    clusters(tmp_path, num_change_points=[3])
    assert len(list((tmp_path / 'proposals').glob('*/v.npz'))) == 3


def test_class_evidence_is_what_points_at_the_classes(tmp_path):
    """In the first channels of unit embeddings, if the encoder says so."""
    embeddings = np.random.default_rng(0).standard_normal((20, 6))
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    write(tmp_path, embeddings)
    assert clusters(tmp_path).class_evidence.shape == (20, 0)
    untold = clusters(tmp_path, class_channels=4).class_evidence
    assert untold.shape == (20, 4) and not untold.any()
    write_embeddings(tmp_path / 'v.npz', Embeddings(
        embeddings.astype(np.float32), (np.arange(20) + 0.5) * 0.5,
        Provenance(0.5, 'config', 'untrained', class_channels=4)))
    np.testing.assert_allclose(
        clusters(tmp_path, class_channels=4).class_evidence, unit[:, :4],
        rtol=1e-5)
