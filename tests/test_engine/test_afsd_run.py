"""Runs of AFSD on raw video: training, validation, and a test from the
checkpoint."""
import numpy as np
import pytest
from mmengine.config import Config

from mmbapg.config.bapg import BAPGConfigError, add_bapg
from tests import runs, small_afsd, tiny, tiny_video

FPS = 8


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return tiny_video.write_videos(tmp_path_factory.mktemp('afsd'))


def config(folder, name='afsd.py'):
    """A run on clips of 64 frames, spliced where that is possible."""
    model = small_afsd.model()
    model['head']['num_classes'] = len(tiny.CLASSES)
    sample = dict(type='SampleFrameEvery', interval=1 / FPS)
    decode = dict(type='DecodeFrames', each=[
        dict(type='ShrinkFrames', size=36)])
    training = [
        sample, dict(type='CropWindow'), decode,
        dict(type='RandomCrop', size=32), dict(type='FlipFrames'),
        dict(type='SpliceBackground', clip_length=64),
        dict(type='PackSplicedWindow')]
    testing = [sample, decode, dict(type='CenterCrop', crop_size=32),
               dict(type='PackFrameWindow')]
    base = tiny.localizer_config(folder, f'base_of_{name}', epochs=2)
    video = f"data_prefix=dict(_delete_=True, video='{folder}/videos')"
    path = folder / name
    text = str(dict(model, _delete_=True)).replace('inf', "float('inf')")
    path.write_text(f'''
_base_ = '{base}'
model = {text}
train_dataloader = dict(batch_size=1, dataset=dict(
    {video}, type='SlidingWindowDataset', window_size=64, overlap=0.75,
    min_share=0.5, pipeline={training}))
val_dataloader = dict(dataset=dict({video}, pipeline={testing}))
test_dataloader = val_dataloader
work_dir = '{folder}/work_dirs/{name[:-3]}'
''')
    return path


def test_a_run(folder):
    path = config(folder)
    runner = runs.build(path)
    runner.train()
    rows = [row for row in runs.scalars(folder / 'work_dirs/afsd')
            if 'loss_quality' in row]
    assert rows and all(np.isfinite(row['loss']) for row in rows)
    assert any('loss_consistency' in row for row in rows)
    metrics = runs.build(path, folder / 'work_dirs/afsd/epoch_2.pth').test()
    assert np.isfinite(metrics['mAP'])


def test_bapg_is_refused(folder):
    cfg = Config.fromfile(config(folder, 'with_bapg.py'))
    cfg.bapg = dict(clustering=dict(
        type='TemporalSimilarityClustering', embeddings='none'),
        neck=dict(type='EvidenceFusionNeck'))
    with pytest.raises(BAPGConfigError, match='model AFSD: found a loc'
                       'alizer that takes frames, expected one on clip'):
        add_bapg(cfg)
