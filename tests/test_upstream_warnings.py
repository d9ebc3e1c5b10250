"""What upstream says about itself is left out, and nothing else."""
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pytest
import torch
from mmengine.fileio import FileClient, file_client
from mmengine.hooks import CheckpointHook
from mmengine.optim import build_optim_wrapper
from mmengine.optim.optimizer import amp_optimizer_wrapper
from torch import nn

from mmbapg import upstream_warnings
from tests import runs


class AnyRunner:
    """What a hook asks for before training."""
    work_dir = 'work'

    def __init__(self):
        from mmengine.logging import MMLogger
        self.logger = MMLogger.get_current_instance()


def test_hooks_of_mmengine_read_files_silently(logged, monkeypatch):
    monkeypatch.setattr(FileClient, '_instances', {})
    CheckpointHook().before_train(AnyRunner())
    assert 'Checkpoints will be saved' in logged()
    assert not runs.clutter_in(logged())


def test_others_are_told(logged, monkeypatch):
    """That is, whose module is not of upstream."""
    monkeypatch.setattr(FileClient, '_instances', {})
    FileClient('disk')
    assert '"FileClient" will be deprecated' in logged()
    assert '"HardDiskBackend" is the alias' in logged()
    file_client.print_log('something else', 'current')
    assert 'something else' in logged()


def test_one_line_for_all_frozen_weights(logged):
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2))
    model[:2].requires_grad_(False)
    build_optim_wrapper(model, dict(
        optimizer=dict(type='SGD', lr=1.0),
        paramwise_cfg=dict(bias_lr_mult=0.5)))
    assert ('weights that are not trained, as their requires_grad is False: '
            '4, 0.weight to 1.bias') in logged()
    assert 'paramwise_options -- 2.bias:lr=0.5' in logged()  # as before
    assert not runs.clutter_in(logged())


@pytest.fixture
def heard():
    """Warnings of a process that has just imported mmbapg."""
    with warnings.catch_warnings(record=True) as found:
        warnings.resetwarnings()
        warnings.simplefilter('always')
        upstream_warnings.silence()
        yield found


def test_mixed_precision(heard):
    scaler = 'GradScaler(enabled=False)'
    exec(scaler, vars(amp_optimizer_wrapper))
    assert not heard
    exec(scaler, dict(GradScaler=torch.cuda.amp.GradScaler,
                      __name__='somebody'))
    assert [each.category for each in heard] == [FutureWarning]


def test_a_part_of_mmcv_that_nothing_needs(heard, monkeypatch):
    """The real text, from a module whose copy is executed."""
    import mmcv.cnn.bricks.transformer as module
    source = Path(module.__file__).read_text('utf-8')
    start = source[source.index('try:\n    from mmcv.ops.multi_scale'):
                   source.index('def build_positional_encoding')]
    monkeypatch.setitem(sys.modules, 'mmcv.ops.multi_scale_deform_attn', None)
    code = compile(start, module.__file__, 'exec')
    for name, number in ((module.__name__, 0), ('somebody', 1)):
        copy = ModuleType(name)
        copy.warnings = warnings
        exec(code, vars(copy))
        assert len(heard) == number


def test_all_else_is_heard(heard):
    for message, category, module in upstream_warnings.OF_PYTHON:
        warnings.warn_explicit(message, category, 'file.py', 1, module)
        assert not heard
        warnings.warn_explicit(f'Else: {message}', category, 'file.py', 1,
                               module)
        warnings.warn_explicit(message, UserWarning, 'file.py', 1,
                               f'{module}.of_somebody')
        assert len(heard) == 2
        heard.clear()
