"""The loss that couples a positive and a negative pair of each anchor."""
import torch
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
        # a positive pair costs the sum of the similarities above its own less
        # the margin, and their number times that: all triples at once would
        # take N^3 numbers, and one anchor after the other has a GPU wait
        ranked = similarity.masked_fill(~pairs.negative, -torch.inf).sort(
            dim=1, descending=True).values
        # not by cumsum, which is not deterministic on a GPU
        size = len(similarity)
        up_to = similarity.new_ones(size, size + 1).triu(diagonal=1)
        # mixed precision would round similarities to 8 bits
        with torch.autocast(similarity.device.type, enabled=False):
            summed = ranked.masked_fill(ranked.isinf(), 0.0) @ up_to
        bound = similarity - self.margin
        above = torch.searchsorted(-ranked.detach(), -bound.detach())
        excess = summed.gather(1, above) - above * bound
        number = (pairs.positive.sum(dim=1) * pairs.negative.sum(dim=1)).sum()
        return self.loss_weight * (excess * pairs.positive).sum() / (
            number.clamp(min=1))
