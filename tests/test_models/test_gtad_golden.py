"""G-TAD, number for number: network, losses and gradients."""
import numpy as np
import pytest
import torch

from mmbapg.apis.converters.common import rename
from mmbapg.apis.converters.gtad import RULES
from mmbapg.models.heads.dense_map_head import MapOutputs
from mmbapg.models.layers.graph_block import gather_steps
from mmbapg.models.task_modules.map_targets import MapTargets
from mmbapg.ops import nearest_steps, roi_align_1d, sample_map
from tests import golden
from tests.golden_gtad import (
    DURATIONS,
    STEM,
    STEPS,
    Reference,
    close,
    draws_of,
    sample_of,
    training_windows,
    uniform,
)


@pytest.fixture(scope='module')
def reference(tmp_path_factory):
    return Reference(tmp_path_factory.mktemp('golden'))


@pytest.fixture(scope='module')
def training(reference, tmp_path_factory):
    return training_windows(reference.numbers,
                            tmp_path_factory.mktemp('training'))


def probe(features, name):
    """Products of channels with noise; channels come first."""
    channels = len(features)
    direction = golden.noise(f'probe:{name}', (channels, ))
    return np.tensordot(direction, features.double().numpy(),
                        1) / np.sqrt(channels)


@torch.no_grad()
def test_inside(reference):
    """Layers and graphs of the first window."""
    numbers, model = reference.numbers, reference.model
    backbone, head = model.backbone, model.head
    x = reference.features('v1')[None, :, :STEPS]
    conv = backbone.input_conv(x)
    base, refined, graph = backbone(x)
    context = head.context(refined)
    found = dict(
        conv=conv, base=base, gcn=refined, context=context,
        regs=head.start_block(base, graph), rege=head.end_block(base, graph))
    first = head.map_in(refined, context)
    layers = [layer(first) if not number else None
              for number, layer in enumerate(head.map_layers)]
    found['loc1'] = layers[0]
    for number, layer in list(enumerate(head.map_layers))[1:]:
        layers[number] = layer(layers[number - 1].clone())
    for name, number in (('loc3', 2), ('loc5', 4), ('loc7', 6)):
        found[name] = layers[number]
    for name, value in found.items():
        value = value[0] if value.ndim == 3 else value[0, :, ::4, ::4]
        close(probe(value, name), numbers[f'v1_w0_probe_{name}'], 1e-4)
    for name, features in (('backbone1', conv), ('base', base),
                           ('align', refined)):
        neighbours = nearest_steps(features, 3)[0].sort(dim=1).values
        np.testing.assert_array_equal(neighbours,
                                      numbers[f'v1_w0_knn_{name}'])
    np.testing.assert_array_equal(graph, nearest_steps(base, 3))


@torch.no_grad()
def test_sub_graphs(reference):
    """The map of 8192 channels, which the model never makes."""
    numbers, head = reference.numbers, reference.model.head
    refined = reference.model.backbone(
        reference.features('v1')[None, :, :STEPS]).refined
    total = 0
    direction = golden.noise('probe:subgraph', (8192, )).reshape(256, 32)
    for number, features in enumerate((refined, head.context(refined))):
        # what is linear may be multiplied with the noise first
        weights = torch.from_numpy(
            direction[:, 16 * number:16 * number + 16]).float()
        rows = (features[0].t() @ weights).view(1, -1, 1)
        total = total + sample_map(rows, head.map_in._plan(number))
    found = total.view(DURATIONS, STEPS)[::4, ::4] / np.sqrt(8192)
    close(found, numbers['v1_w0_probe_subgraph'], 1e-4)


@pytest.mark.parametrize('bins,ratio', [(16, 0), (4, 0), (32, 0), (16, 2)])
def test_alignment(reference, bins, ratio):
    numbers = reference.numbers
    features = torch.from_numpy(numbers['align_input']).requires_grad_()
    rois = torch.from_numpy(numbers['align_rois'])
    found = roi_align_1d(features, rois[None, :, 1:].expand(2, -1, -1), bins,
                         samples_per_bin=ratio)
    found = found[rois[:, 0].long(), torch.arange(len(rois))]
    name = f'align_d{bins}_r{ratio}'
    close(found.detach()[:, ::2], numbers[name], 1e-6)
    found.backward(torch.from_numpy(
        golden.noise('align-grad', (60, 6, bins))).float())
    close(features.grad, numbers[f'{name}_grad'], 5e-5)


def check_losses(numbers, case, losses):
    """Ours carry their weights: subgraph is reg + 10 cls."""
    found = dict(reg=losses['loss_reg'], cls=losses['loss_cls'] / 10,
                 subgraph=losses['loss_reg'] + losses['loss_cls'],
                 node=losses['loss_boundary'], total=sum(losses.values()))
    for name, value in found.items():
        assert value.item() == pytest.approx(
            float(numbers[f'{case}_{name}_loss']), rel=1e-5), name


def check_weights(numbers, case, head, targets, draws):
    weights = head.loss_reg.weights(targets.iou, draws).flatten()
    iou = targets.iou
    counts = [(iou > 0.7).sum(), ((iou > 0.3) & (iou <= 0.7)).sum(),
              ((iou > 0) & (iou <= 0.3)).sum(), (weights > 0).sum(),
              weights.sum()]
    assert [int(each) for each in counts] == (
        numbers[f'{case}_reg_counts'].tolist())
    if f'{case}_reg_weight' in numbers:
        index = weights.nonzero()[:, 0]
        np.testing.assert_array_equal(
            index, numbers[f'{case}_reg_weight_index'])
        np.testing.assert_array_equal(
            weights[index], numbers[f'{case}_reg_weight'])
    assert [int((each > 0.5).sum()) for each in targets[1:]] == (
        numbers[f'{case}_node_positives'].tolist())
    assert int((iou > 0.9).sum()) == int(numbers[f'{case}_cls_positives'])


def test_losses_and_gradients(reference, training, monkeypatch):
    numbers, model = reference.numbers, reference.model
    chosen = [training[index] for index in numbers['batch']]
    inputs = [reference.features('v2')[:, slice(*each['window'])]
              for each in chosen]
    samples = list(map(sample_of, chosen))
    draws = draws_of('batch')
    check_weights(numbers, 'batch', model.head,
                  model.head.targets(samples, torch.device('cpu')), draws)
    stored = iter(draws)
    monkeypatch.setattr(torch, 'rand_like', lambda like: next(stored))
    losses = model(inputs, samples, mode='loss')
    check_losses(numbers, 'batch', losses)

    model.zero_grad()
    sum(losses.values()).backward()
    parameters = dict(model.named_parameters())
    keys = list(map(str, numbers['grad_keys']))
    names = rename(dict.fromkeys(keys), RULES)
    assert set(names.values()) == set(parameters)
    shapes, largest = golden.shapes(numbers), numbers['grad_norm'].max()
    for key, norm, dot in zip(keys, numbers['grad_norm'],
                              numbers['grad_dot']):
        gradient = parameters[names[key]].grad.double().numpy().reshape(
            shapes[key])
        scale = norm + 1e-4 * largest
        projected = (gradient * golden.noise(f'grad:{key}',
                                             shapes[key])).sum()
        assert abs(np.sqrt((gradient**2).sum()) - norm) / scale < 1e-3, key
        assert abs(projected - dot) / scale < 1e-2, key
    model.zero_grad()


@pytest.mark.parametrize('case,low,high,power', [
    ('loss0', 0, 1, 3), ('loss1', 0.25, 1, 0.4)])
def test_losses_without_a_network(reference, case, low, high, power):
    """In the second, high proposals outnumber medium ones."""
    numbers, head = reference.numbers, reference.model.head
    name, shape = f'{STEM}:{case}', (2, DURATIONS, STEPS)

    def probability(kind, shape):
        return torch.from_numpy(
            golden.noise(f'{kind}:{name}', shape)).float().sigmoid()

    outputs = MapOutputs(
        probability('pred', (2, 2, DURATIONS, STEPS)),
        probability('start', (2, STEPS)), probability('end', (2, STEPS)))
    iou = torch.from_numpy(
        low + (high - low) * uniform(f'gt:{name}', shape)**power).float()
    labels = [torch.from_numpy(
        uniform(f'{kind}:{name}', (2, STEPS))**2).float()
        for kind in ('gts', 'gte')]
    targets = MapTargets(iou * head.valid(iou.device), *labels)
    draws = draws_of(case)
    check_weights(numbers, case, head, targets, draws)
    losses = head.losses(outputs, targets)
    losses['loss_reg'] = head.loss_reg(outputs.maps[:, 0], targets.iou, draws)
    check_losses(numbers, case, losses)


def test_neighbours_are_gathered():
    x = torch.tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    steps = torch.tensor([[[0, 2], [1, 1], [2, 0]]])
    assert gather_steps(x, steps)[0].tolist() == [
        [[1, 3], [2, 2], [3, 1]], [[4, 6], [5, 5], [6, 4]]]
