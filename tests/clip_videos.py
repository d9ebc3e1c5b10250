"""Videos in the forms that clip features are made of: at 25 frames a second,
at a rate that varies, and as folders of images; and runs on them."""
import json
from pathlib import Path

import av
import mmcv
import numpy as np
from mmengine.config import Config, ConfigDict

from mmbapg.config import add_clip_features
from tests import recognizers
from tests.video_files import write

FRAMES, RATE = 40, 25
SIZE = (72, 96)


def write_annotations(folder, durations, fps=None):
    (folder / 'annotations.json').write_text(json.dumps(dict(database={
        name: dict(duration=duration, annotations=[], subset='training',
                   **({'fps': fps} if fps else {}))
        for name, duration in durations.items()})))


def write_constant(folder, names=('a', ), count=FRAMES):
    (folder / 'videos').mkdir(parents=True, exist_ok=True)
    counts = {name: count + 5 * index for index, name in enumerate(names)}
    for index, (name, length) in enumerate(counts.items()):
        write(folder / f'videos/{name}.mp4', 'libx264', count=length,
              size=SIZE, first=7 * index, g='12', bf='2')
    write_annotations(folder, {name: length / RATE
                               for name, length in counts.items()})
    return folder


def write_varying(folder):
    """Steps of 20 to 60 ms."""
    (folder / 'videos').mkdir(parents=True)
    steps = np.random.default_rng(0).integers(20, 61, FRAMES)
    stamps = np.concatenate([[0], steps[:-1].cumsum()])
    write(folder / 'videos/a.mkv', 'libx264', count=FRAMES, stamps=stamps,
          size=SIZE, g='12')
    write_annotations(folder, dict(a=float(stamps[-1] + 40) / 1000))
    return folder


def write_images(folder):
    """The frames of :func:`write_constant`, as images without loss."""
    write_constant(folder)
    (folder / 'frames/a').mkdir(parents=True)
    for number, frame in enumerate(frames_of(folder / 'videos/a.mp4'), 1):
        mmcv.imwrite(frame[..., ::-1], str(
            folder / f'frames/a/img_{number:05}.png'))
    write_annotations(folder, dict(a=FRAMES / RATE), RATE)
    return folder


FORMS = dict(constant=write_constant, varying=write_varying,
             images=write_images)


def frames_of(path):
    """All frames of a file, in order, decoded plainly."""
    with av.open(str(path)) as file:
        return [frame.to_ndarray(format='rgb24')
                for frame in file.decode(video=0)]


def frames_at(folder, form, times):
    """The frames shown at some seconds, found plainly."""
    path, = (folder / 'videos').iterdir()
    with av.open(str(path)) as file:
        stamps, frames = zip(*(
            (frame.time, frame.to_ndarray(format='rgb24'))
            for frame in file.decode(video=0)))
    return [frames[max(0, int(np.searchsorted(stamps, time, 'right')) - 1)]
            for time in np.asarray(times).ravel() + 1e-4]


def config(name, folder, form='constant', options=None, **settings):
    """Of clip features by a small recognizer, on 64 pixels."""
    cfg = recognizers.config(name)
    for step in cfg.test_dataloader.dataset.pipeline:
        if step['type'] == 'Resize':
            step['scale'] = (-1, recognizers.SIZE)
        if 'Crop' in step['type']:
            step['crop_size'] = recognizers.SIZE
    base = Config.fromfile(Path(__file__).parents[1].joinpath(
        'configs/_base_/clip_features.py'))
    cfg.clip_features = ConfigDict({
        **base.clip_features,
        'clip_len': recognizers.clip_len(name), 'stride': 4,
        'weights': 'random', 'num_workers': 0, 'data_root': str(folder),
        **settings})
    cfg.custom_imports = base.custom_imports
    if form == 'images':
        cfg.merge_from_dict({
            'clip_features.data_prefix.img': 'frames',
            'clip_features.images': dict(filename_tmpl='img_{:05}.png')})
    made = add_clip_features(cfg)
    made.merge_from_dict(dict(options or {}, randomness=dict(seed=0)))
    return made
