"""Which made-up clips meet in a batch of boundary-sensitive pretraining."""
from typing import Dict, Iterator, List, Optional

import numpy as np
from mmaction.registry import DATA_SAMPLERS
from mmengine.dist import get_dist_info, sync_random_seed
from torch.utils.data import Sampler

from ..seeding import NEXT_VISIT
from .small_sets import repeats_for


@DATA_SAMPLERS.register_module()
class BoundaryKindSampler(Sampler):
    """Groups of one made-up clip of each kind, all begun by one class.

    Every batch whose size is a multiple of the number of kinds holds as many
    of each, in random order. Classes come in turn, in random order, and so do
    the clips of each class: neither tells anything of the kind. An epoch has
    as many samples as there are clips, or a little more.

    Args:
        dataset: A ``BoundaryClipDataset``.
        min_samples: Least samples of an epoch on each rank; few clips come
            several times.
        seed: By default one that all ranks share.
    """

    def __init__(self,
                 dataset,
                 min_samples: int = 0,
                 seed: Optional[int] = None) -> None:
        dataset.full_init()
        self.of_label: Dict[int, List[int]] = dataset.of_label
        self.group_size = len(dataset.kinds)
        self.num_clips = len(dataset.clips)
        self.seed = sync_random_seed() if seed is None else seed
        self.epoch = 0
        self.rank, self.world_size = get_dist_info()
        repeats = repeats_for(min_samples * self.world_size, self.num_clips)
        groups = -(-self.num_clips * repeats // self.group_size)
        self.groups_per_rank = -(-groups // self.world_size)

    def __len__(self) -> int:
        return self.groups_per_rank * self.group_size

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch's clips, and their order."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[int]:
        rng = np.random.default_rng([self.seed, self.epoch])
        labels = _in_turn(rng, list(self.of_label))
        clips = {label: _in_turn(rng, members)
                 for label, members in self.of_label.items()}
        visits: Dict[int, int] = {}
        for group in range(self.groups_per_rank * self.world_size):
            members = clips[next(labels)]
            # all are drawn on every rank, which then agree on what is next
            samples = [next(members) * self.group_size + int(kind)
                       for kind in rng.permutation(self.group_size)]
            for sample in samples:
                visit = visits.get(sample, 0)
                visits[sample] = visit + 1
                if group % self.world_size == self.rank:
                    yield sample + visit * NEXT_VISIT


def _in_turn(rng: np.random.Generator, members: List[int]) -> Iterator[int]:
    """All of them in random order, again and again."""
    while True:
        yield from (members[place] for place in rng.permutation(len(members)))
