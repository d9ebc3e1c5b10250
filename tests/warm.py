"""Python scripts as processes of their own, without the seconds that each
would spend on importing PyTorch.

Python's own fork server has imported others' libraries, and nothing of
MMAction2 or of ours; it forks for each script. What a script does with its
arguments, its environment, the folder that it is in, its output and its
status is what it would do as ``python SCRIPT``, and so is what it imports of
ours.
"""
import os
import runpy
import subprocess
import sys
import tempfile
from multiprocessing import get_context, set_start_method
from pathlib import Path
from unittest import mock

#: What takes long to import, and is the same for every script. MMAction2 is
#: not among it: :mod:`mmbapg.compat` mends it before it is imported.
LIBRARIES = ('mmengine.runner', 'mmengine.hub', 'torch.utils.tensorboard',
             'mmcv.cnn', 'cv2', 'matplotlib.figure', 'scipy.optimize',
             'scipy.integrate', 'scipy.stats', 'rich.progress',
             'torch._dynamo')  # which the first optimizer imports


def context():
    """Of :mod:`multiprocessing`: its processes fork from the server. CUDA
    lives in one process alone: where it is, they begin with nothing."""
    import torch
    found = get_context(
        'spawn' if torch.cuda.is_available() else 'forkserver')
    found.set_forkserver_preload(list(LIBRARIES))
    return found


def start(words, stdout, stderr, env: dict, cwd: Path):
    """Start ``python WORDS ...``.

    Args:
        words: The script, and its arguments.
        stdout, stderr: Files to write to.
        env: All of its environment.
        cwd: The folder that it is in.

    Returns:
        multiprocessing.Process: The process, the first of a session of its
        own.
    """
    process = context().Process(target=_become, args=(
        list(map(str, words)), str(stdout), str(stderr), env, str(cwd)))
    with mock.patch.dict(os.environ, env):  # the first one starts the server
        process.start()
    return process


def _become(words, stdout, stderr, env, cwd) -> None:
    """In the new process."""
    os.setsid()
    sys.stdout.flush()
    sys.stderr.flush()
    for path, number in ((stdout, 1), (stderr, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    set_start_method(None, force=True)  # of its own processes, as by default
    sys.argv = words
    sys.path.insert(0, str(Path(words[0]).resolve().parent))
    # as conftest.py does in the process that runs the tests
    from mmengine.config import config
    config.FormatCode = lambda text, **kwargs: (text, False)
    runpy.run_path(words[0], run_name='__main__')


def run(words, envs, cwd: Path, timeout: float) -> list:
    """Run ``python WORDS ...`` to its end.

    Args:
        words, cwd: See :func:`start`.
        envs: The environment of each of the processes that run it at the
            same time.
        timeout: In seconds, for each.

    Returns:
        list[subprocess.CompletedProcess]: Status of each, and what it
        printed.

    Raises:
        subprocess.TimeoutExpired: If one takes longer; all are killed.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = [[Path(folder, f'{name}{index}') for name in ('out', 'error')]
                 for index in range(len(envs))]
        processes = [start(words, *pair, env, cwd)
                     for pair, env in zip(files, envs)]
        for process in processes:
            process.join(timeout)
        late = [process for process in processes if process.is_alive()]
        for process in late:
            process.kill()
            process.join()
        if late:
            raise subprocess.TimeoutExpired(words, timeout)
        return [subprocess.CompletedProcess(
            words, process.exitcode, *(path.read_text('utf-8')
                                       for path in pair))
            for process, pair in zip(processes, files)]
