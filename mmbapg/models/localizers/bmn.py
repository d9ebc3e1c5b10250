"""MMAction2's BMN in windows."""
from typing import Any

from mmaction.registry import MODELS

from .dense_proposals import DenseProposalLocalizer


@MODELS.register_module()
class WindowedBMN(DenseProposalLocalizer):
    """`BMN: Boundary-Matching Network for Temporal Action Proposal Generation
    <https://arxiv.org/abs/1907.09702>`_ (Lin et al., ICCV 2019), MMAction2's.

    For features of videos of any length, and at a fraction of the time:
    beside G-TAD and BSN++ on the same windows.

    Args:
        in_channels: Width of the clip features.
        head: Config of a :class:`.BoundaryMatchingHead`.
        window_size: See :class:`DenseProposalLocalizer`; there is no backbone
            before BMN's own layers.
        **kwargs: As well.
    """

    class_bias_key = 'head.network.x_2d_p.6.bias'

    def __init__(self, in_channels: int, head: dict, window_size: int,
                 **kwargs: Any) -> None:
        nothing = dict(type='StackedConvBackbone', channels=in_channels,
                       num_layers=0)
        super().__init__(in_channels, nothing, head, window_size, **kwargs)
