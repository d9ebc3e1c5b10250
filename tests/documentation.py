"""Code blocks of README and docs, and a checkout to run them in.

Commands run as they stand: bash expands them, and their arguments are handed
to the very tools, in this process. Small are the data that they find, and
what :func:`shortened` changes in a config.
"""
import io
import json
import os
import re
import runpy
import shlex
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Tuple

from mmengine.config import Config

from mmbapg.datasets.sources import fir
from mmbapg.experiments import rendered
from tests.tiny import ROOT

#: Where a user reads.
PAGES = ('README.md', 'docs/*.md', 'tools/data/*/README.md',
         'benchmarks/README.md')
FENCE = re.compile(r'^( *)```(\w+)\n(.*?)^ *```', re.M | re.S)

#: Commands that are not run here but told, each by its words.
RECORDED = ('python', 'bash', 'pip')


class Block(NamedTuple):
    """A fenced block with a language; ``line`` counts from 1."""
    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f'{self.page}:{self.line}'


def code_blocks(patterns=PAGES) -> Dict[str, List[Block]]:
    """Page -> its blocks that name a language, in order."""
    pages = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    found = {}
    for path in pages:
        page, text = str(path.relative_to(ROOT)), path.read_text('utf-8')
        blocks = [
            Block(page, text.count('\n', 0, match.start()) + 1, match[2],
                  re.sub(f'^{match[1]}', '', match[3], flags=re.M))
            for match in FENCE.finditer(text)]
        if blocks:
            found[page] = blocks
    return found


def commands(block: Block, folder: Path) -> List[List[str]]:
    """Words of each command of a bash block, as bash expands them.

    Args:
        block: A block of shell commands.
        folder: To be in.

    Raises:
        AssertionError: If bash refuses the block, or it calls something else
            than :data:`RECORDED`.
    """
    record = ''.join(
        f'{name}() {{ printf "%q " {name} "$@" >&3; echo >&3; }}\n'
        for name in RECORDED)
    done = subprocess.run(
        ['bash', '-e', '-u', '-c', f'exec 3>&1 >&2\n{record}{block.text}'],
        cwd=folder, text=True, capture_output=True,
        env=dict(os.environ, PATH=''), executable='/bin/bash')
    assert not done.returncode, f'{block}: {done.stderr}'
    return [shlex.split(line) for line in done.stdout.splitlines()]


class Checkout:
    """A folder that looks like a checkout in which a user works.

    Args:
        folder: An empty folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ('configs', 'tools', 'benchmarks', 'setup.py'):
            (folder / name).symlink_to(ROOT / name)

    def run(self, words: List[str], status: int = 0) -> str:
        """Run ``python SCRIPT ...`` in this process.

        Args:
            words: Of the command.
            status: That it must end with.

        Returns:
            What it printed; everything, as a terminal shows it.
        """
        python, script, *arguments = words
        assert python == 'python', words
        output, found = io.StringIO(), 0
        kept = sys.argv, os.getcwd(), list(sys.path), dict(os.environ)
        sys.argv = [script, *arguments]
        os.chdir(self.folder)
        try:
            with redirect_stdout(output), redirect_stderr(output):
                try:
                    runpy.run_path(script, run_name='__main__')
                except SystemExit as end:
                    if isinstance(end.code, str):
                        print(end.code)
                    found = (end.code if isinstance(end.code, int) else
                             int(end.code is not None))
        finally:
            sys.argv, _, sys.path[:], environment = kept
            os.chdir(kept[1])
            os.environ.clear()
            os.environ.update(environment)
        text = output.getvalue()
        assert found == status, f'{shlex.join(words)}:\n{text[-3000:]}'
        return text

    def run_block(self, block: Block) -> str:
        """Run all commands of a block; what they printed together."""
        return ''.join(map(self.run, commands(block, self.folder)))


def shortened(cfg: Config) -> Config:
    """A config with small pictures, small batches and no workers."""
    if 'clip_features' in cfg:
        cfg.clip_features.num_workers = 0
        for step in cfg.get('test_pipeline', []):
            if step['type'] == 'Resize':
                step['scale'] = (96, 96)
    for name in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
        loader = cfg.get(name)
        if not loader:
            continue
        loader.update(num_workers=0, persistent_workers=False,
                      batch_size=min(loader.get('batch_size', 1), 16))
        sampler = loader.get('sampler', {})
        if sampler.get('type') == 'SmallSetSampler':
            sampler.min_samples = loader.batch_size
        elif 'min_samples' in sampler:
            sampler.min_samples = 16
        for step in loader.dataset.get('pipeline', []):
            if step['type'] == 'Resize':
                step['scale'] = (96, 96)
    return cfg


def write_videos(folder: Path) -> Path:
    """What is as FIR: three folds, four classes."""
    folder = rendered.write_rendered_set(folder, num_videos=6, duration=20.0)
    content = json.loads((folder / 'annotations.json').read_text())
    content['classes'] = [*rendered.CLASSES, 'fall']
    (folder / 'annotations.json').write_text(json.dumps(content))
    return folder


def change_configs(monkeypatch, change: Callable[[Config], Config]) -> None:
    """Have every config that is read from now on changed."""
    read = Config.fromfile
    monkeypatch.setattr(Config, 'fromfile', staticmethod(
        lambda *args, **kwargs: change(read(*args, **kwargs))))


def of_one_epoch(cfg: Config) -> Config:
    """A config of whose training only the end is looked at."""
    if cfg.get('train_cfg'):
        cfg.train_cfg.update(max_epochs=1, val_interval=1)
    return cfg


def be_small(monkeypatch, videos: Path) -> None:
    """Small configs, and no network.

    Args:
        monkeypatch: Of pytest.
        videos: See :func:`write_videos`.
    """
    change_configs(monkeypatch, shortened)
    monkeypatch.setenv('MMBAPG_DATA', str(videos))
    monkeypatch.setattr(fir, 'download', lambda folder: fir.link_local_copy(
        videos, folder))


def arguments_of(script: str, words: List[str]) -> Tuple[str, ...]:
    """Arguments of the one call of a script among recorded commands."""
    assert words[1] == script, words
    return tuple(words[2:])
