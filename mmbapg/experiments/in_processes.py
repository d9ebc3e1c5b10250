"""Tasks that need each other, in several processes."""
import multiprocessing
from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Callable, Dict, Mapping, Sequence, TypeVar

import torch

Task = TypeVar('Task')


def in_processes(needed: Mapping[Task, Sequence[Task]],
                 work: Callable[[Task], None], jobs: int,
                 finished: Callable[[Task], None]) -> None:
    """Do each task as soon as those that it needs have been done.

    Args:
        needed: Task -> tasks that it needs; those that are no keys have been
            done before. No two may need each other.
        work: Does a task; can be pickled.
        jobs: Number of processes.
        finished: Is told of each task that has been done.

    Raises:
        Exception: Of the first task that fails; no other is begun then.
    """
    waiting = dict(needed)
    pending: Dict[Future, Task] = {}
    context = multiprocessing.get_context('spawn')
    with ProcessPoolExecutor(jobs, context, _forget_start_method) as pool:
        try:
            while waiting or pending:
                undone = {*waiting, *pending.values()}
                for task in [task for task, sources in waiting.items()
                             if undone.isdisjoint(sources)]:
                    del waiting[task]
                    pending[pool.submit(work, task)] = task
                for done in wait(pending, None, FIRST_COMPLETED).done:
                    done.result()
                    finished(pending.pop(done))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _forget_start_method() -> None:
    """How this process was started is nothing that its runs, which set how
    their data loaders' processes are, need to warn of."""
    multiprocessing.set_start_method(None, force=True)


def quietly(work: Callable[[Task], object], folder_of: Callable[[Task], Path],
            task: Task) -> None:
    """Do a task with one thread, its output in ``run.log`` of its folder.

    Args:
        work: Does it.
        folder_of: Tells the folder.
        task: The task.
    """
    torch.set_num_threads(1)
    folder = folder_of(task)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / 'run.log', 'w', encoding='utf-8') as log:
        with redirect_stdout(log), redirect_stderr(log):
            work(task)
