"""What the tasks of BSP ask for, in numbers."""
import math

import pytest
import torch
import torch.nn.functional as F

from mmbapg.models import BoundaryKindHead, ChangePointHead, ClipActionHead
from mmbapg.models.heads.change_point_head import gaussian_heat_maps
from tests.boundary_cases import clip_samples, features


def test_kinds_are_classified_by_the_average_over_time():
    head = BoundaryKindHead(5, 4).eval()
    x, samples = features(), clip_samples()
    logits = head.fc_cls(x.mean(2))
    labels = torch.tensor([sample.label for sample in samples])
    losses = head.loss(x, samples)
    assert float(losses['loss_boundary']) == pytest.approx(
        float(F.cross_entropy(logits, labels)), rel=1e-5)
    right = (logits.argmax(1) == labels).float().mean()
    assert float(losses['boundary_accuracy']) == pytest.approx(
        float(100 * right))
    head.predict(x, samples)
    for sample, score in zip(samples, logits.softmax(1)):
        torch.testing.assert_close(sample.pred_score, score)
        assert int(sample.pred_label) == int(score.argmax())


def test_clips_of_two_actions_have_no_class():
    head = ClipActionHead(5, 3, loss_weight=2.0).eval()
    x, samples = features(), clip_samples()
    kept = [index for index in range(8) if samples[index].action_label >= 0]
    assert len(kept) == 6
    labels = torch.tensor([samples[index].action_label for index in kept])
    wanted = 2 * F.cross_entropy(head(x[kept]), labels)
    losses = head.loss(x, samples)
    assert float(losses['loss_action']) == pytest.approx(
        float(wanted), rel=1e-5)
    head.predict(x, samples)
    assert samples[0].action_score.shape == (3, )
    nothing = head.loss(x[:1], samples[:1])
    nothing['loss_action'].backward()
    assert nothing['loss_action'] == nothing['action_accuracy'] == 0


def test_a_class_too_many():
    with pytest.raises(ValueError, match=(
            'found a clip of class 3, expected numbers below the 2 classes of '
            'model.heads: num_classes of BoundaryKindHead and the dataset '
            'disagree')):
        BoundaryKindHead(5, 2).loss(features(), clip_samples())


def test_heat_maps_are_the_papers():
    found = gaussian_heat_maps([4, 0, 1, 6], 8)
    for row, point in zip(found, (4, None, 1, 6)):
        for t in range(1, 9):
            wanted = 0 if point is None else math.exp(
                -(t - point)**2 / (2 * 4))
            assert float(row[t - 1]) == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize('steps', [8, 4, 1, 16])
def test_the_heat_map_is_regressed(steps):
    head = ChangePointHead(5, 8)
    x, samples = features(steps=steps), clip_samples()
    heat = head(x)
    assert heat.shape == (8, 8)
    target = gaussian_heat_maps([4, 4, 4, 0] * 2, 8)
    losses = head.loss(x, samples)
    assert float(losses['loss_heat_map']) == pytest.approx(
        float(F.smooth_l1_loss(heat, target)), rel=1e-5)
    off = (heat.argmax(1) + 1 - 4).abs()[[0, 1, 2, 4, 5, 6]].float().mean()
    assert float(losses['frames_off']) == pytest.approx(float(off), rel=1e-5)
    head.predict(x, samples)
    assert torch.equal(samples[3].heat_map, heat[3])
