"""A TadTR that trains in seconds, on the data of tests/tiny.py."""
from pathlib import Path

from tests.tiny import CHANNELS, CONFIGS

WINDOW = 32


def config(folder: Path, name='tiny_tadtr.py', bases=(), epochs=2,
           extra='') -> Path:
    """Windows of 32 steps; videos have 56 to 89."""
    base_files = [str(CONFIGS / '_base_' / each) for each in (
        'default_runtime.py', 'models/tadtr.py',
        'schedules/adamw_multistep_16e.py', *bases)]
    path = folder / name
    path.write_text(f'''
_base_ = {base_files}
transformer = dict(num_layers=2, num_heads=4, feedforward_channels=32)
model = dict(
    in_channels={CHANNELS}, channels=16, norm_groups=4,
    window_size={WINDOW}, windows_per_batch=3,
    encoder=transformer, decoder=dict(num_queries=10, **transformer),
    head=dict(num_classes=2, roi_bins=4))
load = [dict(type='LoadFeatures', stride=4, window=4, channels={CHANNELS})]
dataset = dict(
    ann_file='{folder}/annotations.json',
    data_prefix=dict(feature='{folder}/features'))
train_dataloader = dict(
    batch_size=4, num_workers=0, drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        **dataset, type='SlidingWindowDataset', window_size={WINDOW},
        subset='training', pipeline=[
            *load, dict(type='CropWindow'), dict(type='PackFeatures')]))
val_dataloader = dict(
    batch_size=1, num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **dataset, type='TemporalLocalizationDataset', subset='validation',
        test_mode=True, pipeline=[*load, dict(type='PackFeatures')]))
test_dataloader = val_dataloader
val_evaluator = dict(type='TemporalLocalizationMetric')
test_evaluator = val_evaluator
optim_wrapper = dict(optimizer=dict(lr=5e-3))
train_cfg = dict(max_epochs={epochs}, val_interval={epochs})
param_scheduler = [dict(type='MultiStepLR', milestones=[{epochs} - 1],
                        gamma=0.1, end={epochs})]
default_hooks = dict(logger=dict(interval=1),
                     checkpoint=dict(interval={epochs}))
log_processor = dict(window_size=1)
work_dir = '{folder}/work_dirs/{Path(name).stem}'
randomness = dict(seed=0)
{extra}
''')
    return path


def bapg_config(folder: Path, name='tiny_tadtr_bapg.py', **kwargs) -> Path:
    """The same with BAPG, by inheritance."""
    extra = kwargs.pop('extra', '') + (
        f"\nbapg = dict(clustering=dict(embeddings='{folder}/embeddings', "
        'num_change_points=(2, 4)), neck=dict(hidden_channels=8))\n')
    return config(folder, name, bases=['bapg/bapg.py'], extra=extra, **kwargs)
