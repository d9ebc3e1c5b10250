"""Attention among all proposals of a map, and among its channels."""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


class PositionAttention(nn.Module):
    """Position-aware attention of BSN++ (https://arxiv.org/abs/2009.07641,
    Eq. 3).

    ``out_j = F_j + gate * sum_i P_ji F_i`` with ``P_ji = exp(A_i B_j) / sum_i
    exp(A_i B_j)``: A and B are 1x1 convolutions of the proposal features F.
    Invalid cells, a quarter to half of a map, are no proposals: they are
    attended by none and stay as they are. The gate is learned and starts at
    0.

    A map of 100 x 100 has 10^8 pairs. Two things keep them within memory:
    PyTorch's fused attention holds a block of them at a time, and keys can
    be reduced.

    Args:
        channels: Width of F, A and B.
        reduction: Keys and values are maxima over squares of so many cells,
            as in the non-local network's own reduction. 1 is Eq. 3.
        scale: Factor of the products; 1 in Eq. 3.
    """

    def __init__(self, channels: int, reduction: int = 2,
                 scale: float = 1.0) -> None:
        super().__init__()
        self.reduction = reduction
        self.scale = scale
        self.key = nn.Conv2d(channels, channels, 1)
        self.query = nn.Conv2d(channels, channels, 1)
        self.gate = nn.Parameter(torch.zeros(1))

    def forward(self, features: Tensor, valid: Tensor) -> Tensor:
        """Attend.

        Args:
            features: ``(B, C, D, T)``.
            valid: ``(D, T)`` bool.
        """
        seen = valid.flatten()
        keys, values = self.key(features), features
        if self.reduction > 1:
            keys, values = (self._maxima(each, valid)
                            for each in (keys, values))
            valid = self._maxima(valid.float()[None, None], valid)[0, 0] > 0
        query, keys, values = (each.flatten(2) for each in (
            self.query(features), keys, values))
        valid = valid.flatten()
        mask = None
        if features.device.type == 'cpu':  # others would be waited for
            query = query[..., seen]
            keys, values = keys[..., valid], values[..., valid]
        else:
            mask = torch.zeros_like(valid, dtype=query.dtype).masked_fill(
                ~valid, -torch.inf).expand(len(query), 1, query.shape[2], -1)
        # channels together in memory, or no fused kernel takes them
        query, keys, values = (
            each.transpose(1, 2).contiguous()[:, None]
            for each in (query, keys, values))
        attended = F.scaled_dot_product_attention(
            query, keys, values, mask, scale=self.scale)
        attended = attended[:, 0].transpose(1, 2)
        if mask is None:
            attended = attended.new_zeros(
                *attended.shape[:2], len(seen)).index_copy(
                    2, seen.nonzero()[:, 0], attended)
        else:
            attended = attended * seen
        return features + self.gate * attended.reshape(features.shape)

    def _maxima(self, x: Tensor, valid: Tensor) -> Tensor:
        """Over the valid cells of each square; 0 where there are none."""
        x = x.masked_fill(~valid, -torch.inf)
        x = F.max_pool2d(x, self.reduction, ceil_mode=True)
        return x.masked_fill(x.isneginf(), 0)


class ChannelAttention(nn.Module):
    """Channel-aware attention of BSN++ (Sec. 3.3).

    ``out_c = F_c + gate * sum_k P_ck F_k``, where P is the softmax over k of
    the products of channels, ``sum_l F_cl F_kl`` over the valid cells l. So
    that maps of any size attend alike, it is their mean (``mean``) by
    default. The gate is learned and starts at 0.

    Args:
        mean: Divide the products by the number of valid cells.
    """

    def __init__(self, mean: bool = True) -> None:
        super().__init__()
        self.mean = mean
        self.gate = nn.Parameter(torch.zeros(1))

    def forward(self, features: Tensor, valid: Tensor) -> Tensor:
        """See :meth:`PositionAttention.forward`."""
        rows = features.flatten(2)
        seen = (features * valid).flatten(2)
        products = seen @ seen.transpose(1, 2)
        if self.mean:
            products = products / valid.sum()
        attended = products.softmax(dim=2) @ rows
        return features + self.gate * attended.view_as(features)
