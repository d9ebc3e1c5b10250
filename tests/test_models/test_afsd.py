"""AFSD beside what is asked of every localizer, and its own parts; with the
reference's numbers in test_afsd_golden.py."""
import copy

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.structures import InstanceData

from mmbapg.apis import localizer_check
from mmbapg.ops import TemporalGrid
from tests import small_afsd
from tests.small_afsd import LENGTH, LEVELS


def built(cfg=None, **changes):
    torch.manual_seed(0)
    return MODELS.build(cfg or small_afsd.model(**changes)).eval()


@pytest.mark.parametrize('check', [
    localizer_check.losses_are_finite, localizer_check.testing_changes_nothing,
    localizer_check.weights_can_be_stored,
    localizer_check.other_classes_are_refused],
    ids=lambda check: check.__name__)
@pytest.mark.parametrize('whole_video', [False, True])
def test_the_contract(check, whole_video):
    cfg = small_afsd.model(whole_video)
    if whole_video:
        cfg['head']['loss'] = dict(
            type='CoarseToFineLoss', min_iou=0.6, best_is_refined=True,
            offset_beta=1.0, per_clip=True, reg_weight=1.0)
    batch = small_afsd.clips()
    batch[1][0].gt_instances.labels[:] = batch[1][1].gt_instances.labels[:] = 0
    check(localizer_check.Case(cfg, built(cfg), batch, batch))


@torch.no_grad()
def test_a_batch_gives_what_its_videos_give():
    model = built(clips_per_batch=2)
    videos = [small_afsd.frames(length) for length in (150, 20, LENGTH)]
    samples = [small_afsd.sample(duration=len(video[0]) / 10)
               for video in videos]
    together = model(videos, copy.deepcopy(samples), mode='predict')
    for video, sample, found in zip(videos, samples, together):
        alone, = built()([video], [sample], mode='predict')
        torch.testing.assert_close(alone.pred_instances.scores,
                                   found.pred_instances.scores)
        assert (found.pred_instances.scores.diff() <= 0).all()
        segments = found.pred_instances.segments
        assert (segments >= 0).all()
        assert (segments <= sample.duration).all()
        assert (segments[:, 1] > segments[:, 0]).all()


def test_every_level_has_a_regression_range():
    neck = dict(small_afsd.model()['neck'], num_levels=5)
    with pytest.raises(ValueError, match='regression_ranges lists 4 levels, '
                       'but the pyramid has 5, expected a range for each'):
        built(neck=neck)


@torch.no_grad()
def test_clips_of_a_video_overlap():
    model = built()
    video = small_afsd.frames(150)
    assert model.clip_starts(video) == [0, 32, 64, 86]
    outputs = model([video])
    assert outputs.logits.shape == (4, sum(LEVELS), 4)
    third = model([video[:, 64:64 + LENGTH]])
    torch.testing.assert_close(outputs.distances[2:3], third.distances)


def test_times_are_seconds_of_the_video():
    """A clip of a video knows where it begins, in training and in testing."""
    model = built()
    video = small_afsd.frames(LENGTH)
    near, late = (small_afsd.sample(), small_afsd.sample())
    late.set_metainfo(dict(grid=near.grid.cropped(100), duration=99.0))
    late.gt_instances.segments += 10
    with torch.no_grad():
        losses = [model([video], [each], mode='loss')
                  for each in (near, late)]
        for name in losses[0]:
            assert losses[0][name] == pytest.approx(losses[1][name].item(),
                                                    rel=1e-5)
        first, second = (
            model([video], [each], mode='predict')[0].pred_instances
            for each in (near, late))
    torch.testing.assert_close(first.segments + 10, second.segments)


def test_a_clip_without_instances():
    sample = small_afsd.sample(())
    losses = built()([small_afsd.frames(LENGTH)], [sample], mode='loss')
    assert losses['loss_reg'] == losses['loss_refined_reg'] == 0
    assert losses['loss_quality'] == 0 and losses['loss_cls'] > 0
    assert sum(losses.values()).isfinite()
    sum(losses.values()).backward()


def test_an_instance_longer_than_the_clip():
    """Clipped to it, it covers all points."""
    sample = small_afsd.sample(((-3.0, 99.0), ))
    losses = built()([small_afsd.frames(LENGTH)], [sample], mode='loss')
    assert sum(losses.values()).isfinite()


def test_too_many_frames_to_train_on():
    with pytest.raises(ValueError, match='video v: 65 frames, expected at most'
                       ' clip_length=64 in training'):
        built()([small_afsd.frames(65)], [small_afsd.sample()], mode='loss')


def test_frames_of_another_size():
    with pytest.raises(ValueError, match=r'found maps of \[\(4, 4\), .2, 2.\],'
                       r' expected \[\(2, 2\), \(1, 1\)\]: frames are of ano'):
        built()([small_afsd.frames(LENGTH, size=64)])


@pytest.mark.parametrize('training', [False, True])
def test_what_fills_up_a_short_clip(training, monkeypatch):
    """Grey in testing; black in training, if AFSD's code is asked for."""
    model = built(training_padding=-1.0)
    seen = []
    monkeypatch.setattr(model, 'network', lambda clips: seen.append(clips))
    frames = torch.full((3, 60, 32, 32), 255, dtype=torch.uint8)
    with pytest.raises(TypeError):  # nothing comes out of what looked on
        model([frames], [small_afsd.sample()],
              mode='loss' if training else 'predict')
    clip, = seen[0]
    assert (clip[:, :60] == 1).all()
    assert (clip[:, 60:] == (-1 if training else 0)).all()


def test_consistency_is_learned_from_spliced_clips():
    model = built()
    frames, samples = small_afsd.clips()
    losses = model(frames, samples, mode='loss')
    assert losses['loss_consistency'] > 0
    losses['loss_consistency'].backward()
    learned = {name.split('.')[0] for name, each in model.named_parameters()
               if each.grad is not None and each.grad.any()}
    assert learned == {'backbone', 'neck', 'head'}
    for sample in samples:
        sample.pop('splice', None)
    assert 'loss_consistency' not in model(frames, samples, mode='loss')


def test_strides_of_consistency(monkeypatch):
    """The features' own, or those of AFSD's code."""
    found = []
    monkeypatch.setattr(
        'mmbapg.models.localizers.afsd.boundary_consistency_loss',
        lambda features, pieces, strides, weights: found.append(
            list(strides)) or torch.zeros(()))
    batch = ([small_afsd.frames(96)], [small_afsd.sample(splice=True)])
    batch[1][0].splice.frame_index = torch.arange(96)
    batch[1][0].gt_instances.labels[:] = 0
    for strides in (None, [1, 4, 4]):
        built(whole_video=True, consistency_strides=strides)(
            *batch, mode='loss')
    assert found == [[1, 8, 8], [1, 4, 4]]


def test_grids_of_frames_that_stand_for_their_beginning():
    """Those of SampleEveryFrame and of the reference are the same to AFSD as
    those whose frames stand for their middle."""
    sample = small_afsd.sample()
    sample.gt_instances = InstanceData(
        segments=torch.tensor([[1.0, 3.0]]), labels=torch.tensor([0]))
    other = copy.deepcopy(sample)
    other.set_metainfo(dict(grid=TemporalGrid(1, 0, 10)))
    model, frames = built(), [small_afsd.frames(LENGTH)]
    with torch.no_grad():
        losses = [model(frames, [each], mode='loss')['loss_reg']
                  for each in (sample, other)]
    torch.testing.assert_close(*losses)


def test_frames_of_another_kind():
    with pytest.raises(ValueError, match='found frames of 2 channels, expected'
                       ' 3: RGB has 3, and flow 2'):
        built()([small_afsd.frames(LENGTH, channels=2)])


def test_settings_that_do_not_fit():
    cfg = small_afsd.model()
    cfg['head']['distance_units'] = [1, 2]
    with pytest.raises(ValueError, match='distance_units lists 2 numbers, '
                       'expected one for each of 4 levels'):
        built(cfg)
    with pytest.raises(ValueError, match=r"_until: found \['Mixed_9z'\], "
                       'expected some of Conv3d_1a_7x7'):
        MODELS.build(dict(type='InceptionI3D', endpoints=['Mixed_9z']))


def test_convolutions_of_the_head_start_alike_for_activitynet():
    """All of them, as in the reference; the pyramid's with Glorot's."""
    cfg = small_afsd.model(True)
    cfg['head']['conv_std'] = 0.01
    model = built(cfg)
    model.init_weights()
    spread = {name: each.std().item() for name, each in
              model.named_parameters() if name.endswith('weight') and
              each.ndim > 2 and each.numel() > 500 and 'backbone' not in name}
    head = [each for name, each in spread.items() if name.startswith('head')]
    assert len(head) == 12 and head == pytest.approx([0.01] * 12, rel=0.1)
    assert all(each > 0.05 for name, each in spread.items()
               if name.startswith('neck'))


def test_i3d_is_the_network_of_a_recognizer():
    """And so makes clip features."""
    network = MODELS.build(dict(type='VideoBackbone', recognizer=dict(
        type='Recognizer3D',
        backbone=dict(type='InceptionI3D', width=small_afsd.WIDTH),
        data_preprocessor=dict(
            type='ActionDataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3,
            format_shape='NCTHW')))).eval()
    with torch.no_grad():
        features = network(small_afsd.frames(16)[None])
    assert features.shape == (1, 64, 2)


def test_frozen_parts_of_i3d_stay():
    network = MODELS.build(dict(
        type='InceptionI3D', width=small_afsd.WIDTH, norm_frozen=False,
        frozen_until='Mixed_3c')).train()
    before = copy.deepcopy(network.state_dict())
    network(torch.randn(1, 3, 16, 32, 32)).sum().backward()
    changed = {name.split('.')[0] for name, value in
               network.state_dict().items()
               if not torch.equal(value, before[name])}
    learned = {name.split('.')[0] for name, each in
               network.named_parameters() if each.grad is not None}
    assert changed == learned == {
        f'Mixed_{name}' for name in '4b 4c 4d 4e 4f 5b 5c'.split()}
    frozen = MODELS.build(dict(type='InceptionI3D', width=small_afsd.WIDTH))
    norms = [each for name, each in frozen.train().named_parameters()
             if '.bn.' in name]
    assert norms and not any(each.requires_grad for each in norms)
    before = copy.deepcopy(frozen.state_dict())
    frozen(torch.randn(1, 3, 16, 32, 32))
    assert all(torch.equal(value, before[name])
               for name, value in frozen.state_dict().items())
