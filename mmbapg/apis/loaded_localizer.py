"""A localizer with its weights, and the names of its classes."""
from typing import Sequence, Tuple

from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.runner import load_checkpoint
from torch import nn

from mmbapg.models.localizers.weights import ForeignWeightsError

from .localization_files import InferenceError
from .localization_results import label_names


def loaded_localizer(cfg: Config, weights: str, device: str
                     ) -> Tuple[nn.Module, Sequence[str]]:
    """A localizer to test with, and the classes that its weights name.

    Raises:
        InferenceError: If the weights are another model's, or name none.
    """
    model = MODELS.build(cfg.model)
    meta = load_weights(model, weights, strict=True)
    classes = label_names(model, meta, weights)
    return model.to(device).eval(), classes


def step_multiple(model: nn.Module) -> int:
    """Steps between which all levels of its pyramid have a step in common."""
    host = getattr(model, 'localizer', model)
    return getattr(getattr(host, 'backbone', None), 'length_multiple', 1)


def load_weights(model: nn.Module, checkpoint: str, strict=False) -> dict:
    """Load weights.

    Returns:
        Meta information of the checkpoint.

    Raises:
        InferenceError: If they are another model's.
    """
    try:
        return load_checkpoint(model, str(checkpoint), map_location='cpu',
                               strict=strict).get('meta', {})
    except ForeignWeightsError as error:
        raise InferenceError(f'{checkpoint}: {error}') from None
