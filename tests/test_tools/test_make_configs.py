"""The configs that follow from the table of settings."""
import shutil

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from mmbapg.config.table import MARK, ConfigWriter, TableError, read_table
from tests import runs
from tests.tiny import CONFIGS, ROOT

TABLE = ROOT / 'tools/dev/settings'
NEW_DATASET = """# Made up: three classes, features of width 8.
_base_ = './benchmark_loaders.py'

data_root = 'data/made_up/'
max_seq_len = 64
feature_channels = 8
num_classes = 3

dataset = dict(
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'))
load = dict(
    type='LoadFeatures', stride=4, window=16, channels=feature_channels)
train_dataloader = dict(
    dataset=dict(**dataset, subset='training', pipeline=[
        load, dict(type='RandomTruncation', max_length=max_seq_len),
        _base_.pack]))
val_dataloader = dict(
    dataset=dict(**dataset, subset='testing', pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader
"""
NEW_HOST = """
hosts.update(newcomer=dict(
    title='Newcomer', reads='tridet', settings=dict(
        thumos14={'lr': 3e-4, 'model.backbone.window': 7, 'batch': 2,
                  'note': 'Seven steps.', 'default_hooks.timer': None})))
for host in ('tridet', 'actionformer'):
    hosts[host]['on'].append('made_up')
"""
NEW_LINE = """
datasets.update(
    made_up=dict(title='made-up data', embeddings='data/made_up/embeddings',
                 train=dict(epochs=7, batch=4, lr=1e-3)))
"""


def table_with(folder, hosts='', datasets=''):
    """A copy of the table with further lines."""
    table = folder / 'settings'
    table.mkdir()
    for name, lines in (('hosts', hosts), ('datasets', datasets)):
        text = (TABLE / f'{name}.py').read_text()
        (table / f'{name}.py').write_text(f'{text}\n{lines}\n')
    return table


@pytest.fixture(scope='module')
def enlarged(tmp_path_factory):
    """A copy of configs with a new host and a new dataset, a line each."""
    folder = tmp_path_factory.mktemp('enlarged')
    shutil.copytree(CONFIGS, folder / 'configs')
    bases = folder / 'configs/_base_'
    (bases / 'datasets/made_up.py').write_text(NEW_DATASET)
    (bases / 'models/newcomer.py').write_text(
        "# Newcomer.\n_base_ = './actionformer.py'\n\n"
        'model = dict(backbone=dict(channels=64, window=5))\n')
    (bases / 'models/newcomer_epic_kitchens100.py').write_text(
        "# Newcomer for EPIC.\n_base_ = './newcomer.py'\n\n"
        'model = dict(backbone=dict(window=9))\n')
    (bases / 'models/newcomer_small.py').write_text(
        "# Newcomer for few videos.\n_base_ = './newcomer.py'\n")
    for data in ('activitynet13', 'fineaction'):  # of one class for all
        (bases / f'models/newcomer_{data}.py').write_text(
            "# Newcomer on proposals.\n_base_ = './newcomer.py'\n\n"
            'model = dict(head=dict(post_processor=dict(\n'
            "    score_fusion=dict(type='VideoScoreFusion', topk=2))))\n")
    table = table_with(folder, NEW_HOST, NEW_LINE)
    writer = ConfigWriter(folder / 'configs')
    made = writer.make(table)
    changed = writer.stale(made)
    writer.write(made, changed)
    assert not writer.stale(made)
    return folder / 'configs', changed


def test_configs_are_what_the_table_gives():
    writer = ConfigWriter(CONFIGS)
    changed = writer.stale(writer.make(TABLE))
    assert not changed, 'run python tools/dev/make_configs.py'


def test_a_line_gives_a_host_all_benchmarks_and_their_twins(enlarged):
    configs, changed = enlarged
    # datasets that nobody must ask for, the one that was added among them
    written = {name for name in changed if name.startswith('newcomer/')}
    _, datasets = read_table(TABLE)
    assert len(written) == 2 * (1 + sum(
        not each.on_request for each in datasets.values()))
    assert all((configs / name.replace('_bapg', '')).is_file()
               for name in written)
    assert 'newcomer/newcomer_bapg_1xb16-13e_hacs-i3d.py' in written
    for name, steps, channels, classes, window in (
            ('1xb2-35e_thumos14-i3d', 2304, 2048, 20, 7),
            ('1xb16-15e_activitynet13-tsp', 768, 512, 1, 5),
            ('1xb16-11e_hacs-slowfast', 960, 2304, 200, 5),
            ('1xb2-21e_epic-kitchens100-verb-slowfast', 2304, 2304, 97, 9)):
        cfg = Config.fromfile(configs / f'newcomer/newcomer_{name}.py')
        with torch.device('meta'):
            model = MODELS.build(cfg.model)
        assert (model.max_seq_len, cfg.model.backbone.in_channels,
                model.head.num_classes, cfg.model.backbone.window) == (
                    steps, channels, classes, window)
    assert cfg.optim_wrapper.optimizer.lr == 1e-4


def test_a_setting_says_only_what_differs(enlarged):
    configs, _ = enlarged
    text = (configs / 'newcomer/newcomer_1xb2-35e_thumos14-i3d.py').read_text()
    assert text == """\
# Newcomer on THUMOS14, I3D features: our choice of numbers.
# Written by tools/dev/make_configs.py: change its table instead.
# Seven steps.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/thumos14_i3d_tridet.py',
    '../_base_/models/newcomer.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

model = dict(
    max_seq_len=_base_.max_seq_len,
    backbone=dict(in_channels=_base_.feature_channels, window=7),
    head=dict(num_classes=_base_.num_classes))
optim_wrapper = dict(optimizer=dict(lr=0.0003))
default_hooks = dict(timer=None)
"""


def test_a_line_gives_a_dataset_every_host_and_its_encoder(enlarged):
    configs, changed = enlarged
    hosts = ('actionformer', 'newcomer', 'tridet')
    assert {name for name in changed if 'made' in name} == {
        '_base_/bapg/made_up.py',
        'similarity/similarity_dilated_1xb8-20e_made-up.py', *(
            f'{host}/{host}_{twin}1xb4-7e_made-up.py'
            for host in hosts for twin in ('', 'bapg_'))}
    cfg = Config.fromfile(
        configs / 'tridet/tridet_bapg_1xb4-7e_made-up.py')
    assert (cfg.model.max_seq_len, cfg.model.backbone.in_channels,
            cfg.model.head.num_classes) == (64, 8, 3)
    assert cfg.auto_scale_lr.base_batch_size == 4
    encoder = Config.fromfile(configs / cfg.bapg.encoder.config)
    assert encoder.test_cfg.out_dir == cfg.bapg.clustering.embeddings
    assert encoder.test_dataloader.dataset.subset == ['training', 'testing']
    sample = encoder.train_dataloader.dataset.pipeline[0]
    assert (sample.stride, sample.window, sample.channels) == (4, 16, 8)
    # as strict with annotations as its localizers are
    assert encoder.train_dataloader.dataset.invalid_segments == 'error'
    assert encoder.model.class_head.num_classes == 3


def test_what_the_table_no_longer_gives_is_removed(tmp_path, capsys):
    writer = ConfigWriter(tmp_path)
    left = tmp_path / 'gone.py'
    left.write_text(f'# Gone.\n# {MARK}\n')
    (tmp_path / 'own.py').write_text('# My own.\n')
    made = {'host/made.py': '# Made.\n'}
    assert writer.stale(made) == ['gone.py', 'host/made.py']
    writer.write(made, writer.stale(made))
    assert not left.exists() and (tmp_path / 'own.py').exists()
    assert capsys.readouterr().out.count('\n') == 2
    (tmp_path / 'host/made.py').write_text('# Changed by hand.\n')
    assert writer.stale(made) == ['host/made.py']


@pytest.mark.parametrize('line,message', [
    ("hosts['tridet']['colour'] = 1", r"hosts.py: tridet: found \['colour'\]"),
    ("hosts['tridet']['on'] = ['thumos']", r"found \['.*'thumos'"),
    ("hosts['tridet']['settings']['fir'] = dict(epoch=1)",
     "tridet on fir: found 'epoch', expected one of .*'epochs'"),
    ("hosts['nobody'] = dict(title='Nobody')",
     'found no configs/_base_/models/nobody.py'),
    ("hosts['temporalmaxer']['on'].append('activitynet13')",
     r'temporalmaxer on activitynet13: found no model\.head\.post_processor\.'
     'score_fusion in configs/_base_/models/temporalmaxer.py, expected .*'
     'models/temporalmaxer_activitynet13.py: .*datasets/activitynet13_tsp.py '
     'has one class'),
    ("hosts['tadtr']['on'].append('multithumos')",
     'tadtr on multithumos: found no windows in configs/_base_/datasets/'
     'multithumos_i3d.py, expected .*datasets/multithumos_i3d_windows.py with '
     "a SlidingWindowDataset .* reads='windows'"),
    ("hosts['sgp'] = dict(title='No small model', on=['thumos14', 'fir'])",
     'sgp on fir: found no configs/_base_/models/sgp_small.py, expected')])
def test_a_wrong_line_is_named(tmp_path, line, message):
    table = table_with(tmp_path, line)
    with pytest.raises(TableError, match=message):
        ConfigWriter(CONFIGS).make(table)


def test_settings_may_bring_the_fusion_of_scores(tmp_path):
    table = table_with(tmp_path, """
hosts['temporalmaxer']['on'].append('activitynet13')
hosts['temporalmaxer']['settings']['activitynet13'] = {
    'model.head.post_processor.score_fusion': dict(
        type='VideoScoreFusion', topk=2)}
""")
    made = ConfigWriter(CONFIGS).make(table)
    name = 'temporalmaxer/temporalmaxer_1xb16-15e_activitynet13-tsp.py'
    assert "score_fusion=dict(type='VideoScoreFusion', topk=2)" in made[name]


@pytest.mark.parametrize('entry,source', [
    ('', 'our choice of numbers'),
    ("hosts['tridet']['settings']['ego4d_mq_slowfast'] = {}",
     "the authors' setting"),
    ("hosts['tridet']['settings']['ego4d_mq_slowfast'] = dict(source='mine')",
     'mine')])
def test_a_head_says_whose_the_numbers_are(tmp_path, entry, source):
    """The authors' only where the table says so."""
    table = table_with(tmp_path, f"""
hosts['tridet']['on'].append('ego4d_mq_slowfast')
{entry}
""")
    made = ConfigWriter(CONFIGS).make(table)
    name = 'tridet/tridet_1xb2-15e_ego4d-mq-slowfast.py'
    assert made[name].splitlines()[0] == (
        f'# TriDet on Ego4D moment queries, SlowFast features: {source}.')


def test_the_command():
    done = runs.run('python', ROOT / 'tools/dev/make_configs.py', '--check')
    assert not done.stdout
