from .hard_negative_pairs import HardNegativePairSampler
from .small_sets import SmallSetSampler
from .video_shards import VideoShardSampler

__all__ = [
    'HardNegativePairSampler', 'SmallSetSampler', 'VideoShardSampler'
]
