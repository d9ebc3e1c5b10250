from .average_precision import (
                                Segments,
                                average_precision,
                                counted_instances,
                                recall_at_kx,
)
from .average_recall import AverageRecall, average_recall
from .metrics.proposal_recall_metric import ProposalRecallMetric
from .metrics.temporal_localization_metric import TemporalLocalizationMetric

__all__ = [
    'AverageRecall', 'ProposalRecallMetric', 'Segments',
    'TemporalLocalizationMetric', 'average_precision', 'average_recall',
    'counted_instances', 'recall_at_kx'
]
