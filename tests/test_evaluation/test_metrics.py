"""The metrics as MMEngine's evaluator calls them."""
import numpy as np
import pytest
import torch
from mmaction.structures import ActionDataSample
from mmengine.evaluator import Evaluator
from mmengine.structures import InstanceData

from mmbapg.datasets import PackFeatures
from mmbapg.evaluation import (
    ProposalRecallMetric,
    Segments,
    TemporalLocalizationMetric,
    counted_instances,
)


class OnAGPU(torch.Tensor):
    """A tensor that NumPy cannot read until it is on the CPU."""

    def __array__(self, *args, **kwargs):
        raise TypeError("can't convert cuda:0 device type tensor to numpy")

    def cpu(self):
        return self.as_subclass(torch.Tensor)


def sample(name, wrap=lambda tensor: tensor):
    truth = torch.tensor([[0.0, 10.0], [20.0, 30.0]])
    data = ActionDataSample(metainfo=dict(video_name=name, duration=40.0))
    data.gt_instances = InstanceData(
        segments=wrap(truth), labels=wrap(torch.tensor([0, 1])))
    data.pred_instances = InstanceData(
        segments=wrap(truth + 0.5), labels=wrap(torch.tensor([0, 1])),
        scores=wrap(torch.tensor([0.9, 0.8])))
    data.proposals = InstanceData(
        segments=wrap(truth), scores=wrap(torch.tensor([0.9, 0.8])))
    return data


def evaluate(samples, metric, **meta):
    evaluator = Evaluator(metric)
    evaluator.dataset_meta = dict(classes=('a', 'b'), **meta)
    evaluator.process(samples, dict(data_samples=samples))
    return evaluator.evaluate(len(samples))


def test_tensors_on_any_device():
    def gpu(tensor):
        return tensor.as_subclass(OnAGPU)

    samples = [sample('v', gpu)]
    with pytest.raises(TypeError):
        import numpy as np
        np.asarray(samples[0].gt_instances.segments)
    assert evaluate(samples, TemporalLocalizationMetric())['mAP'] == 1
    assert evaluate(samples, ProposalRecallMetric(
        field='proposals'))['AR@100'] == 1


def test_detections_can_be_written(tmp_path):
    import json
    path = tmp_path / 'detections.json'
    evaluate([sample('v'), sample('w')],
             TemporalLocalizationMetric(out_file=str(path)))
    results = json.loads(path.read_text())['results']
    assert results['v'][0] == dict(label='a', score=pytest.approx(0.9),
                                   segment=[0.5, 10.5])
    assert set(results) == {'v', 'w'}


def test_figures_of_every_class_and_recall():
    metrics = evaluate([sample('v')], TemporalLocalizationMetric(
        per_class=True, recall_topk=(1, 5)))
    assert metrics['AP/a'] == 1 and metrics['Recall@1x@0.5'] == 1


def test_truth_is_judged_as_it_is_annotated():
    """In double precision, though tensors are packed in single."""
    instances = np.array([[1000.0001, 1001.0001]])
    packed = PackFeatures().transform(dict(
        video_name='v', duration=2000.0, grid=None, labels=np.array([0]),
        features=np.zeros((3, 2), np.float32), segments=instances))
    assert packed['data_samples'].gt_instances.segments.dtype == torch.float32
    data = packed['data_samples'].to_dict()
    data['pred_instances'] = dict(segments=instances, labels=[0], scores=[1.0])
    metric = TemporalLocalizationMetric(iou_thresholds=[1.0])
    metric.process({}, [data])
    assert metric.compute_metrics(metric.results)['mAP'] == 1


def test_predictions_that_are_missing_are_an_error():
    samples = [sample('v'), sample('w')]
    metric = ProposalRecallMetric()
    with pytest.raises(ValueError, match='predictions for 1 of the 2 videos'):
        metric.process(dict(data_samples=samples), samples[:1])


def without_instances(name):
    empty = sample(name)
    empty.gt_instances = InstanceData(
        segments=torch.zeros(0, 2), labels=torch.zeros(0, dtype=torch.int64))
    return empty


@pytest.mark.parametrize('metric, measure', [
    (ProposalRecallMetric, 'recall'), (TemporalLocalizationMetric, 'mAP')])
def test_without_instances_there_is_nothing_to_compare_with(metric, measure,
                                                            logged):
    assert evaluate([without_instances('v'), without_instances('w')],
                    metric()) == {}
    assert ('no instance is annotated in 2 videos: v, w: there is nothing to '
            f'compare with, so {measure} is not defined') in logged()


@pytest.mark.parametrize('metric', [ProposalRecallMetric,
                                    TemporalLocalizationMetric])
def test_a_video_without_annotations_is_not_judged(metric, logged):
    """One in which nothing happens is."""
    samples = [sample('v'), without_instances('w')]
    samples[1].pred_instances.scores += 1
    alone, both = (evaluate(each, metric())
                   for each in (samples[:1], samples))
    assert evaluate(samples, metric(), unlabelled=['w']) == alone
    if metric is TemporalLocalizationMetric:
        assert both['mAP'] < alone['mAP']
    assert ('not judged, as the annotation file has no annotations of them: '
            '1 video: w') in logged()


def test_unknown_convention_is_named():
    with pytest.raises(ValueError, match="'coco', expected one of"):
        TemporalLocalizationMetric(convention='coco')


@pytest.mark.parametrize('convention,instances,precision', [
    ('actionformer', 1, 1), ('tridet', 2, 0.5), ('activitynet', 3, 1 / 3)])
def test_conventions_count_different_ground_truth(convention, instances,
                                                  precision):
    """One instance, a repetition of it, and one of half a millisecond."""
    data = sample('v')
    data.gt_instances = InstanceData(
        segments=torch.tensor([[0.0, 10.0], [0.0005, 10.0], [20.0, 20.0005]]),
        labels=torch.zeros(3, dtype=torch.long))
    data.pred_instances = InstanceData(
        segments=torch.tensor([[0.0, 10.0]]), scores=torch.tensor([0.9]),
        labels=torch.tensor([0]))
    metric = TemporalLocalizationMetric(convention=convention)
    assert evaluate([data], metric)['mAP'] == pytest.approx(precision)
    counted = counted_instances(
        Segments(data.gt_instances.segments.numpy(),
                 data.gt_instances.labels.numpy()), convention)
    assert len(counted.labels) == instances
