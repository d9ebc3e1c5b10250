"""Attention of MMAction2's VideoMAE in one operation."""
import torch
import torch.nn.functional as F
from mmaction.models.backbones.vit_mae import Attention
from torch import Tensor, nn


class FusedAttention(Attention):
    """MMAction2's attention in one operation, which does not keep the
    ``(N, N)`` weights of every head in memory."""

    def forward(self, x: Tensor) -> Tensor:
        """``(B, N, C)`` tokens to the same shape."""
        bias = None
        if hasattr(self, 'q_bias'):
            bias = torch.cat(
                [self.q_bias, torch.zeros_like(self.v_bias), self.v_bias])
        query, key, value = F.linear(x, self.qkv.weight, bias).unflatten(
            2, (3, self.num_heads, -1)).permute(2, 0, 3, 1, 4).unbind(0)
        dropout = self.attn_drop.p if self.training else 0.0
        out = F.scaled_dot_product_attention(
            query, key, value, dropout_p=dropout, scale=self.scale)
        return self.proj_drop(self.proj(out.transpose(1, 2).flatten(2)))


def fuse_attention(network: nn.Module) -> None:
    """Have a network of MMAction2 compute its attention in one operation.

    Weights, their names and results stay, but for rounding.

    Args:
        network: Changed in place. Attention of other kinds stays as it is.
    """
    for module in network.modules():
        if type(module) is Attention:
            module.__class__ = FusedAttention
