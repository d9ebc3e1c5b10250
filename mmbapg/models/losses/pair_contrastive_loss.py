"""The contrastive loss of BAPG."""
from typing import NamedTuple

import torch
from mmaction.registry import MODELS
from torch import Tensor, nn


class PairMasks(NamedTuple):
    """Valid pairs of a batch, both ``(N, N)`` bool, rows are anchors."""
    positive: Tensor
    negative: Tensor


def pair_masks(instances: Tensor, negative_of: Tensor) -> PairMasks:
    """Which frames form positive and negative pairs.

    Args:
        instances: ``(N, K)`` ids of the instances that a frame belongs to,
            padded with -1.
        negative_of: ``(N, L)`` ids of the instances whose negative it is,
            padded with -1.

    Returns:
        A pair of different frames is positive if they share an instance, and
        negative if the second is a negative of an instance of the first.
    """

    def shared(ids: Tensor, others: Tensor) -> Tensor:
        ids = ids.where(ids >= 0, -2)  # nobody's padding
        found = torch.zeros(len(ids), len(others), dtype=torch.bool,
                            device=ids.device)
        # an array of all pairs of columns would be large
        for one in ids.unbind(dim=1):
            for other in others.unbind(dim=1):
                found |= one[:, None] == other
        return found

    itself = torch.eye(
        len(instances), dtype=torch.bool, device=instances.device)
    positive = shared(instances, instances) & ~itself
    return PairMasks(positive, shared(instances, negative_of) & ~positive)


def pair_contrastive_loss(similarity: Tensor, pairs: PairMasks,
                          margin: float) -> Tensor:
    r"""Eq. 3 of BAPG (https://arxiv.org/abs/2309.13810), averaged over pairs.

    .. math:: [s(X_a, X_n) - \gamma]_+ - s(X_a, X_p)

    The paper sets the margin :math:`\gamma` to 1. Cosine similarity never
    exceeds 1, so the term of the negatives is then zero everywhere, and the
    loss is least if all embeddings are one point. With ``margin=0`` negatives
    are pushed apart until they are orthogonal.

    Args:
        similarity: ``(N, N)`` cosine similarities.
        pairs: Valid pairs.
        margin: Similarity from which a negative pair costs.

    Returns:
        Scalar loss.

    Example:
        >>> import torch
        >>> similarity = torch.tensor([[1.0, 0.9, 0.4]] * 3)
        >>> pairs = pair_masks(torch.tensor([[0], [0], [-1]]),
        ...                    torch.tensor([[-1], [-1], [0]]))
        >>> round(pair_contrastive_loss(similarity, pairs, 0.0).item(), 3)
        -0.55
    """
    negatives = (similarity - margin).clamp(min=0)
    return (mean_over(negatives, pairs.negative) -
            mean_over(similarity, pairs.positive))


def mean_over(values: Tensor, mask: Tensor) -> Tensor:
    """Mean of the masked entries; 0, with gradients, if there are none."""
    return (values * mask).sum() / mask.sum().clamp(min=1)


@MODELS.register_module()
class PairContrastiveLoss(nn.Module):
    """See :func:`pair_contrastive_loss`.

    Args:
        margin: Similarity from which a negative pair costs. With the paper's
            value of 1 negatives have no effect.
        loss_weight: Factor of the loss.
    """

    def __init__(self, margin: float = 0.0, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.margin = margin
        self.loss_weight = loss_weight

    def forward(self, similarity: Tensor, pairs: PairMasks) -> Tensor:
        """Scalar loss of a batch."""
        return self.loss_weight * pair_contrastive_loss(
            similarity, pairs, self.margin)
