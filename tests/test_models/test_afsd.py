"""AFSD beside what is asked of every localizer, and its own parts; with the
reference's numbers in test_afsd_golden.py."""
import copy

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.structures import InstanceData

from mmbapg.apis import localizer_check
from mmbapg.models.heads.salient_boundary_head import ClipOutputs
from mmbapg.models.losses.coarse_to_fine_loss import CoarseToFineLoss
from mmbapg.models.losses.softmax_focal_loss import softmax_focal_loss
from mmbapg.models.task_modules.clip_post_processor import ClipPostProcessor
from mmbapg.models.task_modules.containing_assigner import ContainingAssigner
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


def outputs_of(distances, points, offsets=None):
    number = len(points.position)
    logits = torch.zeros(1, number, 4)
    return ClipOutputs(
        distances[None], logits, torch.zeros(1, number, 2)
        if offsets is None else offsets[None], logits, torch.zeros(1, number),
        tuple(torch.full((1, 2, size), 0.5) for size in (LENGTH, 16, 16)))


def test_the_best_point_is_a_refined_positive_for_activitynet():
    points = small_afsd.points()
    instances = [(torch.tensor([[10.0, 40.0]]), torch.tensor([1]))]
    # all coarse segments are far too short
    outputs = outputs_of(torch.ones(len(points.position), 2), points)
    for best, number in ((False, 0), (True, 1)):
        loss = CoarseToFineLoss(best_is_refined=best)
        targets = loss.assigner(points, *instances[0])
        positive = targets.labels >= 0
        refined = loss._refined_positives(
            outputs.distances[0], targets, positive)
        assert (refined.sum() > 0) == number
        assert not (refined & ~positive).any()


def test_losses_are_divided_by_the_positives_of_a_clip_or_of_the_batch():
    points = small_afsd.points()
    number = len(points.position)
    torch.manual_seed(0)
    instances = [(torch.tensor([[0.0, 60.0]]), torch.tensor([1])),
                 (torch.tensor([[10.0, 13.0]]), torch.tensor([0]))]
    batch = ClipOutputs(*(
        torch.cat([field, field.flip(1)]) for field in
        outputs_of(torch.rand(number, 2) * 9, points)[:5]), tuple(
            torch.full((2, 2, size), 0.5) for size in (LENGTH, 16, 16)))
    both = {per_clip: CoarseToFineLoss(per_clip=per_clip)(
        batch, points, instances, LENGTH) for per_clip in (False, True)}
    alone = [CoarseToFineLoss()(
        ClipOutputs(*(field[index:index + 1] for field in batch[:5]), tuple(
            each[index:index + 1] for each in batch.activations)), points,
        instances[index:index + 1], LENGTH) for index in (0, 1)]
    counts = [int((ContainingAssigner()(points, *each).labels >= 0).sum())
              for each in instances]
    assert counts[0] > counts[1] > 0
    for name in ('loss_reg', 'loss_cls', 'loss_quality'):
        first, second = (each[name] for each in alone)
        torch.testing.assert_close(both[True][name], (first + second) / 2)
        torch.testing.assert_close(
            both[False][name],
            (first * counts[0] + second * counts[1]) / sum(counts))


@pytest.mark.parametrize('beta', [0.0, 1.0])
def test_loss_of_offsets(beta):
    points = small_afsd.points()
    number = len(points.position)
    instances = [(torch.tensor([[10.0, 40.0]]), torch.tensor([1]))]
    targets = ContainingAssigner()(points, *instances[0])
    positive = targets.labels >= 0
    # all segments are 20 % too long on the left
    distances = targets.distances * torch.tensor([1.2, 1.0])
    offsets = torch.zeros(number, 2)
    found = CoarseToFineLoss(offset_beta=beta, reg_weight=1.0)(
        outputs_of(distances, points, offsets), points, instances, LENGTH)
    missing = (-0.2 * targets.distances[:, 0] / (
        distances.sum(dim=1) / 2))[positive].abs()
    expected = missing if beta == 0 else missing.square() / 2
    torch.testing.assert_close(found['loss_refined_reg'], expected.mean())


def test_the_shortest_instance_that_holds_a_point():
    points = small_afsd.points()
    segments = torch.tensor([[0.0, 60.0], [18.0, 30.0], [20.0, 24.0]])
    targets = ContainingAssigner()(points, segments, torch.tensor([0, 1, 2]))
    found = dict(zip(points.position.tolist(), targets.labels.tolist()))
    assert [found[place] for place in (2.0, 18.0, 22.0, 26.0, 62.0)] == [
        0, 1, 2, 1, -1]
    ranged = points._replace(reach=torch.tensor([4.0, 8]).expand(
        len(points.reach), 2))
    targets = ContainingAssigner()(ranged, segments[1:], torch.tensor([1, 2]))
    found = dict(zip(points.position.tolist(), targets.labels.tolist()))
    # 4 from both ends is too little, and 8 from one just right
    assert [found[place] for place in (18.0, 22.0, 26.0)] == [-1, 1, 1]


def test_focal_loss_knows_the_background():
    logits = torch.log(torch.tensor([[0.2, 0.7, 0.1]]))
    for target, probability, weight in ((0, 0.2, 0.25), (1, 0.7, 0.75)):
        loss = softmax_focal_loss(logits, torch.tensor([target]))
        probability = torch.tensor([probability + 1e-6])
        torch.testing.assert_close(
            loss, -weight * (1 - probability)**2 * probability.log())


def test_segments_of_no_length_are_no_detections():
    decoded = torch.tensor([[[5.0, 5.0], [9.0, 7.0], [63.0, 64.0], [1, 2]]])
    sample = small_afsd.sample(duration=6.3)
    found = ClipPostProcessor().detections(
        (decoded, torch.full((1, 4, 1), 0.5)), [0], sample)
    torch.testing.assert_close(found.segments, torch.tensor([[0.1, 0.2]]))


class TestTwoStreams:
    inputs = [small_afsd.frames(100, channels=5)]

    def outputs(self, model):
        """Of each stream."""
        video, = self.inputs
        return [stream([part]) for stream, part in zip(
            model.streams.values(), (video[:3], video[3:]))]

    @torch.no_grad()
    @pytest.mark.parametrize('fusion', ['outputs', 'segments'])
    def test_fusion(self, fusion):
        model = built(small_afsd.two_streams(fusion=fusion))
        assert model.num_predicted_classes == 3
        rgb, flow = self.outputs(model)
        joined = model(self.inputs)
        for name in ('distances', 'logits', 'offsets', 'refined_logits',
                     'quality'):
            torch.testing.assert_close(
                getattr(joined, name),
                (getattr(rgb, name) + getattr(flow, name)) / 2)
        decoded = model._decoded(self.inputs[0])
        head = model.head
        average = head.decode(joined, LEVELS)
        torch.testing.assert_close(decoded.scores, average.scores)
        expected = average.segments
        if fusion == 'segments':
            expected = (head.decode(rgb, LEVELS).segments *
                        head.decode(flow, LEVELS).segments).sqrt()
        torch.testing.assert_close(decoded.segments, expected)
        sample, = model(self.inputs, [small_afsd.sample()], mode='predict')
        assert len(sample.pred_instances)

    def test_other_channels(self):
        with pytest.raises(ValueError, match='found frames of 3 channels, expe'
                           'cted 5: 3, 2 of rgb, flow'):
            built(small_afsd.two_streams())([small_afsd.frames(LENGTH)])

    def test_no_training(self):
        with pytest.raises(ValueError, match='train each stream with its own'):
            built(small_afsd.two_streams())(
                self.inputs, [small_afsd.sample()], mode='loss')

    def test_an_unknown_fusion(self):
        with pytest.raises(ValueError, match="fusion is 'all', expected one of"
                           ' outputs, segments'):
            built(small_afsd.two_streams(fusion='all'))

    def test_another_number_of_classes(self):
        model = built(small_afsd.two_streams())
        weights = dict(model.state_dict())
        key = 'streams.rgb.head.cls_out.bias'
        weights[key] = torch.zeros(7)
        with pytest.raises(ValueError, match='the checkpoint knows 6 classes '
                           r'\(streams.rgb.head.cls_out.bias\)'):
            model.load_state_dict(weights)


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


def test_settings_that_do_not_fit():
    cfg = small_afsd.model()
    cfg['head']['distance_units'] = [1, 2]
    with pytest.raises(ValueError, match='distance_units lists 2 numbers, '
                       'expected one for each of 4 levels'):
        built(cfg)
    with pytest.raises(ValueError, match=r"found endpoints \['Mixed_9z'\], "
                       'expected some of Conv3d_1a_7x7'):
        MODELS.build(dict(type='InceptionI3D', endpoints=['Mixed_9z']))
