from .hard_negative_pairs import HardNegativePairSampler
from .video_shards import VideoShardSampler

__all__ = ['HardNegativePairSampler', 'VideoShardSampler']
