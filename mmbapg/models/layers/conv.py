"""Convolutions and pooling that keep the channels of a step together.

Features are ``(B, C, T)``, but a layer normalization and a projection work on
the channels of one step. Where these lie side by side in memory (PyTorch's
channels-last), no layer of a block has to copy its input. Every layer takes
both orders in memory; the results are the same.
"""
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable


class Conv1d(nn.Conv1d):
    """``nn.Conv1d`` that computes, and gives its output, channels-last;
    depthwise on the CPU alone."""

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
        if x.device.type != 'cpu':
            # GPUs have kernels for channels that each lie together
            return super().forward(x.contiguous())
        # only images have a channels-last kernel
        x = x.transpose(1, 2).contiguous().transpose(1, 2)
        image = F.conv2d(
            x[:, :, None], self.weight[:, :, None], self.bias,
            (1, *self.stride), (0, *self.padding), (1, *self.dilation),
            self.groups)
        return image.squeeze(2)

    def _is_same_padded(self) -> bool:
        return (self.kernel_size[0] == 2 * int(self.padding[0]) + 1 and
                self.dilation == (1, ))


class DenseConvolution(torch.autograd.Function):
    """Same-padded convolution as matrix products, one for each kernel step.

    On CPU, wide layers need a fifth less time for these than for PyTorch's
    convolution, whose channels-last gradients are slow. Of the sequence
    nothing is copied, and nothing padded: a step whose neighbour lies beyond
    the sequence is left out of that neighbour's product.
    """

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, bias) -> Tensor:
        """``(B, T, C)``, ``(O, C, K)`` and ``(O,)`` or ``None`` to
        ``(B, T, O)``."""
        x = x.contiguous()
        ctx.save_for_backward(x, weight)
        out = _products(x, _steps_first(weight).transpose(1, 2))
        if bias is not None:
            out += bias
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx, grad: Tensor):
        """Gradients of input, weight and bias."""
        x, weight = ctx.saved_tensors
        grad = grad.contiguous()
        grad_x = grad_weight = grad_bias = None
        if ctx.needs_input_grad[0]:
            grad_x = _products(grad, _steps_first(weight), backward=True)
        if ctx.needs_input_grad[1]:
            grad_weight = _weight_gradient(x, grad, weight)
        if ctx.needs_input_grad[2]:
            grad_bias = grad.sum(dim=(0, 1))
        return grad_x, grad_weight, grad_bias


def _steps_first(weight: Tensor) -> Tensor:
    """``(O, C, K)`` to ``(K, O, C)``, copied: products read matrices whose
    rows lie together, ``parameters_to_vector`` and others expect weights as
    PyTorch's layers have them."""
    return weight.permute(2, 0, 1).contiguous()


def _neighbours(length: int, offset: int) -> tuple:
    """Slices of the steps that have a neighbour so many steps later, and of
    these neighbours."""
    return (slice(max(-offset, 0), length - max(offset, 0)),
            slice(max(offset, 0), length + min(offset, 0)))


def _products(x: Tensor, kernel: Tensor, backward: bool = False) -> Tensor:
    """``out[:, t] = sum_k x[:, t + k - reach] @ kernel[k]``; ``backward``
    looks the other way."""
    length, reach = x.shape[1], len(kernel) // 2
    out = torch.matmul(x, kernel[reach])
    for place in range(len(kernel)):
        offset = reach - place if backward else place - reach
        if offset == 0 or abs(offset) >= length:
            continue
        own, other = _neighbours(length, offset)
        for sample, source in zip(out, x):
            part = sample[own]
            # not addmm_, which counters of operations overlook
            torch.addmm(part, source[other], kernel[place], out=part)
    return out


def _weight_gradient(x: Tensor, grad: Tensor, weight: Tensor) -> Tensor:
    """``(O, C, K)``, a view of ``(K, O, C)``."""
    outputs, inputs, size = weight.shape
    kernel = weight.new_empty(size, outputs, inputs)
    reach = len(kernel) // 2
    for place, step in enumerate(kernel):
        offset = place - reach
        if abs(offset) >= x.shape[1] or not len(x):  # no step has it
            step.zero_()
            continue
        own, other = _neighbours(x.shape[1], offset)
        for number, (sample, source) in enumerate(zip(grad, x)):
            # what the first finds in memory counts nothing
            torch.addmm(step, sample[own].t(), source[other],
                        beta=min(number, 1), out=step)
    return kernel.permute(1, 2, 0)


def _in_plain_cpu_mode(x: Tensor) -> bool:
    # Mixed precision and the compiler have ways of their own; what is traced,
    # for export or to count operations, should show a convolution.
    return (x.device.type == 'cpu' and not torch.is_autocast_enabled('cpu') and
            not torch.compiler.is_compiling() and not torch.jit.is_tracing())


class MaxPool1d(nn.MaxPool1d):
    """``nn.MaxPool1d`` that keeps the order in memory."""

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, T)`` to ``(B, C, T_out)``."""
        size, stride, padding = (
            cast(int, value) for value in (
                self.kernel_size, self.stride, self.padding))
        image = F.max_pool2d(x[:, :, None], (1, size), (1, stride),
                             (0, padding))
        return image.squeeze(2)


class GroupNorm(nn.GroupNorm):
    """``nn.GroupNorm`` that keeps the order in memory."""

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, T)`` to the same shape."""
        return super().forward(x[:, :, None]).squeeze(2)
