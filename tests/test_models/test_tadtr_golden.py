"""TadTR, number for number."""
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.runner import load_checkpoint
from mmengine.structures import InstanceData

import mmbapg  # noqa: F401
from mmbapg.apis.converters import convert_tadtr
from mmbapg.apis.converters.common import rename
from mmbapg.apis.converters.tadtr import RULES, TIED
from mmbapg.ops import TemporalGrid, to_start_end
from tests import golden
from tests.official_tadtr import write_official_checkpoint

STEM = 'tadtr_thumos14_i3d'
STEPS, LAYERS = 128, 4
#: Ours -> theirs, and our factor.
LOSSES = dict(loss_cls=('loss_ce', 2), loss_l1=('loss_segments', 5),
              loss_iou=('loss_iou', 2))


class Reference:
    """The golden file, and our model with its weights."""

    def __init__(self, folder):
        self.numbers = golden.load(STEM)
        source, target = folder / 'theirs.pth', folder / 'ours.pth'
        write_official_checkpoint(self.numbers, source)
        self.model = MODELS.build(convert_tadtr(source, target)).eval()
        load_checkpoint(self.model, str(target), strict=True)
        self.features = list(golden.features(STEM, (2, 2048, STEPS)))
        self.samples = [self.sample(index) for index in range(2)]

    def sample(self, index):
        """Instances of one of the two slices, in seconds."""
        seconds = float(self.numbers['slice_seconds'][index])
        sample = ActionDataSample(metainfo=dict(
            video_name=f'v{index}', duration=seconds,
            grid=TemporalGrid(stride=8, window=8, fps=8 * STEPS / seconds)))
        shares = to_start_end(torch.from_numpy(
            self.numbers[f'gt{index}_segments']).double())
        sample.gt_instances = InstanceData(
            segments=shares * seconds,
            labels=torch.from_numpy(self.numbers[f'gt{index}_labels']))
        return sample


@pytest.fixture(scope='module')
def reference(tmp_path_factory):
    return Reference(tmp_path_factory.mktemp('golden'))


@torch.no_grad()
def test_network(reference):
    numbers = reference.numbers
    found = reference.model(reference.features)
    for name, value, tolerance in (
            ('pred_logits', found.logits[-1], 2e-3),
            ('aux_logits', found.logits[:-1], 2e-3),
            ('pred_segments', found.segments[-1], 5e-5),
            ('aux_segments', found.segments[:-1], 5e-5),
            ('pred_actionness', found.actionness[..., None], 1e-4)):
        np.testing.assert_allclose(value, numbers[name], rtol=0,
                                   atol=tolerance, err_msg=name)


@torch.no_grad()
def test_matching(reference):
    numbers, model = reference.numbers, reference.model
    outputs = model(reference.features)
    instances = [(torch.from_numpy(numbers[f'gt{index}_segments']),
                  torch.from_numpy(numbers[f'gt{index}_labels']))
                 for index in range(2)]
    for layer in range(LAYERS):
        matches = model.head.assigner(
            outputs.logits[layer], outputs.segments[layer], instances)
        for index, match in enumerate(matches):
            np.testing.assert_array_equal(
                torch.stack(match, dim=1),
                numbers[f'match_l{layer}_b{index}'])


def test_losses_and_gradients(reference):
    numbers, model = reference.numbers, reference.model
    losses = model(reference.features, reference.samples, mode='loss')
    expected = dict(zip(map(str, numbers['loss_keys']),
                        numbers['loss_values'].astype(float)))
    found = {'loss_actionness': losses['loss_actionness'] / 4,
             'class_error': losses['class_error']}
    for ours, (theirs, factor) in LOSSES.items():
        found[theirs] = losses[ours] / factor
        for layer in range(LAYERS - 1):
            found[f'{theirs}_{layer}'] = losses[f'd{layer}.{ours}'] / factor
    assert found.keys() == expected.keys()
    for name, value in found.items():
        assert value.item() == pytest.approx(expected[name], rel=1e-4), name

    model.zero_grad()
    total, _ = model.parse_losses(losses)
    total.backward()
    assert total.item() == pytest.approx(float(numbers['total_loss']),
                                         rel=1e-4)
    parameters = dict(model.named_parameters())
    keys = [str(key) for key in numbers['grad_keys']]
    # their list names the decoder's copy of what is stored twice
    originals = [TIED[1] + key.removeprefix(TIED[0])
                 if key.startswith(TIED[0]) else key for key in keys]
    names = dict(zip(keys, rename(dict.fromkeys(originals), RULES).values()))
    assert set(names.values()) == set(parameters)
    shapes = golden.shapes(numbers)
    largest = numbers['grad_norm'].max()
    for key, norm, dot in zip(keys, numbers['grad_norm'],
                              numbers['grad_dot']):
        gradient = parameters[names[key]].grad.double().numpy()
        gradient = gradient.reshape(shapes[key])
        scale = norm + 1e-4 * largest
        assert abs(np.sqrt((gradient**2).sum()) - norm) / scale < 5e-3, key
        projected = (gradient * golden.noise(f'grad:{key}',
                                             shapes[key])).sum()
        assert abs(projected - dot) / scale < 2e-2, key


@torch.no_grad()
def test_detections(reference):
    numbers = reference.numbers
    results = reference.model(reference.features, reference.samples,
                              mode='predict')
    for index, sample in enumerate(results):
        found = sample.pred_instances
        expected = {field: numbers[f'res{index}_{field}']
                    for field in ('scores', 'labels', 'segments')}
        assert len(found) == len(expected['scores'])
        np.testing.assert_array_equal(found.labels[:20],
                                      expected['labels'][:20])
        np.testing.assert_allclose(found.segments[:20],
                                   expected['segments'][:20], rtol=0,
                                   atol=2e-3)
        np.testing.assert_allclose(found.scores, expected['scores'], rtol=0,
                                   atol=2e-4)
        # near-equal scores may swap places: every other one is somewhere
        for label, segment, score in zip(expected['labels'],
                                         expected['segments'],
                                         expected['scores']):
            near = ((found.labels.numpy() == label) &
                    (abs(found.scores.numpy() - score) < 2e-4) &
                    (abs(found.segments.numpy() - segment) < 2e-3).all(1))
            assert near.any()
