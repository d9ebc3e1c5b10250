from .annotations import AnnotationError
from .feature_files import FeatureFileError
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
from .video_reader import VideoError

#: What is wrong with a user's files, in one sentence each.
INPUT_ERRORS = (AnnotationError, FeatureFileError, VideoError,
                FileNotFoundError)

__all__ = [
    'INPUT_ERRORS', 'AnnotationError', 'Clustering', 'FeatureFileError',
    'HardNegativePairSampler', 'LoadFeatures', 'LoadFrameFolder',
    'LoadVideoFrames', 'PackFeatures', 'PackFrames', 'PackProposals',
    'RandomTruncation', 'ResizeFeatures', 'SampleFeatures',
    'TemporalLocalizationDataset', 'TemporalSimilarityClustering',
    'UntrimmedFrameDataset', 'VideoError', 'VideoShardSampler'
]
