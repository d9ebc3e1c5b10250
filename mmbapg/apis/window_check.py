"""Whether videos fill the windows of a localizer that sees frames."""
from typing import Dict

from mmaction.registry import DATASETS
from mmengine.config import Config

from mmbapg.config.datasets import DATALOADERS, datasets_of
from mmbapg.datasets.annotations import named
from mmbapg.datasets.transforms.frame_samplers import FrameSampler
from mmbapg.models.localizers.contract import host_config, training_length

from .dataset_report import DatasetReport


def check_windows(cfg: Config, report: DatasetReport) -> None:
    """Compare the steps of videos with those of a window.

    Args:
        cfg: Of a localizer that sees frames, whose files have been read.
        report: Is added to: to its warnings, or, where the model refuses short
            windows, to its errors.
    """
    size = training_length(cfg.model)
    steps: Dict[str, int] = {}
    for name in DATALOADERS:
        for each in datasets_of(cfg[name].dataset) if cfg.get(name) else ():
            dataset = DATASETS.build(dict(each, serialize_data=False))
            sampler = dataset.pipeline.transforms[0]
            if isinstance(sampler, FrameSampler):
                _expect_one_step(cfg, name, sampler, report)
                steps.update({
                    info.get('path', info['video_name']):
                    sampler.steps_of(info)[0]
                    for info in dataset.data_infos()})
    short = [path for path, number in steps.items() if number < size]
    report.facts.append(f'windows of {size} steps, of which the videos have '
                        f'{min(steps.values(), default=0)} to '
                        f'{max(steps.values(), default=0)}')
    if not short:
        return
    text = (f'{len(short)} of {len(steps)} videos are shorter than a window '
            f'of {size} steps: {named(short)}')
    if cfg.model.get('short_windows') == 'error':
        report.errors.append(
            f"{text}; expected none (short_windows='repeat' repeats the last "
            'frame)')
    else:
        how = ('clips are filled up' if 'clip_length' in host_config(
            cfg.model) else 'the last frame is repeated')
        report.warnings.append(f'{text}; {how}')


def _expect_one_step(cfg: Config, loader: str, sampler: FrameSampler,
                     report: DatasetReport) -> None:
    encoder = cfg.model.get('video_backbone')
    if encoder is None:
        return
    made, taken = (encoder.get('frames_per_step', 1),
                   sampler.decoded_per_step)
    if made != taken:
        report.errors.append(
            f'{loader}: found {taken} frames for a step in its pipeline, and '
            f'{made} in the video_backbone, expected one number: '
            'frames_per_step of both, which for SampleClips is its clip_len')
