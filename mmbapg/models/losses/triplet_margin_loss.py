"""The loss that couples a positive and a negative pair of each anchor."""
from mmaction.registry import MODELS
from torch import Tensor, nn

from .pair_contrastive_loss import PairMasks


@MODELS.register_module()
class TripletMarginLoss(nn.Module):
    r"""Triplet loss over all valid triples of a batch.

    .. math:: [s(X_a, X_n) - s(X_a, X_p) + \gamma]_+

    In Eq. 3 of BAPG (https://arxiv.org/abs/2309.13810) the margin is of the
    negative pair alone; here a triple costs nothing as soon as its positive
    pair is more alike than its negative pair, by the margin (Schroff et al.,
    "FaceNet", CVPR 2015, Eq. 1, in cosine similarities). So a margin of 1 has
    an effect here.

    Args:
        margin: Least difference of the two similarities that costs nothing,
            in [0, 2].
        loss_weight: Factor of the loss.
    """

    def __init__(self, margin: float = 0.5, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.margin = margin
        self.loss_weight = loss_weight

    def forward(self, similarity: Tensor, pairs: PairMasks) -> Tensor:
        """Mean over triples; 0, with gradients, if there are none.

        Args:
            similarity: ``(N, N)`` cosine similarities.
            pairs: Valid pairs.
        """
        total, number = similarity.sum() * 0, 0
        # anchor by anchor, as all triples at once take N^3 numbers
        for row, positive, negative in zip(similarity, *pairs):
            excess = (row[negative] - row[positive][:, None] +
                      self.margin).clamp(min=0)
            total = total + excess.sum()
            number += excess.numel()
        return self.loss_weight * total / max(number, 1)
