"""G-TAD's golden numbers, and our model with their weights."""
import json
import zlib

import numpy as np
import torch
from mmaction.registry import DATASETS, MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.runner import load_checkpoint
from mmengine.structures import InstanceData

import mmbapg  # noqa: F401
from mmbapg.apis.converters import convert_gtad
from mmbapg.models.losses.balanced_iou_loss import Draws
from mmbapg.ops import TemporalGrid
from tests import golden, hosts

STEM = 'gtad_thumos14_tsn'
STEPS, DURATIONS = 256, 64
CONFIG = hosts.config_for('GTAD', 'thumos14-tsn')
#: Frames a second of the made-up training videos.
FPS = 25.0


class Reference:
    """The golden file, and the model of our config with its weights."""

    def __init__(self, folder):
        self.numbers = golden.load(STEM)
        source, target = folder / 'theirs.pth', folder / 'ours.pth'
        golden.write_official_checkpoint(self.numbers, source)
        self.model = MODELS.build(convert_gtad(
            source, target, Config.fromfile(CONFIG).model.to_dict())).eval()
        load_checkpoint(self.model, str(target), strict=True)
    def features(self, name):
        """Of video ``v1``, ``v2`` (training) or ``v3``."""
        length = dict(v1=460, v2=337, v3=183)[name]
        return golden.features(f'{STEM}:{name}', (2048, length))

    def sample(self, name):
        """Of ``v1`` or ``v3``."""
        numbers = self.numbers
        fps = round(float(numbers[f'{name}_fps']), 3)
        return ActionDataSample(metainfo=dict(
            video_name=name, grid=TemporalGrid(5, 0, fps),
            duration=int(numbers[f'{name}_num_frames']) / fps,
            video_scores=numbers[f'{name}_class_scores']))


def close(found, expected, tolerance):
    """No value is farther from its figure."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


def training_windows(numbers, folder):
    """Windows of the two training videos, as the dataset makes them."""
    database = {}
    for video, length in zip('12', numbers['train_num_snippets']):
        frames = numbers[f'train_annotations_{video}'].astype(float)
        np.save(folder / f'{video}.npy', np.zeros((length, 1), np.float32))
        database[video] = dict(
            subset='training', duration=5 * int(length) / FPS, fps=FPS,
            annotations=[dict(label='Ambiguous', segment=row.tolist())
                         for row in frames / FPS])
    (folder / 'annotations.json').write_text(
        json.dumps(dict(database=database)))
    cfg = Config.fromfile(CONFIG).train_dataloader.dataset
    cfg.update(
        ann_file=f'{folder}/annotations.json',
        data_prefix=dict(feature=str(folder)), filename_tmpl='{}.npy',
        subset='training', ground_truth=None,
        pipeline=[dict(type='LoadFeatures', stride=5, window=0)])
    dataset = DATASETS.build(cfg)
    return [dataset.get_data_info(index) for index in range(len(dataset))]


def sample_of(window):
    """In double precision, which the tolerance of targets asks for."""
    sample = ActionDataSample(metainfo=dict(
        video_name='v', grid=TemporalGrid(5, 0, FPS, window['window'][0])))
    sample.gt_instances = InstanceData(
        segments=torch.from_numpy(window['segments']))
    return sample


def uniform(key, shape):
    """Additional rule of the golden file."""
    seed = zlib.crc32(key.encode()) & 0x7fffffff
    return np.random.RandomState(seed).random_sample(
        int(np.prod(shape))).reshape(shape)


def draws_of(case):
    """Stored random numbers of the regression loss."""
    return Draws(*(torch.from_numpy(
        uniform(f'rand-{name}:{STEM}:{case}', (2, DURATIONS, STEPS))).float()
        for name in ('mid', 'low')))
