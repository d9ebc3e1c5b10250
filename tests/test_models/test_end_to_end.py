"""From frames to segments: any host behind a video network."""
import copy

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.optim import OptimWrapper
from mmengine.structures import InstanceData

from mmbapg.apis.blank_videos import blank_sample
from mmbapg.models.localizers.end_to_end import FramesError
from mmbapg.models.video.window_memory import WindowMemoryError
from tests import hosts, tiny_video
from tests.tiny_video import INTERVAL, RESNET, STEPS


def window(length, seed=0, size=32):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (3, length, size, size), generator=generator,
                         dtype=torch.uint8)


def sample(steps=STEPS):
    return blank_sample(steps, interval=INTERVAL, instances=InstanceData(
        segments=torch.tensor([[0.5, 2.0]]), labels=torch.tensor([1])))


@pytest.mark.parametrize('host', sorted(hosts.HOSTS))
@pytest.mark.parametrize('overlap', [None, 0.5])
def test_any_host(host, overlap):
    """Losses reach the adapters; long and short videos are searched."""
    model = tiny_video.drawn(
        tiny_video.model(host, window_overlap=overlap)).train()
    inputs, samples = [window(STEPS), window(STEPS - 5, 1)], [
        sample(), sample(STEPS - 5)]
    losses = model(inputs, samples, mode='loss')
    model.parse_losses(losses)[0].backward()
    adapter = model.video_backbone.video.backbone.blocks[1].adapter
    assert all(value.grad.any() for value in adapter.parameters())
    frozen = [name for name, value in model.named_parameters()
              if value.grad is None]
    assert all(name.startswith('video_backbone.') for name in frozen)
    with torch.no_grad():
        raw = model.eval()(inputs, samples, mode='tensor')
        found = model([window(40)], [sample(40)], mode='predict')
        short = model([window(5)], [sample(5)], mode='predict')
    assert raw is not None
    segments = found[0].pred_instances.segments
    assert len(segments) and segments.max() > STEPS * INTERVAL
    assert len(short[0].pred_instances.scores)


@pytest.mark.parametrize('overlap', [None, 0.5])
def test_a_batch_is_its_videos(overlap):
    model = tiny_video.drawn(tiny_video.model(window_overlap=overlap)).eval()
    inputs, samples = [window(40), window(9, 1)], [sample(40), sample(9)]
    with torch.no_grad():
        together = model(inputs, copy.deepcopy(samples), mode='predict')
        alone = [model([frames], [each], mode='predict')[0]
                 for frames, each in zip(inputs, samples)]
    for one, other in zip(together, alone):
        torch.testing.assert_close(one.pred_instances.scores,
                                   other.pred_instances.scores)


@pytest.mark.parametrize('windows', [1, 3])
def test_windows_are_what_the_host_finds_in_each(windows):
    """Each window alone, moved to its place, and one suppression."""
    model = tiny_video.drawn(tiny_video.model(windows_per_pass=windows)).eval()
    nms = model.localizer.head.post_processor
    nms.nms = dict(method='gaussian', min_score=-1, sigma=1e-6,
                   max_per_video=10000)
    video, whole = window(40), sample(40)
    with torch.no_grad():
        found, = model([video], [whole], mode='predict')
        parts = [model([video[:, first:first + STEPS]],
                       [sample()], mode='predict')[0].pred_instances
                 for first in (0, 8, 16, 24)]
    found = found.pred_instances
    moved = torch.cat([part.segments + first * INTERVAL for first, part in zip(
        (0, 8, 16, 24), parts)])
    best = found.scores.argmax()
    nearest = (moved - found.segments[best]).abs().sum(dim=1).min()
    assert nearest < 1e-4
    assert float(found.scores.max()) == pytest.approx(
        max(float(part.scores.max()) for part in parts), abs=1e-5)


def test_frames_behind_the_end():
    """Repeated frames change nothing, unless the host is to see them."""
    cfg = tiny_video.model(backbone=RESNET, extra=tiny_video.SINGLE_FRAMES)
    hidden = tiny_video.drawn(cfg).eval()
    shown = tiny_video.drawn(dict(cfg, show_padding=True)).eval()
    frames, whole = window(11), sample(11)
    results = []
    with torch.no_grad():
        for model in (hidden, shown):
            results.append(model([frames], [whole], mode='tensor')[0][0])
        features = hidden.extract_feat(frames, whole)
        expected = hidden.localizer([features], mode='tensor')[0][0]
    torch.testing.assert_close(results[0], expected)
    assert not torch.allclose(results[1], expected)


def test_frames_for_a_step_and_clips():
    """Four frames a step, by a network of clips of four that gives two."""
    model = tiny_video.drawn(tiny_video.model(
        extra=dict(frames_per_step=2), steps=8)).eval()
    assert model.window_frames == 16
    frames = window(17)
    with torch.no_grad():
        features = model.extract_feat(frames, sample(8))
        both = model.video_backbone(torch.stack([frames[:, :16]] * 2))
    assert features.shape == (12, 8) and both.shape == (2, 12, 8)
    torch.testing.assert_close(features, both[1])


@pytest.mark.parametrize('trained,expected', [
    ('nothing', set()), ('everything', {'conv1', 'layer1', 'layer4'}),
    (['layer4'], {'layer4'})])
def test_what_is_trained(trained, expected):
    model = tiny_video.drawn(tiny_video.model(
        backbone=RESNET, extra=dict(trained=trained, clip_len=1))).train()
    losses = model([window(STEPS)], [sample()], mode='loss')
    model.parse_losses(losses)[0].backward()
    network = model.video_backbone.video.backbone
    found = {name.split('.')[0] for name, value in network.named_parameters()
             if value.grad is not None}
    assert found & {'conv1', 'layer1', 'layer4'} == expected
    modes = {name: module.training for name, module in network.named_modules()
             if isinstance(module, torch.nn.BatchNorm3d)}
    assert {name.split('.')[0] for name, mode in modes.items()
            if mode} & {'conv1', 'layer1', 'layer4'} == expected


@pytest.mark.parametrize('trained', ['adapters', 'nothing'])
def test_stochastic_depth_beside_adapters(trained):
    """Of frozen blocks it stays active, as in AdaTAD's code, and nothing
    else does."""
    backbone = dict(tiny_video.ADAPTERS, drop_path_rate=0.5, depth=3,
                    drop_rate=0.1)
    network = MODELS.build(dict(tiny_video.encoder(
        backbone, trained=trained), type='WindowEncoder')).train()
    active = {type(module).__name__: name for name, module in
              network.video.backbone.blocks.named_modules()
              if module.training and not len(list(module.parameters()))}
    assert {*active} == (
        {'DropPath'} if trained == 'adapters' else set())
    norms = [module for module in network.modules()
             if isinstance(module, torch.nn.LayerNorm)]
    assert norms and not any(norm.training for norm in norms)
    assert not any(module.training for module in network.eval().modules())


def test_frozen_norms_and_checkpoints():
    """Norms of what is trained may stay; gradients are the same if passes
    are computed twice."""
    extra = dict(trained='everything', clip_len=1, clips_per_pass=6,
                 frozen_norms=True)
    gradients = []
    for with_cp in (False, True):
        model = tiny_video.drawn(tiny_video.model(
            backbone=RESNET, extra=dict(extra, with_cp=with_cp))).train()
        losses = model([window(STEPS)], [sample()], mode='loss')
        model.parse_losses(losses)[0].backward()
        network = model.video_backbone.video.backbone
        assert not network.conv1.bn.training
        assert network.conv1.bn.weight.grad is None
        gradients.append(network.conv1.conv.weight.grad)
    torch.testing.assert_close(*gradients)


def test_mixed_precision():
    """The network in half precision, the host on full features; adapters
    learn from nearly the same gradients."""
    backbone = dict(tiny_video.ADAPTERS, with_cp=True)
    model = tiny_video.drawn(tiny_video.model(backbone=backbone)).train()
    gradients = []
    for enabled in (False, True):
        torch.manual_seed(0)  # stochastic depth of the host
        model.zero_grad()
        with torch.autocast('cpu', torch.bfloat16, enabled=enabled):
            losses = model([window(STEPS)], [sample()], mode='loss')
        model.parse_losses(losses)[0].backward()
        adapter = model.video_backbone.video.backbone.blocks[1].adapter
        gradients.append(adapter.up_proj.weight.grad.clone())
    full, half = gradients
    assert half.dtype == torch.float32
    assert 0 < (full - half).norm() < 0.2 * full.norm()


def test_a_frame_less_than_a_window_may_be_refused():
    model = tiny_video.drawn(tiny_video.model(short_windows='error'))
    with pytest.raises(FramesError, match='video blank: found a window of 15 '
                       "frames, expected 16, or short_windows='repeat'"):
        model([window(15)], [sample(15)], mode='loss')


@pytest.mark.parametrize('mode', ['loss', 'predict'])
@pytest.mark.parametrize('overlap', [0.5, None])
def test_a_video_that_is_shorter_than_a_step(mode, overlap):
    model = tiny_video.drawn(tiny_video.model(
        extra=dict(frames_per_step=4), steps=8, window_overlap=overlap))
    with pytest.raises(FramesError, match='found a window of 3 frames, '
                       'expected at least the 4 of one step'):
        model([window(3)], [sample(1)], mode=mode)


def test_a_window_that_is_too_long():
    model = tiny_video.drawn(tiny_video.model())
    with pytest.raises(FramesError, match='found a window of 17 frames, '
                       'expected at most 16.*RandomTruncation'):
        model([window(17)], [sample()], mode='loss')


def test_windows_that_are_shorter_than_the_host_trains_on():
    """It fills them up, and what it finds in all of them is joined."""
    cfg = tiny_video.model(window_size=12, show_padding=True)
    model = tiny_video.drawn(cfg).eval()
    with torch.no_grad():
        raw = model([frames := window(12)], [sample(12)], mode='tensor')
        expected = model.localizer(
            [model.extract_feat(frames, sample(12))], mode='tensor')
        found, = model([window(40)], [sample(40)], mode='predict')
    assert raw[0][0].shape[1] == STEPS
    torch.testing.assert_close(raw[0][0], expected[0][0])
    assert found.pred_instances.segments.max() > 36 * INTERVAL
    with pytest.raises(FramesError, match='13 frames, expected at most 12'):
        model([window(13)], [sample(13)], mode='loss')
    with pytest.raises(ValueError, match='window_size is 20, expected 1 to '
                       '16, the steps that the host trains on'):
        MODELS.build(dict(cfg, window_size=20))


@pytest.mark.parametrize('with_bapg', [False, True])
def test_a_host_that_joins_no_windows(with_bapg):
    host = dict(
        type='BMN', temporal_dim=STEPS, boundary_ratio=0.5, num_samples=4,
        num_samples_per_bin=3, feat_dim=12, soft_nms_alpha=0.4,
        soft_nms_low_threshold=0.5, soft_nms_high_threshold=0.9,
        post_process_top_k=10)
    if with_bapg:
        host = dict(type='BAPG', localizer=host, neck=dict(
            type='BoundaryFusionNeck', in_channels=12, num_strengths=4))
    cfg = dict(tiny_video.model(), localizer=host)
    with pytest.raises(ValueError, match='window_overlap is 0.5, but '
                       f'{host["type"]} does not join windows, expected None'):
        MODELS.build(dict(cfg, window_overlap=0.5))


def test_windows_hold_whole_clips():
    with pytest.raises(ValueError, match='windows of 18 steps of 1 frames, '
                       'expected a multiple of the 4 frames of a clip'):
        MODELS.build(tiny_video.model(steps=18))


@pytest.mark.parametrize('training', [True, False])
@pytest.mark.parametrize('message', [
    'CUDA out of memory. Tried to allocate 20.00 MiB',
    "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"])
def test_too_little_memory(monkeypatch, training, message):
    model = tiny_video.drawn(tiny_video.model()).train(training)

    def fail(*args):
        raise RuntimeError(message)

    monkeypatch.setattr(model.video_backbone, 'forward', fail)
    setting = 'batch_size of train' if training else 'windows_per_pass'
    with pytest.raises(WindowMemoryError, match='1 windows of 16 frames of '
                       f'32 x 32 pixels, expected less: lower {setting}'):
        model([window(STEPS)], [sample()], mode='loss')
    monkeypatch.setattr(model.video_backbone, 'forward', lambda x: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        model([window(STEPS)], [sample()], mode='loss')


def test_too_little_memory_for_gradients():
    """Which are where most of it is needed."""
    model = tiny_video.drawn(tiny_video.model()).train()

    class Wrapper(OptimWrapper):

        def update_params(self, loss):
            raise torch.OutOfMemoryError('CUDA out of memory.')

    wrapper = Wrapper(torch.optim.SGD(model.parameters(), 0.1))
    with pytest.raises(WindowMemoryError, match='for 2 windows of 16 frames '
                       'of 32 x 32 pixels, expected less: lower batch_size'):
        model.train_step(dict(inputs=[window(STEPS)] * 2,
                              data_samples=[sample(), sample()]), wrapper)


@pytest.mark.parametrize('trained,message', [
    ('all', "trained is 'all', expected one of nothing, everything, adap"),
    ('adapters', 'found no adapters in ResNet3d, expected'),
    (['layer9'], 'found no layer9 in ResNet3d, expected beginnings')])
def test_nothing_of_that_name_is_trained(trained, message):
    with pytest.raises(ValueError, match=message):
        MODELS.build(tiny_video.encoder(
            RESNET, trained=trained, type='WindowEncoder'))
