# A line registers a model and exports it.
from .backbones.conv_transformer import (
    ConvTransformerBackbone as ConvTransformerBackbone,
)
from .backbones.dilated_encoder import (
    DilatedFeatureEncoder as DilatedFeatureEncoder,
)
from .backbones.efficientnet_lite import EfficientNetLite as EfficientNetLite
from .backbones.frame_difference import (
    FrameDifferenceEncoder as FrameDifferenceEncoder,
)
from .backbones.inception_i3d import InceptionI3D as InceptionI3D
from .backbones.max_pooling import MaxPoolingBackbone as MaxPoolingBackbone
from .backbones.sgp import DynEBackbone as DynEBackbone
from .backbones.sgp import SGPBackbone as SGPBackbone
from .backbones.snippet_graph import (
    SnippetGraphBackbone as SnippetGraphBackbone,
)
from .backbones.stacked_convs import StackedConvBackbone as StackedConvBackbone
from .backbones.temporal_encoder import (
    TemporalFeatureEncoder as TemporalFeatureEncoder,
)
from .boundary.boundary_distiller import (
    BoundaryDistiller as BoundaryDistiller,
)
from .boundary.boundary_learner import BoundaryLearner as BoundaryLearner
from .boundary.boundary_probe import BoundaryFeatures as BoundaryFeatures
from .boundary.boundary_probe import BoundaryProbe as BoundaryProbe
from .boundary.two_stream_encoder import TwoStreamEncoder as TwoStreamEncoder
from .data_preprocessors.feature_standardizer import (
    FeatureStandardizer as FeatureStandardizer,
)
from .heads.anchor_free_head import AnchorFreeHead as AnchorFreeHead
from .heads.boundary_matching_head import (
    BoundaryMatchingHead as BoundaryMatchingHead,
)
from .heads.change_point_head import ChangePointHead as ChangePointHead
from .heads.clip_class_head import BoundaryKindHead as BoundaryKindHead
from .heads.clip_class_head import ClipActionHead as ClipActionHead
from .heads.dynamic_head import DynamicHead as DynamicHead
from .heads.pair_contrastive_head import (
    PairContrastiveHead as PairContrastiveHead,
)
from .heads.prototype_head import PrototypeHead as PrototypeHead
from .heads.relation_map_head import RelationMapHead as RelationMapHead
from .heads.salient_boundary_head import (
    SalientBoundaryHead as SalientBoundaryHead,
)
from .heads.segment_query_head import SegmentQueryHead as SegmentQueryHead
from .heads.sub_graph_head import SubGraphHead as SubGraphHead
from .heads.trident_head import TridentHead as TridentHead
from .localizers.actionformer import ActionFormer as ActionFormer
from .localizers.afsd import AFSD as AFSD
from .localizers.bapg import BAPG as BAPG
from .localizers.bmn import WindowedBMN as WindowedBMN
from .localizers.bsn_plus_plus import BSNPlusPlus as BSNPlusPlus
from .localizers.dyfadet import DyFADet as DyFADet
from .localizers.end_to_end import EndToEndLocalizer as EndToEndLocalizer
from .localizers.fused_maps import FusedMaps as FusedMaps
from .localizers.gtad import GTAD as GTAD
from .localizers.single_stage import (
    SingleStageLocalizer as SingleStageLocalizer,
)
from .localizers.tadtr import TadTR as TadTR
from .localizers.temporalmaxer import TemporalMaxer as TemporalMaxer
from .localizers.tridet import TriDet as TriDet
from .localizers.two_stream import TwoStreamAFSD as TwoStreamAFSD
from .losses.balanced_bce_loss import BalancedBCELoss as BalancedBCELoss
from .losses.balanced_iou_loss import BalancedIoULoss as BalancedIoULoss
from .losses.chosen_smooth_l1_loss import (
    ChosenSmoothL1Loss as ChosenSmoothL1Loss,
)
from .losses.coarse_to_fine_loss import CoarseToFineLoss as CoarseToFineLoss
from .losses.focal_loss import SigmoidFocalLoss as SigmoidFocalLoss
from .losses.limited_bce_loss import LimitedBCELoss as LimitedBCELoss
from .losses.pair_contrastive_loss import (
    PairContrastiveLoss as PairContrastiveLoss,
)
from .losses.segment_iou_loss import SegmentDIoULoss as SegmentDIoULoss
from .losses.set_prediction_loss import SegmentIoULoss as SegmentIoULoss
from .losses.set_prediction_loss import SegmentL1Loss as SegmentL1Loss
from .losses.softmax_focal_loss import SoftmaxFocalLoss as SoftmaxFocalLoss
from .losses.triplet_margin_loss import TripletMarginLoss as TripletMarginLoss
from .necks.boundary_fusion import BoundaryFusionNeck as BoundaryFusionNeck
from .necks.clip_pyramid import ClipPyramid as ClipPyramid
from .necks.evidence_fusion import EvidenceFusionNeck as EvidenceFusionNeck
from .necks.fusion import FusionNeck as FusionNeck
from .necks.proposal_fusion import ProposalFusionNeck as ProposalFusionNeck
from .necks.pyramid_fpn import PyramidFPN as PyramidFPN
from .necks.pyramid_norm import PyramidNorm as PyramidNorm
from .necks.shared_pyramid_norm import SharedPyramidNorm as SharedPyramidNorm
from .proposals.pooled_class_head import PooledClassHead as PooledClassHead
from .proposals.proposal_classifier import (
    ProposalClassifier as ProposalClassifier,
)
from .similarity.frame_similarity_learner import (
    FrameSimilarityLearner as FrameSimilarityLearner,
)
from .task_modules.boundary_labels import (
    BoundaryRegionLabels as BoundaryRegionLabels,
)
from .task_modules.boundary_labels import (
    CoveredBoundaryLabels as CoveredBoundaryLabels,
)
from .task_modules.clip_post_processor import (
    ClipPostProcessor as ClipPostProcessor,
)
from .task_modules.containing_assigner import (
    ContainingAssigner as ContainingAssigner,
)
from .task_modules.hungarian_assigner import (
    HungarianAssigner as HungarianAssigner,
)
from .task_modules.least_cost_assigner import (
    LeastCostAssigner as LeastCostAssigner,
)
from .task_modules.map_decoder import (
    ProposalMapDecoder as ProposalMapDecoder,
)
from .task_modules.map_targets import MapTargetMaker as MapTargetMaker
from .task_modules.point_assigner import (
    CentrePointAssigner as CentrePointAssigner,
)
from .task_modules.point_generator import PointGenerator as PointGenerator
from .task_modules.post_processor import (
    SegmentPostProcessor as SegmentPostProcessor,
)
from .task_modules.proposal_post_processor import (
    ProposalPostProcessor as ProposalPostProcessor,
)
from .task_modules.scale_balanced_sampler import (
    ScaleBalancedSampler as ScaleBalancedSampler,
)
from .task_modules.score_fusion import VideoScoreFusion as VideoScoreFusion
from .task_modules.window_post_processor import (
    WindowPostProcessor as WindowPostProcessor,
)
from .video.adapter_efficientnet import (
    AdapterEfficientNetLite as AdapterEfficientNetLite,
)
from .video.adapter_vit import (
    AdapterVisionTransformer as AdapterVisionTransformer,
)
from .video.adapter_vit import (
    SideAdapterVisionTransformer as SideAdapterVisionTransformer,
)
from .video.clip_feature_extractor import (
    ClipFeatureExtractor as ClipFeatureExtractor,
)
from .video.video_backbone import VideoBackbone as VideoBackbone
from .video.window_encoder import WindowEncoder as WindowEncoder

__all__ = [name for name in dir() if name[0].isupper()]
