"""What runs blocks of pages that inherit a config for videos of one's own."""
import json
import shutil

from mmaction.registry import DATASETS
from mmengine.config import Config

from tests import clip_videos

SUBSETS = dict(a='training', b='training', c='validation')


def write_mine(folder):
    """``data/mine/`` with short videos and their annotations."""
    place = clip_videos.write_constant(folder / 'data/mine', SUBSETS)
    path = place / 'annotations.json'
    content = json.loads(path.read_text())
    for name, video in content['database'].items():
        video.update(subset=SUBSETS[name], annotations=[
            dict(label=f'class {index}', segment=[0.2, 1.2])
            for index in range(3)])
    path.write_text(json.dumps(content))
    return place


def choice_of(block, checkout, patch):
    """The config, whose data sets choose videos by subsets."""
    patch.chdir(checkout.folder)
    write_mine(checkout.folder)
    path = checkout.folder / 'own_videos.py'
    path.write_text(block.text)
    cfg = Config.fromfile(path)
    for loader in ('train', 'val', 'test'):
        dataset = cfg[f'{loader}_dataloader'].dataset
        videos = DATASETS.build(dict(
            dataset.get('source', dataset), test_mode=True, pipeline=[],
            lazy_init=True)).selected_videos()
        subset = 'training' if loader == 'train' else 'validation'
        assert [video.name for video in videos] == [
            name for name in SUBSETS if SUBSETS[name] == subset]
    return cfg


def end_to_end(block, checkout, patch):
    cfg = choice_of(block, checkout, patch)
    assert cfg.model.localizer.head.num_classes == 3
    assert cfg.train_dataloader.sampler.type == 'SmallSetSampler'


def store_frames(block, checkout, patch):
    write_mine(checkout.folder)
    assert '3 videos written' in checkout.run_block(block)


def afsd(block, checkout, patch):
    cfg = choice_of(block, checkout, patch)
    assert cfg.model.head.num_classes == 3
    dataset = DATASETS.build(cfg.train_dataloader.dataset)
    assert dataset[0]['inputs'].shape[-2:] == (64, 64)


def bsp(block, checkout, patch):
    """Features need only be there."""
    features = checkout.folder / 'data/mine/features'
    features.mkdir(parents=True, exist_ok=True)
    for name in SUBSETS:
        (features / f'{name}.npz').touch()
    cfg = choice_of(block, checkout, patch)
    shutil.rmtree(features)
    assert cfg.model.encoder.in_channels == 768
    assert cfg.train_dataloader.dataset.synthesis.spacing == 2
