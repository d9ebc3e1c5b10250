"""Makes every epoch's random draws independent of what ran before it."""
import torch
from mmaction.registry import HOOKS
from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.runner import EpochBasedTrainLoop

from ..wrapped_datasets import innermost, repeats


@HOOKS.register_module()
class EpochSeedHook(Hook):
    """Seed sampling, dropout and data augmentation anew before every epoch.

    MMEngine's checkpoints do not hold the state of random generators, and it
    builds samplers before it knows the seed of the run that it resumes. With
    seeds that follow from the run's seed and the epoch, a run that was killed
    and resumed ends like one that was not.

    What is drawn for a sample follows from its place in the epoch. Where a
    sample comes more than once in an epoch (``RepeatDataset``,
    ``IterBasedTrainLoop``), each time would draw the same, so such datasets
    are not seeded.
    """

    priority = 'VERY_HIGH'

    def before_train(self, runner) -> None:
        """Give the sampler the run's seed, also if it came by resuming."""
        sampler = runner.train_dataloader.sampler
        if hasattr(sampler, 'seed') and not runner._randomness_cfg.get(
                'diff_rank_seed'):
            sampler.seed = runner.seed

    def before_train_epoch(self, runner) -> None:
        """Seed torch on every rank, and the datasets that can be seeded."""
        if not isinstance(runner.train_loop, EpochBasedTrainLoop):
            return
        torch.manual_seed(
            hash((runner.seed, runner.epoch, get_rank())) % 2**63)
        dataset = runner.train_dataloader.dataset
        sampler = runner.train_dataloader.sampler
        if repeats(dataset) or getattr(sampler, 'repeats_indices', False):
            return
        for each in innermost(dataset):
            if hasattr(each, 'set_epoch'):
                each.set_epoch(runner.seed, runner.epoch)
