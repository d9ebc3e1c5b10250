"""What training does to the loss of one batch."""
import copy
import math
from typing import Any, Dict

import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from torch import Tensor, nn


@HOOKS.register_module()
class LossProbeHook(Hook):
    """Loss of the first batch before and after training.

    The losses in the log of a training are of other videos each time, and
    heads divide them by a running number of positives, so they rise and fall
    without any learning. This one changes only by what was learned.
    """

    def __init__(self) -> None:
        self.before = self.after = math.nan

    def before_train(self, runner) -> None:
        """Take the batch."""
        self.batch = next(iter(runner.train_dataloader))
        self.buffers = _buffers(_unwrapped(runner.model))
        self.before = self._loss(runner)

    def after_train(self, runner) -> None:
        """The same batch again."""
        self.after = self._loss(runner)

    @torch.no_grad()
    def _loss(self, runner) -> float:
        model = _unwrapped(runner.model)
        now = _buffers(model)
        model.eval()
        _restore(model, self.buffers)
        data = model.data_preprocessor(copy.deepcopy(self.batch), False)
        losses = model(**data, mode='loss')
        _restore(model, now)
        model.train()
        return float(model.parse_losses(losses)[0])


def _unwrapped(model: nn.Module) -> Any:
    return model.module if is_model_wrapper(model) else model


def _buffers(model: nn.Module) -> Dict[str, Tensor]:
    return {name: buffer.clone() for name, buffer in model.named_buffers()}


def _restore(model: nn.Module, buffers: Dict[str, Tensor]) -> None:
    for name, buffer in model.named_buffers():
        buffer.copy_(buffers[name])
