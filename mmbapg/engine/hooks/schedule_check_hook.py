"""A schedule that was made for another length of training, said at once."""
from typing import Iterator, List, Sequence

from mmaction.registry import HOOKS
from mmengine.hooks import EMAHook, Hook
from mmengine.model import ExponentialMovingAverage
from mmengine.optim.scheduler.param_scheduler import INF

from .fitted_ema_hook import initial_share, num_updates

#: More of the initial weights than this in the averaged ones is a warning.
GREATEST_INITIAL_SHARE = 0.1


@HOOKS.register_module()
class ScheduleCheckHook(Hook):
    """Say which settings do not fit the length of training, before it starts.

    Learning rates: a schedule that goes on beyond the last epoch is cut off
    there, and one that ends before it leaves the rate as it is. Averaged
    weights: how much of the initial ones they will still hold.
    """

    priority = 'LOW'  # after the hooks that it looks at

    def before_train(self, runner) -> None:
        """One line for the learning rate, one for each average."""
        found = [text for schedulers in _groups(runner.param_schedulers)
                 for text in misfits(schedulers, runner.max_epochs,
                                     runner.max_iters)]
        if found:
            runner.logger.warning(
                f'param_scheduler does not fit this training: '
                f'{"; ".join(dict.fromkeys(found))}. Schedulers without '
                '`end` end with training.')
        for hook in runner.hooks:
            if isinstance(hook, EMAHook) and type(
                    hook.ema_model) is ExponentialMovingAverage:
                self._say_share(hook, runner)

    @staticmethod
    def _say_share(hook: EMAHook, runner) -> None:
        share = initial_share(hook, runner)
        text = (f'Averaged weights, momentum {hook.ema_model.momentum:.4g} '
                f'over {num_updates(hook, runner)} iterations: {share:.1%} '
                'of the weights that are tested will still be initial ones.')
        if share <= GREATEST_INITIAL_SHARE:
            runner.logger.info(text)
            return
        runner.logger.warning(
            f'{text} Expected at most {GREATEST_INITIAL_SHARE:.0%}: train '
            "longer, or use type='FittedEMAHook' in custom_hooks, which "
            'chooses the momentum by the length of the run.')


def _groups(schedulers) -> Iterator[Sequence]:
    """Schedulers of each optimizer."""
    if isinstance(schedulers, dict):
        yield from schedulers.values()
    elif schedulers is not None:
        yield schedulers


def misfits(schedulers: Sequence, epochs: int, iterations: int) -> List[str]:
    """What of the schedulers of one optimizer does not fit its training.

    Args:
        schedulers: MMEngine's, built.
        epochs, iterations: Of training.

    Returns:
        A phrase for each finding.
    """
    totals = [epochs if each.by_epoch else iterations for each in schedulers]
    last = max((each.end / total for each, total in zip(
        schedulers, totals)), default=1)
    found = []
    for each, total in zip(schedulers, totals):
        milestones = [step for step in sorted(
            getattr(each, 'milestones', ())) if step >= total]
        if each.begin >= total:
            text = f'begins at {each.begin}'
        elif milestones:
            text = f'has milestones at {", ".join(map(str, milestones))}'
        elif total < each.end < INF and not hasattr(each, 'gamma'):
            # with a factor gamma, the end changes nothing before it
            text = f'ends at {each.end}'
        elif hasattr(each, 'eta_min') and each.end / total == last < 1:
            text = (f'ends at {each.end} and leaves the rest at its last '
                    'learning rate')
        else:
            continue
        found.append(f'{type(each).__name__} {text} in a training of {total} '
                     f'{"epochs" if each.by_epoch else "iterations"}')
    return found
