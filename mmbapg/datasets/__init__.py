from mmbapg.video_names import VideoNameError

from .annotations import AnnotationError
from .feature_files import FeatureFileError
from .samplers import (
    HardNegativePairSampler,
    SmallSetSampler,
    VideoShardSampler,
)
from .sliding_windows import SlidingWindowDataset
from .sources.fetching import ChecksumError
from .temporal_localization import TemporalLocalizationDataset
from .transforms.clustering import Clustering, TemporalSimilarityClustering
from .transforms.formatting import PackFeatures, PackProposals
from .transforms.instances import (
    ClassAgnosticLabels,
    ClipInstances,
    DropRepeatedInstances,
)
from .transforms.loading import (
    LoadFeatures,
    ResizeFeatures,
    SelectChannels,
)
from .transforms.sampled_frames import (
    LoadFrameFolder,
    LoadVideoFrames,
    PackFrames,
    SampleFeatures,
)
from .transforms.truncation import RandomTruncation
from .transforms.video_scores import LoadVideoScores, VideoScoresError
from .transforms.window import CropWindow
from .untrimmed_frames import UntrimmedFrameDataset
from .video_reader import VideoError

#: What is wrong with a user's files, in one sentence each.
INPUT_ERRORS = (AnnotationError, FeatureFileError, VideoError,
                VideoNameError, VideoScoresError, ChecksumError,
                FileNotFoundError)

__all__ = [
    'INPUT_ERRORS', 'AnnotationError', 'ChecksumError',
    'ClassAgnosticLabels', 'ClipInstances',
    'Clustering', 'CropWindow', 'DropRepeatedInstances', 'FeatureFileError',
    'HardNegativePairSampler', 'LoadFeatures', 'LoadFrameFolder',
    'LoadVideoFrames', 'LoadVideoScores', 'PackFeatures', 'PackFrames',
    'PackProposals', 'RandomTruncation', 'ResizeFeatures', 'SampleFeatures',
    'SelectChannels', 'SlidingWindowDataset', 'SmallSetSampler',
    'TemporalLocalizationDataset', 'TemporalSimilarityClustering',
    'UntrimmedFrameDataset', 'VideoError', 'VideoScoresError',
    'VideoShardSampler'
]
