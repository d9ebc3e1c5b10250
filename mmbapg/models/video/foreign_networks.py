"""Whether weights are those of a video network."""
from typing import Mapping, Optional

from torch import Tensor, nn


def fault_of(model: nn.Module, weights: Mapping[str, Tensor]) -> Optional[str]:
    """Which weight of a model is missing, or of another shape, in words.

    Tables that a network computes itself (VideoMAE's positions) may be
    missing.
    """
    learned = {name for name, _ in model.named_parameters()}
    for name, own in model.state_dict().items():
        if name not in weights:
            if name in learned or name.endswith(('running_mean',
                                                 'running_var')):
                return f'{name} is not among them'
        elif weights[name].shape != own.shape:
            return (f'{name} is of shape {tuple(weights[name].shape)}, not '
                    f'{tuple(own.shape)}')
    return None
