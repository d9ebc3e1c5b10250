from .backbones.conv_transformer import ConvTransformerBackbone
from .heads.anchor_free_head import AnchorFreeHead
from .localizers.actionformer import ActionFormer
from .localizers.single_stage import SingleStageLocalizer
from .losses.focal_loss import SigmoidFocalLoss
from .losses.segment_iou_loss import SegmentDIoULoss
from .necks.pyramid_norm import PyramidNorm
from .task_modules import (CentrePointAssigner, PointGenerator,
                           SegmentPostProcessor)
