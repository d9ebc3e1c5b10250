"""The templates for users' own features, with the changes they ask for."""
from mmengine.config import Config

from mmbapg.apis.stages import relocated
from tests import runs, tiny


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


def test_encoder_template(folder):
    cfg = load('similarity/similarity_temporal_1xb224-80e_custom-feature.py',
               folder)
    assert cfg.train_dataloader.dataset.where is None
    cfg.merge_from_dict({
        'model.backbone.in_channels': tiny.CHANNELS,
        'train_dataloader.batch_size': 16, 'train_cfg.max_epochs': 2})
    path = write(cfg, folder / 'encoder_template.py')
    runs.build(path).train()
    tested = runs.build(
        path, load_from=folder / 'work_dirs/epoch_2.pth').test()
    assert tested['embedded'] == 9


def test_localizer_template(folder):
    cfg = load('actionformer/actionformer_bapg_1xb2-35e_custom-feature.py',
               folder)
    cfg.merge_from_dict({
        'model.backbone.in_channels': tiny.CHANNELS,
        'model.backbone.channels': 32, 'model.neck.channels': 32,
        'model.head.in_channels': 32, 'model.head.channels': 32,
        'model.head.num_classes': 2, 'train_cfg.max_epochs': 1,
        'train_cfg.val_interval': 1})
    runner = runs.build(write(cfg, folder / 'localizer_template.py'))
    runner.train()
    assert type(runner.model).__name__ == 'BAPG'
    assert 0 <= runner.message_hub.get_scalar('val/mAP').current() <= 1
