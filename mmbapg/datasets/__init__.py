from .samplers import HardNegativePairSampler, VideoShardSampler
from .temporal_localization import TemporalLocalizationDataset
from .transforms.clustering import Clustering, TemporalSimilarityClustering
from .transforms.formatting import PackFeatures, PackProposals
from .transforms.loading import (
    LoadFeatures,
    ResizeFeatures,
)
from .transforms.sampled_frames import (
    LoadFrameFolder,
    LoadVideoFrames,
    PackFrames,
    SampleFeatures,
)
from .transforms.truncation import RandomTruncation
from .untrimmed_frames import UntrimmedFrameDataset

__all__ = [
    'Clustering', 'HardNegativePairSampler',
    'LoadFeatures',
    'LoadFrameFolder', 'LoadVideoFrames', 'PackFeatures', 'PackFrames',
    'PackProposals', 'RandomTruncation', 'ResizeFeatures', 'SampleFeatures',
    'TemporalLocalizationDataset', 'TemporalSimilarityClustering',
    'UntrimmedFrameDataset',
    'VideoShardSampler'
]
