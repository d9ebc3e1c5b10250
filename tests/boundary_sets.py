"""Small sets of trimmed clips, and datasets of made-up boundaries on them."""
from mmaction.registry import DATASETS

from mmbapg.datasets.samplers import BoundaryKindSampler
from tests import video_files
from tests.tiny import CHANNELS, CONFIGS, INTERVAL

#: Class and number of the first frame of each clip, all at 25 frames/s.
CLIPS = [(label, 100 * number) for number, label in enumerate((0, 0, 1, 1, 2,
                                                               2))]
FRAMES = 40
RATE = 25

#: Transforms after the synthesis: frames stay as they are.
PACK = [dict(type='FormatShape', input_format='NCHW'),
        dict(type='PackBoundaryClip')]


def write_clips(folder, clips=None, frames=FRAMES, **options):
    """Videos whose frames show their number, and MMAction2's list of them."""
    lines = []
    for label, first in clips or CLIPS:
        name = f'clip{first:04d}.mp4'
        video_files.write(folder / name, 'libx264', frames, first=first,
                          rate=RATE, **options)
        lines.append(f'{name} {label}')
    (folder / 'clips.txt').write_text('\n'.join(lines))
    return folder


def source_of(folder):
    """MMAction2's dataset of :func:`write_clips`."""
    return dict(type='VideoDataset', ann_file=f'{folder}/clips.txt',
                data_prefix=dict(video=str(folder)))


def dataset_of(source, loader='LoadVideoFrames', pack=None, **options):
    """Made-up boundaries; without ``loader``, their numbers of frames."""
    synthesize = dict(type='SynthesizeBoundary', short_side=64, load=(
        loader if isinstance(loader, (dict, list)) else dict(type=loader)))
    pipeline = [synthesize, *(PACK if pack is None else pack)]
    return DATASETS.build(dict(
        type='BoundaryClipDataset', source=source,
        pipeline=pipeline if loader else [], **options))


def of_features(folder, **options):
    """Made-up boundaries in the features of ``tests.tiny``."""
    source = dict(type='UntrimmedFrameDataset', interval=0.25,
                  ann_file=f'{folder}/annotations.json', subset='training',
                  data_prefix=dict(feature=f'{folder}/features'))
    load = dict(type='SampleFeatures', stride=4, window=4, channels=12)
    options = {'synthesis': dict(half_length=2, speeds=(0.5, 1.5)), **options}
    return dataset_of(source, load, [dict(type='PackBoundaryClip')],
                      **options)


def samples_of(data, epoch=0, min_samples=0, seed=0):
    """What one rank sees in an epoch."""
    sampler = BoundaryKindSampler(data, min_samples=min_samples, seed=seed)
    sampler.set_epoch(epoch)
    return list(sampler)


#: Of the features of ``tests.tiny``.
ENCODER = dict(type='TemporalFeatureEncoder', in_channels=CHANNELS,
               channels=16, out_channels=8, num_layers=1, reaches=(1, ))


def learner_config(folder, heads, name='bsp', epochs=2, extra=''):
    """Of pretraining on the instances of ``tests.tiny``'s training videos."""
    source = dict(type='UntrimmedFrameDataset', interval=INTERVAL,
                  ann_file=f'{folder}/annotations.json',
                  data_prefix=dict(feature=f'{folder}/features'))
    pipeline = [
        dict(type='SynthesizeBoundary', load=dict(
            type='SampleFeatures', stride=4, window=4, channels=CHANNELS)),
        dict(type='PackBoundaryClip')]
    path = folder / f'{name}.py'
    path.write_text(f'''
_base_ = ['{CONFIGS}/_base_/bsp_temporal.py']
model = dict(_delete_=True, type='BoundaryLearner', encoder={ENCODER},
             heads={heads})
synthesis = dict(half_length=2, speeds=(0.5, 1.5))
source = {source}
train_dataloader = dict(
    batch_size=16, sampler=dict(min_samples=64), dataset=dict(
        synthesis=synthesis, source=dict(source, subset='training'),
        pipeline={pipeline}))
val_dataloader = dict(batch_size=16, dataset=dict(
    synthesis=synthesis, source=dict(source, subset='validation'),
    pipeline={pipeline}))
test_dataloader = val_dataloader
train_cfg = dict(max_epochs={epochs}, val_interval={epochs})
param_scheduler = []
default_hooks = dict(logger=dict(interval=1), checkpoint=dict(interval=1))
work_dir = '{folder}/work_dirs/{name}'
randomness = dict(seed=0)
{extra}
''')
    return path
