"""Whether windows of the data are those of the model."""
from typing import Mapping, Optional

from mmaction.registry import MODELS
from torch import nn

from mmbapg.building_faults import default_of
from mmbapg.datasets import SlidingWindowDataset
from mmbapg.errors import SettingError
from mmbapg.models.localizers.windowed import WindowedLocalizer

from ..wrapped_datasets import innermost


def window_of(model: nn.Module) -> Optional[int]:
    """Steps of the windows in which a localizer, or what has it in it, sees
    videos in testing; ``None`` if it sees whole ones."""
    return next((module.window_size for module in model.modules()
                 if isinstance(module, WindowedLocalizer)), None)


def window_of_config(host: Mapping) -> Optional[int]:
    """The same by the config of a host."""
    kind = MODELS.get(host.get('type', ''))
    if not (isinstance(kind, type) and issubclass(kind, WindowedLocalizer)):
        return None
    return host.get('window_size', default_of(kind, 'window_size'))


def refuse_other_windows(dataset, size: Optional[int]) -> None:
    """Refuse windows to train on that are not as long as those in testing.

    Args:
        dataset: Of training, in wrappers or not.
        size: Steps of a window in testing, if there are windows.

    Raises:
        SettingError: If they are not.
    """
    for each in innermost(dataset):
        if size and isinstance(each, SlidingWindowDataset) and (
                each.window_size != size):
            raise SettingError(
                f'train_dataloader: found windows of {each.window_size} '
                f'steps, expected the {size} of window_size of the model, '
                'which tests on such')
