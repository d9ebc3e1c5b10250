"""A GPU that is not there.

    with PretendedGPU() as gpu:
        model.to('cuda')
        model.train_step(batch, optim_wrapper)
    assert not gpu.waits

Tensors that are moved to it, or made on it, are computed on the CPU and say
that they are elsewhere. What a GPU refuses is refused here with the same kind
of error: tensors of two devices in one operation, ``.numpy()`` of a GPU's
tensor, random numbers of a generator of the CPU. What a GPU allows is
allowed: indices and single numbers of the CPU. Results are those of the CPU,
so golden figures hold. Not seen: what kernels for a GPU lack, memory, speed.

``PretendedGPU('mps')`` is the GPU of a Mac, which has no double precision.
"""
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import mmengine.device.utils
import torch
import torch._dynamo  # noqa: F401  (optimizers import it, not under a mode)
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves, tree_map

PACKAGE = str(Path(__file__).resolve().parents[1] / 'mmbapg')

#: What tells nothing of the device, or changes nothing that we keep.
NEUTRAL = {getattr(Tensor, name).__get__ for name in (
    'grad_fn', 'requires_grad', 'shape', 'dtype', 'ndim', 'is_leaf', 'layout',
    'is_sparse', 'is_quantized', 'is_meta', 'is_nested', '_version',
    'output_nr', 'retains_grad', 'is_mkldnn', 'is_xpu')}
NEUTRAL |= {Tensor.requires_grad.__set__, torch.device}
NEUTRAL |= {getattr(Tensor, name) for name in (
    'size', 'dim', 'numel', 'stride', '__len__', 'is_floating_point',
    'is_complex', 'is_contiguous', 'data_ptr', 'storage_offset',
    'untyped_storage', 'element_size', 'backward', '__hash__', '__repr__',
    '__format__', 'register_hook', 'requires_grad_', 'is_set_to')}
#: What a program reads, and for which it has to wait until a GPU is ready.
READS = {Tensor.item, Tensor.tolist, Tensor.__bool__, Tensor.__float__,
         Tensor.__int__, Tensor.__index__, Tensor.__contains__}
#: The size of the result depends on numbers, so these wait, too.
OF_UNKNOWN_SIZE = {
    'nonzero', 'masked_select', 'unique', 'unique_consecutive', 'argwhere',
    'repeat_interleave', 'bincount', 'equal', 'allclose'}
TO_NUMPY = {Tensor.numpy, Tensor.__array__}
#: First argument and others may lie on different devices.
COPIES = {Tensor.copy_, Tensor.type_as, Tensor.set_}
INDEXING = {Tensor.__getitem__, Tensor.__setitem__, Tensor.index_put_,
            Tensor.index_put, torch.index_put}
#: Python functions that make a tensor of anything that they are given.
CONVERSIONS = {torch.tensor, torch.as_tensor, torch.from_numpy,
               torch._has_compatible_shallow_copy_type}


class Wait(NamedTuple):
    """A call for which the program waits: its name, and where in the package
    it stands, as ``models/heads/anchor_free_head.py:_update_normalizer``."""
    call: str
    place: str


def on_gpu(x) -> bool:
    """Whether something is a tensor on the pretended GPU."""
    return isinstance(x, Tensor) and getattr(x, '_on_gpu', False)


class PretendedGPU(TorchFunctionMode):
    """See the text above.

    Args:
        kind: ``cuda`` or ``mps``.

    Attributes:
        waits: A :class:`Wait` for each time that the program waited.
    """

    def __init__(self, kind: str = 'cuda') -> None:
        super().__init__()
        self.device = torch.device(kind, 0)
        self.waits: list = []
        self.getters = {
            Tensor.device.__get__: self.device,
            Tensor.is_cuda.__get__: kind == 'cuda',
            Tensor.is_mps.__get__: kind == 'mps',
            Tensor.is_cpu.__get__: False}

    def __enter__(self):
        make_subclass = Tensor._make_subclass

        def keep_device(cls, data, *args, **kwargs):  # parameters
            made = make_subclass(cls, data, *args, **kwargs)
            return self._put(made) if on_gpu(data) else made

        with ExitStack() as stack:
            for place, name, value in (
                    (Tensor, '_make_subclass', staticmethod(keep_device)),
                    (torch.cuda, 'current_device', lambda: 0),
                    # where MMEngine puts models
                    (mmengine.device.utils, 'DEVICE', self.device.type)):
                stack.enter_context(mock.patch.object(place, name, value))
            self.replaced = stack.pop_all()
        return super().__enter__()

    def __exit__(self, *args):
        super().__exit__(*args)
        self.replaced.close()

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        name = getattr(func, '__name__', '')
        first = args[0] if args else None
        if func in self.getters and on_gpu(first):
            return self.getters[func]
        if func in NEUTRAL or name == '_parse_to':
            return func(*args, **kwargs)
        if func in (Tensor.data.__set__, Tensor.grad.__set__):
            return self._assign(func, *args)
        if func in (Tensor.data.__get__, Tensor.grad.__get__):
            found = func(*args)
            return self._put(found) if on_gpu(first) else found
        if func in TO_NUMPY and on_gpu(first):
            raise TypeError(
                f"can't convert {self.device} device type tensor to numpy. "
                'Use Tensor.cpu() to copy the tensor to host memory first.')
        if func in READS | TO_NUMPY:
            if on_gpu(first):
                self._wait(name)
            return func(*args, **kwargs)
        if func is Tensor.__iter__:
            rows = list(func(*args))
            return iter(map(self._put, rows) if on_gpu(first) else rows)
        if func in (Tensor.to, Tensor.cuda, Tensor.cpu):
            return self._move(func, *args, **kwargs)
        return self._compute(func, name, args, kwargs)

    def _compute(self, func, name, args, kwargs):
        """Any other operation: look at the devices, and pass them on."""
        tensors = [x for x in tree_leaves((args, kwargs))
                   if isinstance(x, Tensor)]
        on_it = any(map(on_gpu, tensors))
        asked = kwargs.get('device')
        if asked is not None:
            kwargs['device'] = torch.device('cpu')
        wanted = asked is not None and self._is_this(asked)
        if (on_it or wanted) and kwargs.get('generator') is not None:
            raise RuntimeError(
                f"Expected a '{self.device.type}' device type for generator "
                "but found 'cpu'")
        if func in INDEXING:
            self._check_indexing(name, *args[:3])
        elif on_it and func not in COPIES | CONVERSIONS:
            self._check_mixing(name, tensors)
        if on_it and name in OF_UNKNOWN_SIZE:
            self._wait(name)
        if (func is Tensor.new_tensor and on_it) or (
                func in CONVERSIONS and wanted and not on_it):
            self._wait(name)
        out = func(*args, **kwargs)
        if func in INDEXING | COPIES or (
                name.endswith('_') and not name.endswith('__')):
            stays = on_gpu(args[0]) if args else False
        else:
            stays = wanted if asked is not None else on_it
        if func is Tensor.type_as:
            stays = on_gpu(args[1])
        if not stays:
            return out
        if isinstance(out, (tuple, list)):
            for each in out:
                tree_map(self._put, each)
        return self._put(out)

    def _put(self, x):
        """Mark a tensor as one of the GPU's; leave anything else."""
        if isinstance(x, Tensor):
            if self.device.type == 'mps' and x.dtype in (
                    torch.float64, torch.complex128):
                raise TypeError(
                    'Cannot convert a MPS Tensor to float64 dtype as the MPS '
                    "framework doesn't support float64. Please use float32 "
                    'instead.')
            x._on_gpu = True
        return x

    def _is_this(self, device) -> bool:
        if isinstance(device, int) and not isinstance(device, bool):
            return True
        return torch.device(device).type == self.device.type

    def _assign(self, func, owner, value):
        of_grad = func == Tensor.grad.__set__
        if of_grad and value is not None and on_gpu(value) != on_gpu(owner):
            raise RuntimeError('assigned grad has data of a different type')
        func(owner, value)
        if not of_grad:
            owner._on_gpu = on_gpu(value)

    def _move(self, func, x, *args, **kwargs):
        """``to``, ``cuda`` and ``cpu``."""
        device = kwargs.pop('device', None)
        kwargs.pop('non_blocking', None)
        rest = [each for each in args if not isinstance(each, bool)]
        if rest and isinstance(rest[0], Tensor):
            device = self.device if on_gpu(rest[0]) else 'cpu'
            rest[0] = rest[0].dtype
        elif rest and not isinstance(rest[0], torch.dtype):
            device = rest.pop(0)
        if func is not Tensor.to:
            device, rest = self.device if func is Tensor.cuda else 'cpu', []
        target = on_gpu(x) if device is None else self._is_this(device)
        rest = [each for each in rest if each is not None]
        out = x.to(*rest, **kwargs) if rest or kwargs else x
        if target == on_gpu(x):
            return self._put(out) if target else out
        self._wait('to the host' if on_gpu(x) else 'to the GPU')
        # a leaf of another device is no leaf any more
        out = out.clone() if out is x else out
        out._on_gpu = False
        return self._put(out) if target else out

    def _check_mixing(self, name, tensors) -> None:
        for x in tensors:
            if x.dim() and not on_gpu(x):
                raise RuntimeError(
                    'Expected all tensors to be on the same device, but found '
                    f'at least two devices, {self.device} and cpu! (in '
                    f'{name}: {tuple(x.shape)} on cpu)')

    def _check_indexing(self, name, x, index, value=None) -> None:
        parts = [each for each in tree_leaves(index)
                 if isinstance(each, Tensor)]
        if on_gpu(x):
            if any(each.dtype in (torch.bool, torch.uint8) and each.dim()
                   for each in parts):
                self._wait('index of a mask')
        elif any(map(on_gpu, parts)):
            raise RuntimeError('indices should be either on cpu or on the '
                               'same device as the indexed tensor (cpu)')
        # x[...] = value copies, unless there are indices
        if parts and isinstance(value, Tensor) and value.dim() and (
                on_gpu(value) != on_gpu(x)):
            raise RuntimeError(
                'Expected all tensors to be on the same device, but found at '
                f'least two devices, {self.device} and cpu! (in {name})')

    def _wait(self, call: str) -> None:
        frame = sys._getframe(1)
        while frame and not frame.f_code.co_filename.startswith(PACKAGE):
            frame = frame.f_back
        place = '' if frame is None else (
            f'{frame.f_code.co_filename[len(PACKAGE) + 1:]}:'
            f'{frame.f_code.co_name}')
        self.waits.append(Wait(call, place))
