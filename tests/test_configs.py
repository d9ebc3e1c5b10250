"""Every config builds, and says what the papers say."""
import math
import re

import pytest
import yaml
from mmaction.registry import DATA_SAMPLERS, MODELS, TRANSFORMS
from mmengine.config import Config

from mmbapg.config import add_bapg, add_clip_features
from mmbapg.experiments.kept_runs import flat
from tests.metafiles import without_memory, without_weights
from tests.tiny import CONFIGS

ALL = sorted(str(path.relative_to(CONFIGS)) for path in CONFIGS.rglob('*.py')
             if '_base_' not in path.parts)
#: As the metafiles tell.
PARAMETERS = {
    model['Config'].removeprefix('configs/'): model['Metadata']['Parameters']
    for path in CONFIGS.glob('*/metafile.yml')
    for model in yaml.safe_load(path.read_text('utf-8'))['Models']
}


def load(name):
    return Config.fromfile(CONFIGS / name)


@pytest.mark.parametrize('name', ALL)
def test_config_builds(name):
    cfg = add_clip_features(add_bapg(load(name)))
    if cfg.model.type in ('FrameSimilarityLearner', 'ClipFeatureExtractor'):
        cfg.model.get('recognizer', cfg.model).backbone.pop('pretrained', None)
    if 'EfficientNetLite' in str(cfg.model):
        pytest.importorskip('efficientnet_lite_pytorch')
    without_weights(cfg.model)
    with without_memory(cfg.model):
        model = MODELS.build(cfg.model)
    assert sum(p.numel() for p in model.parameters()) == PARAMETERS[name]
    for part in ('train', 'test'):
        loader = cfg.get(f'{part}_dataloader')
        if loader is None:
            continue
        assert loader.sampler.type == 'DefaultSampler' or (
            DATA_SAMPLERS.get(loader.sampler.type))
        for step in loader.dataset.pipeline:
            TRANSFORMS.build(step)


@pytest.mark.parametrize('data,interval', [
    ('thumos14-rgb-1s', 1.0), ('thumos14-rgb-0.1s', 0.1),
    ('activitynet13-rgb-1s', 1.0), ('fir-rgb-0.25s', 0.25)])
def test_the_papers_recipe(data, interval):
    """BAPG, Sec. III-B."""
    cfg = load(f'similarity/similarity_resnet50_1xb112-100e_{data}.py')
    assert cfg.model.backbone.type == 'ResNet'
    assert cfg.model.backbone.depth == 50
    assert cfg.train_dataloader.batch_size == 112
    assert cfg.train_dataloader.sampler.samples_per_class == 2
    assert cfg.train_dataloader.dataset.interval == interval
    assert cfg.test_dataloader.dataset.interval == interval
    assert cfg.train_cfg.max_epochs == 100
    optimizer = cfg.optim_wrapper.optimizer
    assert (optimizer.type, optimizer.lr, optimizer.weight_decay) == (
        'Adam', 1e-5, 4e-4)
    assert cfg.param_scheduler[0].type == 'MultiStepLR'
    assert cfg.model.head.margin == 0.0


def test_margin_of_the_paper_is_one_setting_away():
    cfg = load(
        'similarity/similarity_temporal_1xb224-80e_fir-feature-0.25s.py')
    cfg.merge_from_dict({'model.head.margin': 1.0})
    assert MODELS.build(cfg.model).head.loss_fn.margin == 1.0


def test_sizes_of_the_hosts():
    sizes = {'actionformer/actionformer_1xb2-35e_thumos14-i3d.py': 29251612}
    for name, size in sizes.items():
        model = MODELS.build(load(name).model)
        assert sum(p.numel() for p in model.parameters()) == size
    small = MODELS.build(load(
        'actionformer/actionformer_1xb2-20e_fir-efficientnetlite0.py').model)
    assert sum(p.numel() for p in small.parameters()) == pytest.approx(
        1.95e6, rel=0.01)


def test_bapg_is_one_line_in_base():
    host = load('actionformer/actionformer_1xb2-35e_thumos14-i3d.py')
    fused = load('actionformer/actionformer_bapg_1xb2-35e_thumos14-i3d.py')
    changed = {key for key in fused if fused[key] != host.get(key)}
    assert changed == {'bapg', 'runner_type'}


@pytest.mark.parametrize('name', ALL)
def test_the_learning_rate_knows_its_batch_size(name):
    """``AxB`` in a name: on so many GPUs, batches of so many samples."""
    cfg = load(name)
    if 'clip_features' in cfg:  # trains nothing
        return
    gpus, batch = map(int, re.search(r'_(\d+)xb(\d+)-', name).groups())
    assert cfg.train_dataloader.batch_size == batch
    assert dict(cfg.auto_scale_lr) == dict(
        enable=False, base_batch_size=gpus * batch)


@pytest.mark.parametrize('name', ALL)
def test_a_runs_copy_can_be_read(name):
    """MMEngine writes ``inf`` and ``nan`` into a run's folder, and cannot
    read them there."""
    values = flat(load(name)._cfg_dict).values()
    assert all(math.isfinite(value) for value in values
               if isinstance(value, float))


def test_every_config_begins_with_what_it_is_for():
    """In words of its own: what a name cannot tell."""
    heads = {}
    for path in sorted(CONFIGS.rglob('*.py')):
        head = path.read_text().splitlines()[0]
        assert re.match(r'# [A-Z].{20}', head), path
        assert not re.match('# The same|# See', head), path
        heads.setdefault(head, []).append(path.name)
    repeated = [paths for paths in heads.values() if len(paths) > 1]
    assert not repeated


def test_no_dataset_undoes_another():
    """A config of data inherits only from its own dataset and the loaders, or
    what two have in common."""
    shared = {'untrimmed_frames', 'thumos_i3d', 'resized', 'proposal_windows',
              'named_proposals'}
    for path in (CONFIGS / '_base_/datasets').glob('*.py'):
        bases = re.search(r'^_base_ = .*', path.read_text(), re.M)
        for base in re.findall(r"'\./(\w+)\.py'", bases[0] if bases else ''):
            assert base in shared or base.endswith('_loaders') or (
                path.stem.split('_')[0] == base.split('_')[0]), path
