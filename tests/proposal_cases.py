"""Inputs of what generators of proposals register; part of
tests/module_cases.py."""
import copy
from functools import partial

import torch

from mmbapg.models.backbones.snippet_graph import SnippetFeatures
from mmbapg.models.losses.balanced_iou_loss import Draws
from mmbapg.ops import nearest_steps
from tests import hosts
from tests.hosts import BLOCK, STEPS, WIDTH


def draw(*shape):
    return torch.randn(*shape)


def call(module, *inputs):
    return module(*inputs)


def graph_head(samples, head, base, refined):
    """Losses of two sequences and their proposals."""
    outputs = head(SnippetFeatures(base, refined, nearest_steps(base, 3)))
    torch.manual_seed(2)
    weights = head.loss_boundary(outputs.start, (outputs.end > 0.5).float())
    found = head.predict(outputs, [[(0, STEPS)]] * 2, samples)
    return outputs, weights, [each.scores for each in found]


def relation_head(head, features, samples):
    """Losses of both directions, and proposals."""
    hosts.open_gates(head)
    head.eval()
    losses = head.loss(head(features), samples)
    found = head.predict(head.infer(features), [[(0, STEPS)]] * 2, samples)
    return losses, [each.scores for each in found]


def matching_head(samples, head, features):
    """Losses of a batch, and proposals."""
    outputs = head(features)
    torch.manual_seed(2)
    losses = head.losses(outputs, head.targets(samples, features.device))
    found = head.predict(outputs, [[(0, STEPS)]] * 2, samples)
    return losses, [each.scores for each in found]


def classifier(model, features, samples, segments):
    """Losses of the true segments, and classes of proposals."""
    model.eval()
    given = dict(segments=segments.cpu().numpy(), scores=[0.9] * len(segments))
    for sample in samples:
        sample.set_metainfo(dict(given_proposals=given))
    losses = model.head.loss(
        torch.cat([model.pooled(each, sample.gt_instances.segments,
                                sample.grid)
                   for each, sample in zip(features, samples)]),
        torch.cat([sample.gt_instances.labels for sample in samples]))
    found = model(features, samples, mode='predict')
    return losses, [each.pred_instances.scores for each in found]


def cases(samples, segments):
    """As CASES of tests/module_cases.py.

    Args:
        samples: Of two videos.
        segments: Of the instances of a video, in seconds.
    """
    return dict(
        SnippetGraphBackbone=(
            dict(in_channels=WIDTH, channels=16, block=BLOCK),
            lambda: (draw(2, WIDTH, STEPS), ), call),
        SubGraphHead=(
            dict(hosts.small_model('GTAD')['head'], in_channels=16,
                 num_steps=STEPS),
            lambda: (draw(2, 16, STEPS), draw(2, 16, STEPS)),
            partial(graph_head, samples)),
        StackedConvBackbone=(
            dict(in_channels=WIDTH, channels=8, norm=True),
            lambda: (draw(2, WIDTH, STEPS), ), call),
        RelationMapHead=(
            dict(hosts.small_model('BSNPlusPlus')['head'], in_channels=16,
                 num_steps=STEPS, train_backward=True, consistency_weight=1),
            lambda: (draw(2, 16, STEPS), samples), relation_head),
        BoundaryMatchingHead=(
            dict(hosts.small_model('WindowedBMN')['head'], in_channels=WIDTH,
                 num_steps=STEPS),
            lambda: (draw(2, WIDTH, STEPS), ),
            partial(matching_head, samples)),
        FusedMaps=(
            dict(localizer=hosts.small_model('GTAD'),
                 channels=dict(rgb=4, flow=8)),
            lambda: (draw(2, 12, STEPS), samples),
            lambda model, *inputs: model.eval()(*inputs)),
        PooledClassHead=(
            dict(in_channels=4, num_classes=3, hidden_channels=8),
            lambda: (draw(5, 4, 4), ),
            lambda head, pooled: head.eval().probabilities(pooled)),
        ProposalClassifier=(
            dict(head=dict(type='PooledClassHead', in_channels=WIDTH,
                           num_classes=3, hidden_channels=8)),
            lambda: (draw(2, WIDTH, STEPS), copy.deepcopy(samples), segments),
            classifier),
        ScaleBalancedSampler=(
            {}, lambda: (torch.rand(2, 8, STEPS),
                         torch.ones(8, STEPS, dtype=torch.bool)), call),
        ChosenSmoothL1Loss=({}, lambda: (
            torch.rand(9), torch.rand(9), torch.rand(9) > 0.5), call),
        BalancedBCELoss=({}, lambda: (
            torch.rand(2, 9), torch.rand(2, 9), torch.rand(2, 9) > 0.2), call),
        LimitedBCELoss=({}, lambda: (
            torch.rand(2, 9), torch.rand(2, 9), torch.rand(2, 9) > 0.2), call),
        BalancedIoULoss=({}, lambda: (
            torch.rand(2, 4, 9), torch.rand(2, 4, 9),
            Draws(torch.rand(2, 4, 9), torch.rand(2, 4, 9))), call),
        CoveredBoundaryLabels=(
            {}, lambda: (segments, ),
            lambda label, given: label(given, STEPS)),
        BoundaryRegionLabels=(
            {}, lambda: (segments, ),
            lambda label, given: label(given, STEPS)),
        MapTargetMaker=(
            {}, lambda: (segments, ),
            lambda make, given: make(given, samples[0].grid, 8, STEPS)),
        ProposalMapDecoder=(
            dict(selection='peaks', max_candidates=9),
            lambda: (torch.rand(2, 8, STEPS), torch.rand(STEPS),
                     torch.rand(STEPS)), call),
        ProposalPostProcessor=(
            dict(nms=dict(method='soft', divisor=0.4, max_proposals=9)),
            lambda: (torch.rand(9, 2).cumsum(1) * 9, torch.rand(9)),
            lambda process, *found: process.finish(
                [process.select(*found)], samples[0])))
