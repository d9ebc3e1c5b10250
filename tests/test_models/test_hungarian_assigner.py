"""One to one assignment of queries to instances."""
import itertools

import pytest
import torch

from mmbapg.models.task_modules.hungarian_assigner import HungarianAssigner
from mmbapg.ops import segment_iou, to_start_end


def test_assignment_is_the_cheapest():
    torch.manual_seed(0)
    assigner = HungarianAssigner()
    logits, segments = torch.randn(2, 5, 3), torch.rand(2, 5, 2)
    instances = [(torch.rand(3, 2), torch.tensor([0, 2, 2])),
                 (torch.rand(2, 2), torch.tensor([1, 0]))]
    prob = logits.sigmoid()
    for index, match in enumerate(assigner(logits, segments, instances)):
        targets, labels = instances[index]
        p = prob[index][:, labels]
        cost = 6 * (0.25 * (1 - p)**2 * -p.log() -
                    0.75 * p**2 * -(1 - p).log())
        cost += 5 * (segments[index][:, None] - targets).abs().sum(-1)
        cost -= 2 * segment_iou(to_start_end(segments[index]),
                                to_start_end(targets))
        cheapest = min(
            itertools.permutations(range(5), len(targets)),
            key=lambda queries: sum(cost[query, target] for target, query in
                                    enumerate(queries)))
        assert sorted(zip(*map(torch.Tensor.tolist, match))) == sorted(
            (query, target) for target, query in enumerate(cheapest))
        assert match[0].tolist() == sorted(match[0].tolist())


def test_more_instances_than_queries():
    match, = HungarianAssigner()(
        torch.randn(1, 2, 3), torch.rand(1, 2, 2),
        [(torch.rand(5, 2), torch.tensor([0, 1, 2, 0, 1]))])
    assert len(set(match[0].tolist())) == len(set(match[1].tolist())) == 2


def test_divergence_is_named():
    with pytest.raises(ValueError, match='did training diverge'):
        HungarianAssigner()(
            torch.full((1, 2, 3), float('nan')), torch.rand(1, 2, 2),
            [(torch.rand(1, 2), torch.tensor([0]))])
