"""What the golden numbers do not show."""
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from torch import nn

from tests import runs, tiny


@pytest.fixture
def model(folder):
    torch.manual_seed(0)
    cfg = Config.fromfile(tiny.localizer_config(folder))
    return MODELS.build(cfg.model).eval()


def test_tensor_mode_returns_per_level_outputs(model):
    outputs = model([torch.randn(tiny.CHANNELS, 40)], mode='tensor')
    assert [tuple(each.shape) for each in outputs.cls_logits] == [
        (1, 96, 2), (1, 48, 2), (1, 24, 2)]
    assert [each.shape[2] for each in outputs.distances] == [2, 2, 2]


def test_a_batch_gives_what_each_video_gives(model):
    """Padding and neighbours in the batch have no influence."""
    videos = [torch.randn(tiny.CHANNELS, length) for length in (40, 77)]
    with torch.no_grad():
        together = model(videos).cls_logits
        for index, video in enumerate(videos):
            alone = model([video]).cls_logits
            for level, logits in enumerate(alone):
                valid = -(-video.shape[1] // 2**level)
                torch.testing.assert_close(
                    together[level][index, :valid], logits[0, :valid],
                    rtol=0, atol=1e-5)


def test_long_videos_are_tested_but_not_trained_on(model):
    video = torch.randn(tiny.CHANNELS, 300)
    with torch.no_grad():
        assert model([video]).cls_logits[0].shape[1] >= 300
    from mmaction.structures import ActionDataSample
    with pytest.raises(ValueError, match='RandomTruncation'):
        model([video], [ActionDataSample(metainfo=dict(video_name='v'))],
              mode='loss')


@pytest.mark.parametrize('length', [3, 50, 200])
def test_window_attention_is_dense_attention_under_a_band(length):
    from mmbapg.models.layers.attention import windowed_attention
    torch.manual_seed(0)
    query, key, value = (torch.randn(2, 2, length, 4) for _ in range(3))
    valid = torch.arange(length)[None] < torch.tensor([[length], [2]])
    found = windowed_attention(query, key, value, valid, reach=2)
    step = torch.arange(length)
    band = (step[:, None] - step).abs() <= 2
    allowed = (band & valid[:, None])[:, None]
    expected = torch.nn.functional.scaled_dot_product_attention(
        query, key, value, allowed)
    expected = expected.nan_to_num() * valid[:, None, :, None]
    torch.testing.assert_close(found, expected)


def test_it_learns(folder):
    runner = runs.build(tiny.localizer_config(folder, epochs=40))
    runner.train()
    metrics = runner.message_hub.get_scalar('val/mAP').current()
    assert metrics > 0.6


def pyramid(**options):
    torch.manual_seed(0)
    settings = dict(
        type='ConvTransformerBackbone', in_channels=6, channels=8,
        arch=(1, 1, 2), num_heads=2, window=(5, 5, None), max_seq_len=16,
        position_encoding=True)
    return MODELS.build({**settings, **options}).eval()


def test_position_encoding_by_its_formula():
    """Sines on even channels, over the root of the width; stretched for
    longer sequences; none at padded steps."""
    arch = (1, 0, 2)  # no stem: the finest level is what was embedded
    backbone = pyramid(arch=arch)
    plain = pyramid(arch=arch, position_encoding=False)
    for length in (16, 32):
        x = torch.randn(1, 6, length)
        mask = torch.arange(length)[None, None] < length - 4
        with torch.no_grad():
            found = backbone(x, mask)[0][0] - plain(x, mask)[0][0]
        position = (torch.arange(16.0) if length == 16 else
                    ((torch.arange(32.0) + 0.5) / 2 - 0.5).clamp(0, 15))
        for channel in range(8):
            angle = torch.arange(16.0) / 10000**(2 * (channel // 2) / 8)
            table = (angle.cos() if channel % 2 else angle.sin()) / 8**0.5
            low = position.floor().long()
            high = (low + 1).clamp(max=15)
            share = position - low
            expected = (1 - share) * table[low] + share * table[high]
            torch.testing.assert_close(
                found[0, channel], expected * mask[0, 0], rtol=0, atol=1e-6)


def test_global_attention_sees_all_valid_steps_and_no_other():
    from mmbapg.models.layers.attention import ConvAttention
    torch.manual_seed(0)
    attn = ConvAttention(8, 2).eval()
    x, mask = torch.randn(1, 8, 12), torch.arange(12)[None, None] < 7
    with torch.no_grad():
        found, _ = attn(x * mask, mask)
        short, _ = attn(x[..., :7], mask[..., :7])
        q, k, v = (attn._project(name, x * mask, mask)[0]
                   for name in ('query', 'key', 'value'))
        weights = (q @ k.transpose(2, 3) / 2)[..., :7].softmax(-1)
        expected = attn.out_proj(
            (weights @ v[:, :, :7]).transpose(2, 3).flatten(1, 2))
    torch.testing.assert_close(found[..., :7], expected[..., :7])
    torch.testing.assert_close(found[..., :7], short)
    assert not found[..., 7:].any()


def test_features_of_several_kinds_are_projected_apart():
    backbone = pyramid(in_channels=[2, 4], proj_channels=[3, 5])
    x, mask = torch.randn(1, 6, 16), torch.ones(1, 1, 16, dtype=torch.bool)
    with torch.no_grad():
        found = backbone.input_proj(x, mask)
        first, second = backbone.input_proj.convs
        expected = torch.cat(
            [torch.nn.Conv1d.forward(first, x[:, :2]),
             torch.nn.Conv1d.forward(second, x[:, 2:])], dim=1)
        assert backbone(x, mask)[0][0].shape == (1, 8, 16)
    torch.testing.assert_close(found, expected)
    with pytest.raises(ValueError, match='2 kinds of features'):
        pyramid(in_channels=[2, 4])


def test_whole_channels_are_dropped_in_training_alone():
    """Behind the projection and before the embedding, at all steps."""
    backbone = pyramid(in_channels=[2, 4], proj_channels=[3, 5],
                       input_dropout=0.5)
    seen = []
    backbone.embed.register_forward_pre_hook(
        lambda _, inputs: seen.append(inputs[0]))
    x, mask = torch.randn(9, 6, 16), torch.ones(9, 1, 16, dtype=torch.bool)
    with torch.no_grad():
        backbone(x, mask)
        backbone.train()(x, mask)
    whole, dropped = seen
    zero = dropped.eq(0).all(dim=2)
    assert 0 < zero.sum() < zero.numel()
    torch.testing.assert_close(dropped, 2 * whole * ~zero[..., None])


def test_padding_multiples_of_the_references():
    """Facts 1A and 2A: stride times window, of the worst level."""
    sgp = dict(type='SGPBackbone', in_channels=6, channels=16, num_groups=4)
    for backbone, multiple in (
            (pyramid(window=19, arch=(1, 1, 5)), 576),
            (pyramid(window=9, arch=(1, 1, 5)), 256),
            (pyramid(window=[7] * 5 + [-1], arch=(1, 1, 5)), 96),
            (MODELS.build(dict(sgp, arch=(1, 1, 5), window=1)), 32),
            (MODELS.build(dict(sgp, arch=(1, 1, 5), window=15)), 480)):
        assert backbone.length_multiple == multiple


class Neck(nn.Identity):
    """Of a user: it takes no settings."""


def localizer(**parts):
    """With what the parts themselves say."""
    settings = dict(
        backbone=dict(type='ConvTransformerBackbone', in_channels=6,
                      channels=8, arch=(1, 1, 2), num_heads=2, window=5,
                      position_encoding=True),
        neck=dict(type='PyramidNorm'),
        head=dict(type='TridentHead', num_classes=2, channels=4,
                  point_generator=dict(
                      type='PointGenerator',
                      regression_ranges=[(0, 4), (4, 8), (8, 99)])))
    for name, part in parts.items():
        settings[name].update(part)
    return MODELS.build(dict(type='TriDet', max_seq_len=32, **settings))


def test_parts_follow_from_each_other():
    model = localizer()
    assert model.backbone.position_table.shape[-1] == 32
    assert [norm.weight.numel() for norm in model.neck.norms] == [8, 8, 8]
    assert model.head.tower_cfg['in_channels'] == 8


def test_what_a_part_says_itself_stays():
    model = localizer(backbone=dict(max_seq_len=64),
                      neck=dict(channels=16, num_levels=2),
                      head=dict(in_channels=12))
    assert model.backbone.position_table.shape[-1] == 64
    assert [norm.weight.numel() for norm in model.neck.norms] == [16, 16]
    assert model.head.tower_cfg['in_channels'] == 12


def test_a_part_is_not_given_what_it_does_not_take():
    assert isinstance(localizer(neck=dict(type=Neck)).neck, Neck)
    with pytest.raises(KeyError, match='NoSuchNeck'):
        localizer(neck=dict(type='NoSuchNeck'))


@pytest.mark.parametrize('number', [2, 4])
def test_every_level_has_a_regression_range(number):
    with pytest.raises(ValueError, match='point_generator.regression_ranges '
                       f'lists {number} levels, but the pyramid has 3, exp'):
        localizer(head=dict(point_generator=dict(
            type='PointGenerator', regression_ranges=[(0, 9)] * number)))


def test_empty_classes_start_at_one_in_a_million():
    head = MODELS.build(dict(
        type='AnchorFreeHead', num_classes=4, in_channels=8, channels=8,
        empty_classes=[1, 3], point_generator=dict(
            type='PointGenerator', regression_ranges=[(0, 10)])))
    head.init_weights()
    torch.testing.assert_close(
        head.cls_out.bias.detach(),
        torch.tensor([-4.59512, -13.815509, -4.59512, -13.815509]))


def test_levels_or_all_of_them_together_limit_candidates(model):
    """Of one more than is asked for, the one with the least score goes."""
    process = model.head.post_processor
    outputs = model([torch.randn(tiny.CHANNELS, 90)])
    masks = [torch.ones(1, 1, each.shape[1], dtype=torch.bool)
             for each in outputs.cls_logits]
    process.score_threshold, process.min_length = 0, -1
    process.pre_nms_topk = None
    every = torch.cat([each.scores for each in model.head.candidates(
        outputs, masks)[0]]).sort(descending=True).values
    assert len(every) == sum(map(torch.numel, outputs.cls_logits))
    process.max_candidates = len(every) - 1
    found, = model.head.candidates(outputs, masks)[0]
    assert torch.equal(found.scores, every[:-1])
    process.max_candidates, process.pre_nms_topk = None, 5
    assert [len(each.scores) for each in model.head.candidates(
        outputs, masks)[0]] == [5, 5, 5]


def test_video_scores_name_class_agnostic_detections():
    """The two best classes of the video, sqrt of the product."""
    from mmaction.structures import ActionDataSample

    from mmbapg.models import VideoScoreFusion
    from mmbapg.ops import Detections
    proposals = Detections(torch.tensor([[0.0, 1], [2, 5], [3, 4]]),
                           torch.tensor([0.81, 0.36, 0.25]),
                           torch.zeros(3, dtype=torch.int64))
    sample = ActionDataSample(metainfo=dict(
        video_name='v', video_scores=[0.01, 0.64, 0.0, 0.16]))
    found = VideoScoreFusion(topk=2, max_proposals=2)(proposals, sample)
    torch.testing.assert_close(found.scores,
                               torch.tensor([0.72, 0.48, 0.36, 0.24]))
    assert found.labels.tolist() == [1, 1, 3, 3]
    assert found.segments.tolist() == [[0, 1], [2, 5], [0, 1], [2, 5]]
    with pytest.raises(ValueError, match='video v: found no video_scores'):
        VideoScoreFusion()(proposals, ActionDataSample(
            metainfo=dict(video_name='v')))
    with pytest.raises(ValueError, match='of 4 classes, expected at least'):
        VideoScoreFusion(topk=5)(proposals, sample)
