"""Our configs, inherited by ``mmbapg::`` as README says."""
import json

import pytest
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.hub import get_config, get_model

from mmbapg.config.bapg import BAPGConfigError
from mmbapg.engine import add_bapg
from tests import activitynet, runs, tiny
from tests.test_configs import ALL
from tests.test_engine.test_bmn import BASE, MODEL

BAPG = 'mmbapg::_base_/bapg/bapg.py'


def inherit(folder, *bases, extra=''):
    path = folder / 'inherits.py'
    path.write_text(f'_base_ = {list(bases)}\n{extra}')
    return Config.fromfile(path)


def by_name(path):
    """The same config file, with our bases by their names."""
    path.write_text(path.read_text().replace(f'{tiny.CONFIGS}/', 'mmbapg::'))
    assert 'mmbapg::_base_' in path.read_text()
    return path


def test_every_config_is_the_same_by_name_and_by_path(tmp_path):
    assert len(ALL) > 50
    for name in ALL:
        ours = inherit(tmp_path, f'mmbapg::{name}')
        assert ours._cfg_dict == Config.fromfile(tiny.CONFIGS / name)._cfg_dict


def test_the_example_of_readme_trains(folder):
    """Model, datasets, sampler, hooks, schedulers and metrics are built."""
    host = by_name(tiny.localizer_config(folder, epochs=1))
    path = folder / 'with_bapg.py'
    path.write_text(f'''
custom_imports = dict(imports=['mmbapg'])
_base_ = ['{host.name}', '{BAPG}']
bapg = dict(clustering=dict(embeddings='{folder}/embeddings'))
''')
    runner = runs.build(path)
    runner.train()
    assert type(runner.model).__name__ == 'BAPG'
    assert runner.model.neck.out_proj.weight.any()


def test_an_encoder_embeds(folder):
    runner = runs.build(by_name(tiny.encoder_config(folder)))
    assert runner.test() == dict(embedded=9, kept=0)
    runner = runs.build(tiny.encoder_config(folder))
    assert runner.test() == dict(embedded=0, kept=9)


def test_mmactions_bases_beside_ours(tmp_path):
    folder = activitynet.write(tmp_path)
    path = by_name(activitynet.config(folder, BASE, MODEL, with_bapg=True))
    cfg = Config.fromfile(path)
    assert cfg.model._scope_ == 'mmaction'
    assert '_scope_' not in cfg.bapg.clustering
    assert type(runs.build(path).model.localizer).__name__ == 'BMN'


def test_settings_can_be_deleted(folder):
    cfg = inherit(
        folder, by_name(tiny.localizer_config(folder)).name, BAPG,
        extra="bapg = dict(neck=dict(_delete_=True, type='ProposalFusionNeck',"
        ' hidden_channels=8))')
    assert add_bapg(cfg).model.neck == dict(
        type='ProposalFusionNeck', hidden_channels=8, num_segmentations=4,
        in_channels=tiny.CHANNELS)


def test_a_resolved_config_can_be_written_and_read(folder):
    path = by_name(tiny.bapg_config(folder))
    resolved = add_bapg(Config.fromfile(path))
    resolved.dump(folder / 'resolved.py')
    again = Config.fromfile(folder / 'resolved.py')
    assert again._cfg_dict.to_dict() == resolved._cfg_dict.to_dict()
    assert type(MODELS.build(again.model)).__name__ == 'BAPG'


def test_json_inherits_too(folder):
    base = tiny.localizer_config(folder)
    (folder / 'inherits.json').write_text(json.dumps(dict(
        _base_=[base.name, BAPG])))
    assert add_bapg(Config.fromfile(
        folder / 'inherits.json')).model.type == 'BAPG'


def test_configs_with_read_base(folder):
    """Their types are classes instead of names."""
    base = tiny.CONFIGS / '_base_/bapg/bapg.py'
    (folder / 'bapg.py').write_text(base.read_text())
    (folder / 'new_style.py').write_text('''
from mmengine.config import read_base
with read_base():
    from .bapg import *
from mmaction.models import BMN
from mmbapg.datasets import LoadFeatures, PackFeatures
model = dict(type=BMN, feat_dim=8)
test_dataloader = dict(dataset=dict(
    pipeline=[dict(type=LoadFeatures), dict(type=PackFeatures)]))
''')
    cfg = add_bapg(Config.fromfile(folder / 'new_style.py'))
    assert cfg.model.neck.in_channels == 8
    assert [step.type for step in cfg.test_dataloader.dataset.pipeline][1:] \
        == ['TemporalSimilarityClustering', 'PackProposals']


def test_a_name_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match=(
            'mmbapg::tridet/nothing.py: found no such config in .*configs')):
        inherit(tmp_path, 'mmbapg::tridet/nothing.py')


def test_mmengines_hub():
    name = 'mmbapg::actionformer/actionformer_bapg_1xb2-20e_gesture-imu.py'
    assert 'bapg' in get_config(name)
    assert type(get_model(name)).__name__ == 'BAPG'
    with pytest.raises(BAPGConfigError, match='no published weights'):
        get_model(name, pretrained=True)
