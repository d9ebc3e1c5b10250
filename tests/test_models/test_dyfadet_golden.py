"""DyFADet, number for number; the tests of its sisters and its own."""
import numpy as np
import pytest
import torch

from mmbapg.apis.converters import dyfadet
from mmbapg.models.heads.anchor_free_head import HeadOutputs
from tests import golden
from tests.golden_hosts import (
    Reference,
    gradient_errors,
    gradient_names,
    learn,
    targets_of,
)
from tests.test_models.test_anchor_free_golden import (  # noqa: F401
    test_assignment,
    test_detections_end_to_end,
    test_detections_from_the_reference_logits,
    test_network,
    test_the_thumos_config_is_the_reference_config,
)

#: Not learned, so without a gradient, or without anything like it in ours.
PARTS = [f'{branch}_head.head.{layer}.' for branch in ('cls', 'reg')
         for layer in range(2)]
LEFT_OUT = {part + name for part in PARTS
            for name in dyfadet.UNUSED + dyfadet.FIXED}


@pytest.fixture(scope='module')
def build(tmp_path_factory):
    """Makes each reference once; its raw outputs are those of one pass."""
    made = {}

    def make(suffix):
        if suffix not in made:
            made[suffix] = Reference(
                'dyfadet', suffix, tmp_path_factory.mktemp('golden'))
            watch(made[suffix])
        return made[suffix]

    return make


@pytest.fixture(scope='module', params=['', '_eps'], ids=['plain', 'eps'])
def reference(request, build):
    return build(request.param)


@pytest.fixture(scope='module')
def with_training(build):
    return build('')


def watch(reference):
    """Keep what passes through the network, for the probes."""
    model, reference.passed = reference.model, {}

    def keep(name, read):
        def hook(module, inputs, output):
            if not module.training:
                reference.passed[name] = read(output)
        return hook

    model.backbone.embed.register_forward_hook(
        keep('embd', lambda out: [out]))
    model.backbone.register_forward_hook(keep('back', lambda out: out[0]))
    for branch in ('cls', 'reg'):
        tower = getattr(model.head, f'{branch}_tower')
        for number, layer in enumerate(tower.layers):
            layer.register_forward_hook(
                keep(f'{branch}{number}', lambda out: out))


def project(name, x):
    """``(C, T)`` to one number for each step."""
    probe = torch.from_numpy(golden.noise(name, (len(x), ))).float()
    return (probe @ x / np.sqrt(len(x))).numpy()


PROBES = {
    # reference's name of the probe -> ours of what passes, draw, tolerance
    'backproj': ('back', 'back-probe', 1e-3),
    **{f'{branch}{layer}_proj': (f'{branch}{layer}',
                                 f'{branch}-probe{layer}', None)
       for branch in ('cls', 'reg') for layer in range(2)}
}


def compare(reference, name, found, atol=None):
    np.testing.assert_allclose(
        found, reference.numbers[name], rtol=0,
        atol=atol or reference.atol, err_msg=name)


@torch.no_grad()
def test_probes(reference):
    feats, masks, _ = reference.evaluated
    passed, valid = reference.passed, reference.numbers['valid']
    compare(reference, 'embdproj',
            project('embd-probe', passed['embd'][0][0, :, :valid[0]]))
    layer = reference.model.head.cls_tower.layers[0]
    for level, steps in enumerate(map(int, valid)):
        for name, (place, draw, atol) in PROBES.items():
            compare(reference, f'{name}_l{level}',
                    project(draw, passed[place][level][0, :, :steps]), atol)
        compare(reference, f'neck_pad_l{level}', project(
            'neck-probe', feats[level][0, :, steps:steps + 2]))
        for index, module in enumerate((layer.from_finer,
                                        layer.from_coarser)):
            told = module(feats[level], masks[level])
            compare(reference, f'dtfam{index}_l{level}',
                    project('dtfam-probe', told[0, :, :steps]))
            assert not told[..., steps:].any()


def test_losses_gradients_and_normalizer(with_training):
    learn(with_training)
    names = gradient_names(with_training, LEFT_OUT)
    for key, norm, dot in gradient_errors(with_training, names):
        # a single number is a nearly cancelling sum
        tolerance = ((6e-2, 1e-1) if key.endswith(
            ('scale_weight', 'output_weight')) else (2e-2, 3e-2))
        assert norm < tolerance[0] and dot < tolerance[1], key


def test_targets_and_pairs(with_training):
    """One term for each positive point and class of it."""
    numbers, head = with_training.numbers, with_training.model.head
    for number, pairs in zip((1, 2), numbers['reg_pairs']):
        targets, positive = targets_of(with_training, number)
        place = positive.nonzero()[:, 0]
        prefix = f'v{number}_pos_'
        np.testing.assert_array_equal(place, numbers[prefix + 'index'])
        np.testing.assert_array_equal(targets.classes[place].sum(dim=1),
                                      numbers[prefix + 'classes'])
        np.testing.assert_allclose(targets.distances[place],
                                   numbers[prefix + 'offsets'], rtol=0,
                                   atol=1e-5)
        outputs = HeadOutputs(None, [torch.zeros(1, len(positive), 2)])
        found = head._regression_pairs(
            outputs, targets.classes[None], targets.distances[None],
            positive[None])
        assert len(found.distances) == len(found.targets) == int(pairs)


def test_number_of_parameters(with_training):
    """28,513,064: all that learns in the reference, and is not idle."""
    shapes = golden.shapes(with_training.numbers)
    idle = [key for key in shapes if key in LEFT_OUT]
    assert len(idle) == len(LEFT_OUT) == 20
    expected = sum(int(np.prod(shape)) for key, shape in shapes.items()
                   if key not in LEFT_OUT)
    found = sum(each.numel() for each in with_training.model.parameters())
    assert found == expected == 28513064
