"""The templates for users' own features, with the changes they ask for."""
import json

import pytest
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config

from mmbapg.config.places import relocated
from mmbapg.datasets import AnnotationError
from mmbapg.models.localizers.contract import feature_channels
from tests import runs, tiny
from tests.runs import log_of

TEMPLATES = ('similarity/similarity_dilated_1xb8-20e_custom-feature.py',
             'actionformer/actionformer_bapg_1xb2-35e_custom-feature.py')


def load(name, folder):
    path = tiny.CONFIGS / name
    cfg = Config.fromfile(path)
    cfg = Config(relocated(cfg._cfg_dict, {'data/mine/': f'{folder}/'}),
                 filename=cfg.filename)
    cfg.merge_from_dict({'work_dir': str(folder / 'work_dirs')})
    for part in ('train', 'val', 'test'):
        loader = cfg.get(f'{part}_dataloader')
        if loader is None:
            continue
        loader.update(num_workers=0, persistent_workers=False)
        loader.dataset.pipeline[0].update(stride=4, window=4,
                                          channels=tiny.CHANNELS)
    return cfg


def write(cfg, path):
    cfg.dump(path)
    return path


def encoder(folder):
    cfg = load(TEMPLATES[0], folder)
    cfg.model.backbone.in_channels = tiny.CHANNELS
    return cfg


def test_encoder_template(folder):
    cfg = encoder(folder)
    cfg.train_cfg.max_epochs = 2
    path = write(cfg, folder / 'encoder_template.py')
    runs.build(path).train()
    tested = runs.build(
        path, load_from=folder / 'work_dirs/epoch_2.pth').test()
    assert tested['embedded'] == 9


def small_localizer(folder):
    cfg = load(TEMPLATES[1], folder)
    cfg.merge_from_dict({
        'model.max_seq_len': 576,
        'model.backbone.in_channels': tiny.CHANNELS,
        'model.backbone.channels': 32, 'model.head.channels': 32,
        'model.head.num_classes': 2, 'train_cfg.max_epochs': 1,
        'train_cfg.val_interval': 1})
    return cfg


def test_localizer_template(folder):
    cfg = small_localizer(folder)
    cfg.train_dataloader.sampler.min_samples = 6
    runner = runs.build(write(cfg, folder / 'localizer_template.py'))
    runner.train()
    assert type(runner.model).__name__ == 'BAPG'
    assert runner.iter == 3
    assert 0 <= runner.message_hub.get_scalar('val/mAP').current() <= 1


def copied(config, folder, old, new):
    """A copy of a config that names another base."""
    text = (tiny.CONFIGS / config).read_text()
    assert old in text
    path = folder / 'copy.py'
    path.write_text(text.replace(old, new).replace(
        '../_base_', f'{tiny.CONFIGS}/_base_'))
    return Config.fromfile(path)


@pytest.mark.parametrize('host', ['TriDet', 'TemporalMaxer', 'DyFADet'])
def test_other_hosts_in_a_copy_of_the_template(tmp_path, host):
    cfg = copied(TEMPLATES[1].replace('_bapg', ''), tmp_path,
                 'models/actionformer.py', f'models/{host.lower()}_small.py')
    model = MODELS.build(cfg.model)
    assert type(model).__name__ == host
    assert model.head.num_classes == cfg.num_classes == 20
    assert feature_channels(cfg.model) == cfg.feature_channels


@pytest.mark.parametrize('name, kind, classes', [
    ('tadtr/tadtr_1xb4-30e', 'windows', 20), ('gtad/gtad_1xb4-20e',
                                              'proposals', 1)])
def test_windows_in_a_copy_of_a_config(folder, tmp_path, name, kind, classes):
    cfg = copied(f'{name}_fir-efficientnetlite0.py', tmp_path,
                 f'fir_features_{kind}', f'custom_{kind}')
    model = MODELS.build(cfg.model)
    assert model.head.num_classes == classes
    assert feature_channels(cfg.model) == cfg.feature_channels
    dataset = relocated(cfg.train_dataloader.dataset,
                        {'data/mine/': f'{folder}/'})
    assert dataset['window_size'] == cfg.model.window_size == 128
    dataset['window_size'] = 32  # videos here are shorter than 128
    dataset['pipeline'][0].update(stride=4, window=4, channels=tiny.CHANNELS)
    sample = DATASETS.build(dataset)[0]
    assert sample['inputs'].shape == (tiny.CHANNELS, 32)


def keep(folder, videos, instances):
    """Leave so much in the training set."""
    path = folder / 'annotations.json'
    content = json.loads(path.read_text())
    training = [video for video in content['database'].values()
                if video['subset'] == 'training']
    for number, video in enumerate(training):
        video['annotations'] = video['annotations'][:instances]
        if number >= videos:
            video['subset'] = 'unused'
    path.write_text(json.dumps(content))


def test_one_video_trains_a_localizer(folder):
    keep(folder, videos=1, instances=9)
    cfg = small_localizer(folder)
    runner = runs.build(write(cfg, folder / 'localizer_template.py'))
    runner.train()
    assert runner.iter == 32
    text = log_of(runner)
    assert ('each of its 1 samples comes 64 times an epoch, to make at '
            'least 64') in text
    assert ('a warm-up of 160 in a training of 32 iterations is shortened to '
            '16') in text
    assert 'momentum 1 over 32 iterations: 0.0% of the weights' in text


@pytest.mark.parametrize('videos,instances', [(1, 9), (1, 1), (6, 1)])
def test_few_instances_train_an_encoder(folder, videos, instances):
    keep(folder, videos, instances)
    cfg = encoder(folder)
    cfg.train_cfg.max_epochs = 1
    runner = runs.build(write(cfg, folder / 'encoder_template.py'))
    runner.train()
    assert runner.iter == len(runner.train_dataloader) >= 1
    assert 'A small training set: each of its' in log_of(runner)


def test_an_encoder_without_negatives_says_so(folder):
    keep(folder, videos=1, instances=1)
    path = folder / 'annotations.json'
    content = json.loads(path.read_text())
    video = content['database']['video0']
    video['annotations'][0]['segment'] = [0, video['duration']]
    path.write_text(json.dumps(content))
    runner = runs.build(write(encoder(folder), folder / 'encoder.py'))
    with pytest.raises(AnnotationError, match='no instance has two sampled '
                       'frames and a negative'):
        runner.train()


def test_schedules_end_with_training(folder):
    """Also where the number of epochs is changed and nothing else."""
    for name in TEMPLATES:
        cfg = load(name, folder)
        schedulers = cfg.param_scheduler
        for each in (schedulers if isinstance(schedulers, list)
                     else [schedulers]):
            assert 'end' not in each and 'milestones' not in each
