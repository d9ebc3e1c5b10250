"""DyFADet."""
from mmaction.registry import MODELS

from .noisy_input import NoisyInputLocalizer


@MODELS.register_module()
class DyFADet(NoisyInputLocalizer):
    """`DyFADet: Dynamic Feature Aggregation for Temporal Action Detection
    <https://arxiv.org/abs/2407.03197>`_ (Yang et al., ECCV 2024).

    Its backbone is :class:`DynEBackbone`, its neck :class:`PyramidNorm` and
    its head :class:`DynamicHead`; official checkpoints are converted by
    ``tools/convert_checkpoint.py``.

    Args:
        *args, **kwargs: See :class:`NoisyInputLocalizer`.
    """
