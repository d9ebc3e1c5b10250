"""Generators on several features, joined by their maps."""
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample

import mmbapg  # noqa: F401
from mmbapg.apis.join_streams import join_streams
from mmbapg.ops import TemporalGrid
from tests import hosts

CHANNELS = dict(rgb=3, flow=5)


def config(**settings):
    localizer = hosts.small_model('BSNPlusPlus')
    del localizer['in_channels']
    return dict(type='FusedMaps', localizer=localizer, channels=CHANNELS,
                **settings)


def stream(channels, seed):
    """What is trained alone, and standardizes its features."""
    torch.manual_seed(seed)
    made = MODELS.build(dict(
        hosts.small_model('BSNPlusPlus', in_channels=channels),
        data_preprocessor=dict(type='FeatureStandardizer',
                               channels=channels)))
    made.data_preprocessor.measure([2 + 3 * torch.randn(channels, 50)])
    return made.eval()


@torch.no_grad()
def test_weighted_sums_of_what_each_finds_alone():
    model = MODELS.build(config(weights=[3, 1])).eval()
    for each in model.streams.values():
        hosts.open_gates(each)
    videos = [torch.randn(8, 32), torch.randn(8, 70)]
    found = model(videos, mode='tensor')
    alone = [each([video[part] for video in videos], mode='tensor')
             for each, part in zip(model.streams.values(), (
                 slice(3), slice(3, 8)))]
    for fused, one, other in zip(found, *alone):
        torch.testing.assert_close(fused, 0.75 * one + 0.25 * other)
    samples = [ActionDataSample(metainfo=dict(
        video_name='v', duration=20.0, grid=TemporalGrid.of_interval(0.25)))
        for _ in videos]
    model(videos, samples, mode='predict')
    expected = model.first.head.predict(
        found, model.first.windows(videos), samples)
    for sample, other in zip(samples, expected):
        assert len(other) > 20
        assert torch.equal(sample.pred_instances.scores, other.scores)


@torch.no_grad()
def test_checkpoints_of_streams_are_joined(tmp_path):
    """With what each standardizes its features by."""
    streams = [stream(number, seed) for seed, number in enumerate(
        CHANNELS.values())]
    paths = []
    for name, each in zip(CHANNELS, streams):
        paths.append(str(tmp_path / f'{name}.pth'))
        torch.save(dict(state_dict=each.state_dict()), paths[-1])
    cfg = config()
    cfg['localizer']['data_preprocessor'] = dict(type='FeatureStandardizer')
    path = tmp_path / 'fused.py'
    path.write_text(f'model = {cfg}\n')
    join_streams(str(path), paths, str(tmp_path / 'joined.pth'))
    model = MODELS.build(cfg).eval()
    model.load_state_dict(torch.load(tmp_path / 'joined.pth')['state_dict'])
    video = torch.randn(8, 32)
    parts = [each.data_preprocessor(dict(inputs=[part]))['inputs']
             for each, part in zip(streams, video.split([3, 5]))]
    alone = [each(part, mode='tensor') for each, part in zip(streams, parts)]
    for fused, one, other in zip(model([video], mode='tensor'), *alone):
        torch.testing.assert_close(fused, 0.5 * (one + other))


def test_what_cannot_be():
    with pytest.raises(ValueError, match=(
            r'found weights \[1, 0\] of the streams rgb, flow, expected one')):
        MODELS.build(config(weights=[1, 0]))
    model = MODELS.build(config())
    with pytest.raises(ValueError, match=(
            'found features of 7 channels, expected 8: 3, 5 of rgb, flow')):
        model([torch.zeros(7, 32)], mode='tensor')
    with pytest.raises(ValueError, match='FusedMaps joins networks that are'):
        model([torch.zeros(8, 32)], [], mode='loss')
    weights = dict(model.state_dict())
    key = 'streams.rgb.head.relation.outs.0.bias'
    weights[key] = torch.zeros(3)
    with pytest.raises(ValueError, match='3 outputs for each proposal'):
        model.load_state_dict(weights)
