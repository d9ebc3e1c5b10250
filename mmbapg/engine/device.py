"""Where models compute."""
from typing import Optional

import mmengine.device.utils
import torch

from mmbapg.errors import UserError

#: What can be asked for; ``auto`` is what MMEngine chooses.
DEVICES = ('auto', 'cpu', 'cuda', 'mps')


class DeviceUnavailable(UserError, ValueError):
    """There is no such device; the message says what there is."""


def check_device(name: Optional[str]) -> str:
    """The name of a device that is there.

    Args:
        name: One of :data:`DEVICES`, or one of several GPUs, as
            ``cuda:1``; ``None`` is ``auto``.

    Raises:
        DeviceUnavailable: If PyTorch has none of this name.
    """
    if name in (None, 'auto'):
        return mmengine.device.get_device()
    there = dict(cpu=True, cuda=torch.cuda.is_available(),
                 mps=torch.backends.mps.is_available())
    kind, _, number = name.partition(':')
    if not there.get(kind, False) or number and not (
            kind == 'cuda' and number.isdecimal()
            and int(number) < torch.cuda.device_count()):
        usable = ', '.join(each for each in there if there[each])
        raise DeviceUnavailable(
            f'device {name}: PyTorch finds none here, expected one of auto, '
            f'{usable}')
    return name
