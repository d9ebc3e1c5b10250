"""Random draws of a training sample that depend on nothing but its place.

MMEngine seeds worker processes once, so what a transform draws depends on the
number of workers and on whether training was interrupted. Here the draws of a
sample follow from (seed, epoch, index) alone: a resumed run sees exactly what
an uninterrupted one does.
"""
import random
from contextlib import contextmanager

import numpy as np
import torch

#: Added to the index of a sample, once for each time that it has come in the
#: epoch already, so that it is drawn anew.
NEXT_VISIT = 2**32


@contextmanager
def seeded(*key: int):
    """Seed ``random`` and ``numpy.random`` for a while."""
    states = random.getstate(), np.random.get_state()
    words = np.random.SeedSequence(key).generate_state(2)
    random.seed(int(words[0]))
    np.random.seed(words[1])
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])


class SeededSamples:
    """Mix-in for MMEngine datasets; put it before the dataset class.

    The epoch lies in shared memory, so that :meth:`set_epoch` also reaches
    worker processes that live on from epoch to epoch.
    """

    def __init__(self, *args, **kwargs) -> None:
        self._seed_and_epoch = torch.full((2, ), -1).share_memory_()
        super().__init__(*args, **kwargs)

    def set_epoch(self, seed: int, epoch: int) -> None:
        """Fix the draws of the coming epoch (``EpochSeedHook`` calls it)."""
        self._seed_and_epoch.copy_(torch.tensor([seed, epoch]))

    def prepare_data(self, idx):
        """Run the pipeline under the seed of this sample.

        Args:
            idx: Of the sample, and a multiple of :data:`NEXT_VISIT`.
        """
        seed, epoch = self._seed_and_epoch.tolist()
        place = idx if idx < NEXT_VISIT else idx % NEXT_VISIT
        if self.test_mode or epoch < 0:
            return super().prepare_data(place)
        with seeded(seed, epoch, int(idx)):
            return super().prepare_data(place)
