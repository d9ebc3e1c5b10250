"""Convolutions and pooling that keep the channels of a step together.

Features are ``(B, C, T)``, but a layer normalization and a projection work on
the channels of one step. Where these lie side by side in memory (PyTorch's
channels-last), no layer of a block has to copy its input. Every layer takes
both orders in memory; the results are the same.
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable


class Conv1d(nn.Conv1d):
    """``nn.Conv1d`` that computes, and gives its output, channels-last."""

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C_in, T)`` to ``(B, C_out, T_out)``."""
        if self.padding_mode != 'zeros' or isinstance(self.padding, str):
            return super().forward(x)
        same = self.stride == (1, ) and self._is_same_padded()
        if self.groups == self.in_channels == self.out_channels:
            pointwise = same and self.kernel_size == (1, )
            return self._scale(x) if pointwise else self._depthwise(x)
        if self.groups > 1 or not same:
            return super().forward(x)
        if self.kernel_size == (1, ):
            return F.linear(x.transpose(1, 2), self.weight[..., 0],
                            self.bias).transpose(1, 2)
        if _in_plain_cpu_mode(x):
            out = DenseConvolution.apply(
                x.transpose(1, 2), self.weight, self.bias)
            return out.transpose(1, 2)
        return super().forward(x)

    def _scale(self, x: Tensor) -> Tensor:
        scale = self.weight[..., 0]
        if self.bias is None:
            return scale * x
        return torch.addcmul(self.bias[:, None], scale, x)

    def _depthwise(self, x: Tensor) -> Tensor:
        # only images have a channels-last kernel
        x = x.transpose(1, 2).contiguous().transpose(1, 2)
        image = F.conv2d(
            x[:, :, None], self.weight[:, :, None], self.bias,
            (1, *self.stride), (0, *self.padding), (1, *self.dilation),
            self.groups)
        return image[:, :, 0]

    def _is_same_padded(self) -> bool:
        return (self.kernel_size[0] == 2 * self.padding[0] + 1 and
                self.dilation == (1, ))


class DenseConvolution(torch.autograd.Function):
    """Same-padded convolution as matrix products, one for each kernel step.

    On CPU, wide layers need a fifth less time for these than for PyTorch's
    convolution, whose channels-last gradients are slow, and no copies into
    another order. All sequences of the batch lie behind each other, zeros
    between them, so that a step's neighbours are the rows beside it.
    """

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, bias) -> Tensor:
        """``(B, T, C)``, ``(O, C, K)`` and ``(O,)`` or ``None`` to
        ``(B, T, O)``."""
        ctx.save_for_backward(x, weight)
        rows, length = _padded_rows(x, weight)
        kernel = weight.permute(2, 1, 0).contiguous()
        out = _products(rows, kernel)
        if bias is not None:
            out += bias
        return out.view(len(x), length, -1)[:, :x.shape[1]]

    @staticmethod
    @once_differentiable
    def backward(ctx, grad: Tensor):
        """Gradients of input, weight and bias."""
        x, weight = ctx.saved_tensors
        rows, length = _padded_rows(grad, weight)
        grad_x = grad_weight = grad_bias = None
        if ctx.needs_input_grad[0]:
            kernel = weight.permute(2, 0, 1).flip(0).contiguous()
            grad_x = _products(rows, kernel)
            grad_x = grad_x.view(len(x), length, -1)[:, :x.shape[1]]
        if ctx.needs_input_grad[1]:
            reach = weight.shape[2] // 2
            inner = rows[reach:len(rows) - reach].t()
            sources, _ = _padded_rows(x, weight)
            grad_weight = torch.stack([
                inner @ sources[step:step + inner.shape[1]]
                for step in range(weight.shape[2])], dim=2)
        if ctx.needs_input_grad[2]:
            grad_bias = grad.sum(dim=(0, 1))
        return grad_x, grad_weight, grad_bias


def _padded_rows(x: Tensor, weight: Tensor) -> tuple:
    """``(B * L, C)`` rows of zero-padded ``(B, T, C)`` sequences, and L."""
    reach = weight.shape[2] // 2
    padded = F.pad(x, (0, 0, reach, reach))
    return padded.flatten(0, 1), padded.shape[1]


def _products(rows: Tensor, kernel: Tensor) -> Tensor:
    """Row ``i`` is ``sum_k rows[i + k] @ kernel[k]``; the last, for which
    there are not enough rows, are undefined."""
    out = rows.new_empty(len(rows), kernel.shape[2])
    inner = out[:len(rows) - len(kernel) + 1]
    torch.mm(rows[:len(inner)], kernel[0], out=inner)
    for step in range(1, len(kernel)):
        # not addmm_, which counters of operations overlook
        torch.addmm(inner, rows[step:step + len(inner)], kernel[step],
                    out=inner)
    return out


def _in_plain_cpu_mode(x: Tensor) -> bool:
    # Mixed precision and the compiler have ways of their own; what is traced,
    # for export or to count operations, should show a convolution.
    return (x.device.type == 'cpu' and not torch.is_autocast_enabled('cpu') and
            not torch.compiler.is_compiling() and not torch.jit.is_tracing())


class MaxPool1d(nn.MaxPool1d):
    """``nn.MaxPool1d`` that keeps the order in memory."""

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, T)`` to ``(B, C, T_out)``."""
        image = F.max_pool2d(x[:, :, None], (1, self.kernel_size),
                             (1, self.stride), (0, self.padding))
        return image[:, :, 0]


class GroupNorm(nn.GroupNorm):
    """``nn.GroupNorm`` that keeps the order in memory."""

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, T)`` to the same shape."""
        return super().forward(x[:, :, None])[:, :, 0]
