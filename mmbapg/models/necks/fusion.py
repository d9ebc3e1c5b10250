"""What all fusion necks share: they add to the features of the host."""
from typing import List, Optional

import torch
from mmaction.structures import ActionDataSample
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmbapg.errors import SettingError

from ..layers import ChannelLayerNorm, Conv1d


class FusionNeck(BaseModule):
    """Adds what proposals tell to the features of each step.

    .. math:: y_t = x_t + W_o\\,g\\,\\mathrm{relu}(\\mathrm{LN}(h_t))

    A subclass says what :math:`h_t` and the gain :math:`g` are. :math:`W_o`
    starts at zero, so the host sees exactly the features that it would see
    without the neck until training moves it. Optimizers such as Adam move a
    weight by about the learning rate a step, however small its gradient, so
    what is added grows :math:`g` times as fast. Without the layer
    normalization :math:`h_t` can become very large in scenes that training has
    not seen, and a host trained on few videos can fail there.

    A host learns on training videos how far to rely on what it is told, which
    can be worse on other videos: of other people, say. With ``dropout``, it
    has to find actions without it, too.

    Args:
        in_channels: Width of the features.
        hidden_channels: Width of :math:`h_t`.
        dropout: Share of the videos (windows) in training to which nothing is
            added.
        init_cfg: See :class:`mmengine.model.BaseModule`.

    Attributes:
        reads_class_evidence: Whether data samples must hold it.
        gain: See above.
    """

    reads_class_evidence = False
    gain = 1.0

    def __init__(self,
                 in_channels: int,
                 hidden_channels: int,
                 dropout: float = 0.0,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        if not 0 <= dropout < 1:
            raise SettingError(
                f'dropout of {type(self).__name__}: found {dropout}, expected '
                'a share of videos, from 0 to below 1')
        self.dropout = dropout
        self.norm = ChannelLayerNorm(hidden_channels)
        self.act = nn.ReLU()
        self.out_proj = Conv1d(hidden_channels, in_channels, 1, bias=False)
        nn.init.zeros_(self.out_proj.weight)

    @staticmethod
    def settings_from(packed) -> dict:
        """Arguments that follow from what data samples will hold, for configs
        that leave them out.

        Args:
            packed: ``num_segmentations``, ``num_strengths`` and
                ``class_channels`` of the data samples, as
                :class:`PackedWidths` names them.
        """
        raise NotImplementedError

    def init_weights(self) -> None:
        """Keep the last layer at zero."""
        super().init_weights()
        nn.init.zeros_(self.out_proj.weight)

    def forward(self, x: Tensor, mask: Tensor,
                data_samples: List[ActionDataSample]) -> Tensor:
        """Fuse.

        Args:
            x: ``(B, C, T)`` features.
            mask: ``(B, 1, T)`` bool, true at valid steps.
            data_samples: One for each video, as :class:`PackProposals` packs
                them.

        Returns:
            ``(B, C, T)``; invalid steps are left as they are.
        """
        return self.fuse(x, mask, self.hidden(x, mask, data_samples))

    def fuse(self, x: Tensor, mask: Tensor, hidden: Tensor) -> Tensor:
        """Add to features what follows from :math:`h_t`.

        Args:
            x, mask: See :meth:`forward`.
            hidden: ``(B, H, T)``.
        """
        # masked where it is narrow: the last layer has no bias
        told = self.act(self.norm(hidden)) * mask
        if self.training and self.dropout:
            told = told * (torch.rand(len(x), 1, 1, device=x.device) >=
                           self.dropout)
        return x + self.out_proj(self.gain * told)

    def hidden(self, x: Tensor, mask: Tensor,
               data_samples: List[ActionDataSample]) -> Tensor:
        """The :math:`h_t` of each step, ``(B, H, T)``."""
        raise NotImplementedError
