"""What only TemporalMaxer has, number for number; see also
test_anchor_free_golden.py."""
import numpy as np
import pytest
import torch
from torch.nn.functional import one_hot

from mmbapg.models.task_modules.least_cost_assigner import PointPredictions
from mmbapg.models.task_modules.point_assigner import boundary_distances
from mmbapg.models.task_modules.point_generator import concat_points
from tests import golden
from tests.golden_hosts import LEVELS, Reference


@pytest.fixture(scope='module', params=['', '_eps'], ids=['usual', 'eps'])
def reference(request, tmp_path_factory):
    return Reference('temporalmaxer', request.param,
                     tmp_path_factory.mktemp('golden'))


@torch.no_grad()
def test_pooling_and_what_is_beyond_the_end(reference):
    """Of an odd length, the first pooling takes over a step that is none;
    the first two padded steps enter the towers."""
    numbers, model = reference.numbers, reference.model.eval()
    features, _ = reference.video(1)
    pooled, _ = model.backbone(*model._pad([features]))
    normed = model.neck(pooled)
    for name, feats, first, last in (('poolproj', pooled, 0, 0),
                                     ('neck_pad', normed, 1, 2)):
        probe = torch.from_numpy(golden.noise(
            'pool-probe' if name == 'poolproj' else 'neck-probe',
            (512, ))).float()
        for level in LEVELS:
            valid = int(numbers['valid'][level])
            steps = slice(first * valid, valid + last)
            np.testing.assert_allclose(
                probe @ feats[level][0, :, steps] / np.sqrt(512),
                numbers[f'{name}_l{level}'], rtol=0, atol=2e-4,
                err_msg=f'{name} at level {level}')


@torch.no_grad()
@pytest.mark.parametrize('reference', [''], indirect=True)
def test_assignment(reference):
    """Positive points, their classes, and the instance that each regresses,
    which here and there is not one of its classes."""
    numbers, model = reference.numbers, reference.model.train()
    videos = [reference.video(number) for number in (1, 2)]
    outputs = model([features for features, _ in videos])
    points = concat_points(model.head._points(outputs))
    logits, reach = (torch.cat(field, dim=1) for field in outputs)
    for video, (features, sample) in enumerate(videos):
        found = PointPredictions(logits[video], reach[video])
        stored = {name: torch.from_numpy(numbers[f'v{video + 1}_{name}'])
                  for name in ('pos_index', 'pos_match', 'pos_reg_gt',
                               'pos_offsets', 'pos_cost')}
        labels = sample.gt_instances.labels
        segments = sample.grid.to_steps(sample.gt_instances.segments).float()
        assigner = model.head.assigner
        targets = assigner(points, segments, labels, found)
        valid = points.position < features.shape[1]
        index, = (targets.classes.any(dim=1) & valid).nonzero(as_tuple=True)
        assert torch.equal(index, stored['pos_index'])
        classes = stored['pos_match'] @ one_hot(labels, 20)
        assert torch.equal(targets.classes[index],
                           classes.clamp(max=1).float())

        cost = assigner.cost(
            boundary_distances(points, segments) /
            points.stride[:, None, None], labels, found)[index]
        np.testing.assert_allclose(
            cost.nan_to_num(posinf=-1), stored['pos_cost'], rtol=0, atol=1e-4)
        chosen = cost.argmin(dim=1)
        assert torch.equal(chosen, stored['pos_reg_gt'])
        np.testing.assert_allclose(targets.distances[index],
                                   stored['pos_offsets'], rtol=0, atol=1e-4)
        own = stored['pos_match'].gather(1, chosen[:, None])[:, 0]
        assert (own == 0).sum() == int(numbers['mixed_points'][video])
