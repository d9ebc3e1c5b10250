"""Runs of AFSD on raw video: training, validation, and a test from the
checkpoint."""
import numpy as np
import pytest
from mmengine.config import Config

from mmbapg.config.bapg import BAPGConfigError, add_bapg
from tests import runs, small_afsd, tiny_video


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return tiny_video.write_videos(tmp_path_factory.mktemp('afsd'))


def test_a_run(folder):
    path = small_afsd.run_config(folder)
    runner = runs.build(path)
    runner.train()
    rows = [row for row in runs.scalars(folder / 'work_dirs/afsd')
            if 'loss_quality' in row]
    assert rows and all(np.isfinite(row['loss']) for row in rows)
    assert any('loss_consistency' in row for row in rows)
    metrics = runs.build(path, folder / 'work_dirs/afsd/epoch_2.pth').test()
    assert np.isfinite(metrics['mAP'])


def test_bapg_is_refused(folder):
    cfg = Config.fromfile(small_afsd.run_config(
        folder, 'with_bapg.py'))
    cfg.bapg = dict(clustering=dict(
        type='TemporalSimilarityClustering', embeddings='none'),
        neck=dict(type='EvidenceFusionNeck'))
    with pytest.raises(BAPGConfigError, match='model AFSD: found a loc'
                       'alizer that takes frames, expected one on clip'):
        add_bapg(cfg)
