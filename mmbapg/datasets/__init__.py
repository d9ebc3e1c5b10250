# A line registers a dataset, sampler or transform and exports it.
from mmbapg.errors import INPUT_ERRORS as INPUT_ERRORS
from mmbapg.video_names import VideoNameError as VideoNameError

from .annotations import AnnotationError as AnnotationError
from .boundaries.boundary_clips import (
    BoundaryClipDataset as BoundaryClipDataset,
)
from .boundaries.trimmed_clips import TrimmedClipError as TrimmedClipError
from .feature_files import FeatureFileError as FeatureFileError
from .optical_flow import FlowError as FlowError
from .samplers import BoundaryKindSampler as BoundaryKindSampler
from .samplers import HardNegativePairSampler as HardNegativePairSampler
from .samplers import SmallSetSampler as SmallSetSampler
from .samplers import VideoShardSampler as VideoShardSampler
from .sliding_windows import SlidingWindowDataset as SlidingWindowDataset
from .sources.fetching import ChecksumError as ChecksumError
from .temporal_localization import (
    TemporalLocalizationDataset as TemporalLocalizationDataset,
)
from .transforms.background_splice import (
    PackSplicedWindow as PackSplicedWindow,
)
from .transforms.background_splice import SpliceBackground as SpliceBackground
from .transforms.boundary_synthesis import (
    PackBoundaryClip as PackBoundaryClip,
)
from .transforms.boundary_synthesis import (
    SynthesizeBoundary as SynthesizeBoundary,
)
from .transforms.clustering import Clustering as Clustering
from .transforms.clustering import (
    TemporalSimilarityClustering as TemporalSimilarityClustering,
)
from .transforms.formatting import PackFeatures as PackFeatures
from .transforms.formatting import PackProposals as PackProposals
from .transforms.found_proposals import (
    LoadFoundProposals as LoadFoundProposals,
)
from .transforms.found_proposals import ProposalFileError as ProposalFileError
from .transforms.found_proposals import TrueProposals as TrueProposals
from .transforms.frame_arrays import FlipFrames as FlipFrames
from .transforms.frame_arrays import ReadStoredFrames as ReadStoredFrames
from .transforms.frame_arrays import SampleStoredFrames as SampleStoredFrames
from .transforms.frame_samplers import SampleClips as SampleClips
from .transforms.frame_samplers import SampleEveryFrame as SampleEveryFrame
from .transforms.frame_samplers import SampleFrameEvery as SampleFrameEvery
from .transforms.frame_samplers import SampleSpreadFrames as SampleSpreadFrames
from .transforms.frame_sizes import SampleFramesUpTo as SampleFramesUpTo
from .transforms.frame_sizes import ShrinkFrames as ShrinkFrames
from .transforms.frame_windows import DecodeFrames as DecodeFrames
from .transforms.frame_windows import PackFrameWindow as PackFrameWindow
from .transforms.instances import ClassAgnosticLabels as ClassAgnosticLabels
from .transforms.instances import ClipInstances as ClipInstances
from .transforms.instances import (
    DropRepeatedInstances as DropRepeatedInstances,
)
from .transforms.instances import DropShortInstances as DropShortInstances
from .transforms.loading import LoadFeatures as LoadFeatures
from .transforms.loading import ResizeFeatures as ResizeFeatures
from .transforms.loading import SelectChannels as SelectChannels
from .transforms.probable_boundaries import (
    ProbableBoundaryClustering as ProbableBoundaryClustering,
)
from .transforms.sampled_frames import LoadFrameFolder as LoadFrameFolder
from .transforms.sampled_frames import (
    LoadNumberedFrames as LoadNumberedFrames,
)
from .transforms.sampled_frames import LoadVideoFrames as LoadVideoFrames
from .transforms.sampled_frames import PackFrames as PackFrames
from .transforms.sampled_frames import SampleFeatures as SampleFeatures
from .transforms.truncation import RandomTruncation as RandomTruncation
from .transforms.video_scores import LoadVideoScores as LoadVideoScores
from .transforms.video_scores import VideoScoresError as VideoScoresError
from .transforms.window import CropWindow as CropWindow
from .transforms.window_augment import WindowColorJitter as WindowColorJitter
from .transforms.window_augment import WindowRandAugment as WindowRandAugment
from .untrimmed_clips import UntrimmedClipDataset as UntrimmedClipDataset
from .untrimmed_frames import UntrimmedFrameDataset as UntrimmedFrameDataset
from .untrimmed_runs import UntrimmedRunDataset as UntrimmedRunDataset
from .video_reader import VideoError as VideoError

# errors are documented where they are
__all__ = [name for name in dir()
           if name[0].isupper() and name != 'INPUT_ERRORS']
