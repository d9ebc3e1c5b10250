"""Settings that were changed where they are read no more."""
import pytest
from mmengine.config import Config

from mmbapg.config.stale_settings import refuse_stale_settings
from mmbapg.errors import SettingError
from tests.tiny import CONFIGS

TEMPLATE = CONFIGS / 'actionformer/actionformer_1xb2-35e_custom-feature.py'


def inherited(tmp_path, text, base=TEMPLATE):
    path = tmp_path / 'mine.py'
    path.write_text(f"_base_ = ['{base}']\n{text}\n")
    return Config.fromfile(path)


@pytest.mark.parametrize('text, name, used', [
    ('max_seq_len = 512', 'max_seq_len', '2304'),
    ("train_subset = 'all'", 'train_subset', "'training'"),
    ("val_subset = 'test'", 'val_subset', "'validation'"),
    ('num_classes = 3', 'num_classes', '20'),
    ("ann_file = 'mine.json'", 'ann_file', "'data/mine/annotations.json'"),
    ("feature_folder = 'f'", 'feature_folder', "'data/mine/features'"),
    ("filename_tmpl = '{}.npz'", 'filename_tmpl', "'{}.npy'"),
    ('feature_grid = dict(stride=8, window=32)', 'feature_grid', '16')])
def test_a_name_that_its_base_has_read(tmp_path, text, name, used):
    with pytest.raises(SettingError, match=(
            f'mine.py: found {name} = .*, which changes nothing: .*{used}.* '
            'of a base is in use')):
        refuse_stale_settings(inherited(tmp_path, text))


def test_an_encoders_interval(tmp_path):
    base = CONFIGS / ('similarity/similarity_dilated_1xb8-20e_'
                      'custom-feature.py')
    refuse_stale_settings(Config.fromfile(base))
    with pytest.raises(SettingError, match='found interval = 0.5'):
        refuse_stale_settings(inherited(tmp_path, 'interval = 0.5', base))


def test_on_the_command_line():
    cfg = Config.fromfile(TEMPLATE)
    cfg.merge_from_dict({'max_seq_len': 512})
    with pytest.raises(SettingError, match='found max_seq_len = 512'):
        refuse_stale_settings(cfg)


def test_what_is_changed_where_it_is_used(tmp_path):
    refuse_stale_settings(inherited(tmp_path, 'model = dict(max_seq_len=512)'))
    refuse_stale_settings(inherited(
        tmp_path, 'max_seq_len = 512\nmodel = dict(max_seq_len=512)'))
    # a copy of the template, and what a run has written of its config
    text = (CONFIGS / '_base_/datasets/custom.py').read_text()
    folder = tmp_path / 'a/_base_/datasets'
    folder.mkdir(parents=True)
    (folder / 'custom.py').write_text(text.replace('2304', '512'))
    (folder / 'custom_features.py').write_text(
        (CONFIGS / '_base_/datasets/custom_features.py').read_text().replace(
            "'./feature_loaders.py'",
            repr(str(CONFIGS / '_base_/datasets/feature_loaders.py'))))
    mine = tmp_path / 'a/mine.py'
    mine.write_text(TEMPLATE.read_text().replace(
        "'../_base_/datasets/", f"'{folder}/").replace(
        "'../_base_/", f"'{CONFIGS}/_base_/"))
    cfg = Config.fromfile(mine)
    assert cfg.model.max_seq_len == 512
    refuse_stale_settings(cfg)
    cfg.dump(tmp_path / 'dumped.py')
    refuse_stale_settings(Config.fromfile(tmp_path / 'dumped.py'))
    refuse_stale_settings(Config(dict(max_seq_len=3)))


@pytest.mark.parametrize('name', [
    'temporalmaxer/temporalmaxer_1xb2-65e_multithumos-i3d.py',
    'actionformer/actionformer_bapg_1xb2-20e_fir-efficientnetlite0.py',
    'gtad/gtad_1xb16-10e_activitynet13-cuhk.py'])
def test_ours_change_what_they_say(name):
    refuse_stale_settings(Config.fromfile(CONFIGS / name))
