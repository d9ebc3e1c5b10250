"""Training on a CPU does not slow down as softmax grows sure of itself."""
import subprocess
import sys

import pytest
import torch
from mmaction.registry import HOOKS
from mmengine.config import Config

from mmbapg.apis import mmaction_tools
from mmbapg.apis.undisturbed import undisturbed
from mmbapg.engine.tiny_numbers import flushed, tiny_numbers_as_zero
from tests.tiny import CONFIGS


@pytest.fixture(autouse=True)
def as_at_first():
    torch.set_flush_denormal(False)  # a run that fails does not get so far


def softmax_of_far_scores():
    """Its smallest weight but 0."""
    weights = torch.tensor([0.0, -90.0]).softmax(dim=0)
    return float(weights.min().to(torch.float64))


def test_they_are_zero_as_long_as_asked_for():
    assert not flushed() and 0 < softmax_of_far_scores() < 1.2e-38
    with tiny_numbers_as_zero():
        assert flushed() and softmax_of_far_scores() == 0
        with tiny_numbers_as_zero():
            pass
        assert flushed()
    assert not flushed() and softmax_of_far_scores() > 0


def test_also_where_videos_are_localized():
    with undisturbed():
        assert flushed()
    assert not flushed()


def test_every_config_asks_for_it():
    hooks = Config.fromfile(
        str(CONFIGS / '_base_/default_runtime.py')).default_hooks
    hook = HOOKS.build(hooks.tiny_numbers)
    for _ in range(2):
        hook.before_run(None)
        assert flushed()
        hook.after_run(None)
        assert not flushed()


def test_threads_that_begin_later_take_it_over():
    code = (
        'import torch\n'
        'from mmbapg.engine.tiny_numbers import tiny_numbers_as_zero\n'
        'torch.set_num_threads(2)\n'
        'with tiny_numbers_as_zero():\n'
        '    x = torch.full((1 << 20,), 1e-38).mul(0.1)\n'
        'print(int((x.view(torch.int32) != 0).sum()))\n')
    found = subprocess.run([sys.executable, '-c', code], check=True,
                           capture_output=True, text=True)
    assert found.stdout.split()[-1] == '0'


def test_the_training_tool_asks_before_anything_is_computed(monkeypatch):
    seen = []
    monkeypatch.setattr(mmaction_tools.runpy, 'run_path',
                        lambda *_, **__: seen.append(flushed()))
    monkeypatch.setattr(sys, 'argv', ['train.py'])
    mmaction_tools.run_mmaction_tool('train')
    assert seen == [True] and not flushed()
