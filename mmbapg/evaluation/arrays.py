"""Tensors of any device as arrays."""
import numpy as np
import torch


def to_numpy(values) -> np.ndarray:
    """A tensor on any device, or anything else that NumPy understands."""
    if isinstance(values, torch.Tensor):
        return values.detach().cpu().numpy()
    return np.asarray(values)
