"""Each patch: the bug is there without it and gone with it.

Every case runs in a process that has imported nothing of MMAction2, and loads
nothing of mmbapg but ``compat.py``. Bugs that this environment does not have
are put in.
"""
import importlib.util
import re
import textwrap

import pytest

from tests import runs
from tests.tiny import ROOT

HIDE = '''
class Hidden(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] == HIDDEN:
            raise ModuleNotFoundError(f'No module named {name!r}')

def hide(name):
    global HIDDEN
    HIDDEN = name
    sys.meta_path.insert(0, Hidden())
    true_find_spec = importlib.util.find_spec
    importlib.util.find_spec = lambda n, *a: (
        None if n == name else true_find_spec(n, *a))
'''

CASES = {
    'mend_importlib_metadata': ('''
        hide('importlib_metadata')
        patch()
        import mmaction.utils.dependency
    ''', 'importlib_metadata'),
    'mend_missing_drn': ('''
        compat.mend_importlib_metadata()
        compat.mend_numpy_trapz()
        patch()
        import mmaction.models
        from mmaction.models.localizers import DRN
        try:
            DRN()
        except ImportError as error:
            assert 'from source' in str(error)
        else:
            raise AssertionError('DRN was built')
    ''', 'drn'),
    'mend_multimodal_import': ('''
        import types
        compat.mend_importlib_metadata()
        compat.mend_missing_drn()
        from mmaction.utils import dependency
        dependency.WITH_MULTIMODAL = True
        sys.modules['mmaction.utils'].WITH_MULTIMODAL = True
        fake = types.ModuleType('transformers')
        fake.__spec__ = importlib.machinery.ModuleSpec('transformers', None)
        sys.modules['transformers'] = fake
        hide('timm')
        patch()
        import mmaction.models
    ''', 'ModuleNotFoundError|ImportError'),
    'mend_package_lookup': ('''
        hide('pkg_resources')
        from mmengine.config import Config
        patch()
        path = os.path.join(sys.argv[1], 'config.py')
        with open(path, 'w') as file:
            file.write("_base_ = 'mmaction::localization/bmn/"
                       "bmn_2xb8-400x100-9e_activitynet-feature.py'")
        assert Config.fromfile(path).model.type == 'BMN'
    ''', 'pkg_resources'),
    'register_config_package': ('''
        compat.mend_package_lookup()
        from mmengine.config import Config
        patch()
        path = os.path.join(sys.argv[1], 'config.py')
        with open(path, 'w') as file:
            file.write("_base_ = 'mmbapg::actionformer/"
                       "actionformer_1xb2-35e_thumos14-i3d.py'")
        assert Config.fromfile(path).model.type == 'ActionFormer'
    ''', 'mmbapg'),
    'mend_numpy_trapz': ('''
        patch()
        import numpy as np
        assert np.trapz([1, 1, 1]) == 2
    ''', 'trapz'),
    'mend_checkpoint_loading': ('''
        import numpy as np, torch
        from mmengine.logging import HistoryBuffer, MessageHub
        hub = MessageHub.get_instance('test')
        hub.update_scalar('loss', 1.5)
        hub.update_info('array', np.arange(3))
        path = os.path.join(sys.argv[1], 'checkpoint.pth')
        torch.save(dict(message_hub=hub.state_dict()), path)
        patch()
        from mmengine.runner import CheckpointLoader
        state = CheckpointLoader.load_checkpoint(path)['message_hub']
        assert state['log_scalars']['loss'].current() == 1.5
    ''', 'UnpicklingError|Weights only load failed'),
    'mend_cpu_launch': ('''
        import torch
        os.environ.update(MASTER_ADDR='127.0.0.1', MASTER_PORT='29655',
                          RANK='0', LOCAL_RANK='0', WORLD_SIZE='1')
        from mmengine.dist import init_dist
        patch()
        init_dist('pytorch', backend='nccl')
        assert torch.distributed.get_backend() == 'gloo'
    ''', '_cuda_setDevice|NVIDIA|nccl|cuda'),
    'mend_cpu_ddp': ('''
        import torch
        os.environ.update(MASTER_ADDR='127.0.0.1', MASTER_PORT='29656')
        torch.distributed.init_process_group('gloo', rank=0, world_size=1)
        from mmengine.model import MMDistributedDataParallel
        patch()
        MMDistributedDataParallel(torch.nn.Linear(2, 2), device_ids=[0])
    ''', 'device_ids'),
    'mend_empty_epochs': ('''
        compat.mend_importlib_metadata()
        from mmengine.runner import BaseLoop, Runner
        from torch.utils.data import DataLoader
        class Loop(BaseLoop):
            def run(self):
                pass
        patch()
        try:
            Runner.build_train_loop(None, Loop(None, DataLoader(
                [0], batch_size=2, drop_last=True)))
        except ValueError as error:
            assert 'expected at least one batch of 2' in str(error)
        else:
            raise AssertionError('an epoch without a batch')
    ''', 'without a batch'),
}


def run_case(name, tmp_path, mended):
    body, _ = CASES[name]
    code = '\n'.join([
        'import importlib.abc, importlib.machinery, importlib.util, os, sys',
        'import warnings; warnings.simplefilter("ignore")', HIDE,
        'spec = importlib.util.spec_from_file_location("compat", '
        f'{str(ROOT / "mmbapg" / "compat.py")!r})',
        'compat = importlib.util.module_from_spec(spec)',
        'spec.loader.exec_module(compat)',
        f'patch = compat.{name}' if mended else 'patch = lambda: None',
        textwrap.dedent(body)
    ])
    script = tmp_path / 'case.py'
    script.write_text(code)
    return runs.run('python', script, tmp_path, check=False, cwd=tmp_path)


@pytest.mark.parametrize('name', CASES)
def test_the_bug_is_there_without_the_patch(name, tmp_path):
    import numpy as np
    import torch
    if name == 'mend_numpy_trapz' and np.lib.NumpyVersion(
            np.__version__) < '2.4.0':
        pytest.skip('this NumPy still has trapz')
    if name in ('mend_cpu_launch', 'mend_cpu_ddp') and (
            torch.cuda.is_available()):
        pytest.skip('a bug of machines without CUDA')
    done = run_case(name, tmp_path, mended=False)
    assert done.returncode != 0
    assert re.search(CASES[name][1], done.stderr), done.stderr[-2000:]


@pytest.mark.parametrize('name', CASES)
def test_the_patch_mends_it(name, tmp_path):
    done = run_case(name, tmp_path, mended=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_every_patch_has_a_case():
    from mmbapg import compat
    assert {patch.__name__ for patch in compat.PATCHES} == set(CASES)


def test_several_processes_on_a_mac_are_refused(monkeypatch):
    import torch
    if torch.cuda.is_available():
        pytest.skip('the launch is not mended where there is CUDA')
    from mmengine.device import utils as device
    from mmengine.dist import init_dist
    monkeypatch.setattr(device, 'DEVICE', 'mps')
    for name, value in dict(WORLD_SIZE='2', RANK='0', LOCAL_RANK='0').items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RuntimeError, match='found 2 processes .* by MPS'):
        init_dist('pytorch', backend='nccl')


def test_nothing_is_mended_twice():
    from mmbapg import compat
    assert not any(compat.apply_all().values())


def test_the_allow_list_is_narrow(tmp_path):
    from pickle import UnpicklingError

    import torch
    from mmengine.logging import HistoryBuffer
    from mmengine.runner import CheckpointLoader

    class Evil:

        def __reduce__(self):
            return getattr, (HistoryBuffer, '__init__')

    path = tmp_path / 'evil.pth'
    torch.save(dict(message_hub=Evil()), path)
    with pytest.raises(UnpicklingError, match='only the statistics'):
        CheckpointLoader.load_checkpoint(str(path))


def test_a_source_checkout_is_mended_too(tmp_path):
    """A checkout has drn, which needs torchvision just to be imported."""
    pytest.importorskip('mmaction')
    code = '''
import importlib.util, os, pathlib, shutil, sys, warnings
warnings.simplefilter('ignore')
origin = pathlib.Path(importlib.util.find_spec('mmaction').origin).parent
source = pathlib.Path(sys.argv[1]) / 'mmaction'
shutil.copytree(origin, source, ignore=shutil.ignore_patterns('.mim'))
drn = source / 'models' / 'localizers' / 'drn'
drn.mkdir(exist_ok=True)
(drn / '__init__.py').write_text('')
(drn / 'drn.py').write_text('import torchvision\\nclass DRN: pass\\n')
sys.path.insert(0, sys.argv[1])
import mmbapg, mmaction
assert pathlib.Path(mmaction.__file__).parent == source
import mmaction.models
'''
    if importlib.util.find_spec('torchvision'):
        pytest.skip('torchvision is installed')
    script = tmp_path / 'of_a_checkout.py'
    script.write_text(code)
    done = runs.run('python', script, tmp_path, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
