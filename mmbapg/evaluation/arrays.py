"""Tensors of any device as arrays."""
import numpy as np
import torch


def to_numpy(values) -> np.ndarray:
    """A tensor on any device, or anything else that NumPy understands."""
    if isinstance(values, torch.Tensor):
        return values.detach().cpu().numpy()
    return np.asarray(values)


def true_segments(sample) -> np.ndarray:
    """Segments of the ground truth.

    Args:
        sample: A data sample, or the dict of one, with ``gt_instances``; the
            meta information ``gt_segments``, if there, is more precise.

    Returns:
        ``(G, 2)`` seconds.
    """
    exact = sample.get('gt_segments')
    return (to_numpy(sample.get('gt_instances')['segments'])
            if exact is None else exact)
