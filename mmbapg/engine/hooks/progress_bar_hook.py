"""A progress bar in the place of log lines."""
from typing import Optional

from mmaction.registry import HOOKS
from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


@HOOKS.register_module()
class ProgressBarHook(Hook):
    """Show how far training or testing is, and the loss.

    For jobs of several runs, whose log lines would be hard to follow on a
    screen; log files still have them.

    Args:
        description: What runs.
    """

    def __init__(self, description: str) -> None:
        self.description = description
        self.progress: Optional[Progress] = None

    def before_train(self, runner) -> None:
        """Start the bar."""
        self._start(runner.max_iters, runner.iter)

    def after_train_iter(self, runner, batch_idx, data_batch=None,
                         outputs=None) -> None:
        """Advance, and show the loss every few iterations."""
        if self.progress is None:
            return
        self.progress.advance(self.task)
        if batch_idx % 5 == 0:
            self.progress.update(
                self.task, note=f'loss {float(outputs["loss"].detach()):.3f}')

    def after_train(self, runner) -> None:
        """End the bar."""
        self._stop()

    def before_test(self, runner) -> None:
        """Start the bar."""
        self._start(len(runner.test_dataloader))

    def after_test_iter(self, runner, batch_idx, data_batch=None,
                        outputs=None) -> None:
        """Advance."""
        if self.progress is not None:
            self.progress.advance(self.task)

    def after_test(self, runner) -> None:
        """End the bar."""
        self._stop()

    def _start(self, total: int, completed: int = 0) -> None:
        if not is_main_process():
            return
        self.progress = progress = Progress(
            TextColumn('{task.description:<34}'), BarColumn(),
            MofNCompleteColumn(), TimeElapsedColumn(), TextColumn('eta'),
            TimeRemainingColumn(), TextColumn('{task.fields[note]}'))
        self.task = progress.add_task(
            self.description, total=total, completed=completed, note='')
        progress.start()

    def _stop(self) -> None:
        if self.progress is not None:
            self.progress.stop()
            self.progress = None
