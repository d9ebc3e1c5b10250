"""A dataset that trains in seconds, and configs for it."""
import json
from pathlib import Path

import numpy as np

from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    write_embeddings,
)

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = ROOT / 'configs'
CHANNELS = 12
INTERVAL = 0.25
CLASSES = ('jump', 'roll')


def write_features(folder: Path, num_training=6, num_validation=3) -> Path:
    """Feature files ``(T, 12)`` every 4 frames at 16 fps, and annotations.

    Instances are planted: their class raises one channel.
    """
    database = {}
    (folder / 'features').mkdir(parents=True, exist_ok=True)
    for index in range(num_training + num_validation):
        rng = np.random.default_rng(index)
        steps = int(rng.integers(56, 90))
        features = 0.3 * rng.standard_normal((steps, CHANNELS))
        annotations = []
        start = 4
        while start + 12 < steps:
            length, label = int(rng.integers(5, 10)), int(rng.integers(2))
            features[start:start + length, label] += 2.0
            annotations.append(dict(
                label=CLASSES[label],
                segment=[start * INTERVAL, (start + length) * INTERVAL]))
            start += length + int(rng.integers(4, 9))
        name = f'video{index}'
        np.save(folder / 'features' / f'{name}.npy',
                features.astype(np.float32))
        database[name] = dict(
            subset='training' if index < num_training else 'validation',
            duration=steps * INTERVAL, fps=16, annotations=annotations)
    (folder / 'annotations.json').write_text(
        json.dumps(dict(database=database)))
    return folder


def write_video_embeddings(folder: Path, interval=INTERVAL) -> Path:
    """Embeddings for the same videos: their features, slightly blurred."""
    for path in sorted((folder / 'features').glob('*.npy')):
        features = np.load(path)
        times = (np.arange(len(features)) + 0.5) * interval
        write_embeddings(
            folder / 'embeddings' / f'{path.stem}.npz',
            Embeddings(features + 0.1, times,
                       Provenance(interval, 'tiny', 'untrained')))
    return folder / 'embeddings'


def localizer_config(folder: Path, name='tiny.py', bases=(), epochs=2,
                     checkpoints=None, extra='') -> Path:
    """A small ActionFormer on :func:`write_features`."""
    base_files = [CONFIGS / '_base_' / each for each in (
        'default_runtime.py', 'models/actionformer.py',
        'schedules/adamw_warmup_cosine.py', *bases)]
    text = f'''
_base_ = {[str(each) for each in base_files]}
model = dict(
    max_seq_len=96,
    backbone=dict(in_channels={CHANNELS}, channels=16, arch=(1, 1, 2),
                  num_heads=2, window=5, max_seq_len=96),
    neck=dict(channels=16, num_levels=3),
    head=dict(num_classes=2, in_channels=16, channels=16, num_layers=1,
              point_generator=dict(regression_ranges=[
                  (0, 4), (4, 16), (16, 10000)])))
load = [dict(type='LoadFeatures', stride=4, window=4, channels={CHANNELS})]
dataset = dict(
    type='TemporalLocalizationDataset',
    ann_file='{folder}/annotations.json',
    data_prefix=dict(feature='{folder}/features'))
train_dataloader = dict(
    batch_size=2, num_workers=0, drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(**dataset, subset='training', pipeline=[
        *load, dict(type='RandomTruncation', max_length=96),
        dict(type='PackFeatures')]))
val_dataloader = dict(
    batch_size=1, num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(**dataset, subset='validation', test_mode=True,
                 pipeline=[*load, dict(type='PackFeatures')]))
test_dataloader = val_dataloader
val_evaluator = [dict(type='TemporalLocalizationMetric'),
                 dict(type='ProposalRecallMetric', prefix='recall')]
test_evaluator = val_evaluator
optim_wrapper = dict(optimizer=dict(lr=1e-3))
train_cfg = dict(max_epochs={epochs}, val_interval={epochs})
param_scheduler = [dict(type='LinearLR', start_factor=0.1, end=1,
                        convert_to_iter_based=True)]
custom_hooks = [dict(type='EMAHook', ema_type='ExponentialMovingAverage',
                     momentum=0.1)]
default_hooks = dict(logger=dict(interval=1),
                     checkpoint=dict(interval={checkpoints or epochs}))
log_processor = dict(window_size=1)
work_dir = '{folder}/work_dirs/{Path(name).stem}'
randomness = dict(seed=0)
{extra}
'''
    path = folder / name
    path.write_text(text)
    return path


def bapg_config(folder: Path, name='tiny_bapg.py', **kwargs) -> Path:
    """The same with BAPG, by inheritance."""
    neck = kwargs.pop('neck', dict(hidden_channels=8))
    extra = kwargs.pop('extra', '') + (
        f"\nbapg = dict(clustering=dict(embeddings='{folder}/embeddings', "
        f'num_change_points=(2, 4)), neck={neck})\n')
    return localizer_config(folder, name, bases=['bapg/bapg.py'],
                            extra=extra, **kwargs)


def encoder_config(folder: Path, name='encoder.py', epochs=2,
                   checkpoints=None, extra='') -> Path:
    """A small similarity encoder on the same features."""
    path = folder / name
    path.write_text(f'''
_base_ = ['{CONFIGS}/_base_/default_runtime.py']
model = dict(
    type='FrameSimilarityLearner',
    backbone=dict(type='TemporalFeatureEncoder', in_channels={CHANNELS},
                  channels=16, out_channels=8, num_layers=1, reaches=(1, 2)),
    head=dict(type='PairContrastiveHead'))
dataset = dict(
    type='UntrimmedFrameDataset', ann_file='{folder}/annotations.json',
    data_prefix=dict(feature='{folder}/features'), interval={INTERVAL},
    context=2, pipeline=[
        dict(type='SampleFeatures', stride=4, window=4,
             channels={CHANNELS}), dict(type='PackFrames')])
train_dataloader = dict(
    batch_size=8, num_workers=0, drop_last=True,
    sampler=dict(type='HardNegativePairSampler', samples_per_class=2),
    dataset=dict(**dataset, subset='training'))
test_dataloader = dict(
    batch_size=1, num_workers=0, sampler=dict(type='VideoShardSampler'),
    dataset=dict(**dataset, test_mode=True))
test_evaluator = []
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs={epochs})
test_cfg = dict(type='EmbedLoop', out_dir='{folder}/embeddings')
optim_wrapper = dict(optimizer=dict(type='Adam', lr=1e-3))
default_hooks = dict(logger=dict(interval=1),
                     checkpoint=dict(interval={checkpoints or epochs}))
work_dir = '{folder}/work_dirs/encoder'
randomness = dict(seed=0)
{extra}
''')
    return path
