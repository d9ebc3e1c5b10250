import numpy as np
import torch

from mmbapg.ops import boundary_strength, find_change_points, total_scatter


def test_by_hand():
    embeddings = torch.tensor([[2., 0.], [0., 1.], [0., 3.], [-1., 0.]])
    found = boundary_strength(embeddings, [1, 2])
    assert found.shape == (4, 4)
    root = 2**0.5
    # contrast and coherence of one frame before and one from each frame on
    np.testing.assert_allclose(found[:, 0], [0, root, 0, root], atol=1e-6)
    np.testing.assert_allclose(found[:, 1], [1, root / 2, 1, root / 2],
                               atol=1e-6)
    # two frames: (1, 1) / 2 before frame 2, (-1, 1) / 2 from it on
    assert float(found[2, 2]) == 1.0
    assert float(found[2, 3]) == 0.5


def test_its_square_is_what_a_cut_saves():
    """Eq. 4 of a window, uncut and cut in its middle."""
    embeddings = torch.randn(
        8, 5, generator=torch.Generator().manual_seed(0)).double()
    scatter = total_scatter(embeddings)
    parts = total_scatter(embeddings[:4]) + total_scatter(embeddings[4:])
    contrast = float(boundary_strength(embeddings, [4])[4, 0])
    assert abs(scatter - parts - 4 / 2 * contrast**2) < 1e-5


def test_it_is_largest_at_the_change_point():
    centres = torch.eye(3).repeat_interleave(torch.tensor([20, 15, 25]), 0)
    noise = torch.randn(60, 3, generator=torch.Generator().manual_seed(0))
    embeddings = centres + 0.05 * noise
    cuts = find_change_points(embeddings, 2).change_points[1].tolist()
    contrast = boundary_strength(embeddings, [8])[:, 0]
    assert cuts == [20, 35]
    assert sorted(contrast.topk(6).indices.tolist()) == [
        *range(19, 22), *range(34, 37)]


def test_without_scales_there_is_nothing():
    assert boundary_strength(torch.randn(5, 2), []).shape == (5, 0)


def test_it_is_bounded_and_ends_with_the_video():
    embeddings = torch.randn(7, 3, generator=torch.Generator().manual_seed(0))
    found = boundary_strength(embeddings, [2, 100])
    contrast, coherence = found[:, 0::2], found[:, 1::2]
    assert (contrast >= 0).all() and (contrast <= 2).all()
    assert (coherence >= 0).all() and (coherence <= 1 + 1e-6).all()
    assert not contrast[0].any()
    whole = torch.nn.functional.normalize(embeddings, dim=1).mean(0).norm()
    torch.testing.assert_close(coherence[:, 1], whole.expand(7))


def test_means_of_frames_give_the_same():
    """The definition, over several blocks, with windows longer than one."""
    generator = torch.Generator().manual_seed(0)
    embeddings = torch.randn(700, 4, generator=generator) + torch.linspace(
        0, 9, 700).sin()[:, None]
    unit = torch.nn.functional.normalize(embeddings.double(), dim=1)
    scales = 3, 40, 300
    found = boundary_strength(embeddings, scales)
    for frame in (1, 2, 255, 256, 257, 350, 512, 695, 699):
        for column, scale in zip((0, 2, 4), scales):
            before = unit[max(frame - scale, 0):frame]
            after = unit[frame:frame + scale]
            expected = torch.stack([
                (before.mean(0) - after.mean(0)).norm(),
                torch.cat([before, after]).mean(0).norm()])
            torch.testing.assert_close(found[frame, column:column + 2],
                                       expected.float())
