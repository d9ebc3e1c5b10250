"""BAPG for configs that know nothing of it."""
import pytest
from mmengine.config import Config

from mmbapg.config.bapg import BAPGConfigError
from mmbapg.engine import add_bapg
from tests import runs, tiny


def test_one_line_in_base_switches_bapg_on(folder):
    cfg = add_bapg(Config.fromfile(tiny.bapg_config(folder)))
    assert cfg.model.type == 'BAPG'
    assert cfg.model.localizer.type == 'ActionFormer'
    assert cfg.model.neck.in_channels == tiny.CHANNELS
    assert cfg.model.neck.num_strengths == 2 * 4  # scales
    for name in ('train', 'val', 'test'):
        types = [step.type for step in
                 cfg[f'{name}_dataloader'].dataset.pipeline]
        assert types[-2:] == ['TemporalSimilarityClustering', 'PackProposals']
    assert 'bapg' not in cfg and 'runner_type' not in cfg


def test_each_neck_gets_the_widths_that_it_needs(folder):
    neck = dict(_delete_=True, type='ProposalFusionNeck', hidden_channels=8)
    cfg = add_bapg(Config.fromfile(tiny.bapg_config(folder, neck=neck)))
    assert cfg.model.neck.num_segmentations == 2
    assert 'num_strengths' not in cfg.model.neck


def test_class_evidence_is_of_the_classes_of_the_host(folder):
    cfg = add_bapg(Config.fromfile(tiny.bapg_config(folder)))
    assert cfg.model.neck.class_channels == len(tiny.CLASSES) + 1
    clustering = cfg.train_dataloader.dataset.pipeline[-2]
    assert clustering.class_channels == len(tiny.CLASSES) + 1
    agnostic = Config.fromfile(tiny.bapg_config(folder))
    agnostic.model.head.num_classes = 1
    assert add_bapg(agnostic).model.neck.class_channels == 0
    told = Config.fromfile(tiny.bapg_config(folder))
    told.bapg.clustering.class_channels = 7
    assert add_bapg(told).model.neck.class_channels == 7


def test_a_config_without_bapg_is_left_alone(folder):
    cfg = Config.fromfile(tiny.localizer_config(folder))
    assert add_bapg(cfg) is cfg


def test_the_dumped_config_is_the_resolved_one(folder):
    runner = runs.build(tiny.bapg_config(folder))
    again = add_bapg(Config.fromstring(runner.cfg.pretty_text, '.py'))
    assert again.model.type == 'BAPG'


def test_datasets_in_wrappers_get_proposals(folder):
    cfg = Config.fromfile(tiny.bapg_config(folder))
    inner = cfg.train_dataloader.dataset
    cfg.train_dataloader.dataset = dict(
        type='RepeatDataset', times=2, dataset=dict(
            type='ConcatDataset', datasets=[inner, inner]))
    changed = add_bapg(cfg).train_dataloader.dataset.dataset.datasets
    assert all(each.pipeline[-1].type == 'PackProposals' for each in changed)


def test_what_cannot_be_added_says_why(folder):
    cfg = Config.fromfile(tiny.bapg_config(folder))
    del cfg.model.backbone['in_channels']
    with pytest.raises(BAPGConfigError, match='neck=dict'):
        add_bapg(cfg)
    cfg = Config.fromfile(tiny.bapg_config(folder))
    cfg.train_dataloader.dataset.pipeline = [dict(type='LoadFeatures')]
    with pytest.raises(BAPGConfigError, match='begins with Pack'):
        add_bapg(cfg)
    for name in ('FusionNek', 'PyramidNorm'):
        neck = dict(_delete_=True, type=name)
        cfg = Config.fromfile(tiny.bapg_config(folder, neck=neck))
        with pytest.raises(BAPGConfigError, match=f"'{name}', expected"):
            add_bapg(cfg)


def test_it_trains_and_tests(folder):
    runner = runs.build(tiny.bapg_config(folder, epochs=25))
    runner.train()
    assert runner.message_hub.get_scalar('val/mAP').current() > 0.4
