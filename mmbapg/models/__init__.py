from .backbones.conv_transformer import ConvTransformerBackbone
from .backbones.efficientnet_lite import EfficientNetLite
from .backbones.sgp import SGPBackbone
from .backbones.temporal_encoder import TemporalFeatureEncoder
from .data_preprocessors.feature_standardizer import FeatureStandardizer
from .heads.anchor_free_head import AnchorFreeHead
from .heads.pair_contrastive_head import PairContrastiveHead
from .heads.trident_head import TridentHead
from .localizers.actionformer import ActionFormer
from .localizers.bapg import BAPG
from .localizers.single_stage import SingleStageLocalizer
from .localizers.tridet import TriDet
from .losses.focal_loss import SigmoidFocalLoss
from .losses.pair_contrastive_loss import PairContrastiveLoss
from .losses.segment_iou_loss import SegmentDIoULoss
from .necks.proposal_fusion import ProposalFusionNeck
from .necks.pyramid_norm import PyramidNorm
from .similarity.frame_similarity_learner import FrameSimilarityLearner
from .task_modules import (
                           CentrePointAssigner,
                           PointGenerator,
                           SegmentPostProcessor,
                           VideoScoreFusion,
)

__all__ = [
    'BAPG', 'ActionFormer', 'AnchorFreeHead', 'CentrePointAssigner',
    'ConvTransformerBackbone', 'EfficientNetLite', 'FeatureStandardizer',
    'FrameSimilarityLearner', 'PairContrastiveHead', 'PairContrastiveLoss',
    'PointGenerator', 'ProposalFusionNeck', 'PyramidNorm', 'SGPBackbone',
    'SegmentDIoULoss', 'SegmentPostProcessor', 'SigmoidFocalLoss',
    'SingleStageLocalizer', 'TemporalFeatureEncoder', 'TriDet', 'TridentHead',
    'VideoScoreFusion'
]
