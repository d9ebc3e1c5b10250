"""AFSD's losses, whom they teach what, and what is detected in the end."""
import pytest
import torch

from mmbapg.models.heads.salient_boundary_head import ClipOutputs
from mmbapg.models.losses.coarse_to_fine_loss import CoarseToFineLoss
from mmbapg.models.losses.softmax_focal_loss import softmax_focal_loss
from mmbapg.models.task_modules.clip_post_processor import ClipPostProcessor
from mmbapg.models.task_modules.containing_assigner import ContainingAssigner
from mmbapg.models.task_modules.score_fusion import VideoScoreFusion
from mmbapg.ops import Detections
from tests import small_afsd
from tests.small_afsd import LENGTH


def outputs_of(distances, points, offsets=None):
    number = len(points.position)
    logits = torch.zeros(1, number, 4)
    return ClipOutputs(
        distances[None], logits, torch.zeros(1, number, 2)
        if offsets is None else offsets[None], logits, torch.zeros(1, number),
        tuple(torch.full((1, 2, size), 0.5) for size in (LENGTH, 16, 16)))


def test_the_best_point_is_a_refined_positive_for_activitynet():
    points = small_afsd.points()
    instances = [(torch.tensor([[10.0, 40.0]]), torch.tensor([1]))]
    # all coarse segments are far too short
    outputs = outputs_of(torch.ones(len(points.position), 2), points)
    for best, number in ((False, 0), (True, 1)):
        loss = CoarseToFineLoss(best_is_refined=best)
        targets = loss.assigner(points, *instances[0])
        positive = targets.labels >= 0
        refined = loss._refined_positives(
            outputs.distances[0], targets, positive)
        assert (refined.sum() > 0) == number
        assert not (refined & ~positive).any()


def test_losses_are_divided_by_the_positives_of_a_clip_or_of_the_batch():
    points = small_afsd.points()
    number = len(points.position)
    torch.manual_seed(0)
    instances = [(torch.tensor([[0.0, 60.0]]), torch.tensor([1])),
                 (torch.tensor([[10.0, 13.0]]), torch.tensor([0]))]
    batch = ClipOutputs(*(
        torch.cat([field, field.flip(1)]) for field in
        outputs_of(torch.rand(number, 2) * 9, points)[:5]), tuple(
            torch.full((2, 2, size), 0.5) for size in (LENGTH, 16, 16)))
    both = {per_clip: CoarseToFineLoss(per_clip=per_clip)(
        batch, points, instances, LENGTH) for per_clip in (False, True)}
    alone = [CoarseToFineLoss()(
        ClipOutputs(*(field[index:index + 1] for field in batch[:5]), tuple(
            each[index:index + 1] for each in batch.activations)), points,
        instances[index:index + 1], LENGTH) for index in (0, 1)]
    counts = [int((ContainingAssigner()(points, *each).labels >= 0).sum())
              for each in instances]
    assert counts[0] > counts[1] > 0
    for name in ('loss_reg', 'loss_cls', 'loss_quality'):
        first, second = (each[name] for each in alone)
        torch.testing.assert_close(both[True][name], (first + second) / 2)
        torch.testing.assert_close(
            both[False][name],
            (first * counts[0] + second * counts[1]) / sum(counts))


@pytest.mark.parametrize('beta', [0.0, 1.0])
def test_loss_of_offsets(beta):
    points = small_afsd.points()
    number = len(points.position)
    instances = [(torch.tensor([[10.0, 40.0]]), torch.tensor([1]))]
    targets = ContainingAssigner()(points, *instances[0])
    positive = targets.labels >= 0
    # all segments are 20 % too long on the left
    distances = targets.distances * torch.tensor([1.2, 1.0])
    offsets = torch.zeros(number, 2)
    found = CoarseToFineLoss(offset_beta=beta, reg_weight=1.0)(
        outputs_of(distances, points, offsets), points, instances, LENGTH)
    missing = (-0.2 * targets.distances[:, 0] / (
        distances.sum(dim=1) / 2))[positive].abs()
    expected = missing if beta == 0 else missing.square() / 2
    torch.testing.assert_close(found['loss_refined_reg'], expected.mean())


def test_the_shortest_instance_that_holds_a_point():
    points = small_afsd.points()
    segments = torch.tensor([[0.0, 60.0], [18.0, 30.0], [20.0, 24.0]])
    targets = ContainingAssigner()(points, segments, torch.tensor([0, 1, 2]))
    found = dict(zip(points.position.tolist(), targets.labels.tolist()))
    assert [found[place] for place in (2.0, 18.0, 22.0, 26.0, 62.0)] == [
        0, 1, 2, 1, -1]
    ranged = points._replace(reach=torch.tensor([4.0, 8]).expand(
        len(points.reach), 2))
    targets = ContainingAssigner()(ranged, segments[1:], torch.tensor([1, 2]))
    found = dict(zip(points.position.tolist(), targets.labels.tolist()))
    # 4 from both ends is too little, and 8 from one just right
    assert [found[place] for place in (18.0, 22.0, 26.0)] == [-1, 1, 1]


def test_focal_loss_knows_the_background():
    logits = torch.log(torch.tensor([[0.2, 0.7, 0.1]]))
    for target, probability, weight in ((0, 0.2, 0.25), (1, 0.7, 0.75)):
        loss = softmax_focal_loss(logits, torch.tensor([target]))
        probability = torch.tensor([probability + 1e-6])
        torch.testing.assert_close(
            loss, -weight * (1 - probability)**2 * probability.log())
    certain = torch.tensor([[50.0, -50.0]])
    assert softmax_focal_loss(certain, torch.tensor([0]), gamma=1.5) == 0


def test_segments_of_no_length_are_no_detections():
    decoded = torch.tensor([[[5.0, 5.0], [9.0, 7.0], [63.0, 64.0], [1, 2]]])
    sample = small_afsd.sample(duration=6.3)
    found = ClipPostProcessor().detections(
        (decoded, torch.full((1, 4, 1), 0.5)), [0], sample)
    torch.testing.assert_close(found.segments, torch.tensor([[0.1, 0.2]]))


def test_only_so_many_detections_of_a_class():
    """And all of others."""
    decoded = torch.rand(1, 30, 2).cumsum(dim=2), torch.rand(1, 30, 2) + 0.1
    found = ClipPostProcessor(nms=dict(max_per_class=7)).detections(
        decoded, [0], small_afsd.sample())
    assert found.labels.bincount().tolist() == [7, 7]


def test_scores_of_a_classifier_are_multiplied_or_averaged():
    proposals = Detections(torch.tensor([[1.0, 2.0]]), torch.tensor([0.4]),
                           torch.tensor([0]))
    sample = small_afsd.sample()  # whose best class is 1, at 0.5
    for power, expected in ((1, 0.2), (0.5, 0.2**0.5)):
        found = VideoScoreFusion(topk=1, power=power)(proposals, sample)
        assert found.labels.tolist() == [1]
        assert found.scores.tolist() == pytest.approx([expected])
