"""Pure functions on tensors: no registry, config, file or logging."""
from .change_points import (ChangePoints, ImpossibleSegmentation,
                            choose_num_change_points, evenly_spaced_cuts,
                            find_change_points, max_feasible_change_points,
                            total_scatter, unit_rows)
from .grid import TemporalGrid
from .iou import segment_iou
from .nms import (Detections, batched_nms, soft_nms, temporal_nms,
                  vote_segments)

__all__ = [
    'ChangePoints', 'Detections', 'ImpossibleSegmentation', 'TemporalGrid',
    'batched_nms', 'choose_num_change_points', 'evenly_spaced_cuts',
    'find_change_points', 'max_feasible_change_points', 'segment_iou',
    'soft_nms', 'temporal_nms', 'total_scatter', 'unit_rows', 'vote_segments'
]
