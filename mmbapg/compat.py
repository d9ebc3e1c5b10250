"""Makes MMAction2 1.2 + MMEngine 0.10.7 usable on today's stack.

The only file that knows of upstream bugs. Each patch is one function that
returns whether it found its bug and mended it; where the bug is absent it
changes nothing. ``import mmbapg`` applies them all, which is early enough for
``custom_imports``. Only :func:`mend_package_lookup` matters before a config
is parsed; our own tools import mmbapg first.
"""
import importlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import importlib.util
import os
import sys
from pathlib import Path
from typing import Callable, Dict

import numpy as np
import torch


def apply_all() -> Dict[str, bool]:
    """Apply every patch.

    Returns:
        dict: For each patch, whether its bug was present.
    """
    return {patch.__name__: patch() for patch in PATCHES}


def mend_importlib_metadata() -> bool:
    """MMAction2 imports the backport ``importlib_metadata`` undeclared."""
    if importlib.util.find_spec('importlib_metadata') is not None:
        return False
    sys.modules['importlib_metadata'] = importlib.metadata
    return True


def mend_missing_drn() -> bool:
    """The 1.2.0 wheel lacks ``models/localizers/drn``; in a source checkout
    DRN needs torchvision just to be imported.

    https://github.com/open-mmlab/mmaction2/issues/2714
    """
    spec = importlib.util.find_spec('mmaction')
    if spec is None or spec.origin is None or any(
            isinstance(finder, _PlaceholderDRN) for finder in sys.meta_path):
        return False
    drn = Path(spec.origin).parent / 'models' / 'localizers' / 'drn' / 'drn.py'
    if drn.exists() and importlib.util.find_spec('torchvision') is not None:
        return False
    sys.meta_path.insert(0, _PlaceholderDRN())
    return True


class _PlaceholderDRN(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serves a DRN that says, when it is built, why it is not there."""

    package = 'mmaction.models.localizers.drn'

    def find_spec(self, fullname, path=None, target=None):
        if fullname not in (self.package, self.package + '.drn'):
            return None
        return importlib.machinery.ModuleSpec(
            fullname, self, is_package=fullname == self.package)

    def create_module(self, spec):
        return None

    def exec_module(self, module):

        class DRN:

            def __init__(self, *args, **kwargs):
                raise ImportError(
                    'DRN is not part of the MMAction2 1.2.0 wheel and needs '
                    'torchvision: install both from source to use it')

        module.DRN = DRN


def mend_multimodal_import() -> bool:
    """With a recent transformers installed, ``import mmaction.models`` fails:
    its multi-modal models need timm and names that transformers dropped."""
    if 'mmaction.models' in sys.modules:
        return False
    if importlib.util.find_spec('transformers') is None:
        return False
    from mmaction.utils import dependency
    if not dependency.WITH_MULTIMODAL:
        return False
    try:
        importlib.import_module('mmaction.models.multimodal')
        return False
    except ImportError:
        dependency.WITH_MULTIMODAL = False
        return True


def mend_package_lookup() -> bool:
    """MMEngine looks packages up with ``pkg_resources``, which setuptools 82
    removed: ``_base_ = 'mmaction::...'`` fails.

    https://github.com/open-mmlab/mmengine/pull/1676
    """
    if importlib.util.find_spec('pkg_resources') is not None:
        return False
    from mmengine.config import config

    def is_installed(package: str) -> bool:
        return _find_package(package) is not None

    def get_installed_path(package: str) -> str:
        path = _find_package(package)
        if path is None:
            raise ModuleNotFoundError(f'package {package} is not installed')
        return path

    config.is_installed = is_installed
    config.get_installed_path = get_installed_path
    return True


def _find_package(package: str):
    """Folder of a package, by its own name or its distribution's."""
    names = [package]
    try:
        top_level = importlib.metadata.distribution(package).read_text(
            'top_level.txt')
        names += (top_level or '').split()
    except importlib.metadata.PackageNotFoundError:
        pass
    for name in names:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            return str(Path(spec.origin).parent)
    return None


def register_config_package() -> bool:
    """MMEngine's list of packages for ``_base_ = 'package::...'`` is closed;
    it takes a package that is installed in editable mode to lie in
    site-packages, and what it inherits to be registered under the package's
    name. This adds ours, wherever it is. What comes from it is registered
    with MMAction2 and carries no scope: it is the same as by its path."""
    from mmengine.config.config import Config
    from mmengine.config.utils import MODULE2PACKAGE
    from mmengine.hub import hub
    if 'mmbapg' in MODULE2PACKAGE:
        return False
    MODULE2PACKAGE['mmbapg'] = 'mmbapg'
    path_of_others, package_of_others = (Config._get_cfg_path,
                                         hub.get_installed_path)

    def get_cfg_path(cfg_path: str, filename: str):
        package, _, name = cfg_path.partition('::')
        if package == 'mmbapg' and name:
            return _find_our_config(name), None
        return path_of_others(cfg_path, filename)

    def get_installed_path(package: str) -> str:
        if package == 'mmbapg':
            return str(Path(__file__).parent)
        return package_of_others(package)

    Config._get_cfg_path = staticmethod(get_cfg_path)
    hub.get_installed_path = get_installed_path
    return True


def _find_our_config(name: str) -> str:
    package = Path(__file__).parent
    places = [package / '.mim' / 'configs', package.parent / 'configs']
    for folder in places:
        if (folder / name).is_file():
            return str(folder / name)
    raise FileNotFoundError(
        f'mmbapg::{name}: found no such config in '
        f'{" or ".join(map(str, places))}, expected METHOD/NAME.py or '
        '_base_/.../NAME.py')


def mend_numpy_trapz() -> bool:
    """NumPy 2.4 removed ``numpy.trapz``, with which MMAction2 integrates
    AR@AN in every validation of BMN."""
    if hasattr(np, 'trapz'):
        return False
    setattr(np, 'trapz', np.trapezoid)  # noqa: B010
    return True


def mend_checkpoint_loading() -> bool:
    """torch >= 2.6 loads with ``weights_only=True`` and refuses the message
    hub that MMEngine stores in every checkpoint: neither resume nor test.

    While MMEngine's checkpoint loader works, that hub is allowed, and by
    stand-ins that build nothing else; ``torch.load`` anywhere else refuses
    what it refused before.

    https://github.com/open-mmlab/mmengine/issues/1655
    """
    if not hasattr(torch.serialization, 'safe_globals'):
        return False
    from mmengine.logging.history_buffer import HistoryBuffer
    from mmengine.runner.checkpoint import CheckpointLoader
    original = CheckpointLoader.load_checkpoint.__func__
    if HistoryBuffer in torch.serialization.get_safe_globals() or getattr(
            original, 'mended_by_mmbapg', False):
        return False

    def load_checkpoint(cls, filename, map_location=None, logger='current'):
        from mmbapg.datasets.torch_files import checkpoint_loading
        with checkpoint_loading(filename) as resolved:
            return resolved(original(cls, filename, map_location, logger))

    vars(load_checkpoint)['mended_by_mmbapg'] = True
    CheckpointLoader.load_checkpoint = classmethod(load_checkpoint)
    return True


def mend_cpu_launch() -> bool:
    """``init_dist('pytorch')`` selects a CUDA device even where there is none
    and asks for NCCL; on such machines processes now meet over gloo. Those of
    a Mac's GPU do not meet at all, and are told so."""
    if torch.cuda.is_available():
        return False
    from mmengine.device import get_device
    from mmengine.dist import utils
    if get_device() not in ('cpu', 'mps') or getattr(utils._init_dist_pytorch,
                                        'mended_by_mmbapg', False):
        return False

    def init_dist_gloo(backend, init_backend='torch', **kwargs) -> None:
        processes = int(os.environ.get('WORLD_SIZE', 1))
        if get_device() == 'mps' and processes > 1:
            raise RuntimeError(
                f'found {processes} processes on a machine whose GPU is '
                'reached by MPS, expected one: PyTorch has no communication '
                'between them there; start one, without --launcher')
        torch.distributed.init_process_group(backend='gloo', **kwargs)

    vars(init_dist_gloo)['mended_by_mmbapg'] = True
    utils._init_dist_pytorch = init_dist_gloo
    return True


def mend_cpu_ddp() -> bool:
    """MMEngine wraps models with ``device_ids=[LOCAL_RANK]``, which DDP
    refuses for a model on the CPU."""
    from mmengine.model import MMDistributedDataParallel as Wrapper
    if getattr(Wrapper.__init__, 'mended_by_mmbapg', False):
        return False
    original = Wrapper.__init__

    def __init__(self, module, *args, **kwargs):
        on_cpu = all(p.device.type == 'cpu' for p in module.parameters())
        if on_cpu and kwargs.get('device_ids') is not None:
            kwargs['device_ids'] = None
        original(self, module, *args, **kwargs)

    vars(__init__)['mended_by_mmbapg'] = True
    Wrapper.__init__ = __init__
    return True


def mend_empty_epochs() -> bool:
    """MMEngine trains on fewer samples than a batch without a word, or stops
    in a scheduler that was told ``epoch_length=0``; hooks that could say more
    run after that."""
    from mmengine.runner import Runner
    if getattr(Runner.build_train_loop, 'mended_by_mmbapg', False):
        return False
    original = Runner.build_train_loop

    def build_train_loop(self, loop):
        built = original(self, loop)
        if hasattr(built.dataloader.dataset, '__len__'):
            from mmbapg.engine.checks.classes import check_batches
            check_batches(built.dataloader)
        return built

    vars(build_train_loop)['mended_by_mmbapg'] = True
    Runner.build_train_loop = build_train_loop
    return True


PATCHES: 'tuple[Callable[[], bool], ...]' = (
    mend_importlib_metadata,
    mend_missing_drn,
    mend_multimodal_import,
    mend_package_lookup,
    register_config_package,
    mend_numpy_trapz,
    mend_checkpoint_loading,
    mend_cpu_launch,
    mend_cpu_ddp,
    mend_empty_epochs,
)
