"""Runs of any stage in this process, with a progress bar and no log lines."""
import copy
import itertools
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.runner import Runner

from mmbapg.config.bapg import add_bapg
from mmbapg.config.clip_features import add_clip_features

_RUN_NUMBER = itertools.count()


def run(cfg: Config, work_dir: Path, title: str,
        checkpoint: 'None | str | Path' = None, seed: int = 0) -> Runner:
    """Build a runner that shows a progress bar in the place of log lines.

    Args:
        cfg: Of any stage.
        work_dir: For logs and checkpoints.
        title: Of the bar.
        checkpoint: To load, in the place of the config's ``load_from``.
        seed: Of everything random; what else the config says of randomness
            stays.
    """
    cfg = copy.deepcopy(add_clip_features(add_bapg(cfg)))
    cfg.work_dir = str(work_dir)
    if checkpoint is not None:
        cfg.load_from = str(checkpoint)
    elif cfg.get('resume') and Path(work_dir, 'last_checkpoint').is_file():
        cfg.load_from = None  # else MMEngine would go on from there
    cfg.randomness = dict(cfg.get('randomness') or {}, seed=seed)
    cfg.log_level = 'WARNING'
    cfg.experiment_name = f'run{next(_RUN_NUMBER)}'
    cfg.custom_hooks = [
        *cfg.get('custom_hooks', []),
        dict(type='ProgressBarHook', description=title)
    ]
    return Runner.from_cfg(cfg)


def close(runner: Runner) -> None:
    """Let go of a runner's workers, log files and what MMEngine keeps."""
    for loop in (runner._train_loop, runner._val_loop, runner._test_loop):
        loader: Any = getattr(loop, 'dataloader', None)
        if getattr(loader, '_iterator', None) is not None:
            # persistent workers end at once; left to the garbage collector,
            # each would be waited for
            loader._iterator = None
    for handler in list(runner.logger.handlers):
        handler.close()
        runner.logger.removeHandler(handler)
    for kept in (type(runner.logger), type(runner.visualizer),
                 type(runner.message_hub)):
        kept._instance_dict.pop(runner.experiment_name, None)
        kept._instance_dict.pop(runner.logger.instance_name, None)
