"""Warnings that upstream gives about itself.

Nobody who uses a plug-in can do anything about these, and among them he reads
past what is meant for him. Each is known by what it says and by who gives it:
whoever calls the same functions himself is told as before, and everything
else is heard.
"""
import re
import sys
import warnings
from types import ModuleType

#: Beginning of a warning, its category, and the module that gives it.
OF_PYTHON = (
    # nothing here uses mmcv.ops, which mmcv-lite is without
    ('Fail to import ``MultiScaleDeformableAttention``', UserWarning,
     'mmcv.cnn.bricks.transformer'),
    # by which MMEngine looks packages up, and which it has importlib reload
    ('pkg_resources is deprecated as an API', UserWarning,
     'mmengine.utils.package_utils'),
    ('pkg_resources is deprecated as an API', UserWarning, 'importlib'),
    # of MMEngine's AmpOptimWrapper
    ('`torch.cuda.amp.GradScaler(args...)` is deprecated', FutureWarning,
     'mmengine.optim.optimizer.amp_optimizer_wrapper'))

#: Of files, which MMEngine's hooks and MMAction2's transforms read through
#: MMEngine's former interface.
OF_FILES = ('"FileClient" will be deprecated',
            '"HardDiskBackend" is the alias')
UPSTREAM = ('mmaction', 'mmcv', 'mmengine')

#: How MMEngine ends a line for each weight that is not trained.
_FROZEN = 'is skipped since its requires_grad=False'


def silence() -> None:
    """Leave them out, from now on. A second call changes nothing."""
    for message, category, module in OF_PYTHON:
        warnings.filterwarnings('ignore', re.escape(message), category,
                                re.escape(module) + '$')
    _silence_files()
    _gather_frozen_weights()


def _silence_files() -> None:
    from mmengine.fileio import file_client
    told = file_client.print_log
    if getattr(told, 'mended_by_mmbapg', False):
        return

    def print_log(msg, *args, **kwargs) -> None:
        if not (str(msg).startswith(OF_FILES) and
                _caller_of(file_client).split('.')[0] in UPSTREAM):
            told(msg, *args, **kwargs)

    vars(print_log)['mended_by_mmbapg'] = True
    file_client.print_log = print_log


def _caller_of(module: ModuleType) -> str:
    """The module that called a function of another, which called us."""
    frame = sys._getframe(2)
    while frame.f_globals.get('__name__') == module.__name__ and frame.f_back:
        frame = frame.f_back
    return frame.f_globals.get('__name__', '')


def _gather_frozen_weights() -> None:
    """One line says what is not trained, in the place of hundreds."""
    from mmengine.optim.optimizer import default_constructor as module
    constructor = module.DefaultOptimWrapperConstructor
    original = constructor.__call__
    if getattr(original, 'mended_by_mmbapg', False):
        return

    def __call__(self, model):
        frozen = []
        told = module.print_log

        def print_log(msg, *args, **kwargs) -> None:
            if str(msg).endswith(_FROZEN):
                frozen.append(str(msg)[:-len(_FROZEN)].strip(' .'))
            else:
                told(msg, *args, **kwargs)

        module.print_log = print_log
        try:
            return original(self, model)
        finally:
            module.print_log = told
            if frozen:
                told('weights that are not trained, as their requires_grad is '
                     f'False: {len(frozen)}, {frozen[0]} to {frozen[-1]}',
                     'current')

    vars(__call__)['mended_by_mmbapg'] = True
    constructor.__call__ = __call__
