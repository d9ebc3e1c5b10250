"""PyTorch functions in forms that ONNX has, for sequences of any length."""
from typing import Any, Callable, Dict

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.overrides import TorchFunctionMode


class OnnxForms(TorchFunctionMode):
    """Within it, a traced network computes the same by other operators.

    PyTorch's exporter knows no ``embedding_bag``. Of ``unfold`` and
    ``unflatten`` it stores the lengths that it saw while tracing, so that the
    graph would take sequences of that length alone. And ``//`` it writes as
    ONNX's division, which rounds negative numbers up: ``-(-5 // 4)`` would be
    1 in the graph, and not 2.
    """

    def __torch_function__(self, func, types, args=(), kwargs=None):
        form = FORMS.get(func)
        if form is None:
            return func(*args, **(kwargs or {}))
        return form(*args, **(kwargs or {}))


def _unfold(x: Tensor, dim: int, size: int, step: int) -> Tensor:
    dim = dim % x.ndim
    number = (x.shape[dim] - size) // step + 1
    first = torch.arange(number, device=x.device) * step
    index = first[:, None] + torch.arange(size, device=x.device)
    found = x.index_select(dim, index.flatten())
    return _unflatten(found, dim, (-1, size)).movedim(dim + 1, -1)


def _unflatten(x: Tensor, dim: int, sizes) -> Tensor:
    dim = dim % x.ndim
    return x.reshape(*x.shape[:dim], *sizes, *x.shape[dim + 1:])


def _embedding_bag(rows: Tensor, table: Tensor, *, mode: str,
                   per_sample_weights: Tensor, **_) -> Tensor:
    if mode != 'sum':
        raise NotImplementedError(f'embedding_bag: found mode {mode!r}, '
                                  "expected 'sum'")
    return (table[rows] * per_sample_weights[..., None]).sum(dim=1)


def _floor_divide(x: Tensor, other) -> Tensor:
    # of a multiple, where nothing is left to round
    return torch.div(x - x % other, other, rounding_mode='trunc')


FORMS: Dict[Any, Callable[..., Tensor]] = {
    Tensor.unfold: _unfold,
    Tensor.unflatten: _unflatten,
    F.embedding_bag: _embedding_bag,
    Tensor.__floordiv__: _floor_divide,
}
