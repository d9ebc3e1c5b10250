"""Inputs of everything that this package registers, and what is done with
them; hosts and their parts come from tests/hosts.py."""
from functools import partial

import numpy as np
import torch
from mmaction.registry import MODEL_WRAPPERS, MODELS, TASK_UTILS
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData
from torch import nn

from mmbapg.models.heads.segment_query_head import QueryOutputs
from mmbapg.models.losses.pair_contrastive_loss import pair_masks
from mmbapg.models.task_modules.least_cost_assigner import PointPredictions
from mmbapg.ops import Detections, TemporalGrid
from tests import (
    boundary_cases,
    hosts,
    proposal_cases,
    recognizers,
    small_afsd,
    tiny_video,
)
from tests.hosts import CLASSES, RANGES, STEPS, WIDTH

ENCODER = dict(type='TemporalFeatureEncoder', in_channels=WIDTH, channels=8,
               out_channels=4, num_layers=1, reaches=(1, 2), dropout=0)


def draw(*shape):
    return torch.randn(*shape)


def sample(length=STEPS, segments=((2.0, 7.0), (10.0, 22.0))):
    made = ActionDataSample(metainfo=dict(
        grid=TemporalGrid(1, 0, 1), duration=100.0, video_name='v',
        instances=[0], negative_of=[], frame_labels=np.array([[1]]),
        inside=np.array([True]), video_scores=[0.2, 0.5, 0.3]))
    made.gt_instances = InstanceData(
        segments=torch.tensor(segments).reshape(-1, 2),
        labels=torch.arange(len(segments)))
    edges = torch.tensor([-torch.inf, 9.5, torch.inf])
    made.regions = InstanceData(
        metainfo=dict(num_segmentations=1),
        steps=torch.stack([edges[:2], edges[1:]], dim=1),
        segmentation=torch.zeros(2, dtype=torch.int64))
    made.boundary_strength = torch.rand(4, length)
    made.class_evidence = torch.rand(3, length)
    return made


def videos():
    """Features of two videos and their data samples."""
    return ([draw(WIDTH, STEPS), draw(WIDTH, STEPS - 9)],
            [sample(), sample(STEPS - 9, ((1.0, 9.0), ))])


def frames(length):
    """Of a window."""
    return 255 * torch.rand(3, length, 32, 32)


def levels(width):
    """What a pyramid holds."""
    feats = [draw(2, width, STEPS // 2**level) for level in range(3)]
    masks = [torch.arange(feat.shape[2])[None, None] <
             torch.tensor([[feat.shape[2]], [feat.shape[2] - 3]])[:, None]
             for feat in feats]
    return feats, masks


def learn_and_predict(model, inputs, samples, begin=None):
    """Losses, and detections; dropout is none of both devices' business."""
    if begin is not None:
        begin(model)
    model.eval()
    losses = model(inputs, samples, mode='loss')
    with torch.no_grad():
        found = model(inputs, samples, mode='predict')
    return losses, [each.pred_instances.segments for each in found]


def head_alone(head, feats, masks, instances, samples):
    outputs = head(feats, masks)
    with torch.no_grad():
        found = head.predict(outputs, masks, samples)
    return head.loss(outputs, masks, instances), [
        each.scores for each in found]


def query_head(head, logits, segments, rating, instances, samples):
    outputs = QueryOutputs(logits, segments.sigmoid(), rating.sigmoid())
    found = head.predict(outputs, [STEPS] * 2, [[(0, STEPS)]] * 2, samples)
    return head.loss(outputs, instances), [each.scores for each in found]


def fuse(neck, x, samples):
    mask = torch.ones_like(x[:, :1], dtype=torch.bool)
    nn.init.constant_(neck.out_proj.weight, 0.1)
    return neck(x, mask, samples)


INSTANCES = [(torch.tensor([[2.0, 7.0], [10.0, 22.0]]), torch.tensor([0, 2])),
             (torch.empty(0, 2), torch.empty(0, dtype=torch.int64))]
SHARES = [(torch.tensor([[0.2, 0.1], [0.6, 0.3]]), torch.tensor([0, 2])),
          (torch.tensor([[0.5, 0.2]]), torch.tensor([1]))]
SAMPLES = [sample(), sample()]


def points(number, device):
    """Those of the finest level."""
    return TASK_UTILS.build(dict(type='PointGenerator',
                                 regression_ranges=RANGES))([number],
                                                            device)[0]


def pairs():
    return pair_masks(torch.tensor([[0], [0], [1], [-1]]),
                      torch.tensor([[-1], [1], [0], [0]]))


def call(module, *inputs):
    return module(*inputs)


def of_hosts():
    """Hosts, and the backbones, necks and heads of those with a pyramid."""
    cases = {}
    for name, host in {**hosts.HOSTS, **hosts.PARTS}.items():
        model = hosts.small_model(name)
        cases[name] = (model, videos,
                       partial(learn_and_predict, begin=host.begin))
        for part, inputs, run in (
                ('backbone', lambda: (draw(2, WIDTH, STEPS),
                                      levels(1)[1][0]), call),
                ('neck', lambda: (levels(16)[0], ), call),
                ('head', lambda: (*levels(16), INSTANCES, SAMPLES),
                 head_alone)):
            if name in hosts.ANCHOR_FREE_HOSTS:
                cases.setdefault(model[part]['type'],
                                 (model[part], inputs, run))
    return cases


#: Type -> config without it, inputs, and what is done with them.
CASES = dict(
    **of_hosts(),
    BAPG=(dict(localizer=hosts.small_model('ActionFormer'), neck=dict(
        type='ProposalFusionNeck', in_channels=WIDTH, num_segmentations=1)),
        videos, learn_and_predict),
    TemporalFeatureEncoder=(ENCODER, lambda: (draw(2, WIDTH, 9), ), call),
    DilatedFeatureEncoder=(
        dict(in_channels=WIDTH, channels=8, out_channels=4, dilations=(1, 2),
             dropout=0), lambda: (draw(2, WIDTH, 9), ), call),
    EndToEndLocalizer=(
        tiny_video.model('TriDet', steps=STEPS),
        lambda: ([frames(STEPS), frames(STEPS - 9)], videos()[1]),
        learn_and_predict),
    WindowEncoder=(
        tiny_video.encoder(), lambda: (frames(8)[None], ), call),
    AdapterVisionTransformer=(
        tiny_video.ADAPTERS, lambda: (frames(8)[None], ), call),
    SideAdapterVisionTransformer=(
        tiny_video.ADAPTERS, lambda: (frames(8)[None], ), call),
    AdapterEfficientNetLite=(
        dict(pretrained=False, adapter_index=[15]),
        lambda: (frames(2)[None], ), call),
    EfficientNetLite=(dict(pretrained=False, num_blocks=2),
                      lambda: (draw(2, 3, 32, 32), ),
                      lambda module, x: module.eval()(x)),
    BoundaryFusionNeck=(
        dict(in_channels=WIDTH, num_strengths=4),
        lambda: (draw(2, WIDTH, STEPS), SAMPLES), fuse),
    EvidenceFusionNeck=(
        dict(in_channels=WIDTH, num_strengths=4, class_channels=3),
        lambda: (draw(2, WIDTH, STEPS), SAMPLES), fuse),
    ProposalFusionNeck=(
        dict(in_channels=WIDTH, num_segmentations=1),
        lambda: (draw(2, WIDTH, STEPS), SAMPLES), fuse),
    PyramidFPN=(
        dict(in_channels=16, num_levels=3), lambda: levels(16), call),
    SegmentQueryHead=(
        dict(num_classes=CLASSES, in_channels=16, num_layers=2),
        lambda: (draw(2, 2, 6, CLASSES), draw(2, 2, 6, 2), draw(2, 6),
                 SHARES, SAMPLES), query_head),
    FrameSimilarityLearner=(
        dict(backbone=ENCODER, head=dict(type='PairContrastiveHead')),
        lambda: (draw(4, WIDTH, 5), [sample() for _ in range(4)]),
        lambda module, *inputs: module.eval()(*inputs, mode='loss')),
    VideoBackbone=(
        dict(recognizer=recognizers.config('slowfast').model),
        lambda: (torch.rand(2, 3, 16, 32, 32) * 255, ),
        lambda module, clips: module.eval()(clips)),
    ClipFeatureExtractor=(
        dict(recognizer=recognizers.config('videomae').model,
             weights='random'),
        lambda: ([draw(16, 3, 32, 32)], [ActionDataSample(metainfo=dict(
            path='v', first=0, last=1, num_frames=1, keep_from=16,
            frame_numbers=np.arange(16), clips=np.arange(16)[None]))]),
        lambda module, *inputs: module.eval()(*inputs)),
    PairContrastiveHead=(
        {}, lambda: (draw(4, 6), [sample() for _ in range(4)]),
        lambda head, *inputs: head.loss(*inputs)),
    PrototypeHead=(
        dict(num_classes=CLASSES),
        lambda: (draw(4, 6), [sample() for _ in range(4)]),
        lambda head, *inputs: head.loss(*inputs)),
    PairContrastiveLoss=({}, lambda: (draw(4, 4), pairs()), call),
    TripletMarginLoss=({}, lambda: (draw(4, 4), pairs()), call),
    SigmoidFocalLoss=({}, lambda: (
        draw(9, CLASSES), torch.rand(9, CLASSES).round(),
        torch.rand(9, CLASSES)), call),
    SegmentDIoULoss=({}, lambda: (torch.rand(9, 2), torch.rand(9, 2)), call),
    SegmentL1Loss=({}, lambda: (torch.rand(9, 2), torch.rand(9, 2)), call),
    SegmentIoULoss=({}, lambda: (torch.rand(9, 2), torch.rand(9, 2)), call),
    FeatureStandardizer=(
        dict(channels=WIDTH), lambda: ([draw(WIDTH, 9)] * 2, ),
        lambda module, inputs: module(
            dict(inputs=inputs, data_samples=None))),
    CentrePointAssigner=(
        dict(num_classes=CLASSES), lambda: INSTANCES[0],
        lambda assigner, *truth: assigner(
            points(STEPS, truth[0].device), *truth)),
    LeastCostAssigner=(
        dict(num_classes=CLASSES), lambda: (
            *INSTANCES[0], draw(STEPS, CLASSES), torch.rand(STEPS, 2)),
        lambda assigner, segments, labels, *found: assigner(
            points(STEPS, labels.device), segments, labels,
            PointPredictions(*found))),
    HungarianAssigner=(
        {}, lambda: (draw(2, 6, CLASSES), torch.rand(2, 6, 2), SHARES), call),
    PointGenerator=(
        dict(regression_ranges=RANGES), lambda: (draw(1), ),
        lambda generator, x: generator([8, 4, 2], x.device)),
    SegmentPostProcessor=(
        {}, lambda: (torch.rand(9, CLASSES), torch.rand(9, 2) + 1),
        lambda process, scores, reach: process.finish([process.select(
            scores, lambda step, label: reach[step],
            points(9, scores.device))], SAMPLES[0])),
    VideoScoreFusion=(
        {}, lambda: (torch.rand(5, 2), torch.rand(5)),
        lambda fusion, segments, scores: fusion(
            Detections(segments, scores, torch.zeros_like(scores).long()),
            SAMPLES[0])),
    WindowPostProcessor=(
        {}, lambda: (torch.rand(6, CLASSES), torch.rand(6, 2).cumsum(1) * 9),
        lambda process, *found: process.finish(
            [process.select(*found), process.select(*found)],
            [(0, 9), (5, 14)], SAMPLES[0])),
    LocalModelWrapper=(
        {}, lambda: (draw(2, WIDTH), ), call),
    **small_afsd.CASES,
    **proposal_cases.cases(SAMPLES, INSTANCES[0][0]),
    **boundary_cases.CASES)


def build(name):
    torch.manual_seed(0)
    cfg = dict(CASES[name][0], type=name)
    if name == 'LocalModelWrapper':
        return MODEL_WRAPPERS.build(dict(cfg, module=nn.Linear(WIDTH, 2)))
    registry = MODELS if name in MODELS.module_dict else TASK_UTILS
    return registry.build(cfg)
