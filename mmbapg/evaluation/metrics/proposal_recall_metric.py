"""AR@AN of proposals for MMEngine's evaluator."""
from collections import OrderedDict
from typing import List, Optional, Sequence

import numpy as np
from mmaction.registry import METRICS
from mmengine.evaluator import BaseMetric
from mmengine.logging import MMLogger

from mmbapg.errors import SettingError

from ..arrays import to_numpy, true_segments
from ..average_precision import Segments
from ..average_recall import AR_THRESHOLDS, average_recall
from ..submission import write_submission
from .judged_videos import judged_results

#: What a file calls what is of no class.
LABEL = 'proposal'


@METRICS.register_module()
class ProposalRecallMetric(BaseMetric):
    """Average recall at an average number of proposals (AR@AN), and AUC.

    Takes data samples with ``pred_instances``, whose labels it ignores, and
    the dicts that MMAction2's proposal generators (BMN, ...) return. Ground
    truth travels with the predictions, so any number of processes gives the
    same figures, which MMAction2's own ``ANetMetric`` does not.

    Args:
        field: What to measure: ``pred_instances``, or the ``proposals`` that
            BAPG gives to its host.
        num_proposals: Values of AN to report, up to ``max_proposals``.
        max_proposals: Right end of the AR-AN curve.
        iou_thresholds: tIoU thresholds to average over.
        out_file: Write all proposals there, in the submission format of
            ActivityNet, with ``proposal`` as their label; none by default.
        collect_device, prefix: See :class:`mmengine.evaluator.BaseMetric`.
    """

    default_prefix = ''

    def __init__(self,
                 field: str = 'pred_instances',
                 num_proposals: Sequence[int] = (1, 5, 10, 50, 100),
                 max_proposals: int = 100,
                 iou_thresholds: Sequence[float] = tuple(AR_THRESHOLDS),
                 out_file: Optional[str] = None,
                 collect_device: str = 'cpu',
                 prefix: Optional[str] = None) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.field = field
        self.num_proposals = list(num_proposals)
        self.max_proposals = max_proposals
        self.iou_thresholds = list(iou_thresholds)
        self.out_file = out_file

    def process(self, data_batch: dict, data_samples: Sequence[dict]) -> None:
        """Keep instances and proposals of each video."""
        truths = data_batch['data_samples']
        if len(data_samples) != len(truths):
            raise SettingError(
                f'found predictions for {len(data_samples)} of the '
                f'{len(truths)} videos of a batch, expected all: some '
                'localizers of MMAction2 (BMN) predict the first only; set '
                'batch_size=1')
        for sample, truth in zip(data_samples, truths):
            if self.field in sample:
                found = sample[self.field]
                proposals = (to_numpy(found['segments']),
                             to_numpy(found['scores']))
            else:
                rows = sample['proposal_list']
                proposals = (_segments(row['segment'] for row in rows),
                             np.array([row['score'] for row in rows]))
            self.results.append(
                (truth.metainfo['video_name'], _instances(truth), proposals))

    def compute_metrics(self, results: List[tuple]) -> dict:
        """``AR@n`` in [0, 1] and ``AUC`` in percent, of the videos with
        annotations; none if no video has an instance."""
        if self.out_file:
            write_submission(self.out_file, {
                name: Segments(segments, np.zeros(len(scores), np.int64),
                               scores)
                for name, _, (segments, scores) in results}, [LABEL])
            MMLogger.get_current_instance().info(
                f'proposals of {len(results)} videos: {self.out_file}')
        results = judged_results(results, self.dataset_meta, 'recall')
        if not results:
            return OrderedDict()
        truth = {name: segments for name, segments, _ in results}
        found = {name: proposals for name, _, proposals in results}
        curve = average_recall(truth, found, self.max_proposals,
                               self.iou_thresholds)
        metrics = OrderedDict()
        for number in self.num_proposals:
            column = min(round(100 * number / self.max_proposals), 100) - 1
            metrics[f'AR@{number}'] = float(
                curve.average_recall[max(column, 0)])
        metrics['AUC'] = curve.auc
        return metrics


def _instances(sample) -> np.ndarray:
    if 'annotations' in sample.metainfo:  # MMAction2's own pipeline
        return _segments(instance['segment']
                         for instance in sample.metainfo['annotations'])
    return true_segments(sample)


def _segments(pairs) -> np.ndarray:
    return np.array(list(pairs), dtype=np.float64).reshape(-1, 2)
