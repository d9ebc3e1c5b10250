"""A PyTorch whose ``sort`` leaves equal values in their order."""
from torch import Tensor
from torch.overrides import TorchFunctionMode


class StableSort(TorchFunctionMode):
    """Within it, ``Tensor.sort`` is stable, as NumPy's is in exports.

    Without it, which one of equal scores comes first depends on how long the
    list is and on the device.
    """

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if func is Tensor.sort:
            kwargs['stable'] = True
        return func(*args, **kwargs)
