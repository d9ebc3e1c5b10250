"""What holds for everything that this package registers: it computes the
same on a GPU (here one that is not there) and mixes no devices, and it can be
copied, stored and taken apart. A new module without a case fails."""
import copy
import io
import pickle

import pytest
import torch
from mmaction.registry import METRICS, MODEL_WRAPPERS, MODELS, TASK_UTILS
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData
from torch import nn
from torch.utils._pytree import tree_leaves, tree_map

from mmbapg.models.heads.segment_query_head import QueryOutputs
from mmbapg.models.losses.pair_contrastive_loss import pair_masks
from mmbapg.models.task_modules.least_cost_assigner import PointPredictions
from mmbapg.ops import (
    Detections,
    TemporalGrid,
    batched_nms,
    boundary_strength,
    deformable_sampling,
    find_change_points,
    find_change_points_of_all,
    region_contrast,
    roi_align_1d,
    segment_iou,
    soft_nms,
    temporal_nms,
)
from tests.pretended_gpu import PretendedGPU, on_gpu

WIDTH, STEPS, CLASSES = 8, 32, 3
RANGES = [(0, 4), (4, 8), (8, 10000)]
PYRAMID = dict(in_channels=WIDTH, channels=16, arch=(1, 1, 2),
               max_seq_len=STEPS, position_encoding=True)
BACKBONES = dict(
    ConvTransformerBackbone=dict(
        type='ConvTransformerBackbone', num_heads=2, window=3, **PYRAMID),
    **{name: dict(type=name, hidden_channels=24, num_groups=4, init_std=0.3,
                  window=3, **PYRAMID)
       for name in ('SGPBackbone', 'DynEBackbone')},
    MaxPoolingBackbone=dict(type='MaxPoolingBackbone', **PYRAMID))
SHARED_NECK = dict(type='SharedPyramidNorm', channels=16, num_groups=4)
NECK = dict(type='PyramidNorm', channels=16, num_levels=3)
HEADS = {name: dict(
    type=name, num_classes=CLASSES, in_channels=16, channels=16,
    num_layers=1, prior_prob=0.4, **more, point_generator=dict(
        type='PointGenerator', regression_ranges=RANGES))
    for name, more in (('AnchorFreeHead', {}), ('DynamicHead', {}),
                       ('TridentHead', dict(num_bins=4)))}


def single_stage(name, backbone, head):
    return dict(type=name, max_seq_len=STEPS, backbone=BACKBONES[backbone],
                neck=NECK, head=HEADS[head])


TEMPORALMAXER = dict(
    single_stage('TemporalMaxer', 'MaxPoolingBackbone', 'AnchorFreeHead'),
    neck=SHARED_NECK, head=dict(
        HEADS['AnchorFreeHead'], assigner=dict(type='LeastCostAssigner')))
ACTIONFORMER = single_stage('ActionFormer', 'ConvTransformerBackbone',
                            'AnchorFreeHead')
LAYERS = dict(num_layers=2, num_heads=4, feedforward_channels=32)
TADTR = dict(
    type='TadTR', in_channels=WIDTH, channels=16, norm_groups=4,
    window_size=STEPS, encoder=LAYERS,
    decoder=dict(num_queries=6, **LAYERS),
    head=dict(type='SegmentQueryHead', num_classes=CLASSES, roi_bins=4))
ENCODER = dict(type='TemporalFeatureEncoder', in_channels=WIDTH, channels=8,
               out_channels=4, num_layers=1, reaches=(1, 2), dropout=0)


def draw(*shape):
    return torch.randn(*shape)


def sample(length=STEPS, segments=((2.0, 7.0), (10.0, 22.0))):
    made = ActionDataSample(metainfo=dict(
        grid=TemporalGrid(1, 0, 1), duration=100.0, video_name='v',
        instances=[0], negative_of=[], video_scores=[0.2, 0.5, 0.3]))
    made.gt_instances = InstanceData(
        segments=torch.tensor(segments).reshape(-1, 2),
        labels=torch.arange(len(segments)))
    edges = torch.tensor([-torch.inf, 9.5, torch.inf])
    made.regions = InstanceData(
        steps=torch.stack([edges[:2], edges[1:]], dim=1),
        segmentation=torch.zeros(2, dtype=torch.int64))
    made.boundary_strength = torch.rand(4, length)
    return made


def videos():
    """Features of two videos and their data samples."""
    return ([draw(WIDTH, STEPS), draw(WIDTH, STEPS - 9)],
            [sample(), sample(STEPS - 9, ((1.0, 9.0), ))])


def levels(width):
    """What a pyramid holds."""
    feats = [draw(2, width, STEPS // 2**level) for level in range(3)]
    masks = [torch.arange(feat.shape[2])[None, None] <
             torch.tensor([[feat.shape[2]], [feat.shape[2] - 3]])[:, None]
             for feat in feats]
    return feats, masks


def learn_and_predict(model, inputs, samples):
    """Losses, and detections; dropout is none of both devices' business."""
    model.eval()
    losses = model(inputs, samples, mode='loss')
    with torch.no_grad():
        found = model(inputs, samples, mode='predict')
    return losses, [each.pred_instances.segments for each in found]


def with_open_gates(model, inputs, samples):
    """All points behind closed gates would score the same."""
    for name, parameter in model.named_parameters():
        if name.endswith('gate.bias'):
            nn.init.ones_(parameter)
    return learn_and_predict(model, inputs, samples)


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


#: Type -> config without it, inputs, and what is done with them.
CASES = dict(
    ActionFormer=(ACTIONFORMER, videos, learn_and_predict),
    TriDet=(single_stage('TriDet', 'SGPBackbone', 'TridentHead'), videos,
            learn_and_predict),
    DyFADet=(single_stage('DyFADet', 'DynEBackbone', 'DynamicHead'), videos,
             with_open_gates),
    TemporalMaxer=(TEMPORALMAXER, videos, learn_and_predict),
    SingleStageLocalizer=(
        single_stage('SingleStageLocalizer', 'SGPBackbone',
                     'AnchorFreeHead'), videos, learn_and_predict),
    TadTR=(TADTR, videos, learn_and_predict),
    BAPG=(dict(localizer=ACTIONFORMER, neck=dict(
        type='ProposalFusionNeck', in_channels=WIDTH, num_segmentations=1)),
        videos, learn_and_predict),
    **{name: (cfg, lambda: (draw(2, WIDTH, STEPS), levels(1)[1][0]), call)
       for name, cfg in BACKBONES.items()},
    TemporalFeatureEncoder=(ENCODER, lambda: (draw(2, WIDTH, 9), ), call),
    EfficientNetLite=(dict(pretrained=False, num_blocks=2),
                      lambda: (draw(2, 3, 32, 32), ),
                      lambda module, x: module.eval()(x)),
    PyramidNorm=(NECK, lambda: (levels(16)[0], ), call),
    SharedPyramidNorm=(SHARED_NECK, lambda: (levels(16)[0], ), call),
    BoundaryFusionNeck=(
        dict(in_channels=WIDTH, num_strengths=4),
        lambda: (draw(2, WIDTH, STEPS), SAMPLES), fuse),
    ProposalFusionNeck=(
        dict(in_channels=WIDTH, num_segmentations=1),
        lambda: (draw(2, WIDTH, STEPS), SAMPLES), fuse),
    **{name: (cfg, lambda: (*levels(16), INSTANCES, SAMPLES), head_alone)
       for name, cfg in HEADS.items()},
    SegmentQueryHead=(
        dict(num_classes=CLASSES, in_channels=16, num_layers=2),
        lambda: (draw(2, 2, 6, CLASSES), draw(2, 2, 6, 2), draw(2, 6),
                 SHARES, SAMPLES), query_head),
    FrameSimilarityLearner=(
        dict(backbone=ENCODER, head=dict(type='PairContrastiveHead')),
        lambda: (draw(4, WIDTH, 5), [sample() for _ in range(4)]),
        lambda module, *inputs: module.eval()(*inputs, mode='loss')),
    PairContrastiveHead=(
        {}, lambda: (draw(4, 6), [sample() for _ in range(4)]),
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
        {}, lambda: (draw(2, WIDTH), ), call))


#: Functions on tensors, on GPUs too.
FUNCTIONS = dict(
    find_change_points=lambda: (draw(40, 5), 3),
    find_change_points_of_all=lambda: ([draw(40, 5), draw(30, 5)], 3),
    boundary_strength=lambda: (draw(40, 5), (2, 4)),
    region_contrast=lambda: (draw(40, 5), torch.tensor([[0, 9], [9, 40]])),
    segment_iou=lambda: (torch.rand(5, 2), torch.rand(4, 2)),
    soft_nms=lambda: (torch.rand(9, 2).cumsum(1), torch.rand(9)),
    temporal_nms=lambda: (torch.rand(9, 2).cumsum(1), torch.rand(9), 0.3),
    batched_nms=lambda: (Detections(
        torch.rand(9, 2).cumsum(1), torch.rand(9), torch.arange(9) % 2), ),
    roi_align_1d=lambda: (draw(2, 4, 9), torch.rand(2, 3, 2).cumsum(2), 4),
    deformable_sampling=lambda: (draw(2, 9, 2, 4), torch.rand(2, 5, 2, 3),
                                 torch.rand(2, 5, 2, 3)))
ON_GPUS = (find_change_points, find_change_points_of_all, boundary_strength,
           region_contrast, segment_iou, soft_nms, temporal_nms, batched_nms,
           roi_align_1d, deformable_sampling)


def build(name):
    torch.manual_seed(0)
    cfg = dict(CASES[name][0], type=name)
    if name == 'LocalModelWrapper':
        return MODEL_WRAPPERS.build(dict(cfg, module=nn.Linear(WIDTH, 2)))
    registry = MODELS if name in MODELS.module_dict else TASK_UTILS
    return registry.build(cfg)


def moved(inputs, device):
    return tree_map(lambda x: x.to(device) if hasattr(x, 'to') else x, inputs)


def results(name, device):
    """Tensors that come out, and gradients of all parameters, on the CPU."""
    module, (_, inputs_of, run) = build(name), CASES[name]
    torch.manual_seed(1)
    inputs = inputs_of()
    if isinstance(module, nn.Module):
        module.to(device)
    found = [x for x in tree_leaves(tensors(run(
        module, *moved(inputs, device)))) if isinstance(x, torch.Tensor)]
    loss = sum(x.square().sum() for x in found if x.requires_grad)
    grads = []
    if isinstance(loss, torch.Tensor):
        loss.backward()
        grads = [each.grad for each in module.parameters()
                 if each.grad is not None]
    assert found
    return [x.detach().cpu() for x in (*found, *grads)]


def tensors(out):
    return dict(out.items()) if isinstance(out, InstanceData) else out


def ours(*registries):
    return sorted(name for registry in registries
                  for name, kind in registry.module_dict.items()
                  if kind.__module__.startswith('mmbapg.'))


@pytest.mark.parametrize('name', ours(MODELS, TASK_UTILS, MODEL_WRAPPERS))
def test_the_same_on_a_gpu(name):
    expected = results(name, 'cpu')
    for kind in ('cuda', 'mps'):
        with PretendedGPU(kind):
            found = results(name, kind)
        assert len(found) == len(expected)
        for own, other in zip(found, expected):
            torch.testing.assert_close(own, other, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize('function', ON_GPUS,
                         ids=lambda function: function.__name__)
def test_functions_on_a_gpu(function):
    torch.manual_seed(0)
    inputs = FUNCTIONS[function.__name__]()
    expected = tree_leaves(function(*inputs))
    for kind in ('cuda', 'mps'):
        with PretendedGPU(kind):
            found = tree_leaves(function(*moved(inputs, kind)))
            # what needs double precision is done on the CPU of a Mac
            assert kind == 'mps' or all(map(on_gpu, found))
            found = [x.cpu() for x in found]
        for own, other in zip(found, expected, strict=True):
            torch.testing.assert_close(own, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('function', ON_GPUS[:4],
                         ids=lambda function: function.__name__)
def test_sums_that_cuda_cannot_repeat_are_done_on_the_cpu(function,
                                                          monkeypatch):
    """Cumulative ones, if deterministic algorithms are asked for."""
    monkeypatch.setattr(torch, 'are_deterministic_algorithms_enabled',
                        lambda: True)
    torch.manual_seed(0)
    inputs = FUNCTIONS[function.__name__]()
    expected = tree_leaves(function(*inputs))
    with PretendedGPU('cuda'):
        found = tree_leaves(function(*moved(inputs, 'cuda')))
        assert not any(map(on_gpu, found))
    for own, other in zip(found, expected, strict=True):
        assert torch.equal(own, other)


def test_every_metric_has_been_on_a_gpu():
    """See tests/test_engine/test_on_a_gpu.py, whose hosts have them all."""
    assert ours(METRICS) == ['ProposalRecallMetric',
                             'TemporalLocalizationMetric']


@pytest.mark.parametrize('name', ours(MODELS, MODEL_WRAPPERS))
def test_copies_and_stores(name):
    """Copied, pickled, saved whole, and as one vector of parameters."""
    module = build(name)
    stored = io.BytesIO()
    torch.save(module, stored)
    stored.seek(0)
    weights = module.state_dict()
    for copied in (copy.deepcopy(module), pickle.loads(pickle.dumps(module)),
                   torch.load(stored, weights_only=False)):
        assert type(copied) is type(module)
        others = copied.state_dict()
        assert weights.keys() == others.keys()
        assert all(torch.equal(weights[key], others[key]) for key in weights)
        copied.load_state_dict(weights)
    parameters = list(module.parameters())
    if parameters:
        vector = nn.utils.parameters_to_vector(parameters)
        nn.utils.vector_to_parameters(vector * 2, parameters)
        assert torch.equal(nn.utils.parameters_to_vector(parameters),
                           vector * 2)
        assert all(each.is_contiguous() for each in parameters)


@pytest.mark.parametrize('name', ['ActionFormer', 'TriDet', 'DyFADet',
                                  'TemporalMaxer', 'TadTR', 'BAPG'])
def test_half_a_model(name):
    """As a whole in half precision, weights and features."""
    model = build(name).eval()
    torch.manual_seed(1)
    inputs, samples = videos()
    with torch.no_grad():
        expected = model(inputs, samples, mode='tensor')
        found = model.half()([each.half() for each in inputs], samples,
                             mode='tensor')
    for own, other in zip(tree_leaves(found), tree_leaves(expected)):
        assert (own.float() - other).norm() < 0.05 * other.norm()
