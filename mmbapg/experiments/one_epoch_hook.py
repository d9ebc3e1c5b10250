"""Ends training early, with its schedule as it is."""
from mmaction.registry import HOOKS
from mmengine.hooks import Hook


@HOOKS.register_module()
class OneEpochHook(Hook):
    """Lets a training by epochs end after the first, validated and saved.

    Its schedule remains that of the whole training.
    """

    def after_train_epoch(self, runner) -> None:
        """Say that there is no next epoch."""
        runner.train_loop.stop_training = True
