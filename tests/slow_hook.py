"""Slows training down, so that a test can kill it in mid-epoch."""
import os
import time

from mmaction.registry import HOOKS
from mmengine.hooks import Hook


@HOOKS.register_module()
class SlowHook(Hook):
    """Waits ``$MMBAPG_TEST_DELAY`` seconds after every iteration."""

    def after_train_iter(self, runner, batch_idx, data_batch=None,
                         outputs=None):
        time.sleep(float(os.environ.get('MMBAPG_TEST_DELAY', 0)))
