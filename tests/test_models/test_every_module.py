"""What holds for everything that this package registers: it computes the
same on a GPU (here one that is not there) and mixes no devices, and it can be
copied, stored and taken apart. A new module without a case fails."""
import copy
import io
import pickle

import pytest
import torch
from mmaction.registry import METRICS, MODEL_WRAPPERS, MODELS, TASK_UTILS
from mmengine.structures import InstanceData
from torch import nn
from torch.utils._pytree import tree_leaves, tree_map

from mmbapg.ops import (
    Detections,
    alignment_plan,
    batched_nms,
    boundary_max_pooling,
    boundary_regions,
    boundary_strength,
    deformable_sampling,
    find_change_points,
    find_change_points_of_all,
    iou_map,
    nearest_steps,
    region_contrast,
    roi_align_1d,
    sample_map,
    segment_iou,
    soft_nms,
    temporal_nms,
)
from tests import hosts
from tests.module_cases import CASES, build, draw, videos
from tests.pretended_gpu import PretendedGPU, on_gpu

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
                                 torch.rand(2, 5, 2, 3)),
    boundary_max_pooling=lambda: (draw(2, 4, 9), 12 * torch.rand(2, 5, 4)),
    boundary_regions=lambda: (torch.rand(5, 2), torch.rand(5)),
    nearest_steps=lambda: (draw(2, 4, 9), 3),
    iou_map=lambda: (torch.rand(5, 2).cumsum(1) * 4, 4, 9),
    sample_map=lambda: (draw(2, 32, 3), alignment_plan(8, 4, 4)))
ON_GPUS = (find_change_points, find_change_points_of_all, boundary_strength,
           region_contrast, segment_iou, soft_nms, temporal_nms, batched_nms,
           roi_align_1d, deformable_sampling, boundary_max_pooling,
           boundary_regions, nearest_steps, iou_map, sample_map)


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


def test_every_module_has_a_case():
    missing = {*ours(MODELS, TASK_UTILS, MODEL_WRAPPERS)} - {*CASES}
    assert not missing, (
        f'{sorted(missing)}: registered, but neither part of a host in '
        'tests/hosts.py nor a case in tests/module_cases.py')


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


@pytest.mark.parametrize('name', [*hosts.HOSTS, 'BAPG'])
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
