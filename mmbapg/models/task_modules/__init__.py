from .point_assigner import CentrePointAssigner, PointTargets
from .point_generator import PointGenerator, Points, concat_points
from .post_processor import SegmentPostProcessor
from .score_fusion import VideoScoreFusion

__all__ = [
    'CentrePointAssigner', 'PointGenerator', 'PointTargets', 'Points',
    'SegmentPostProcessor', 'VideoScoreFusion', 'concat_points'
]
