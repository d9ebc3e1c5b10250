"""Averaged weights that fit the length of the run."""
from mmaction.registry import HOOKS
from mmengine.hooks import EMAHook


@HOOKS.register_module()
class FittedEMAHook(EMAHook):
    """MMEngine's ``EMAHook``, with a shorter average in a shorter run.

    An average over the last ``1 / momentum`` iterations needs a run of
    several times that: with 0.001 and 700 iterations, half of the tested
    average is still initial weights. The weights of a short run also move
    further in the time that an average spans. So a run of :math:`N` updates
    averages with

    .. math:: \\mu = \\mu_0 \\max(1, N_0 / N)^2, \\quad \\mu \\le 1

    where :math:`\\mu_0` is ``momentum`` and :math:`N_0` is ``full_run``. The
    length of the run is known before it starts, so a run that was resumed
    averages like one that was not.

    Args:
        momentum: Share of the current weights in an update of the average,
            in runs of ``full_run`` updates or more.
        full_run: Updates (iterations, if ``interval`` is 1); a shorter run
            gets a greater momentum.
        **kwargs: As for :class:`mmengine.hooks.EMAHook`.
    """

    def __init__(self, momentum: float = 0.001, full_run: int = 3000,
                 **kwargs) -> None:
        super().__init__(momentum=momentum, **kwargs)
        self.momentum = momentum
        self.full_run = full_run

    def before_train(self, runner) -> None:
        """Choose the momentum."""
        super().before_train(runner)
        shorter = self.full_run / max(num_updates(self, runner), 1)
        self.ema_model.momentum = min(
            self.momentum * max(1, shorter)**2, 1.0)


def num_updates(hook: EMAHook, runner) -> int:
    """How often a whole run updates its average."""
    before = max(hook.begin_iter - 1, 0)
    if hook.enabled_by_epoch:
        before = (hook.begin_epoch - 1) * len(runner.train_dataloader)
    return -(-(runner.max_iters - before) // hook.ema_model.interval)


def initial_share(hook: EMAHook, runner) -> float:
    """What is left of the first averaged weights at the end of a run, of 1.

    Args:
        hook: With ``ema_type='ExponentialMovingAverage'``.
        runner: In training.
    """
    # the first update is the first weights themselves
    return (1 - hook.ema_model.momentum)**max(
        num_updates(hook, runner) - 1, 0)
