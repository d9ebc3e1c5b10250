"""TriDet."""
from mmaction.registry import MODELS

from .noisy_input import NoisyInputLocalizer


@MODELS.register_module()
class TriDet(NoisyInputLocalizer):
    """`TriDet: Temporal Action Detection with Relative Boundary Modeling
    <https://arxiv.org/abs/2303.07347>`_ (Shi et al., CVPR 2023).

    Its backbone is :class:`SGPBackbone`, its neck :class:`PyramidNorm` and
    its head :class:`TridentHead`; official checkpoints are converted by
    ``tools/convert_checkpoint.py``.

    Args:
        *args, **kwargs: See :class:`NoisyInputLocalizer`.
    """
