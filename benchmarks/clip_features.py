"""Features of overlapping clips, beside MMAction2's own tool for them.

    pip install decord && python benchmarks/clip_features.py [--network NAME]

The same network with the same random weights, 16 frames every 4, of one video
(H.264, 320 x 240). MMAction2's is ``tools/misc/clip_feature_extraction.py
--long-video-mode``: its dataset and model as that tool sets them up. It keeps
the three crops of a recognizer's test; ``one crop`` is the same with the one
in the middle, as ours takes it. Every way runs in a process of its own, with
one thread; times are those of the videos, without the start, by the clock and
as computed (which other programs disturb less). ``decoding`` is ours without
the network.

``--memory`` instead gives the most memory of a process for a short and a long
video of few pixels, with a network of two layers.
"""
import argparse
import json
import os
import resource
import runpy
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import peers
import sparse_frames

CLIP, STRIDE = 16, 4
#: Name -> config of MMAction2, what is changed in its model.
NETWORKS = {
    'videomae-small': ('videomae/vit-base-p16_videomae-k400-pre_16x4x1_'
                       'kinetics-400', dict(embed_dims=384, num_heads=6)),
    'i3d-r50': ('i3d/i3d_imagenet-pretrained-r50_8xb8-32x2x1-100e_'
                'kinetics400-rgb', {}),
    'r2plus1d-r34': ('r2plus1d/r2plus1d_r34_8xb8-32x2x1-180e_kinetics400-rgb',
                     {}),
    'two-layers': ('videomae/vit-base-p16_videomae-k400-pre_16x4x1_'
                   'kinetics-400', dict(embed_dims=32, depth=2, num_heads=2))
}
WAYS = ('ours', 'decoding', 'mmaction2', 'one crop')


def recognizer(network: str, pixels: int):
    """Config of a recognizer, at another size if it takes one."""
    import mmaction
    from mmengine.config import Config
    name, backbone = NETWORKS[network]
    cfg = Config.fromfile(Path(mmaction.__file__).parent.joinpath(
        f'.mim/configs/recognition/{name}.py'))
    cfg.merge_from_dict(dict(model=dict(backbone=backbone)))
    cfg.model.backbone.pretrained = None
    for step in cfg.test_dataloader.dataset.pipeline:
        if step.type == 'Resize':
            step.scale = (-1, pixels)
        elif 'Crop' in step.type:
            step.crop_size = pixels
    return cfg


def seeded(model) -> None:
    """The same weights, whatever heads there are."""
    import torch
    torch.manual_seed(0)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.02)


def clocks() -> tuple:
    """Seconds by the clock, and that this process and those of it that have
    ended have computed."""
    used = [resource.getrusage(who) for who in (
        resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return time.perf_counter(), sum(
        each.ru_utime + each.ru_stime for each in used)


def since(start: tuple) -> dict:
    """Seconds by both clocks since then."""
    now = clocks()
    return dict(seconds=now[0] - start[0], cpu=now[1] - start[1])


def run_ours(cfg, folder: Path, workers: int, with_network: bool) -> dict:
    """Seconds of our loop, or of its data alone."""
    from mmengine.config import Config

    from mmbapg.config import add_clip_features, find_config
    from mmbapg.datasets.embedding_files import read_embeddings
    from mmbapg.engine.runner.progress_runs import run
    base = Config.fromfile(find_config('_base_/clip_features.py'))
    cfg.clip_features = dict(
        base.clip_features, data_root=str(folder), weights='random',
        clip_len=CLIP, stride=STRIDE, num_workers=workers, batch_size=1)
    runner = run(add_clip_features(cfg), folder / 'logs', 'clips')
    seeded(runner.model.video.backbone)
    loop = runner.test_loop  # is built by that
    runner.call_hook('before_run')
    start = clocks()
    if with_network:
        loop.run()
        spent = since(start)
        features = read_embeddings(folder / 'features/video.npz').embeddings
        return dict(spent, clips=len(features))
    for _ in loop.dataloader:
        pass
    return since(start)


def run_theirs(cfg, folder: Path, workers: int, one_crop: bool) -> dict:
    """Seconds of MMAction2's dataset and model, as its tool makes them."""
    import mmaction
    import torch
    from mmaction.registry import MODELS
    from mmengine.runner import Runner
    tool = runpy.run_path(str(Path(mmaction.__file__).parent.joinpath(
        '.mim/tools/misc/clip_feature_extraction.py')))
    (folder / 'list.txt').write_text('video.mp4 0\n')
    cfg = tool['merge_args'](cfg, argparse.Namespace(
        spatial_type='avg', temporal_type='avg', multi_view=False,
        dump_score=False, video_list=str(folder / 'list.txt'),
        video_root=str(folder / 'videos'), long_video_mode=True,
        clip_interval=STRIDE, frame_interval=1,
        output_prefix=str(folder / 'theirs')))
    for step in cfg.test_dataloader.dataset.pipeline:
        if step['type'] == 'UntrimmedSampleFrames':
            step['clip_len'] = CLIP
        elif step['type'] == 'ThreeCrop' and one_crop:
            step['type'] = 'CenterCrop'
    cfg.model.test_cfg = dict(max_testing_views=8)
    model = MODELS.build(cfg.model).eval()
    seeded(model.backbone)
    cfg.test_dataloader.update(num_workers=workers,
                               persistent_workers=workers > 0)
    loader = Runner.build_dataloader(cfg.test_dataloader, seed=0)
    start = clocks()
    with torch.no_grad():
        sample, = (model.test_step(batch)[0] for batch in loader)
    spent = since(start)
    views = np.asarray(sample).reshape(-1, sample.shape[-1])
    return dict(spent, clips=len(views) // (1 if one_crop else 3))


def one(way: str, folder: Path, network: str, pixels: int,
        workers: int) -> dict:
    """One way, in this process."""
    import torch
    from mmengine.registry import init_default_scope

    import mmbapg  # noqa: F401  (mends upstream)
    init_default_scope('mmaction')
    torch.set_num_threads(1)
    cfg = recognizer(network, pixels)
    if way in ('ours', 'decoding'):
        found = run_ours(cfg, folder, workers * (way == 'ours'),
                         way == 'ours')
    else:
        found = run_theirs(cfg, folder, workers, way == 'one crop')
    most = max(resource.getrusage(who).ru_maxrss for who in (
        resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return dict(found, megabytes=most / 1024)


def in_a_process(way: str, folder: Path, network: str, pixels: int,
                 workers: int) -> dict:
    """One way, alone."""
    done = subprocess.run(
        [sys.executable, __file__, '--one', way, '--folder', str(folder),
         '--network', network, '--pixels', str(pixels), '--workers',
         str(workers)], text=True, capture_output=True, env=dict(
             os.environ, OMP_NUM_THREADS='1', PYTHONWARNINGS='ignore'))
    if done.returncode:
        raise SystemExit(f'error: {way} failed:\n{done.stderr[-2000:]}')
    return json.loads(done.stdout.splitlines()[-1])


def write_data(folder: Path, frames: int) -> Path:
    """A video of so many frames, and its annotations."""
    (folder / 'videos').mkdir(parents=True)
    seconds = -(-frames // sparse_frames.FPS)
    sparse_frames.write_video(folder / 'videos/video.mp4', seconds)
    (folder / 'annotations.json').write_text(json.dumps(dict(database=dict(
        video=dict(duration=frames / sparse_frames.FPS, annotations=[])))))
    return folder


def measure(frames: int = 100, network: str = 'videomae-small',
            pixels: int = 224, workers: int = 1, ways=WAYS) -> dict:
    """Figures of each way: ``seconds`` by the clock, ``cpu`` seconds,
    ``clips``, and the most ``megabytes`` of a process.

    Args:
        frames: Of the video.
        network: One of :data:`NETWORKS`.
        pixels: Of the crops.
        workers: Processes that read data beside the network.
        ways: Some of :data:`WAYS`.
    """
    if set(ways) - {'ours', 'decoding'}:
        peers.load('decord')
    with tempfile.TemporaryDirectory() as folder:
        data = write_data(Path(folder) / 'data', frames)
        return {way: in_a_process(way, data, network, pixels, workers)
                for way in ways}


def times_as_fast(found: dict, way: str) -> list:
    """Ours as another way, by the clock and as computed."""
    rates = [[row['clips'] / row[clock] for clock in ('seconds', 'cpu')]
             for row in (found['ours'], found[way])]
    return [ours / theirs for ours, theirs in zip(*rates)]


def decoding_share(found: dict) -> float:
    """Of what ours computes: reading, resizing and cropping."""
    return found['decoding']['cpu'] / found['ours']['cpu']


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--frames', type=int, default=100)
    parser.add_argument('--network', default='videomae-small',
                        choices=list(NETWORKS))
    parser.add_argument('--pixels', type=int, default=224)
    parser.add_argument('--workers', type=int, default=1)
    parser.add_argument('--memory', action='store_true')
    parser.add_argument('--long', type=int, default=36000,
                        help='frames of the long video of --memory')
    parser.add_argument('--one', choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument('--folder', type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(one(args.one, args.folder, args.network, args.pixels,
                             args.workers)))
        return
    if args.memory:
        for frames in (args.long // 12, args.long):
            found = measure(frames, 'two-layers', 32, args.workers,
                            ['ours'])['ours']
            print(f'{frames} frames: {found["megabytes"]:.0f} MB, '
                  f'{found["clips"]} clips in {found["seconds"]:.0f} s')
        return
    ways = [way for way in WAYS if way in ('ours', 'decoding') or
            peers.there('decord')]
    found = measure(args.frames, args.network, args.pixels, args.workers, ways)
    for way, row in found.items():
        if 'clips' in row:
            print(f'{way}: {row["clips"] / row["seconds"]:.2f} clips a second '
                  f'({row["clips"] / row["cpu"]:.2f} computed), '
                  f'{row["megabytes"]:.0f} MB' + (
                      '' if way == 'ours' else '; ours is {:.1f} ({:.1f}) '
                      'times as fast'.format(*times_as_fast(found, way))))
    print(f'decoding alone: {100 * decoding_share(found):.0f} % of what ours '
          'computes')


if __name__ == '__main__':
    main()
