"""G-TAD."""
from mmaction.registry import MODELS

from .dense_proposals import DenseProposalLocalizer


@MODELS.register_module()
class GTAD(DenseProposalLocalizer):
    """`G-TAD: Sub-Graph Localization for Temporal Action Detection
    <https://arxiv.org/abs/1911.11462>`_ (Xu et al., CVPR 2020).

    See :class:`DenseProposalLocalizer` for arguments. Official checkpoints are
    converted by ``tools/convert_checkpoint.py``.
    """

    class_bias_key = 'head.map_out.bias'
