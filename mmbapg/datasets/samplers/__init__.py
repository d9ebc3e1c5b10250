from .boundary_kinds import BoundaryKindSampler
from .hard_negative_pairs import HardNegativePairSampler
from .small_sets import SmallSetSampler
from .video_shards import VideoShardSampler

__all__ = [
    'BoundaryKindSampler', 'HardNegativePairSampler', 'SmallSetSampler',
    'VideoShardSampler'
]
