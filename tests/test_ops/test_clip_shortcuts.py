"""Traces of how clips were made, each on clips that have no other."""
import math

import numpy as np
import pytest
import torch

from mmbapg.datasets.boundaries.made_up_clips import (
    diff_class,
    diff_speed,
    diff_speed_between,
    same_class,
    same_speed,
)
from mmbapg.datasets.transforms.boundary_synthesis import blended
from mmbapg.ops.clip_shortcuts import (
    SHORTCUTS,
    blended_frames,
    brightness,
    compression,
    repeated_frames,
    seam,
    shortcut_figures,
)

WIDTH = 40


def clip_of(made, offset=0.0, shape=(WIDTH, )):
    """A made-up clip of features, or of frames, that drift at random; those
    of the second lie ``offset`` higher."""
    rng = np.random.default_rng(0)
    whole = rng.normal(size=(2, 40, *shape)).cumsum(axis=1)
    whole[1] += offset
    parts = [whole[min(index, int(offset != 0))][made.used(index)]
             for index in range(2)]
    clip = torch.from_numpy(blended(made, parts))
    return clip.movedim(0, 1)[None]


@pytest.mark.parametrize('shape', [(WIDTH, ), (3, 6, 7)])
def test_frames_that_come_twice(shape):
    found = repeated_frames(clip_of(diff_speed(8, 4, 0.5), shape=shape))
    assert found.tolist() == [[0, 0, 0, 0, 1, 0, 1]]
    for made in (diff_speed_between(8, 4, 0.5), diff_speed(8, 4, 0.5, 2),
                 diff_speed(8, 4, 2), same_speed(8)):
        assert not repeated_frames(clip_of(made, shape=shape)).any()


def test_frames_that_are_blends():
    """Frame 6 and 8 of the slower part (numbered from 1), and what a fade
    blends, lie in the middle of their neighbours."""
    slow = blended_frames(clip_of(diff_speed_between(8, 4, 0.5)))[0]
    assert (slow < -4).nonzero().flatten().tolist() == [3, 5]
    faded = blended_frames(clip_of(diff_class(4, 1), offset=30))[0]
    assert int(faded.argmin()) == 2 and faded[2] < -2
    for made in (same_speed(8), diff_speed(8, 4, 0.5, 2)):
        assert (blended_frames(clip_of(made)) > -2).all()


def test_a_blend_by_hand():
    clip = torch.tensor([[[0.0, 1.0, 2.0, 4.0]]])
    assert blended_frames(clip)[0].tolist() == pytest.approx(
        [math.log(1e-3), math.log(1 / 3)])


def test_a_seam():
    found = seam(clip_of(same_class(4), offset=30))[0]
    assert int(found.argmax()) == 3 and found[3] > 2
    assert (found[[0, 1, 2, 4, 5, 6]] < 0.7).all()
    clip = torch.tensor([[[0.0, 1.0, 2.0, 2.0, 12.0]]])
    assert seam(clip)[0].tolist() == pytest.approx(
        [0, 0, 0, math.log(10)])
    assert not seam(torch.ones(1, 3, 5)).any()  # nothing differs


def test_a_seam_does_not_see_repeated_frames():
    assert (seam(clip_of(diff_speed(8, 4, 0.5))) < 0.7).all()


def test_brightness_of_each_frame():
    frames = torch.arange(24.0).view(1, 3, 2, 2, 2)
    found = brightness(torch.cat([frames, 2 * frames], dim=2))[0]
    first, second = frames[0, :, 0], frames[0, :, 1]
    means = torch.stack([first.mean(), second.mean()])
    levels = torch.cat([means, 2 * means])
    torch.testing.assert_close(found[:4], levels - levels.mean())
    spread = torch.stack([each.std() for each in (first, second)]).log()
    contrast = torch.cat([spread, spread + math.log(2)])
    torch.testing.assert_close(found[4:], contrast - contrast.mean())


def test_compression_is_fine_detail_that_is_lost():
    rng = torch.Generator().manual_seed(0)
    sharp = torch.rand(1, 3, 4, 24, 24, generator=rng) * 255
    smooth = torch.nn.functional.avg_pool3d(sharp, (1, 3, 3), 1, (0, 1, 1))
    clip = torch.cat([sharp[:, :, :2], smooth[:, :, 2:]], dim=2)
    found = compression(clip)[0]
    assert (found[:2] > 0.2).all() and (found[2:] < -0.2).all()
    # neither brightness nor contrast is detail
    torch.testing.assert_close(compression(0.5 * clip + 40)[0], found)
    frame = torch.zeros(1, 3, 2, 3, 3)
    frame[0, :, 0, 1, 1] = frame[0, :, 1] = 8
    frame[0, :, 1, 1, 0] = 0
    ratios = [math.log(detail / float(frame[0, :, place].std()))
              for place, detail in ((0, 8), (1, 2))]
    middle = sum(ratios) / 2
    assert compression(frame)[0].tolist() == pytest.approx(
        [each - middle for each in ratios])


def test_features_have_no_compression():
    clip = torch.rand(2, 5, 8)
    assert set(SHORTCUTS) - set(shortcut_figures(clip)) == {'compression'}
    with pytest.raises(ValueError, match=r'found clips of shape \(2, 5, 8\), '
                       'expected frames .* features have no traces'):
        compression(clip)


def test_clips_are_judged_one_by_one():
    clips = torch.randint(256, (5, 3, 8, 6, 7), dtype=torch.uint8)
    together = shortcut_figures(clips)
    assert {name: each.shape for name, each in together.items()} == {
        'repeated frames': (5, 7), 'blended frames': (5, 6), 'seam': (5, 7),
        'brightness': (5, 16), 'compression': (5, 8)}
    for name, figures in together.items():
        assert torch.isfinite(figures).all()
        torch.testing.assert_close(shortcut_figures(clips[3:4])[name],
                                   figures[3:4])
