"""TemporalMaxer."""
from mmaction.registry import MODELS

from .single_stage import SingleStageLocalizer


@MODELS.register_module()
class TemporalMaxer(SingleStageLocalizer):
    """`TemporalMaxer: Maximize Temporal Context with only Max Pooling for
    Temporal Action Localization <https://arxiv.org/abs/2303.09055>`_ (Tang,
    Kim and Sohn, 2023).

    Its backbone is :class:`MaxPoolingBackbone`, its neck
    :class:`SharedPyramidNorm`, its head :class:`AnchorFreeHead` with
    :class:`LeastCostAssigner`; official checkpoints are converted by
    ``tools/convert_checkpoint.py``.
    """
