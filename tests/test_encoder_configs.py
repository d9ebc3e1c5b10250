"""Every config with BAPG reads embeddings that some encoder config writes, at
the same interval, for every video that it trains and tests on."""
import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from mmaction.registry import DATASETS
from mmengine.config import Config

from mmbapg.apis.encoding import Encoding
from mmbapg.config.places import relocated
from mmbapg.datasets.annotations import load_annotations, select
from mmbapg.datasets.embedding_files import read_embeddings
from mmbapg.datasets.sources import multithumos, thumos14
from mmbapg.engine import add_bapg
from mmbapg.experiments import stand_in
from mmbapg.ops import TemporalGrid
from tests.tiny import CONFIGS, ROOT

FEW = ROOT / 'tests/data/thumos14_few.json'
DENSE = ROOT / 'tests/data/multithumos_few.json'


def names(pattern):
    return sorted(str(path.relative_to(CONFIGS))
                  for path in CONFIGS.rglob(pattern)
                  if '_base_' not in path.parts)


WITH_BAPG = names('*_bapg*.py')
#: Folders of hosts that see frames: the encoder reads features beside these.
OF_FRAMES = ('adatad', 'end_to_end')


@lru_cache(None)
def config(name):
    return Config.fromfile(CONFIGS / name)


def encoders_of(clustering):
    """Names of the configs that write what a clustering reads."""
    return [name for name in names('similarity/*.py')
            if config(name).get('train_dataloader') and
            config(name).test_cfg.out_dir == clustering.embeddings]


def at(cfg, folder):
    """A config whose files are in a folder."""
    return Config(relocated(cfg._cfg_dict, {'data/': f'{folder}/'}),
                  filename=cfg.filename)


def datasets_of(cfg):
    loaders = [cfg.train_dataloader, cfg.val_dataloader]
    if cfg.test_dataloader != cfg.val_dataloader:
        loaders.append(cfg.test_dataloader)
    return [loader.dataset for loader in loaders]


def file_of(dataset, folder, video):
    suffix = 'npy' if 'feature' in dataset.data_prefix else 'mp4'
    name = dataset.get('filename_tmpl', f'{{}}.{suffix}').format(
        video.name, subset=video.fields.get('subset'))
    return Path(folder) / name


def write_annotations(cfg):
    """Real ones where they are at hand: THUMOS14 lacks a test video that
    MultiTHUMOS has."""
    for dataset in datasets_of(cfg):
        path = Path(dataset.ann_file)
        if path.is_file():
            continue
        if path.name in ('thumos14.json', 'multithumos.json'):
            dense = json.loads(DENSE.read_text())
            few = {name: entry for name, entry in json.loads(
                FEW.read_text())['database'].items() if name in dense}
            source = path.with_name('source.json')
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_text(json.dumps(dict(database=few)))
            known = thumos14.from_actionformer(
                source, path.with_name('thumos14.json'))
            if path.name == 'multithumos.json':
                multithumos.from_charades_style(DENSE, known, path)
            continue
        database = {f'{subset}{fold}': dict(
            subset=subset, fold=fold, subject=fold, duration=20.0 + fold,
            fps=30, annotations=[dict(label='a', segment=[4.0, 9.0])])
            for subset in ('training', 'validation', 'testing')
            for fold in range(4)}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(dict(database=database)))


def write_files(dataset, skip=0):
    """Files of all videos of a dataset, but for so many."""
    form, = dataset.data_prefix
    folders = dataset.data_prefix[form]
    key = dataset.pipeline[0].get('key')
    videos = select(load_annotations(dataset.ann_file, 'keep'),
                    dataset.get('subset'), dataset.get('where'))
    for folder in [folders] if isinstance(folders, str) else folders:
        for video in videos[skip:]:
            path = file_of(dataset, folder, video)
            if form == 'feature':
                stand_in.write_features(path, np.zeros((200, 6)), key)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()


def videos_of(dataset):
    # serialized data cost a collection of garbage each
    built = DATASETS.build(dict(dataset, test_mode=True, serialize_data=False))
    return {built.get_data_info(index)['video_name']
            for index in range(len(built))}


@pytest.mark.parametrize('name', WITH_BAPG)
def test_an_encoder_writes_what_is_read(name):
    cfg = config(name)
    clustering = cfg.bapg.clustering
    encoders = encoders_of(clustering)
    assert encoders, f'no encoder writes {clustering.embeddings}'
    for encoder in map(config, encoders):
        test = encoder.test_dataloader.dataset
        assert test.interval == encoder.train_dataloader.dataset.interval
        assert clustering.get('interval') in (None, test.interval)
        assert {test.ann_file} == {
            dataset.ann_file for dataset in datasets_of(cfg)}
    named = cfg.bapg.get('encoder')
    if named is None:
        assert 'custom' in name  # a template for the user's own
        return
    assert named.config in encoders
    stem = Path(named.config).stem
    epochs = config(named.config).train_cfg.max_epochs
    assert named.checkpoint == (
        f'work_dirs/{stem}/' + 'all/' * ('dilated' in stem) +
        f'epoch_{epochs}.pth')


@pytest.mark.parametrize('name', WITH_BAPG)
def test_every_video_is_embedded(name, tmp_path):
    """Where a host leaves out videos without features, so may its encoder;
    an encoder that leaves out none says which it lacks."""
    cfg = at(config(name), tmp_path)
    write_annotations(cfg)
    for dataset in datasets_of(cfg):
        write_files(dataset, dataset.get('missing_features') == 'skip')
    needed = set().union(*map(videos_of, datasets_of(cfg)))
    assert ('video_test_0001292' in needed) == ('multithumos' in name)
    for encoder in encoders_of(config(name).bapg.clustering):
        dataset = at(config(encoder), tmp_path).test_dataloader.dataset
        if (dataset.get('missing_files') != 'skip' or
                'video' in dataset.data_prefix or name.startswith(OF_FRAMES)):
            write_files(dataset)
        assert videos_of(dataset) >= needed, encoder


def test_kinds_of_features_share_no_folder():
    """Frames and features may: they are two ways to the same files."""
    kinds = {}
    for name in names('similarity/*.py'):
        dataset = config(name).test_dataloader.dataset
        if 'feature' in dataset.data_prefix:
            kinds.setdefault(config(name).test_cfg.out_dir, []).append(name)
    assert {len(writers) for writers in kinds.values()} == {1}


@pytest.mark.parametrize('name', names('similarity/*temporal*.py'))
def test_context_is_the_greatest_reach(name):
    cfg = config(name)
    for part in ('train', 'test'):
        assert cfg[f'{part}_dataloader'].dataset.context == max(
            cfg.model.backbone.reaches)


@pytest.mark.parametrize('name', [
    name for name in WITH_BAPG
    if '_bapg_' in name and not name.startswith(OF_FRAMES)])
def test_an_encoder_reads_the_grid_of_its_host(name):
    """Stride, window, frame rate, width and key: a grid that is off by
    anything shifts all boundaries."""
    cfg = config(name)
    if 'encoder' not in cfg.bapg:
        return
    sample = config(cfg.bapg.encoder.config).test_dataloader.dataset
    for dataset in datasets_of(cfg):
        host, encoder = dataset.pipeline[0], sample.pipeline[0]
        for field in ('stride', 'window', 'fps', 'channels', 'key'):
            assert host.get(field) == encoder.get(field), field
        assert dataset.get('fps') == sample.get('fps')
        assert dataset.get('invalid_segments') == sample.get(
            'invalid_segments')


@pytest.mark.parametrize('name', [
    'tridet/tridet_bapg_1xb16-11e_hacs-slowfast.py',
    'actionformer/actionformer_bapg_1xb2-15e_ego4d-mq-combined.py',
    'actionformer/actionformer_bapg_1xb2-35e_multithumos-i3d.py'])
def test_from_features_to_proposals(name, tmp_path):
    """Stages 1, 2 and 3 on generated features: folders of subsets with two
    arrays a file; three kinds of features; a video that THUMOS14 lacks."""
    cfg = at(config(name), tmp_path)
    write_annotations(cfg)
    for dataset in datasets_of(cfg):
        plant(cfg, dataset)
    encoder = at(config(cfg.bapg.encoder.config), tmp_path)
    for part in ('train', 'test'):
        encoder[f'{part}_dataloader'].update(
            num_workers=0, persistent_workers=False)
    encoder.merge_from_dict({'train_dataloader.batch_size': 16,
                             'train_cfg.max_epochs': 1})
    encoding = Encoding(tmp_path / 'encoder')
    encoding.embed(encoder, encoding.train(encoder, 'all'), 'all')
    fused = add_bapg(cfg)
    for part in ('train', 'val'):
        dataset = DATASETS.build(fused[f'{part}_dataloader'].dataset)
        for index in range(len(dataset)):
            sample = dataset[index]['data_samples']
            assert len(sample.proposals.segments) >= 10
    for path in Path(cfg.bapg.clustering.embeddings).glob('*.npz'):
        assert read_embeddings(str(path)).embeddings.std(axis=0).max() > 0


def plant(cfg, dataset):
    """Features in which the classes show."""
    load = dataset.pipeline[0]
    folders = dataset.data_prefix.feature
    folders = [folders] if isinstance(folders, str) else folders
    widths = ([load.channels] if len(folders) == 1 else
              cfg.model.backbone.in_channels)
    for video in select(load_annotations(dataset.ann_file, 'keep'),
                        dataset.subset):
        grid = TemporalGrid(load.stride, load.window, load.get('fps') or
                            video.fps or dataset.get('fps'))
        features = stand_in.plant_features(video, grid, load.channels)
        for folder, part in zip(folders, np.split(
                features, np.cumsum(widths)[:-1], axis=1)):
            stand_in.write_features(file_of(dataset, folder, video), part,
                                    load.get('key'))
