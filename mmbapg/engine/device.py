"""Where MMEngine's runners compute."""
from contextlib import contextmanager
from typing import Iterator, Optional

import mmengine.device.utils
import torch

#: What can be asked for; ``auto`` is what MMEngine chooses.
DEVICES = ('auto', 'cpu', 'cuda', 'mps')


class DeviceUnavailable(ValueError):
    """There is no such device; the message says what there is."""


def check_device(name: Optional[str]) -> str:
    """The name of a device that is there.

    Args:
        name: One of :data:`DEVICES`; ``None`` is ``auto``.

    Raises:
        DeviceUnavailable: If PyTorch has none of this name.
    """
    if name in (None, 'auto'):
        return mmengine.device.get_device()
    there = dict(cpu=True, cuda=torch.cuda.is_available(),
                 mps=torch.backends.mps.is_available())
    if not there.get(name, False):
        usable = ', '.join(each for each in there if there[each])
        raise DeviceUnavailable(
            f'device {name}: PyTorch finds none here, expected one of auto, '
            f'{usable}')
    return name


@contextmanager
def computing_on(device: str) -> Iterator[None]:
    """Runners that are built or run meanwhile use a device; MMEngine has no
    setting for it."""
    chosen = mmengine.device.utils.DEVICE
    mmengine.device.utils.DEVICE = device
    try:
        yield
    finally:
        mmengine.device.utils.DEVICE = chosen
