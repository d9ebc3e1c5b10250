import itertools

import numpy as np
import pytest
import torch

from mmbapg.ops import (
    boundary_strength,
    change_points,
    choose_num_change_points,
    evenly_spaced_cuts,
    find_change_points,
    find_change_points_of_all,
    region_contrast,
    total_scatter,
)
from mmbapg.ops.change_points import ImpossibleSegmentation
from mmbapg.ops.compiled_sweep import compiled_sweep
from mmbapg.ops.unit_vectors import BLOCK
from tests import golden

GOLDEN = golden.load('tsc')
SETS = list(enumerate(map(str, GOLDEN['set_names'])))


@pytest.fixture(params=['compiled', 'arrays'], autouse=True)
def sweep(request, monkeypatch):
    """Every test of this file, compiled and as it runs without Numba."""
    if request.param == 'arrays':
        monkeypatch.setattr(change_points, 'has_numba', lambda: False)
    return request.param


@pytest.mark.parametrize('index,name', SETS)
@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
def test_optimum_for_every_number_as_ruptures_finds_it(index, name, dtype):
    embeddings = torch.from_numpy(GOLDEN[f'set{index}_x']).to(dtype)
    expected = GOLDEN[f'set{index}_change_points']
    found = find_change_points(embeddings, len(expected))
    np.testing.assert_allclose(
        found.objective, GOLDEN[f'set{index}_objective'], rtol=1e-5,
        atol=1e-5)
    unique = GOLDEN[f'set{index}_agree'].astype(bool)
    for number in np.flatnonzero(unique) + 1:
        np.testing.assert_array_equal(
            found.change_points[number - 1, :number],
            expected[number - 1, :number])
    assert (found.change_points[0, 1:] == -1).all()
    assert total_scatter(embeddings) == pytest.approx(
        float(GOLDEN[f'set{index}_objective_m0']), rel=1e-5, abs=1e-5)


def brute_force(unit, number, min_size):
    def cost(start, end):
        region = unit[start:end]
        return float((region - region.mean(0)).square().sum())

    return min(
        sum(cost(*pair) for pair in itertools.pairwise((0, *cuts, len(unit))))
         for cuts in itertools.combinations(range(1, len(unit)), number)
         if all(b - a >= min_size
                for a, b in itertools.pairwise((0, *cuts, len(unit)))))


@pytest.mark.parametrize('min_size', [1, 2, 3])
def test_min_size_against_every_segmentation(min_size):
    generator = torch.Generator().manual_seed(min_size)
    embeddings = torch.randn(11, 3, generator=generator).double()
    unit = torch.nn.functional.normalize(embeddings, dim=1)
    found = find_change_points(embeddings, 2, min_size)
    for number in (1, 2):
        assert float(found.objective[number - 1]) == pytest.approx(
            brute_force(unit, number, min_size))
        edges = [0, *found.change_points[number - 1, :number].tolist(), 11]
        assert min(np.diff(edges)) >= min_size


def test_blocks_do_not_show():
    """Regions that span several blocks of the similarity matrix."""
    length = 2 * BLOCK + 37
    centre = torch.eye(4)[torch.arange(length) * 4 // length]
    noise = torch.randn(length, 4, generator=torch.Generator().manual_seed(0))
    found = find_change_points(centre + 0.01 * noise, 3)
    expected = [length * k / 4 for k in (1, 2, 3)]
    np.testing.assert_allclose(found.change_points[2], expected, atol=1)


@pytest.mark.parametrize('frames,min_size', [
    (BLOCK, 1), (BLOCK + 1, 2), (3 * BLOCK - 5, 7), (2 * BLOCK + 70, 90),
    (6 * BLOCK, 1), (5 * BLOCK, 17)])
@pytest.mark.parametrize('kind', ['walk', 'scenes', 'noise'])
def test_compiled_sweep_is_the_sweep(kind, frames, min_size):
    generator = torch.Generator().manual_seed(frames)
    # in double precision, as the two round in different places
    embeddings = torch.randn(frames, 6, generator=generator).double()
    if kind == 'walk':
        embeddings = embeddings.cumsum(0)
    elif kind == 'scenes':  # where most starts are passed over
        embeddings += 3 * torch.randn(8, 6, generator=generator)[
            torch.arange(frames) * 8 // frames]
    number = min(12, frames // min_size - 1)
    costs, starts = (each[0].numpy() for each in change_points._array_sweep(
        change_points.unit_rows(embeddings)[None], number, min_size))
    found_costs, found_starts = compiled_sweep(
        embeddings, change_points.row_scales(embeddings), number, min_size)
    # regions of one frame cost nothing but rounding
    np.testing.assert_allclose(found_costs, costs, rtol=1e-9, atol=1e-12)
    feasible = np.isfinite(costs)
    np.testing.assert_array_equal(found_starts[feasible], starts[feasible])


def test_videos_in_a_batch_as_each_alone():
    generator = torch.Generator().manual_seed(0)
    videos = [torch.randn(frames, 6, generator=generator).cumsum(0)
              for frames in (40, 300, 12)]
    together = change_points._from_arrays(
        [change_points.unit_rows(each) for each in videos], 4, 2)
    alone = find_change_points_of_all(videos, 4, 2)
    for one, other in zip(together, alone):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)
    assert find_change_points_of_all([], 4) == []
    with pytest.raises(ImpossibleSegmentation, match='12 frames'):
        find_change_points_of_all(videos, 20)


def test_scale_of_embeddings_has_no_effect():
    embeddings = torch.randn(40, 5, generator=torch.Generator().manual_seed(1))
    scales = torch.rand(40, 1) * 10 + 0.1
    assert torch.equal(
        find_change_points(embeddings, 5).change_points,
        find_change_points(embeddings * scales, 5).change_points)


@pytest.mark.parametrize('channels', [3, 64, 700])
@pytest.mark.parametrize('lengths', ['equal', 'different'])
def test_frames_that_point_the_same_way_cost_nothing(channels, lengths):
    frames = 1500
    generator = torch.Generator().manual_seed(channels)
    embeddings = torch.randn(1, channels, generator=generator).repeat(
        frames, 1)
    if lengths == 'different':
        embeddings *= torch.rand(frames, 1, generator=generator) * 10 + 0.1
    assert find_change_points(embeddings, 3).objective.max() < 1e-9
    # four scenes, of which each costs nothing
    scenes = torch.randn(4, channels, generator=generator)
    embeddings = scenes[torch.arange(frames) * 4 // frames]
    found = find_change_points(embeddings, 3)
    assert found.change_points[2].tolist() == [375, 750, 1125]
    assert 0 <= found.objective[2] < 1e-8 * frames
    precise = find_change_points(embeddings.double(), 3)
    torch.testing.assert_close(found.objective, precise.objective,
                               rtol=1e-6, atol=1e-8 * frames)


FORMS = dict(
    with_gradient=lambda x: x.clone().requires_grad_(),
    of_a_graph=lambda x: x.clone().requires_grad_() * 1,
    bfloat16=lambda x: x.bfloat16(),
    half=lambda x: x.half(),
    integers=lambda x: x.to(torch.int16),
    transposed=lambda x: x.t().contiguous().t(),
    every_other=lambda x: x.repeat_interleave(2, dim=0)[::2])


@pytest.mark.parametrize('form', FORMS)
def test_embeddings_of_any_form(form):
    generator = torch.Generator().manual_seed(0)
    # numbers that every type holds exactly
    embeddings = torch.randint(-20, 20, (300, 6), generator=generator).float()
    regions = torch.tensor([[0, 120], [120, 300]])
    given = FORMS[form](embeddings)
    for function, *arguments in (
            (find_change_points, 4), (boundary_strength, (2, 8)),
            (region_contrast, regions), (total_scatter, )):
        expected = function(embeddings, *arguments)
        found = function(given, *arguments)
        torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-6)


def test_auto_finds_the_planted_number():
    parts = torch.eye(8)[:6].repeat_interleave(30, dim=0)
    noise = torch.randn(180, 8, generator=torch.Generator().manual_seed(0))
    embeddings = parts + 0.02 * noise
    found = find_change_points(embeddings, 40)
    number = choose_num_change_points(found.objective,
                                      total_scatter(embeddings), 180)
    assert number == 5
    fewer = choose_num_change_points(found.objective,
                                     total_scatter(embeddings), 180, 1000.0)
    assert fewer == 0


def test_impossible_requests_have_their_own_error():
    with pytest.raises(ImpossibleSegmentation, match='at most 3'):
        find_change_points(torch.randn(4, 2), 4)
    with pytest.raises(ImpossibleSegmentation, match='at least 3'):
        find_change_points(torch.randn(8, 2), 2, min_size=3)
    with pytest.raises(ValueError, match='NaN'):
        find_change_points(torch.full((4, 2), float('nan')), 1)
    with pytest.raises(ValueError, match='shape'):
        find_change_points(torch.randn(4), 1)


def test_evenly_spaced_cuts():
    assert evenly_spaced_cuts(100, 3).tolist() == [25, 50, 75]
