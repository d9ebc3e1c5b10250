"""mAP of detections for MMEngine's evaluator."""
from collections import OrderedDict
from typing import List, Optional, Sequence

import numpy as np
from mmaction.registry import METRICS
from mmengine.evaluator import BaseMetric
from mmengine.logging import MMLogger

from mmbapg.errors import SettingError
from mmbapg.setting_checks import expect_one_of

from ..arrays import to_numpy, true_segments
from ..average_precision import (
    CONVENTIONS,
    Segments,
    Videos,
    average_precision,
    counted_instances,
    recall_at_kx,
)
from ..submission import write_submission
from .judged_videos import judged_results


@METRICS.register_module()
class TemporalLocalizationMetric(BaseMetric):
    """Mean average precision at several tIoU thresholds, and their average.

    Works on data samples with ``pred_instances`` (``segments`` in seconds,
    ``scores``, ``labels``) and ``gt_instances``. Predictions and ground truth
    travel together, so any number of processes gives the same figures.

    Args:
        iou_thresholds: tIoU thresholds.
        convention: ``actionformer``, ``tridet`` or ``activitynet``; see
            :mod:`mmbapg.evaluation.average_precision`.
        recall_topk: ``k`` of ``Recall@kx``; none by default.
        per_class: Also report the average precision of every class.
        out_file: Write all detections there, in the submission format of
            ActivityNet; none by default, except that ``PreflightHook``
            chooses a file for a test set without instances.
        collect_device, prefix: See :class:`mmengine.evaluator.BaseMetric`.
    """

    default_prefix = ''

    def __init__(self,
                 iou_thresholds: Sequence[float] = (0.3, 0.4, 0.5, 0.6, 0.7),
                 convention: str = 'actionformer',
                 recall_topk: Sequence[int] = (),
                 per_class: bool = False,
                 out_file: Optional[str] = None,
                 collect_device: str = 'cpu',
                 prefix: Optional[str] = None) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        expect_one_of('convention', convention, CONVENTIONS)
        self.iou_thresholds = list(iou_thresholds)
        self.convention = convention
        self.recall_topk = list(recall_topk)
        self.per_class = per_class
        self.out_file = out_file

    def process(self, data_batch: dict, data_samples: Sequence[dict]) -> None:
        """Keep what is needed of each video."""
        for sample in data_samples:
            truth, found = sample['gt_instances'], sample['pred_instances']
            # plain tuples: MMEngine strips the names of named ones
            self.results.append(
                (sample['video_name'],
                 (true_segments(sample), to_numpy(truth['labels'])),
                 _arrays(found, 'segments', 'labels', 'scores')))

    def compute_metrics(self, results: List[tuple]) -> dict:
        """Figures over all videos with annotations, in [0, 1]; none if no
        video has an instance."""
        logger = MMLogger.get_current_instance()
        found = {name: Segments(*video) for name, _, video in results}
        classes = (self.dataset_meta or {}).get('classes')
        if self.out_file:
            write_submission(self.out_file, found, classes or ())
            logger.info(f'detections of {len(found)} videos: {self.out_file}')
        judged = judged_results(results, self.dataset_meta, 'mAP')
        if not judged:
            return OrderedDict()
        truth = {name: Segments(*video) for name, video, _ in judged}
        found = {name: found[name] for name in truth}
        counted = {name: counted_instances(video, self.convention)
                   for name, video in truth.items()}
        logger.info(self._describe(truth, counted))
        truth = counted
        labels = np.unique(
            np.concatenate([video.labels for video in truth.values()]))
        if not len(labels):
            raise SettingError('none of the annotated instances counts by the '
                               f'convention {self.convention}, so mAP is not '
                               'defined')
        precision = np.array([
            average_precision(truth, found, label, self.iou_thresholds,
                              self.convention) for label in labels
        ])
        metrics = OrderedDict(
            (f'mAP@{threshold:g}', float(value)) for threshold, value in zip(
                self.iou_thresholds, precision.mean(axis=0)))
        metrics['mAP'] = float(precision.mean())
        if self.recall_topk:
            recall = np.mean([
                recall_at_kx(truth, found, label, self.iou_thresholds,
                             self.recall_topk) for label in labels
            ], axis=0)
            for threshold, row in zip(self.iou_thresholds, recall):
                for k, value in zip(self.recall_topk, row):
                    metrics[f'Recall@{k}x@{threshold:g}'] = float(value)
        if self.per_class:
            for label, values in zip(labels, precision):
                name = classes[label] if classes else label
                metrics[f'AP/{name}'] = float(values.mean())
        return metrics

    def _describe(self, truth: Videos, counted: Videos) -> str:
        """What is evaluated against: published figures rest on several."""
        known, used = (sum(len(video.labels) for video in videos.values())
                       for videos in (truth, counted))
        labels = {label for video in counted.values()
                  for label in video.labels}
        name = (self.dataset_meta or {}).get('ground_truth', 'as annotated')
        return (f'ground truth ({name}): {len(truth)} videos, {known} '
                f'instances, {used} of them count, of {len(labels)} classes; '
                f'convention: {self.convention}')


def _arrays(instances, *fields):
    return tuple(to_numpy(instances[field]) for field in fields)
