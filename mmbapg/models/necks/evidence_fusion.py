"""Stage 4 of BAPG: the host is told what speaks for a boundary, and for each
class."""
from typing import List, Optional

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from torch import Tensor

from ..layers import Conv1d, pad_sequences
from .fusion import FusionNeck


@MODELS.register_module()
class EvidenceFusionNeck(FusionNeck):
    """Refines the features of each step by the evidence for classes and for a
    boundary there.

    The class evidence of a step is how much the encoder's embedding points at
    the prototype of each class and of the background, see
    :class:`mmbapg.models.PrototypeHead`: what the step is, to an encoder
    that sees its surroundings and has been taught by hard negatives where
    these end. The strengths, see :class:`BoundaryFusionNeck`, say where it
    ends. Both mean the same whichever encoder they come from, so those of
    training videos can, and must, come from encoders that have not seen them
    (``tools/cross_fit.py``): else the host learns to trust them more than they
    deserve. See :class:`FusionNeck` for how they are added:

    .. math:: h_t = W_s s_t + W_c c_t + b

    Args:
        in_channels: Width of the features.
        num_strengths: Width of ``boundary_strength``.
        class_channels: Width of ``class_evidence``; 0 for encoders without.
        hidden_channels: Width of the perceptron.
        gain: How many times as fast as with a gain of 1 training lets the
            host see the evidence: a host that is trained for a few hundred
            iterations else learns to do without it first (docs/results.md).
        dropout: See :class:`FusionNeck`.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    reads_class_evidence = True

    def __init__(self,
                 in_channels: int,
                 num_strengths: int,
                 class_channels: int = 0,
                 hidden_channels: int = 32,
                 gain: float = 32.0,
                 dropout: float = 0.0,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(in_channels, hidden_channels, dropout, init_cfg)
        self.gain = gain
        self.class_channels = class_channels
        self.evidence_proj = Conv1d(num_strengths + class_channels,
                                    hidden_channels, 1)

    @staticmethod
    def settings_from(packed) -> dict:
        """See :class:`FusionNeck`."""
        return dict(num_strengths=packed.num_strengths,
                    class_channels=packed.class_channels)

    def hidden(self, x: Tensor, mask: Tensor,
               data_samples: List[ActionDataSample]) -> Tensor:
        """See :class:`FusionNeck`."""
        evidence, _ = pad_sequences(
            [torch.cat([sample.boundary_strength, sample.class_evidence])
             for sample in data_samples], min_length=x.shape[2])
        return self.evidence_proj(evidence)
