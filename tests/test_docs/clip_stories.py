"""What runs the blocks of docs/clip_features.md, with a tiny recognizer."""
import json

import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from mmbapg.config import add_clip_features
from mmbapg.datasets.embedding_files import read_embeddings
from tests import clip_videos, recognizers, tiny
from tests.documentation import commands

TINY = dict(recognizers.ZOO['videomae'][1])


def changed(patch, change):
    """Configs as a user has changed them."""
    read = Config.fromfile

    def fromfile(*args, **kwargs):
        cfg = read(*args, **kwargs)
        change(cfg)
        return cfg

    patch.setattr(Config, 'fromfile', staticmethod(fromfile))


def small(cfg):
    """A recognizer of few channels, on 64 pixels."""
    if 'clip_features' in cfg and 'model' in cfg:
        cfg.merge_from_dict(dict(model=dict(TINY)))
        cfg.test_dataloader.dataset.pipeline = [
            dict(type='Resize', scale=(-1, recognizers.SIZE)),
            dict(type='ThreeCrop', crop_size=recognizers.SIZE)]
        cfg.clip_features.num_workers = 0


def extract(block, checkout, patch):
    folder = clip_videos.write_constant(
        checkout.folder / 'data/mine', ['a', 'b', 'c'], 140)
    path = folder / 'annotations.json'
    content = json.loads(path.read_text())
    for index, video in enumerate(content['database'].values()):
        video.update(subset='validation' if index == 2 else 'training',
                     annotations=[dict(label=tiny.CLASSES[index % 2],
                                       segment=[1.0, 3.5])])
    path.write_text(json.dumps(content))
    changed(patch, small)
    (_, _, config, *_), = commands(block, checkout.folder)
    torch.save(dict(state_dict=MODELS.build(Config.fromfile(
        checkout.folder / config).model).state_dict(), meta={}),
        checkout.folder / 'CHECKPOINT.pth')
    checkout.run_block(block)
    content = read_embeddings(folder / 'features/a.npz')
    assert content.embeddings.shape[1] == TINY['backbone']['embed_dims']


def another_recognizer(block, checkout, patch):
    (checkout.folder / 'mine.py').write_text(block.text)
    cfg = add_clip_features(Config.fromfile(checkout.folder / 'mine.py'))
    assert cfg.model.recognizer.backbone.type == 'ResNet3dSlowOnly'
    assert cfg.test_dataloader.dataset.ann_file == (
        'data/mine/annotations.json')


def as_the_text_says(cfg):
    """The changes of the template that stand above the block."""
    small(cfg)
    if not str(cfg.filename).endswith('custom-feature.py'):
        return
    channels = TINY['backbone']['embed_dims']
    cfg.video_input = dict(
        extractor='configs/features/videomae-base_16x4x8_custom-rgb.py',
        extractor_checkpoint='CHECKPOINT.pth')
    cfg.merge_from_dict({
        'model.backbone.in_channels': channels,
        'model.backbone.channels': 16, 'model.backbone.num_heads': 2,
        'model.neck.channels': 16, 'model.head.in_channels': 16,
        'model.head.channels': 16, 'model.head.num_classes': 2})
    for name in ('train', 'val', 'test'):
        dataset = cfg[f'{name}_dataloader'].dataset
        dataset.filename_tmpl = '{}.npz'
        dataset.pipeline[0] = dict(type='LoadFeatures', channels=channels)


def localize(block, checkout, patch):
    changed(patch, as_the_text_says)
    clip_videos.write_constant(checkout.folder / 'new', ['NEW'], 150)
    (checkout.folder / 'new/videos/NEW.mp4').rename(
        checkout.folder / 'NEW.mp4')
    check, train, found = commands(block, checkout.folder)
    assert 'channels' in checkout.run(check)
    checkout.run([*train, '--cfg-options', 'train_cfg.max_epochs=1',
                  'train_cfg.val_interval=1'])
    work_dir = checkout.folder / 'work_dirs' / (
        'actionformer_1xb2-35e_custom-feature')
    (work_dir / 'epoch_1.pth').rename(work_dir / 'epoch_35.pth')
    assert 'NEW.mp4: ' in checkout.run(found)


STORIES = {
    'docs/clip_features.md': [extract, another_recognizer, localize],
}
