"""Which frames meet in a batch of contrastive learning."""
from typing import Iterator, Optional, Tuple

import numpy as np
from mmaction.registry import DATA_SAMPLERS
from mmengine.dist import get_dist_info, sync_random_seed
from torch.utils.data import Sampler

from mmbapg.errors import SettingError

from ..pair_pools import PairPool
from .draws import choose_all
from .small_sets import repeats_for


@DATA_SAMPLERS.register_module()
class HardNegativePairSampler(Sampler):
    """Frames of an instance next to the hard negatives beside it.

    BAPG (https://arxiv.org/abs/2309.13810), Sec. II-B. The sampler draws
    groups of ``2 * samples_per_class`` frames: ``samples_per_class`` of an
    action clip, and as many of the clips right before and after it in turn. An
    epoch visits every instance ``repeats`` times, in random order. Use a batch
    size that is a multiple of the group size.

    Args:
        dataset: An ``UntrimmedFrameDataset`` in training mode.
        samples_per_class: Frames from each of the two kinds of clip (``n``).
        repeats: Groups for each instance in an epoch.
        min_samples: Least samples of an epoch on each rank; few instances
            are visited a multiple of ``repeats`` times.
        seed: By default one that all ranks share.
    """

    def __init__(self,
                 dataset,
                 samples_per_class: int = 2,
                 repeats: int = 1,
                 min_samples: int = 0,
                 seed: Optional[int] = None) -> None:
        if samples_per_class < 2:
            raise SettingError(f'samples_per_class is {samples_per_class}, '
                               'expected at least 2: an anchor and a positive')
        self.pools = dataset.pools
        self._sizes = np.array([[len(frames) for frames in _clips(pool)]
                                for pool in self.pools])
        self.samples_per_class = samples_per_class
        self.seed = sync_random_seed() if seed is None else seed
        self.epoch = 0
        self.rank, self.world_size = get_dist_info()
        self.repeats = repeats * repeats_for(
            min_samples * self.world_size,
            len(self.pools) * repeats * self.group_size)
        self.groups_per_rank = -(-len(self.pools) * self.repeats //
                                 self.world_size)

    @property
    def group_size(self) -> int:
        """Frames that are drawn together, of one action and its negatives."""
        return 2 * self.samples_per_class

    def __len__(self) -> int:
        return self.groups_per_rank * self.group_size

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch's order and frames."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[int]:
        shuffle = np.random.default_rng([self.seed, self.epoch])
        order = np.concatenate([
            shuffle.permutation(len(self.pools)) for _ in range(self.repeats)
        ])
        # ranks take turns; the first groups come again to fill the last turn
        order = np.resize(order, self.groups_per_rank * self.world_size)
        rng = np.random.default_rng([self.seed, self.epoch, self.rank + 1])
        order = order[self.rank::self.world_size]
        number = self.samples_per_class
        places = choose_all(rng, self._sizes[order],
                            [number, -(-number // 2), number // 2])
        for index, *chosen in zip(order, *places):
            for frames, each in zip(_clips(self.pools[index]), chosen):
                yield from frames[each].tolist()


def _clips(pool: PairPool) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The clips that a group is drawn from, in its order."""
    return pool.positives, pool.former, pool.latter
