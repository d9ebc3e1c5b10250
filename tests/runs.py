"""Running configs, in this process or as users do."""
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import torch
from mmaction.registry import RUNNERS
from mmengine.config import Config
from mmengine.runner import Runner

from tests import warm
from tests.tiny import ROOT

_NUMBER = itertools.count()
#: What upstream says about itself, and what a first step or a process of ours
#: brought about.
_CLUTTER = re.compile('.*(?:' + '|'.join(map(re.escape, (
    '"FileClient" will be deprecated', '"HardDiskBackend" is the alias',
    'is skipped since its requires_grad', 'Multi-processing start method',
    'Fail to import ``Multi', 'pkg_resources is deprecated',
    'GradScaler(args...)', 'requires_grad=True to a scalar'))) + ').*')


def build(path, load_from=None, **options) -> Runner:
    """A runner of a config file."""
    cfg = Config.fromfile(path)
    cfg.merge_from_dict(options)
    cfg.experiment_name = f'test{next(_NUMBER)}'
    cfg.load_from = None if load_from is None else str(load_from)
    if 'runner_type' in cfg:
        return RUNNERS.build(cfg)
    return Runner.from_cfg(cfg)


def environment(**extra) -> dict:
    """One thread for each process, and this checkout."""
    return dict(os.environ, OMP_NUM_THREADS='1', OMP_WAIT_POLICY='passive',
                MKL_NUM_THREADS='1', PYTHONPATH=str(ROOT), PYTHONWARNINGS='',
                PATH=f'{Path(sys.executable).parent}:{os.environ["PATH"]}',
                **extra)


def run(*command, check=True, timeout=300, cwd=ROOT):
    """Run a command; its output is in the message if it fails.

    ``python SCRIPT.py`` runs in a process that has imported others'
    libraries; see :mod:`tests.warm`.
    """
    words = [str(part) for part in command]
    if words[0] in ('python', sys.executable) and words[1].endswith(
            '.py') and can_be_warm():
        done, = warm.run(words[1:], [environment()], cwd, timeout)
    else:
        done = subprocess.run(words, text=True, capture_output=True,
                              timeout=timeout, env=environment(), cwd=cwd)
    return successful(done) if check else done


def successful(done):
    """A command that ended well, and told nobody of what he can do nothing
    about."""
    if done.returncode:
        raise AssertionError(
            f'{done.args} failed:\n{done.stdout[-3000:]}\n'
            f'{done.stderr[-5000:]}')
    clutter = clutter_in(done.stdout + done.stderr)
    assert not clutter, f'{done.args} printed:\n' + '\n'.join(clutter)
    return done


def clutter_in(text: str) -> list:
    """Lines that only the developers of a library can do something about."""
    return _CLUTTER.findall(text)


def can_be_warm() -> bool:
    """CUDA lives in one process alone, and libraries ask for it when they are
    imported."""
    return not torch.cuda.is_available()


def run_on_two(*words, port):
    """Run ``python WORDS ...`` on two processes, which find one another as
    those of ``torch.distributed.run`` do.

    Returns:
        subprocess.CompletedProcess: The first.
    """
    words = [str(part) for part in words]
    if not can_be_warm():
        return run('python', '-m', 'torch.distributed.run',
                   '--nproc_per_node', 2, '--master_port', port, *words)
    done = warm.run(words, [environment(
        MASTER_ADDR='127.0.0.1', MASTER_PORT=str(port), WORLD_SIZE='2',
        RANK=str(rank), LOCAL_RANK=str(rank)) for rank in (0, 1)], ROOT, 300)
    return [successful(each) for each in done][0]


def start(*words, **extra):
    """Start ``python WORDS ...``, to be killed: no matter what it prints.

    Args:
        words: The script, and its arguments.
        extra: Of its environment.
    """
    return warm.start(words, os.devnull, os.devnull, environment(**extra),
                      ROOT)


def log_of(runner) -> str:
    """What a runner has logged."""
    path = Path(runner.log_dir) / f'{runner.timestamp}.log'
    return path.read_text(encoding='utf-8')


def scalars(work_dir: Path) -> list:
    """Rows that MMEngine logged over all runs in a folder, in order."""
    import json
    rows = []
    for path in sorted(Path(work_dir).glob('*/vis_data/scalars.json')):
        rows += [json.loads(line) for line in path.read_text().splitlines()]
    return rows


def outputs_of(configs, checkpoint) -> list:
    """What each config's model says of its test videos, all with the weights
    of one checkpoint."""
    import torch
    from mmengine.runner import load_checkpoint
    outputs = []
    for config in configs:
        runner = build(config)
        load_checkpoint(runner.model, str(checkpoint))
        runner.model.eval()
        with torch.no_grad():
            outputs.append([runner.model.test_step(batch)[0]
                            for batch in runner.test_dataloader])
    return outputs
