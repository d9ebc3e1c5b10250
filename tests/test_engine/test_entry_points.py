"""A config with BAPG gives a model with BAPG wherever it is built."""
import pytest
from mmaction.apis import init_recognizer
from mmaction.registry import RUNNERS
from mmengine.config import Config
from mmengine.infer import BaseInferencer
from mmengine.registry import RUNNERS as MMENGINE_RUNNERS
from mmengine.registry import DefaultScope
from mmengine.runner import FlexibleRunner, Runner

from mmbapg.config.bapg import BAPGConfigError
from mmbapg.engine import add_bapg
from tests import runs, tiny


def config(folder, **options):
    cfg = Config.fromfile(tiny.bapg_config(folder))
    cfg.merge_from_dict(options)
    cfg.experiment_name = f'entry{id(cfg)}'
    return cfg


class OwnRunner(Runner):
    """As projects write them."""

    @classmethod
    def from_cfg(cls, cfg):
        return super().from_cfg(cfg)


class RunnerWithoutSuper(Runner):

    @classmethod
    def from_cfg(cls, cfg):
        return cls(model=cfg.model, work_dir=cfg.work_dir, cfg=cfg,
                   default_scope='mmaction')


@pytest.mark.parametrize('build', [
    Runner.from_cfg, RUNNERS.build, MMENGINE_RUNNERS.build,
    OwnRunner.from_cfg, lambda cfg: Runner.from_cfg(cfg.to_dict()),
    lambda cfg: Runner.from_cfg(add_bapg(cfg))])
def test_every_way_gives_the_same_model(folder, build):
    cfg = config(folder)
    resolved = add_bapg(cfg)
    with DefaultScope.overwrite_default_scope('mmengine'):
        runner = build(cfg)
    assert type(runner.model).__name__ == 'BAPG'
    assert runner.cfg.model.to_dict() == resolved.model.to_dict()
    assert runner.cfg.test_dataloader.to_dict() == (
        resolved.test_dataloader.to_dict())


def test_another_runner_type_is_no_way_out(folder):
    for runner_type in ('Runner', 'FlexibleRunner'):
        runner = RUNNERS.build(config(folder, runner_type=runner_type))
        assert runner.cfg.model.type == 'BAPG'
    assert isinstance(runner, FlexibleRunner)


@pytest.mark.parametrize('build', [
    RunnerWithoutSuper.from_cfg,
    lambda cfg: Runner(cfg.model, cfg.work_dir, cfg=cfg,
                       default_scope='mmaction'),
    lambda cfg: init_recognizer(cfg, device='cpu'),
    lambda cfg: init_recognizer(config=cfg.filename, device='cpu'),
    lambda cfg: BaseInferencer._init_model(None, cfg, None)])
def test_who_would_build_the_bare_host_refuses(folder, build):
    with pytest.raises(BAPGConfigError, match=(
            r'tiny_bapg\.py: found the field bapg, .*bare host.*'
            r'expected .*mmbapg\.engine\.add_bapg')):
        build(config(folder))


def test_a_runner_of_the_right_model_may_keep_the_config(folder):
    cfg = config(folder)
    runner = Runner(add_bapg(cfg).model, cfg.work_dir, cfg=cfg,
                    default_scope='mmaction', experiment_name='kept')
    assert type(runner.model).__name__ == 'BAPG'


@pytest.mark.parametrize('settings', [None, True, dict(), dict(
    clustering=dict(type='TemporalSimilarityClustering', embeddings='x'))])
def test_a_field_without_settings_is_refused(folder, settings):
    cfg = config(folder)
    cfg.bapg = settings
    with pytest.raises(BAPGConfigError, match='^bapg: found .*expected dict'):
        Runner.from_cfg(cfg)


def test_bapg_is_not_added_twice(folder):
    cfg = config(folder)
    cfg.model = add_bapg(cfg).model
    with pytest.raises(BAPGConfigError, match='found BAPG beside the field'):
        Runner.from_cfg(cfg)


def test_the_base_brings_the_package(folder):
    """A config that lists nothing of ours but this file, as in a notebook."""
    script = folder / 'notebook.py'
    script.write_text(f'''
from mmaction.apis import init_recognizer
from mmengine.config import Config
from mmengine.runner import Runner
open('{folder}/bare.py', 'w').write("""
_base_ = ['mmaction::_base_/default_runtime.py',
          '{tiny.CONFIGS}/_base_/bapg/bapg.py']
model = dict(type='BMN', temporal_dim=20, boundary_ratio=0.5, num_samples=4,
             num_samples_per_bin=2, feat_dim=8, soft_nms_alpha=0.4,
             soft_nms_low_threshold=0.5, soft_nms_high_threshold=0.9,
             post_process_top_k=100)
work_dir = '{folder}/work_dirs'
""")
cfg = Config.fromfile('{folder}/bare.py')
print('model', type(Runner.from_cfg(cfg).model).__name__)
init_recognizer(cfg, device='cpu')
''')
    done = runs.run('python', script, check=False)
    assert 'model BAPG' in done.stdout
    assert 'init_recognizer does not read' in done.stderr
