"""ActivityNet as MMAction2 reads it, tiny, and configs of its localizers."""
import json
from pathlib import Path

import numpy as np

from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    write_embeddings,
)
from tests import tiny

STEPS, CHANNELS, VIDEOS, SECONDS = 20, 8, 6, 40.0


def write(folder: Path) -> Path:
    """A CSV of features for each video, annotations, and embeddings.

    A video shows one action, which raises the first channel. Its annotation
    lists proposals near it, start and end as shares of the video and a score.
    """
    (folder / 'csv').mkdir()
    database = {}
    for index in range(VIDEOS):
        rng = np.random.default_rng(index)
        features = 0.2 * rng.standard_normal((STEPS, CHANNELS))
        first, last = 4, int(rng.integers(10, 16))
        features[first:last, 0] += 2
        name = f'v_video{index}'
        header = ','.join(f'f{column}' for column in range(CHANNELS))
        np.savetxt(folder / 'csv' / f'{name}.csv', features, delimiter=',',
                   header=header, comments='')
        near = [[(first + shift) / STEPS, (last + shift) / STEPS,
                 1 - 0.1 * shift] for shift in range(3)]
        database[name] = dict(
            duration_second=SECONDS, duration_frame=1000, feature_frame=992,
            annotations=[dict(segment=[2.0 * first, 2.0 * last],
                              label='act')],
            proposals=near)
        times = (np.arange(SECONDS) + 0.5)
        write_embeddings(
            folder / 'embeddings' / f'{name}.npz',
            Embeddings(features.repeat(2, axis=0) + 0.1, times,
                       Provenance(1.0, 'tiny', 'untrained')))
    (folder / 'anno.json').write_text(json.dumps(database))
    return folder


def config(folder: Path, base: str, model: str, with_bapg: bool,
           extra: str = '') -> Path:
    """A config of MMAction2's, on these videos.

    Args:
        folder: Of :func:`write`.
        base: Below ``configs/localization`` of MMAction2.
        model: Changes to the model, as source text.
        with_bapg: Add our base.
        extra: More source text, at the end.
    """
    bases = [f'mmaction::localization/{base}']
    if with_bapg:
        bases.append(f'{tiny.CONFIGS}/_base_/bapg/bapg.py')
        extra += (f"\nbapg = dict(clustering=dict(embeddings='{folder}/"
                  "embeddings', num_change_points=(1, 2)))\n")
    name = Path(base).name.split('_2')[0].split('_1')[0]
    path = folder / f'{name}{"_bapg" if with_bapg else ""}.py'
    path.write_text(f'''
_base_ = {bases}
custom_imports = dict(imports=['mmbapg'])
model = dict({model})
data = dict(ann_file='{folder}/anno.json',
            data_prefix=dict(video='{folder}/csv'))
train_dataloader = dict(batch_size=2, num_workers=0,
                        persistent_workers=False, dataset=data)
val_dataloader = dict(batch_size=1, num_workers=0, persistent_workers=False,
                      dataset=data)
test_dataloader = val_dataloader
train_cfg = dict(max_epochs=3, val_begin=3, val_interval=3)
val_evaluator = dict(_delete_=True, type='ProposalRecallMetric')
test_evaluator = val_evaluator
default_hooks = dict(checkpoint=dict(filename_tmpl='epoch_{{}}.pth',
                                     interval=3))
work_dir = '{folder}/work_dirs'
randomness = dict(seed=0)
{extra}
''')
    return path
