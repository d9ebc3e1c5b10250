"""Stage 4 of BAPG: the host is told how much speaks for a boundary."""
from typing import List, Optional

from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from torch import Tensor

from ..layers import Conv1d, pad_sequences
from .fusion import FusionNeck


@MODELS.register_module()
class BoundaryFusionNeck(FusionNeck):
    """Refines the features of each step by the boundary strengths there.

    The mean feature of a region, as BAPG's Sec. II-D adds it, is the same at
    every step of the region: it hides where the region ends, and a wrong cut
    spoils it. The strengths of :mod:`mmbapg.ops.boundary_strength` say at each
    step how much the clustering's cost falls if it is cut there. They are few
    numbers between 0 and 2 for any scene, so a network can hardly memorize
    training scenes by them. See :class:`FusionNeck` for how they are added:

    .. math:: h_t = W_s s_t + b

    Args:
        in_channels: Width of the features.
        num_strengths: Width of ``boundary_strength``.
        hidden_channels: Width of the perceptron.
        dropout: See :class:`FusionNeck`.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 in_channels: int,
                 num_strengths: int,
                 hidden_channels: int = 32,
                 dropout: float = 0.0,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(in_channels, hidden_channels, dropout, init_cfg)
        self.strength_proj = Conv1d(num_strengths, hidden_channels, 1)

    @staticmethod
    def settings_from(packed) -> dict:
        """See :class:`FusionNeck`."""
        return dict(num_strengths=packed.num_strengths)

    def hidden(self, x: Tensor, mask: Tensor,
               data_samples: List[ActionDataSample]) -> Tensor:
        """See :class:`FusionNeck`."""
        strength, _ = pad_sequences(
            [sample.boundary_strength for sample in data_samples],
            min_length=x.shape[2])
        return self.strength_proj(strength)
