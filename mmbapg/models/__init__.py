from .backbones.conv_transformer import ConvTransformerBackbone
from .backbones.efficientnet_lite import EfficientNetLite
from .backbones.max_pooling import MaxPoolingBackbone
from .backbones.sgp import DynEBackbone, SGPBackbone
from .backbones.temporal_encoder import TemporalFeatureEncoder
from .data_preprocessors.feature_standardizer import FeatureStandardizer
from .heads.anchor_free_head import AnchorFreeHead
from .heads.dynamic_head import DynamicHead
from .heads.pair_contrastive_head import PairContrastiveHead
from .heads.segment_query_head import SegmentQueryHead
from .heads.trident_head import TridentHead
from .localizers.actionformer import ActionFormer
from .localizers.bapg import BAPG
from .localizers.dyfadet import DyFADet
from .localizers.single_stage import SingleStageLocalizer
from .localizers.tadtr import TadTR
from .localizers.temporalmaxer import TemporalMaxer
from .localizers.tridet import TriDet
from .losses.focal_loss import SigmoidFocalLoss
from .losses.pair_contrastive_loss import PairContrastiveLoss
from .losses.segment_iou_loss import SegmentDIoULoss
from .losses.set_prediction_loss import SegmentIoULoss, SegmentL1Loss
from .losses.triplet_margin_loss import TripletMarginLoss
from .necks.boundary_fusion import BoundaryFusionNeck
from .necks.fusion import FusionNeck
from .necks.proposal_fusion import ProposalFusionNeck
from .necks.pyramid_norm import PyramidNorm
from .necks.shared_pyramid_norm import SharedPyramidNorm
from .similarity.frame_similarity_learner import FrameSimilarityLearner
from .task_modules import (
                           CentrePointAssigner,
                           HungarianAssigner,
                           LeastCostAssigner,
                           PointGenerator,
                           SegmentPostProcessor,
                           VideoScoreFusion,
                           WindowPostProcessor,
)

__all__ = [
    'BAPG', 'ActionFormer', 'AnchorFreeHead', 'BoundaryFusionNeck',
    'CentrePointAssigner', 'ConvTransformerBackbone', 'DyFADet',
    'DynEBackbone', 'DynamicHead', 'EfficientNetLite',
    'FeatureStandardizer', 'FrameSimilarityLearner', 'FusionNeck',
    'HungarianAssigner', 'LeastCostAssigner', 'MaxPoolingBackbone',
    'PairContrastiveHead', 'PairContrastiveLoss', 'PointGenerator',
    'ProposalFusionNeck', 'PyramidNorm', 'SGPBackbone', 'SegmentDIoULoss',
    'SegmentIoULoss', 'SegmentL1Loss', 'SegmentPostProcessor',
    'SegmentQueryHead', 'SharedPyramidNorm', 'SigmoidFocalLoss',
    'SingleStageLocalizer', 'TadTR', 'TemporalFeatureEncoder',
    'TemporalMaxer', 'TriDet', 'TridentHead', 'TripletMarginLoss',
    'VideoScoreFusion', 'WindowPostProcessor'
]
