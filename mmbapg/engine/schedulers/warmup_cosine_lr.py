"""The learning rate of the anchor-free localizers."""
import math
from typing import List

from mmaction.registry import PARAM_SCHEDULERS
from mmengine.logging import print_log
from mmengine.optim.scheduler.param_scheduler import INF, _ParamScheduler

from mmbapg.errors import SettingError


@PARAM_SCHEDULERS.register_module()
class WarmupCosineLR(_ParamScheduler):
    """Linear warm-up from 0, then cosine annealing, as one scheduler.

    A config that inherits this changes only ``warmup`` or ``eta_min``; the end
    is that of ``train_cfg.max_epochs``. At step :math:`t` of :math:`T`, with
    :math:`w` steps of warm-up,

    .. math:: \\eta_t = \\eta\\,\\frac{t}{w - 1}\\ (t < w), \\qquad
        \\eta_t = \\eta_{min} + \\frac{\\eta - \\eta_{min}}{2}
        \\Bigl(1 + \\cos\\frac{\\pi (t - w)}{T - w}\\Bigr)\\ (t \\ge w)

    Args:
        optimizer: Whose learning rate to set.
        warmup: Steps (or epochs, see ``convert_to_iter_based`` of MMEngine)
            of warm-up, counted in ``end``. One that leaves nothing for the
            annealing is shortened to half of the training, and the log says
            so: the learning rate would not get there.
        eta_min: Learning rate at the end.
        begin, end: First step, and the step after the last.
        by_epoch: Whether steps are epochs.
        **kwargs: As in MMEngine's schedulers.
    """

    def __init__(self, optimizer, warmup: int, eta_min: float = 1e-8,
                 begin: int = 0, end: int = INF, by_epoch: bool = True,
                 **kwargs) -> None:
        total = end - begin
        self.warmup = warmup if warmup < total else total // 2
        self.eta_min = eta_min
        if self.warmup != warmup:
            print_log(
                f'WarmupCosineLR: a warm-up of {warmup:g} in a training of '
                f'{total:g} {"epochs" if by_epoch else "iterations"} is '
                f'shortened to {self.warmup:g}, so that the learning rate '
                'gets there (param_scheduler.warmup)', 'current', 30)
        super().__init__(optimizer, 'lr', begin=begin, end=end,
                         by_epoch=by_epoch, **kwargs)

    @classmethod
    def build_iter_from_epoch(cls, *args, warmup: int, epoch_length: int,
                              begin: int = 0, end: int = INF,
                              by_epoch: bool = True, **kwargs):
        """Count epochs in iterations; MMEngine calls it."""
        if not by_epoch or end == INF:
            raise SettingError(
                'param_scheduler: expected by_epoch=True and a last epoch '
                'for convert_to_iter_based=True, found '
                f'by_epoch={by_epoch}, end={end}')
        kwargs.update(
            warmup=warmup * epoch_length,
            begin=begin * epoch_length,
            end=end * epoch_length,
            by_epoch=False)
        return cls(*args, **kwargs)

    def _get_value(self) -> List[float]:
        step, total = self.last_step, self.end - self.begin
        if step < self.warmup:
            share = step / max(self.warmup - 1, 1)
            return [base * share for base in self.base_values]
        turn = math.pi * (step - self.warmup) / (total - self.warmup)
        share = (1 + math.cos(turn)) / 2
        return [self.eta_min + (base - self.eta_min) * share
                for base in self.base_values]
