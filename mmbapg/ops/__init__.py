"""Pure functions on tensors: no registry, config, file or logging."""
from .boundary_pooling import boundary_max_pooling
from .boundary_regions import boundary_regions
from .boundary_strength import boundary_strength
from .change_points import (
                            ChangePoints,
                            ImpossibleSegmentation,
                            choose_num_change_points,
                            evenly_spaced_cuts,
                            find_change_points,
                            find_change_points_of_all,
                            max_feasible_change_points,
                            total_scatter,
)
from .deformable_sampling import deformable_sampling
from .frame_sampling import (
    clip_frames,
    spread_frames,
    spread_places,
    strided_frames,
)
from .grid import TemporalGrid
from .instances import distinct_instances
from .iou import segment_iou
from .map_sampling import (
                            SamplingPlan,
                            alignment_plan,
                            boundary_matching_plan,
                            sample_map,
)
from .neighbours import nearest_steps
from .nms import Detections, batched_nms, soft_nms, temporal_nms, vote_segments
from .proposal_maps import (
                            cell_segments,
                            iou_map,
                            overlap_with_steps,
                            valid_cells,
)
from .proposal_nms import decaying_nms
from .regions import (
                            cut_into_regions,
                            first_groups,
                            merge_regions,
                            region_contrast,
                            region_evidence,
                            segmentations_of,
                            unique_regions,
)
from .roi_align import roi_align_1d
from .segments import to_centre_width, to_start_end
from .unit_vectors import as_precise, unit_rows
from .windows import clip_segments, shown_share, sliding_windows

__all__ = [
    'ChangePoints', 'Detections', 'ImpossibleSegmentation', 'SamplingPlan',
    'TemporalGrid', 'alignment_plan', 'as_precise', 'batched_nms',
    'boundary_matching_plan', 'boundary_max_pooling', 'boundary_regions',
    'boundary_strength', 'cell_segments', 'choose_num_change_points',
    'clip_frames', 'clip_segments', 'cut_into_regions', 'decaying_nms',
    'deformable_sampling', 'distinct_instances', 'evenly_spaced_cuts',
    'find_change_points', 'find_change_points_of_all', 'first_groups',
    'iou_map', 'max_feasible_change_points', 'merge_regions', 'nearest_steps',
    'overlap_with_steps', 'region_contrast', 'region_evidence', 'roi_align_1d',
    'sample_map', 'segment_iou', 'segmentations_of', 'shown_share',
    'sliding_windows', 'soft_nms', 'spread_frames', 'spread_places',
    'strided_frames', 'temporal_nms', 'to_centre_width', 'to_start_end',
    'total_scatter', 'unique_regions', 'unit_rows', 'valid_cells',
    'vote_segments'
]
