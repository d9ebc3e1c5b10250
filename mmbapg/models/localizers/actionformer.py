"""ActionFormer."""
from mmaction.registry import MODELS

from .single_stage import SingleStageLocalizer


@MODELS.register_module()
class ActionFormer(SingleStageLocalizer):
    """`ActionFormer: Localizing Moments of Actions with Transformers
    <https://arxiv.org/abs/2202.07925>`_ (Zhang, Wu and Li, ECCV 2022).

    Its backbone is :class:`ConvTransformerBackbone`, its neck
    :class:`PyramidNorm` and its head :class:`AnchorFreeHead`; official
    checkpoints are converted by ``tools/convert_checkpoint.py``.
    """
