"""Work that leaves the process as it was."""
import random
import threading
from contextlib import contextmanager
from typing import Iterator

import numpy as np
import torch
from mmengine.registry import DefaultScope

from mmbapg.engine.tiny_numbers import tiny_numbers_as_zero

#: Random numbers and MMEngine's scope are the process's, not a thread's.
_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def undisturbed(seed: int = 0) -> Iterator[None]:
    """Draw and build as a run of MMAction2 does, and put back what was there.

    Meanwhile random numbers of Python, NumPy and PyTorch (on the CPU) follow
    from ``seed``, the default scope is MMAction2's, and this thread computes
    with tiny numbers as a run does. Threads wait for each other here; one
    that draws random numbers elsewhere at the same time may see its own
    again.
    """
    with _ONE_AT_A_TIME:
        states = random.getstate(), np.random.get_state()
        in_use = ([torch.cuda.current_device()]
                  if torch.cuda.is_initialized() else [])
        try:
            with torch.random.fork_rng(in_use), (
                    DefaultScope.overwrite_default_scope('mmaction')), (
                    tiny_numbers_as_zero()):
                random.seed(seed)
                np.random.seed(seed)
                # torch.manual_seed would seed GPUs too, now or later
                torch.default_generator.manual_seed(seed)
                yield
        finally:
            random.setstate(states[0])
            np.random.set_state(states[1])
