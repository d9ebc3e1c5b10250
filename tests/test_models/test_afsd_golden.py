"""AFSD, number for number."""
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.runner import load_checkpoint
from mmengine.structures import BaseDataElement, InstanceData

import mmbapg  # noqa: F401
from mmbapg.apis.converters import convert_afsd
from mmbapg.apis.converters.afsd import RULES
from mmbapg.apis.converters.common import rename
from mmbapg.models.losses.boundary_activation_loss import boundary_maps
from mmbapg.models.losses.boundary_consistency_loss import boundary_triplet
from mmbapg.ops import TemporalGrid, boundary_max_pooling
from tests import golden

STEM, FPS = 'afsd_thumos14_rgb', 10
#: Ours -> theirs, and our factor.
LOSSES = dict(
    loss_reg=('loss_l', 10), loss_cls=('loss_c', 1),
    loss_refined_reg=('loss_prop_l', 10),
    loss_refined_cls=('loss_prop_c', 1), loss_quality=('loss_ct', 1),
    loss_start=('loss_start', 1), loss_end=('loss_end', 1))


class Reference:
    """The golden file, our model with its weights, and what it gives."""

    def __init__(self, folder):
        self.numbers = numbers = golden.load(STEM)
        self.weights = golden.weights(numbers)
        source, target = folder / 'theirs.pth', folder / 'ours.pth'
        torch.save(self.weights, source)
        self.model = MODELS.build(convert_afsd(source, target)).eval()
        load_checkpoint(self.model, str(target), strict=True)
        source.unlink(), target.unlink()
        self.clip = torch.from_numpy(golden.normalized_frames(
            STEM, 256, 96, 96).astype(np.float32))[None]
        model = self.model
        self.features = model.neck(model.backbone(self.clip))
        self.outputs = model.head(self.features)
        self.lengths = [each.shape[2] for each in self.features.levels]

    @property
    def sample(self):
        truth = torch.from_numpy(self.numbers['gt_annos_frames'])
        return ActionDataSample(
            metainfo=dict(video_name='v', duration=25.6,
                          grid=TemporalGrid(1, 0, FPS)),
            gt_instances=InstanceData(segments=truth[:, :2].double() / FPS,
                                      labels=truth[:, 2].long() - 1))

    def losses(self):
        sample = self.sample
        segments = sample.grid.to_steps(sample.gt_instances.segments).float()
        return self.model.head.loss(
            self.outputs, self.lengths,
            [(segments, sample.gt_instances.labels)])


@pytest.fixture(scope='module')
def reference(tmp_path_factory):
    return Reference(tmp_path_factory.mktemp('golden'))


def compare(name, value, expected, atol=2e-4, rtol=0.0):
    np.testing.assert_allclose(value.detach().numpy(), expected, rtol=rtol,
                               atol=atol, err_msg=name)


def test_network(reference):
    numbers, outputs = reference.numbers, reference.outputs
    assert sum(each.numel() for each in reference.model.parameters()) == (
        44_746_069)
    compare('loc', outputs.distances[0], numbers['loc'], 1e-4, 5e-5)
    for name, value in (
            ('conf', outputs.logits), ('prop_loc', outputs.offsets),
            ('prop_conf', outputs.refined_logits),
            ('center', outputs.quality[..., None])):
        compare(name, value[0], numbers[name])
    points = reference.model.head.points(reference.lengths, 'cpu')
    compare('priors', torch.cat([each.position for each in points])[:, None],
            256 * numbers['priors'], 1e-4)
    for place, boundary in enumerate(('start', 'end')):
        for name, activation in zip(
                ('', 'loc_prop_', 'conf_prop_'), outputs.activations):
            name = f'{boundary}_{name}map'
            compare(name, activation[0, place], numbers[name], 1e-5)
        half = reference.features.frames[0].chunk(2)[place]
        compare(f'{boundary} features', half.T[::16, ::8],
                numbers[f'{boundary}_feat_sample'])


def test_detections(reference):
    numbers, head = reference.numbers, reference.model.head
    decoded = head.decode(reference.outputs, reference.lengths)
    compare('segments', decoded.segments[0],
            numbers['decoded_segments_frames'], 1e-4, 5e-5)
    # theirs has the background, too
    compare('scores', decoded.scores[0].T, numbers['fused_scores'][1:], 1e-5)
    with torch.no_grad():
        found = head.predict(reference.outputs, reference.lengths, [0],
                             reference.sample)
    assert len(found) == len(numbers['det_scores'])
    segments, scores, labels = (
        found[name].numpy() for name in ('segments', 'scores', 'labels'))
    free, matched = np.ones(len(found), dtype=bool), []
    for row in np.argsort(-numbers['det_scores'], kind='stable'):
        same = free & (labels == numbers['det_labels'][row] - 1) & (
            abs(scores - numbers['det_scores'][row]) < 1e-4) & (
            abs(segments - numbers['det_segments'][row]) < 5e-3).all(axis=1)
        matched.append(same.any())
        free[same.argmax()] &= not same.any()
    assert all(matched[:50]) and np.mean(matched) >= 0.99


def test_losses_and_gradients(reference):
    numbers, model = reference.numbers, reference.model
    losses = reference.losses()
    assert losses.keys() == LOSSES.keys()
    for ours, (theirs, factor) in LOSSES.items():
        assert losses[ours].item() / factor == pytest.approx(
            float(numbers[theirs]), rel=2e-5), ours
    total = sum(losses.values())
    assert total.item() == pytest.approx(
        float(numbers['cost_without_bcl']), rel=2e-5)

    model.zero_grad()
    total.backward(retain_graph=True)
    names = rename(reference.weights, RULES)
    parameters = dict(model.named_parameters())
    keys = [str(key) for key in numbers['autograd_grad_keys']]
    assert {names[key] for key in keys} == {
        name for name, each in parameters.items() if each.requires_grad}
    largest = numbers['autograd_grad_norm'].max()
    for key, norm, dot in zip(keys, numbers['autograd_grad_norm'],
                              numbers['autograd_grad_dot']):
        gradient = parameters[names[key]].grad.double().numpy()
        shape = reference.weights[key].shape
        gradient, scale = gradient.reshape(shape), norm + 1e-4 * largest
        assert abs(np.sqrt((gradient**2).sum()) - norm) / scale < 1e-2, key
        projected = (gradient * golden.noise(f'grad:{key}', shape)).sum()
        assert abs(projected - dot) / scale < 5e-2, key


def test_maps_of_boundaries(reference):
    segments = torch.from_numpy(reference.numbers['gt_annos_frames'][:, :2])
    np.testing.assert_array_equal(boundary_maps(segments, 256),
                                  reference.numbers['score_maps'])


@torch.no_grad()
def test_boundary_consistency(reference):
    """The spliced clip's features, and the loss that the model makes."""
    numbers, model = reference.numbers, reference.model
    pieces = torch.from_numpy(numbers['ssl_annos_frames'])
    sample = reference.sample
    sample.splice = BaseDataElement(
        pieces=pieces,
        frame_index=torch.from_numpy(numbers['ssl_frame_index']))
    seen = []
    model.head.boundary_features, plain = (
        lambda features: seen.append(plain(features)) or seen[0],
        model.head.boundary_features)
    try:
        loss = model._consistency(reference.clip, [sample])
    finally:
        del model.head.boundary_features
    for index, (features, stride) in enumerate(zip(seen[0], (1, 4, 4))):
        triplet = boundary_triplet(features[0], pieces, stride)
        for name, value in triplet._asdict().items():
            name = f'bcl{index}_{name}'
            compare(name, value, numbers[name])
    assert loss.item() == pytest.approx(float(numbers['loss_triplet']),
                                        rel=2e-5)
    total = sum(reference.losses().values()) + loss
    assert total.item() == pytest.approx(float(numbers['cost_with_bcl']),
                                         rel=2e-5)


def test_boundary_pooling():
    numbers = golden.load(STEM)
    pooled = boundary_max_pooling(*(
        torch.from_numpy(numbers[f'bp_{name}'])
        for name in ('input', 'segments')))
    np.testing.assert_array_equal(pooled, numbers['bp_output'])
