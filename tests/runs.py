"""Running configs, in this process or as users do."""
import itertools
import os
import subprocess
import sys
from pathlib import Path

from mmaction.registry import RUNNERS
from mmengine.config import Config
from mmengine.runner import Runner

from tests.tiny import ROOT

_NUMBER = itertools.count()


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
    """Two quiet processes on two cores, and this checkout."""
    return dict(os.environ, OMP_NUM_THREADS='1', OMP_WAIT_POLICY='passive',
                PYTHONPATH=str(ROOT), PYTHONWARNINGS='ignore',
                PATH=f'{Path(sys.executable).parent}:{os.environ["PATH"]}',
                **extra)


def run(*command, check=True, timeout=300, **kwargs):
    """Run a command; its output is in the message if it fails."""
    done = subprocess.run([str(part) for part in command], text=True,
                          capture_output=True, timeout=timeout,
                          env=environment(), cwd=ROOT, **kwargs)
    if check and done.returncode:
        raise AssertionError(
            f'{command} failed:\n{done.stdout[-3000:]}\n{done.stderr[-5000:]}')
    return done


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
