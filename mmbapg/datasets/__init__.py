from .samplers import HardNegativePairSampler, VideoShardSampler
from .temporal_localization import TemporalLocalizationDataset
from .transforms.formatting import PackFeatures
from .transforms.loading import (AppendTemporalDifference, LoadFeatures,
                                 ResizeFeatures)
from .transforms.sampled_frames import (LoadFrameFolder, LoadVideoFrames,
                                        PackFrames, SampleFeatures)
from .transforms.truncation import RandomTruncation
from .untrimmed_frames import UntrimmedFrameDataset

__all__ = [
    'AppendTemporalDifference', 'HardNegativePairSampler', 'LoadFeatures',
    'LoadFrameFolder', 'LoadVideoFrames', 'PackFeatures', 'PackFrames',
    'RandomTruncation', 'ResizeFeatures', 'SampleFeatures',
    'TemporalLocalizationDataset', 'UntrimmedFrameDataset',
    'VideoShardSampler'
]
