"""BSN++."""
from mmaction.registry import MODELS

from .dense_proposals import DenseProposalLocalizer


@MODELS.register_module()
class BSNPlusPlus(DenseProposalLocalizer):
    """`BSN++: Complementary Boundary Regressor with Scale-Balanced Relation
    Modeling for Temporal Action Proposal Generation
    <https://arxiv.org/abs/2009.07641>`_ (Su et al., AAAI 2021).

    See :class:`DenseProposalLocalizer` for arguments. Its authors have
    published no code: what the paper leaves open is a setting of
    :class:`RelationMapHead` and its parts.
    """

    class_bias_key = 'head.relation.outs.0.bias'
