"""Of the config of pretraining, one that extracts with its encoder."""
import pytest
from mmengine.config import Config

from mmbapg.apis.mmaction_tools import extraction_config
from mmbapg.config.boundary_features import add_boundary_features
from mmbapg.config.clip_features import ClipFeaturesConfigError
from tests.tiny import CONFIGS

FIR = CONFIGS / 'bsp/bsp_temporal_1xb64-40e_fir-efficientnetlite0.py'


def test_all_videos_of_the_source():
    cfg = extraction_config(str(FIR))
    data = cfg.test_dataloader.dataset
    assert cfg.model.type == 'BoundaryFeatures'
    assert (cfg.model.window, cfg.model.spacing, data.context) == (8, 1, 4)
    assert cfg.model.learner.encoder.in_channels == 1280
    assert data.type == 'UntrimmedFrameDataset' and data.test_mode
    assert data.data_prefix.feature == 'data/fir/features'
    assert 'where' not in data and data.interval == 0.25
    assert [each.type for each in data.pipeline] == ['SampleFeatures',
                                                     'PackFrames']
    assert cfg.test_cfg.out_dir == 'data/fir/features_bsp'
    assert 'train_dataloader' not in cfg


def test_windows_are_those_of_training():
    cfg = Config.fromfile(FIR)
    cfg.train_dataloader.dataset.synthesis = dict(half_length=3, spacing=2)
    made = add_boundary_features(cfg)
    assert (made.model.window, made.model.spacing) == (6, 2)
    assert made.test_dataloader.dataset.context == 6


def test_of_a_distilled_network():
    """Its own encoder and heads; teachers have done their part."""
    cfg = Config.fromfile(FIR)
    learner = dict(cfg.model)
    cfg.model = dict(
        learner, type='BoundaryDistiller', in_channels=4,
        teachers=dict(boundary=learner['encoder']),
        teacher_channels=dict(boundary=4))
    made = add_boundary_features(cfg)
    assert made.model.learner == learner
    assert made.test_dataloader.dataset.context == 4


@pytest.mark.parametrize('name,found', [
    ('bsp_tsm-r18_1xb32-20e_surveillance-fir-rgb', 'several'),
    ('bsp_tsm-r18_8xb8-50e_kinetics400-rgb', 'one')])
def test_encoders_of_frames_have_configs_of_their_own(name, found):
    path = CONFIGS / f'bsp/{name}.py'
    with pytest.raises(ClipFeaturesConfigError, match=(
            f'{name}.py, train_dataloader.dataset.source: found {found}, '
            'expected one of stored features, .* made by a config with '
            'clip_features')):
        add_boundary_features(Config.fromfile(path))
    with pytest.raises(SystemExit, match='error: .*expected one of stored'):
        extraction_config(str(path))


def test_other_models_stay_as_they_are():
    cfg = Config(dict(model=dict(type='ActionFormer')))
    assert add_boundary_features(cfg) is cfg
