"""BSP's networks: alone, with two heads, in two streams, distilled."""
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.runner import save_checkpoint

from mmbapg.models.backbones.frame_difference import change_figures
from mmbapg.models.localizers.weights import refuse_foreign_weights
from tests import recognizers
from tests.boundary_cases import (
    ENCODER,
    HEADS,
    TSM,
    WIDTH,
    clip_samples,
    features,
)

VIDEO = dict(type='VideoBackbone', recognizer=dict(
    TSM, backbone=dict(TSM['backbone'], pretrained2d=False)))


def learner(encoder, channels, **options):
    heads = dict(boundary=dict(type='BoundaryKindHead', num_classes=4,
                               in_channels=channels))
    return MODELS.build(dict(type='BoundaryLearner', encoder=encoder,
                             heads=heads, **options))


def frames(number=4, px=32):
    return [torch.randint(256, (8, 3, px, px), dtype=torch.uint8)
            for _ in range(number)]


@pytest.mark.parametrize('encoder,channels', [
    (VIDEO, 512), (dict(type='FrameDifferenceEncoder'), 64)])
def test_frames(encoder, channels):
    model = learner(encoder, channels)
    model.init_weights()
    clips, samples = frames(), clip_samples(4)
    losses = model(clips, samples, mode='loss')
    assert 1 < float(losses['loss_boundary']) < 2  # chance is log 4
    losses['loss_boundary'].backward()
    assert all(each.grad is not None for each in model.parameters())
    model.eval()
    found = model(clips, samples, mode='predict')
    assert all(float(each.pred_score.sum()) == pytest.approx(1)
               for each in found)
    assert model(clips).shape[:2] == (4, channels)


@pytest.mark.parametrize('name', ['tsn', 'i3d', 'slowfast'])
def test_any_backbone(name):
    encoder = dict(type='VideoBackbone',
                   recognizer=recognizers.config(name).model)
    clips = [torch.randint(256, (recognizers.clip_len(name), 3, 64, 64),
                           dtype=torch.uint8) for _ in range(2)]
    width = MODELS.build(encoder)(
        torch.stack(clips).transpose(1, 2)).shape[1]
    model = learner(encoder, width)
    losses = model(clips, clip_samples(2), mode='loss')
    losses['loss_boundary'].backward()
    reached = [each.grad is not None for each in model.encoder.parameters()]
    assert len(reached) > 50 and all(reached)


def test_another_mode():
    with pytest.raises(ValueError, match='mode is .train., expected one of '
                       'loss, predict and tensor'):
        learner(ENCODER, 5)(list(features(2, WIDTH, 6)), None, mode='train')


def test_two_heads_share_all_but_the_last_layer():
    model = MODELS.build(dict(type='BoundaryLearner', encoder=ENCODER,
                              heads=HEADS)).eval()
    losses = model(list(features(8, WIDTH, 6)), clip_samples(), mode='loss')
    assert set(losses) == {'loss_boundary', 'boundary_accuracy',
                           'loss_action', 'action_accuracy'}
    for name in ('loss_boundary', 'loss_action'):
        model.zero_grad()
        losses[name].backward(retain_graph=True)
        assert model.encoder.layers[-1].weight.grad.abs().sum() > 0


def test_two_streams_are_concatenated():
    longer = dict(ENCODER, out_channels=3, reaches=(2, ))
    model = MODELS.build(dict(type='TwoStreamEncoder',
                              streams=[ENCODER, longer])).eval()
    x = features(2, WIDTH, 8)  # 6 steps of one, 4 of the other
    found = model(x)
    one, other = (stream(x) for stream in model.streams)
    assert found.shape == (2, 8, 4)
    assert torch.equal(found[:, 5:], other)
    torch.testing.assert_close(
        found[:, :5], torch.nn.functional.adaptive_avg_pool1d(one, 4))


@pytest.fixture
def teachers(tmp_path):
    """Two trained learners' files."""
    found = {}
    for name, width in (('action', 5), ('boundary', 4)):
        model = learner(dict(ENCODER, out_channels=width), width)
        model(list(features(16, WIDTH, 6)))  # statistics of its norm
        save_checkpoint(model.state_dict(), f'{tmp_path}/{name}.pth')
        found[name] = dict(ENCODER, out_channels=width, init_cfg=dict(
            type='Pretrained', checkpoint=str(tmp_path / f'{name}.pth'),
            prefix='encoder.'))
    return found


def distiller(teachers, **options):
    return MODELS.build(dict(
        type='BoundaryDistiller', encoder=dict(ENCODER, out_channels=6),
        heads=dict(action=dict(HEADS['action'], in_channels=6)),
        teachers=teachers, in_channels=6,
        teacher_channels=dict(action=5, boundary=4), **options))


def test_distillation_matches_the_features_of_both(teachers):
    model = distiller(teachers, match_weight=0.5)
    model.init_weights()
    stored = torch.load(teachers['boundary']['init_cfg']['checkpoint'],
                        weights_only=True)
    assert torch.equal(model.teachers['boundary'].layers[-1].weight,
                       stored['encoder.layers.3.weight'])
    model.train()
    assert not any(each.training for each in model.teachers.modules())
    x, samples = features(8, WIDTH, 6), clip_samples()
    model.encoder.eval()
    losses = model(list(x), samples, mode='loss')
    own = model.encoder(x)
    for name, teacher in model.teachers.items():
        apart = teacher(x) - model.projections[name](own)
        wanted = 0.5 * sum(float(apart[clip, :, step].norm())**2
                           for clip in range(8) for step in range(4)) / 32
        assert float(losses[f'loss_match_{name}']) == pytest.approx(
            wanted, rel=1e-4)
    sum(value for key, value in losses.items() if 'loss' in key).backward()
    assert all(each.grad is None for each in model.teachers.parameters())
    assert all(each.grad is not None for module in (
        model.encoder, model.projections) for each in module.parameters())


def test_teachers_without_weights(teachers):
    model = distiller({**teachers, 'boundary': dict(ENCODER, out_channels=4)})
    with pytest.raises(ValueError, match=(
            'model.teachers.boundary.init_cfg: found none, expected where the '
            'trained weights are')):
        model.init_weights()
    with pytest.raises(ValueError, match=r"teacher_channels has \['action', "
                       r"'boundary'\], expected the names of the teachers"):
        distiller(dict(action=teachers['action']))


def test_differences_of_frames_and_nothing_else():
    clip = torch.zeros(1, 3, 4, 2, 2)
    clip[:, :, 2:] = 10.0
    clip[..., 3, 0, 0] = 12.0
    found = change_figures(clip)[0]
    values = clip[0].transpose(0, 1).flatten(1)
    for step in range(3):
        change = (values[step + 1] - values[step]).abs()
        assert found[0, step].exp() == pytest.approx(
            float(change.mean()) + 1e-3, rel=1e-3)
        assert found[1, step].exp() == pytest.approx(
            float(change.std()) + 1e-3, rel=1e-3)
        assert found[2, step] == pytest.approx(
            float(values[step + 1].mean() - values[step].mean()))
    shuffled = clip[..., torch.randperm(2), :]
    torch.testing.assert_close(change_figures(shuffled)[0], found)


def test_a_recognizers_checkpoint_begins_the_encoder(tmp_path):
    """As MMAction2 writes it; the names of its backbone are kept."""
    recognizer = MODELS.build(VIDEO['recognizer'])
    weights = dict(recognizer.state_dict(),
                   **{'cls_head.fc_cls.weight': torch.zeros(400, 512)})
    save_checkpoint(weights, f'{tmp_path}/tsm.pth')
    model = learner(dict(VIDEO, init_cfg=dict(
        type='Pretrained', checkpoint=str(tmp_path / 'tsm.pth'))), 512)
    model.init_weights()
    for name, weight in recognizer.backbone.state_dict().items():
        assert torch.equal(model.encoder.backbone.state_dict()[name], weight)


def test_features_come_from_the_encoder(tmp_path):
    """The extraction of any recognizer takes a learner's checkpoint."""
    trained = learner(VIDEO, 512)
    extractor = MODELS.build(dict(type='ClipFeatureExtractor',
                                  recognizer=VIDEO['recognizer']))
    refuse_foreign_weights(extractor, trained.state_dict(), strict=True)
    extractor.load_state_dict(trained.state_dict())
    extractor.begin()
    clips = torch.stack(frames(2)).transpose(1, 2)
    with torch.no_grad():
        torch.testing.assert_close(extractor.eval().video(clips),
                                   trained.eval().encoder(clips))
