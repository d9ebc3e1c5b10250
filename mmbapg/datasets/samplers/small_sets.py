"""Epochs that are not too short for a schedule."""
from typing import Iterator

from mmaction.registry import DATA_SAMPLERS
from mmengine.dataset import DefaultSampler
from mmengine.dist import get_world_size
from mmengine.logging import print_log

from ..seeding import NEXT_VISIT, SeededSamples


@DATA_SAMPLERS.register_module()
class SmallSetSampler(DefaultSampler):
    """MMEngine's ``DefaultSampler``, which repeats small sets in an epoch.

    A schedule counts epochs: with 8 videos and batches of 2, 35 epochs are
    140 iterations, which teach a network nothing, and one video does not even
    make a batch. So an epoch has at least ``min_samples`` samples.

    When a sample comes again, our datasets cut another random crop of it, as
    its index tells them to (:data:`NEXT_VISIT`); other datasets give the same
    sample.

    Args:
        dataset: To draw from.
        min_samples: On each rank. Larger sets come once an epoch, in the order
            of ``DefaultSampler``.
        **kwargs: As for ``DefaultSampler``.
    """

    def __init__(self, dataset, min_samples: int = 64, **kwargs) -> None:
        self.num_different = len(dataset)
        self.visits = repeats_for(min_samples * get_world_size(),
                                  self.num_different)
        self.next_visit = (
            NEXT_VISIT if isinstance(dataset, SeededSamples) else 0)
        super().__init__(range(self.visits * self.num_different), **kwargs)

    @property
    def repeats_indices(self) -> bool:
        """Whether an index comes twice in an epoch."""
        return self.visits > 1 and not self.next_visit

    def __iter__(self) -> Iterator[int]:
        for number in super().__iter__():
            visit, index = divmod(number, self.num_different)
            yield index + visit * self.next_visit


def repeats_for(needed: int, samples: int) -> int:
    """How often a set has to come in an epoch; the log says it if it is more
    than once.

    Args:
        needed: Samples of an epoch, of all ranks.
        samples: Of the set.
    """
    repeats = max(-(-needed // max(samples, 1)), 1)
    if repeats > 1:
        print_log(
            f'A small training set: each of its {samples} samples comes '
            f'{repeats} times an epoch, to make at least {needed} '
            '(min_samples of the sampler)', 'current')
    return repeats
