"""Convolutions and pooling that keep the channels of a step together.

Features are ``(B, C, T)``, but a layer normalization and a projection work on
the channels of one step. Where these lie side by side in memory (PyTorch's
channels-last), no layer of a block has to copy its input. Every layer takes
both orders in memory; the results are the same.
"""
from typing import List, Sequence, Tuple, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from mmbapg.errors import SettingError


def centred_padding(size: int, name: str = 'kernel_size') -> int:
    """Zeros on either side by which as many steps come out as go in.

    Args:
        size: Steps of a kernel.
        name: Of the setting that tells it.

    Raises:
        SettingError: If the kernel has no step in the middle.
    """
    if size < 1 or size % 2 == 0:
        raise SettingError(f'{name} is {size}, expected an odd number of '
                           'steps: as many before each step as after it')
    return size // 2


class Conv1d(nn.Conv1d):
    """``nn.Conv1d`` that computes, and gives its output, channels-last;
    depthwise on the CPU alone."""

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C_in, T)`` to ``(B, C_out, T_out)``."""
        if self.padding_mode != 'zeros' or isinstance(self.padding, str):
            return super().forward(x)
        every = self.stride == (1, )
        pointwise = every and self.kernel_size == (1, ) and (
            self.padding == (0, ))
        if self.groups == self.in_channels == self.out_channels:
            return self._scale(x) if pointwise else self._depthwise(x)
        if self.groups > 1 or not every:
            return super().forward(x)
        if pointwise:
            return F.linear(x.transpose(1, 2), self.weight[..., 0],
                            self.bias).transpose(1, 2)
        if _in_plain_cpu_mode(x) and x.dim() == 3 and self._length(x) > 0:
            out = DenseConvolution.apply(
                x.transpose(1, 2), self.weight, self.bias, self._length(x),
                self._offsets())
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

    def _offsets(self) -> List[int]:
        """Where the steps of the kernel look, from that of the output."""
        return [place * self.dilation[0] - int(self.padding[0])
                for place in range(self.kernel_size[0])]

    def _length(self, x: Tensor) -> int:
        return (x.shape[-1] + 2 * int(self.padding[0]) -
                self.dilation[0] * (self.kernel_size[0] - 1))


class DenseConvolution(torch.autograd.Function):
    """Convolution at every step as matrix products, one for each kernel step.

    On CPU, wide layers need a fifth less time for these than for PyTorch's
    convolution, whose channels-last gradients are slow. Of the sequence
    nothing is copied, and nothing padded: a step whose neighbour lies beyond
    the sequence is left out of that neighbour's product.
    """

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, bias, length: int,
                offsets: Sequence[int]) -> Tensor:
        """``(B, T, C)``, ``(O, C, K)`` and ``(O,)`` or ``None`` to
        ``(B, length, O)``; ``out[:, t]`` is the sum over ``k`` of
        ``x[:, t + offsets[k]]`` times ``weight[..., k]``."""
        x = x.contiguous()
        ctx.save_for_backward(x, weight)
        ctx.offsets = offsets
        out = _products(x, _steps_first(weight).transpose(1, 2), length,
                        offsets)
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
            grad_x = _products(grad, _steps_first(weight), x.shape[1],
                               [-offset for offset in ctx.offsets])
        if ctx.needs_input_grad[1]:
            grad_weight = _weight_gradient(x, grad, weight, ctx.offsets)
        if ctx.needs_input_grad[2]:
            grad_bias = grad.sum(dim=(0, 1))
        return grad_x, grad_weight, grad_bias, None, None


def _steps_first(weight: Tensor) -> Tensor:
    """``(O, C, K)`` to ``(K, O, C)``, copied: products read matrices whose
    rows lie together, ``parameters_to_vector`` and others expect weights as
    PyTorch's layers have them."""
    return weight.permute(2, 0, 1).contiguous()


def _neighbours(length: int, others: int, offset: int) -> Tuple[slice, slice]:
    """Slices of the ``length`` steps that have a neighbour so many steps
    later among ``others``, and of these neighbours."""
    first = max(-offset, 0)
    last = max(min(length, others - offset), first)
    return slice(first, last), slice(first + offset, last + offset)


def _products(x: Tensor, kernel: Tensor, length: int,
              offsets: Sequence[int]) -> Tensor:
    """``out[:, t] = sum_k x[:, t + offsets[k]] @ kernel[k]``."""
    spans = sorted(
        ((step, *_neighbours(length, x.shape[1], offset))
         for step, offset in zip(kernel, offsets)),
        key=lambda span: span[1].start - span[1].stop)
    out = x.new_empty(len(x), length, kernel.shape[2])
    complete = spans[0][1] == slice(0, length)
    if not complete:
        out.zero_()
    for number, (step, own, other) in enumerate(spans):
        if own.stop == own.start:
            continue
        for sample, source in zip(out, x):
            part = sample[own]
            # not addmm_, which counters of operations overlook; what the
            # first finds in memory counts nothing
            torch.addmm(part, source[other], step,
                        beta=min(number + (not complete), 1), out=part)
    return out


def _weight_gradient(x: Tensor, grad: Tensor, weight: Tensor,
                     offsets: Sequence[int]) -> Tensor:
    """``(O, C, K)``, a view of ``(K, O, C)``."""
    outputs, inputs, size = weight.shape
    kernel = weight.new_empty(size, outputs, inputs)
    for step, offset in zip(kernel, offsets):
        own, other = _neighbours(grad.shape[1], x.shape[1], offset)
        if own.stop == own.start or not len(x):  # no step has it
            step.zero_()
            continue
        for number, (sample, source) in enumerate(zip(grad, x)):
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
