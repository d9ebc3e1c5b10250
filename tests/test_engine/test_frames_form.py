"""Stage 1 on frames that are decoded from video files."""
import numpy as np
import pytest
from mmengine.config import Config

from mmbapg.apis.encoding import Encoding
from mmbapg.config.places import find_config, relocated
from mmbapg.datasets.embedding_files import read_embeddings
from tests import runs


def config(videos, tmp_path, name, **options):
    cfg = Config.fromfile(find_config(f'similarity/{name}.py'))
    cfg = Config(relocated(cfg._cfg_dict, {
        'data/fir/embeddings': str(tmp_path / 'embeddings'),
        'data/fir/': f'{videos}/'}), filename=cfg.filename)
    cfg.train_dataloader.batch_size = 8
    cfg.train_dataloader.num_workers = 1
    cfg.merge_from_dict({'train_cfg.max_epochs': 1,
                         'test_dataloader.dataset.interval': 1.0, **options})
    return cfg


def check_training_and_embedding(cfg, tmp_path, channels):
    encoding = Encoding(tmp_path / 'work')
    checkpoint = encoding.train(cfg, 'encoder')
    encoding.embed(cfg, checkpoint, 'encoder')
    rows = [row for row in runs.scalars(tmp_path / 'work/encoder')
            if 'loss_pair' in row]
    assert rows and np.isfinite([row['loss_pair'] for row in rows]).all()
    folder, = (path for path in tmp_path.iterdir()
               if path.name.startswith('embeddings'))
    content = read_embeddings(folder / 'rendered_00.npz')
    assert content.embeddings.shape == (12, channels)
    assert content.provenance.training_videos == ('rendered_00',
                                                  'rendered_01')


def test_efficientnet(videos, tmp_path):
    pytest.importorskip('efficientnet_lite_pytorch')
    cfg = config(videos, tmp_path,
                 'similarity_efficientnetlite0_1xb112-20e_fir-rgb-0.25s')
    cfg.default_hooks.logger.interval = 1
    check_training_and_embedding(cfg, tmp_path, 1280)


def test_the_papers_resnet_from_random_weights(videos, tmp_path):
    """The recipe as it stands, but for the depth and the size of frames."""
    cfg = config(videos, tmp_path,
                 'similarity_resnet50_1xb112-100e_fir-rgb-0.25s',
                 **{'model.backbone.depth': 18})
    cfg.model.backbone.pretrained = None
    cfg.default_hooks.logger.interval = 1
    for loader in (cfg.train_dataloader, cfg.test_dataloader):
        for step in loader.dataset.pipeline:
            if step.type == 'Resize':
                step.scale = (64, 64)
    check_training_and_embedding(cfg, tmp_path, 512)
