"""Proposals that scores of whole videos name."""
import numpy as np
import pytest
import torch
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData

from mmbapg.apis.classifier_scores import name_proposals
from mmbapg.evaluation import (
    Segments,
    TemporalLocalizationMetric,
    counted_instances,
)
from mmbapg.evaluation.named_proposals import NamedProposals
from mmbapg.evaluation.video_classes import class_mean_ap, top1_accuracy
from mmbapg.models import VideoScoreFusion


def drawn(rng, number, classes):
    start = rng.uniform(0, 20, number)
    return Segments(np.stack([start, start + rng.uniform(1, 9, number)], 1),
                    rng.integers(0, classes, number))


@pytest.mark.parametrize('topk,most,power,convention', [
    (1, 200, 1.0, 'activitynet'), (3, 6, 0.5, 'actionformer')])
def test_as_fusion_and_metric_have_it(topk, most, power, convention):
    """Video by video, through what configs use; some of the videos."""
    rng = np.random.default_rng(1)
    names = [f'v{index}' for index in range(9)]
    truth = [drawn(rng, rng.integers(0, 4), 4) for _ in names]
    found = [drawn(rng, 12, 1)._replace(scores=rng.choice([0.2, 0.5, 0.9], 12))
             for _ in names]
    scores = rng.uniform(size=(9, 5))
    scores[2] *= 1e-12  # of a video of which a classifier knows little
    chosen = np.arange(9) != 4
    thresholds = [0.3, 0.5]
    fast = NamedProposals(
        found, [counted_instances(each, convention) for each in truth],
        thresholds, topk, most, power).mean_ap(scores, chosen)
    metric = TemporalLocalizationMetric(thresholds, convention)
    detections = name_proposals(
        dict(zip(names, found)), dict(zip(names, scores)),
        VideoScoreFusion(topk, most, power))
    for index in np.flatnonzero(chosen):
        sample = ActionDataSample(metainfo=dict(
            video_name=names[index], gt_segments=truth[index].segments))
        each = detections[names[index]]
        for field, (segments, labels), more in (
                ('gt_instances', truth[index][:2], {}),
                ('pred_instances', each[:2], dict(scores=each.scores))):
            setattr(sample, field, InstanceData(**{
                key: torch.from_numpy(np.asarray(value)) for key, value in
                dict(segments=segments, labels=labels, **more).items()}))
        metric.process({}, [sample.to_dict()])
    assert 0 < fast == pytest.approx(
        metric.compute_metrics(metric.results)['mAP'], abs=1e-12)


def test_classes_of_videos_by_hand():
    """Class 0: true, false, true. Class 1: false, false, true. Nobody shows
    class 2, and the last video shows nothing."""
    scores = np.array([[0.9, 0.8, 0.3], [0.7, 0.9, 0.0], [0.1, 0.2, 0.9],
                       [0.8, 0.1, 0.2]])
    truth = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=bool)
    assert class_mean_ap(scores, truth) == pytest.approx(
        ((1 + 2 / 3) / 2 + 1 / 3) / 2)
    assert top1_accuracy(scores, truth) == pytest.approx(1 / 3)
