"""Raw videos in which actions are seen, and end-to-end localizers that train
on them in seconds."""
import json
from pathlib import Path

import av
import numpy as np
import torch
from mmaction.registry import MODELS

from tests import hosts, tiny
from tests.golden_adatad import NORMALIZE

FPS, SECONDS, SIZE = 8, 10, (32, 48)  # height and width
INTERVAL, STEPS = 0.25, 16
#: Of a window encoder whose network sees one frame at a time.
SINGLE_FRAMES = dict(clip_len=1, clips_per_pass=5)
#: A network with adapters, and one that takes clips of any length.
ADAPTERS = dict(
    type='AdapterVisionTransformer', img_size=32, patch_size=16,
    embed_dims=12, depth=2, num_heads=2, num_frames=4, tubelet_size=2,
    adapter_index=[1])
RESNET = dict(type='ResNet3d', depth=18, base_channels=2, norm_eval=False,
              pretrained=None, pretrained2d=False, conv1_stride_t=1,
              pool1_stride_t=1, with_pool2=False, inflate=0)


def write_videos(folder: Path, number=4) -> Path:
    """Videos of grey noise, in which ``jump`` is red and ``roll`` is blue."""
    (folder / 'videos').mkdir(parents=True)
    generator, database = np.random.default_rng(0), {}
    for index in range(number):
        name = f'video_{index}'
        seconds = SECONDS - index % 2
        spans = [('jump', 1.0, 3.0), ('roll', 5.0 + index % 3, 8.0)]
        frames = generator.integers(
            60, 90, (seconds * FPS, *SIZE, 3), np.uint8)
        for label, start, end in spans:
            channel = 2 * tiny.CLASSES.index(label)
            frames[int(start * FPS):int(end * FPS), ..., channel] += 120
        write(folder / f'videos/{name}.mp4', frames)
        database[name] = dict(
            subset='training' if index < number - 2 else 'validation',
            duration=seconds, fps=FPS, annotations=[
                dict(label=label, segment=[start, end])
                for label, start, end in spans])
    (folder / 'annotations.json').write_text(
        json.dumps(dict(database=database)))
    return folder


def write_embeddings(folder: Path) -> None:
    """Of the same videos: classes differ in a channel."""
    (folder / 'features').mkdir(exist_ok=True)
    content = json.loads((folder / 'annotations.json').read_text())
    for name, video in content['database'].items():
        number = round(video['duration'] / INTERVAL)
        features = np.random.default_rng(1).normal(size=(number, 8))
        for each in video['annotations']:
            first, end = (int(time / INTERVAL) for time in each['segment'])
            features[first:end, tiny.CLASSES.index(each['label'])] += 4
        np.save(folder / f'features/{name}.npy', features.astype(np.float32))
    tiny.write_video_embeddings(folder)


def write(path: Path, frames: np.ndarray, fps=FPS) -> None:
    """A video of frames ``(n, H, W, 3)``."""
    with av.open(str(path), 'w') as file:
        stream = file.add_stream('mpeg4', rate=fps)
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = 'yuv420p'
        for frame in frames:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(frame)))
        file.mux(stream.encode(None))


def encoder(backbone=ADAPTERS, **kwargs) -> dict:
    """Config of a window encoder."""
    trained = 'nothing' if backbone == RESNET else 'adapters'
    return dict(
        recognizer=dict(type='Recognizer3D', backbone=backbone,
                        data_preprocessor=NORMALIZE),
        **{'trained': trained, **kwargs})


def width_of(backbone) -> int:
    """Channels of its features."""
    return 8 * backbone['base_channels'] if (
        backbone == RESNET) else backbone['embed_dims']


def model(host='ActionFormer', backbone=ADAPTERS, steps=STEPS, extra=None,
          **kwargs) -> dict:
    """Config of an end-to-end localizer.

    Args:
        host: Name in :mod:`tests.hosts`.
        backbone: Config of the video network.
        steps: Of a window.
        extra: Arguments of the window encoder.
        kwargs: Of :class:`EndToEndLocalizer`.
    """
    return dict(
        type='EndToEndLocalizer',
        video_backbone=encoder(backbone, **(extra or {})),
        localizer=hosts.small_model(host, width_of(backbone), steps,
                                    len(tiny.CLASSES)), **kwargs)


def drawn(cfg, seed=0):
    """A built model whose weights are all noise, as after training."""
    torch.manual_seed(seed)
    built = MODELS.build(cfg)
    for name, value in built.named_parameters():
        if 'norm' not in name and 'bn' not in name:
            torch.nn.init.normal_(value, std=0.2)
    return built


def pipelines(interval=INTERVAL, steps=STEPS) -> tuple:
    """For training on windows, and for testing on videos."""
    sample = dict(type='SampleFrameEvery', interval=interval)
    decode = dict(type='DecodeFrames', each=[
        dict(type='Resize', scale=(32, 32), keep_ratio=False)])
    pack = dict(type='PackFrameWindow')
    return ([sample, dict(type='RandomTruncation', max_length=steps), decode,
             dict(type='Flip', flip_ratio=0.5), pack], [sample, decode, pack])


def config(folder: Path, model: dict, name='end_to_end.py', extra='',
           **kwargs) -> Path:
    """Config of a run on :func:`write_videos`."""
    training, testing = pipelines()
    base = tiny.localizer_config(folder, f'base_of_{name}', **kwargs)
    video = f"data_prefix=dict(_delete_=True, video='{folder}/videos')"
    path = folder / name
    path.write_text(f'''
_base_ = '{base}'
model = {dict(model, _delete_=True)}
train_dataloader = dict(dataset=dict({video}, pipeline={training}))
val_dataloader = dict(dataset=dict({video}, pipeline={testing}))
test_dataloader = val_dataloader
work_dir = '{folder}/work_dirs/{Path(name).stem}'
{extra}
''')
    return path
