"""AdaTAD's configs beside the settings of OpenTAD's code."""
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper

from tests.tiny import CONFIGS

#: Width, blocks, heads, million weights without and of adapters; rate of
#: adapters on THUMOS14.
SIZES = dict(s=(384, 12, 6, 21.88, 1.007, 2e-4),
             b=(768, 12, 12, 86.23, 4.004, 1e-4),
             l=(1024, 24, 16, 303.9, 14.22, 1e-4))
#: Of networks that have no config: blocks with an adapter, or beside which
#: one stands, its ratio, million weights.
LARGER = [
    (dict(embed_dims=1280, depth=32, num_heads=16), range(32), 0.25, 631.6,
     29.59),
    (dict(embed_dims=1408, depth=40, num_heads=16, mlp_ratio=48 / 11,
          patch_size=14), range(40), 0.25, 1011.6, 44.75),
    (dict(embed_dims=1408, depth=40, num_heads=16, mlp_ratio=48 / 11,
          patch_size=14), range(20, 40), 0.25, 1011.6, 22.37)]


def load(size, data):
    name = dict(thumos14='1xb2-60e_thumos14',
                activitynet13='1xb16-15e_activitynet13')[data]
    return Config.fromfile(
        CONFIGS / f'adatad/adatad_{name}-videomae-{size}.py')


def millions(network):
    """Weights of the network, and of its adapters."""
    counts = [0, 0]
    for name, value in network.named_parameters():
        counts['adapter' in name] += value.numel() / 1e6
    return counts


@pytest.mark.parametrize('size', SIZES)
def test_networks(size):
    width, depth, heads, alone, adapters, _ = SIZES[size]
    for data in ('thumos14', 'activitynet13'):
        encoder = load(size, data).model.video_backbone
        cfg = encoder.recognizer.backbone
        assert (cfg.embed_dims, cfg.depth, cfg.num_heads) == (
            width, depth, heads)
        assert encoder.trained == 'adapters' and cfg.with_cp
        assert cfg.drop_path_rate == 0.1
        assert load(size, data).model.localizer.backbone.in_channels == width
    with torch.device('meta'):
        network = MODELS.build(cfg)
    assert millions(network) == pytest.approx([alone, adapters], rel=5e-4)
    assert all(hasattr(block, 'adapter') for block in network.blocks)


@pytest.mark.parametrize('cfg, index, ratio, alone, adapters', LARGER)
def test_larger_networks(cfg, index, ratio, alone, adapters):
    with torch.device('meta'):
        network = MODELS.build(dict(
            type='AdapterVisionTransformer', adapter_index=list(index),
            adapter=dict(ratio=ratio), **cfg))
    assert millions(network) == pytest.approx([alone, adapters], rel=5e-4)


def test_beside_the_larger_half():
    cfg, index, *_ = LARGER[2]
    with torch.device('meta'):
        network = MODELS.build(dict(
            type='SideAdapterVisionTransformer', adapter_index=list(index),
            adapter=dict(ratio=0.125), **cfg))
    assert millions(network)[1] == pytest.approx(10.58, rel=5e-4)


@pytest.mark.parametrize('size', SIZES)
@pytest.mark.parametrize('data', ['thumos14', 'activitynet13'])
def test_training(size, data):
    """One group of adapters, with decay; biases and norms of the host have
    none."""
    cfg = load(size, data)
    host, adapters = dict(thumos14=(1e-4, SIZES[size][-1]),
                          activitynet13=(1e-3, 1e-4))[data]
    with torch.device('meta'):
        model = MODELS.build(cfg.model)
    by_id = {id(value): name for name, value in model.named_parameters()}
    wrapper = build_optim_wrapper(model, cfg.optim_wrapper)
    found = {}
    for group in wrapper.optimizer.param_groups:
        for parameter in group['params']:
            if parameter.requires_grad:
                name = by_id[id(parameter)]
                kind = ('adapter' if '.adapter.' in name else
                        'host, no decay' if name.endswith((
                            '.bias', '.scale', 'norm.weight', 'ln1.weight',
                            'ln2.weight')) else 'host')
                found.setdefault(kind, set()).add(
                    (round(group['lr'], 9), group['weight_decay']))
    assert found.pop('adapter') == {(adapters, 0.05)}
    assert (host, 0.05) in found.pop('host')
    assert found.pop('host, no decay') == {(host, 0.0)} and not found
    epochs, end, batch = dict(thumos14=(60, 100, 2),
                              activitynet13=(15, None, 16))[data]
    scheduler = cfg.param_scheduler
    assert (cfg.train_cfg.max_epochs, scheduler.get('end'), scheduler.warmup,
            scheduler.eta_min) == (epochs, end, 5, 1e-8)
    assert cfg.train_dataloader.batch_size == batch
    assert cfg.optim_wrapper.clip_grad == dict(max_norm=1.0, norm_type=2)
    assert cfg.custom_hooks[0].momentum == 0.001


def test_host_on_thumos14():
    cfg = load('s', 'thumos14')
    model, host = cfg.model, cfg.model.localizer
    assert (model.window_overlap, model.show_padding) == (0.5, True)
    assert (host.max_seq_len, host.backbone.channels, host.backbone.window,
            host.backbone.get('input_dropout', 0)) == (768, 512, None, 0)
    assert host.head.initial_normalizer == 100
    post = host.head.post_processor
    assert post.nms == dict(
        method='gaussian', sigma=0.7, max_per_video=2000, min_score=0,
        class_aware=True)
    assert (post.score_threshold, post.min_length, post.pre_nms_topk,
            post.max_candidates) == (0.001, 0, None, 2000)
    steps = {step.type: step for step in cfg.train_dataloader.dataset.pipeline}
    assert steps['SampleEveryFrame'].stride == 4
    crop = steps['RandomTruncation']
    assert (crop.max_length, crop.keep_ratio, crop.slack) == (768, 0.75, False)
    assert 'DropShortInstances' not in steps


def test_host_on_activitynet13():
    """Attention is global; segments that vote weigh by their scores alone,
    and scores of classes are multiplied."""
    cfg = load('s', 'activitynet13')
    model, host = cfg.model, cfg.model.localizer
    assert model.video_backbone.frames_per_step == 4
    assert (host.max_seq_len, host.backbone.channels, host.backbone.window,
            host.backbone.position_encoding) == (192, 256, None, True)
    head = host.head
    assert (head.num_classes, head.label_smoothing, head.initial_normalizer,
            head.loss_reg.loss_weight) == (1, 0.1, 200, 2.0)
    post = head.post_processor
    assert post.nms == dict(
        method='gaussian', sigma=0.7, max_per_video=100, min_score=0.001,
        class_aware=False, voting_threshold=0.9,
        vote_score_weighted_by_iou=False)
    assert post.score_fusion == dict(
        type='VideoScoreFusion', topk=2, power=1.0)
    assert (post.score_threshold, post.min_length, post.pre_nms_topk) == (
        0, 0, None)
    names = [step.type for step in cfg.train_dataloader.dataset.pipeline]
    assert names[:4] == ['SampleSpreadFrames', 'DropShortInstances',
                         'ClassAgnosticLabels', 'DropRepeatedInstances']
    assert 'DropShortInstances' not in [
        step.type for step in cfg.test_dataloader.dataset.pipeline]


@pytest.mark.parametrize('data, train, test', [
    ('thumos14', 182, 160), ('activitynet13', 182, 160)])
def test_frames(data, train, test):
    cfg = load('l', data)
    augment = cfg.train_dataloader.dataset.pipeline[-6:]
    assert [step.type for step in augment] == [
        'RandomResizedCrop', 'Resize', 'Flip', 'WindowRandAugment',
        'WindowColorJitter', 'PackFrameWindow']
    decode = cfg.train_dataloader.dataset.pipeline[-7]
    assert decode.each == [dict(type='Resize', scale=(-1, train))]
    assert augment[1] == dict(type='Resize', scale=(test, test),
                              keep_ratio=False)
    decode, = (step for step in cfg.test_dataloader.dataset.pipeline
               if step.type == 'DecodeFrames')
    assert decode.each == [dict(type='Resize', scale=(-1, test)),
                           dict(type='CenterCrop', crop_size=test)]
