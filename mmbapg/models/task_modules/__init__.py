from .hungarian_assigner import HungarianAssigner, Instances
from .least_cost_assigner import LeastCostAssigner, PointPredictions
from .point_assigner import CentrePointAssigner, PointTargets
from .point_generator import PointGenerator, Points, concat_points
from .post_processor import SegmentPostProcessor
from .score_fusion import VideoScoreFusion
from .window_post_processor import WindowPostProcessor

__all__ = [
    'CentrePointAssigner', 'HungarianAssigner', 'Instances',
    'LeastCostAssigner', 'PointGenerator', 'PointPredictions', 'PointTargets',
    'Points', 'SegmentPostProcessor', 'VideoScoreFusion',
    'WindowPostProcessor', 'concat_points'
]
