"""Pure functions on tensors: no registry, config, file or logging."""
from .change_points import (
                            ChangePoints,
                            ImpossibleSegmentation,
                            choose_num_change_points,
                            evenly_spaced_cuts,
                            find_change_points,
                            max_feasible_change_points,
                            total_scatter,
                            unit_rows,
)
from .grid import TemporalGrid
from .iou import segment_iou
from .nms import Detections, batched_nms, soft_nms, temporal_nms, vote_segments
from .regions import (
                            cut_into_regions,
                            merge_regions,
                            region_contrast,
                            segmentations_of,
                            unique_regions,
)

__all__ = [
    'ChangePoints', 'Detections', 'ImpossibleSegmentation', 'TemporalGrid',
    'batched_nms', 'choose_num_change_points', 'cut_into_regions',
    'evenly_spaced_cuts', 'find_change_points', 'max_feasible_change_points',
    'merge_regions', 'region_contrast', 'segment_iou', 'segmentations_of',
    'soft_nms', 'temporal_nms', 'total_scatter', 'unique_regions', 'unit_rows',
    'vote_segments'
]
