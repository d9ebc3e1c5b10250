"""Makes every epoch's random draws independent of what ran before it."""
import torch
from mmaction.registry import HOOKS
from mmengine.dist import get_rank
from mmengine.hooks import Hook


@HOOKS.register_module()
class EpochSeedHook(Hook):
    """Seed dropout and data augmentation anew before every epoch.

    MMEngine's checkpoints do not hold the state of random generators. With
    seeds that follow from the run's seed and the epoch, a run that was killed
    and resumed ends like one that was not.
    """

    priority = 'VERY_HIGH'

    def before_train_epoch(self, runner) -> None:
        """Seed torch on every rank, and the datasets that can be seeded."""
        torch.manual_seed(
            hash((runner.seed, runner.epoch, get_rank())) % 2**63)
        for dataset in _innermost(runner.train_dataloader.dataset):
            if hasattr(dataset, 'set_epoch'):
                dataset.set_epoch(runner.seed, runner.epoch)


def _innermost(dataset):
    """Datasets inside wrappers such as RepeatDataset and ConcatDataset."""
    inner = getattr(dataset, 'datasets', None) or [
        getattr(dataset, 'dataset', None)
    ]
    if inner == [None]:
        return [dataset]
    return [found for each in inner for found in _innermost(each)]
