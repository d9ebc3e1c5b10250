"""All benchmarks in one table, each beside its target.

    pip install ruptures decord pandas && python benchmarks/run.py [ROW ...]

A row can be run alone, by its name. Targets are for two CPU cores
(``OMP_NUM_THREADS=2 OMP_WAIT_POLICY=passive``); ratios are of one run. Rows of
a GPU run where there is one, and those that need a package that is missing are
left out with a word.
"""
import argparse
from functools import lru_cache
from typing import Callable, Dict, NamedTuple

import boundary_pooling
import change_points
import clip_features
import contrastive_steps
import data_pipeline
import embedding
import fusion_neck
import hosts
import mean_ap
import numpy as np
import peers
import proposal_maps
import soft_nms
import sparse_frames
import torch
from rich.console import Console
from rich.table import Table


class NoGPU(RuntimeError):
    """A row needs a GPU and there is none."""


class Row(NamedTuple):
    """What is measured, the function that does it, the figure to reach, and
    whether more is better."""
    what: str
    measure: Callable[[], float]
    target: float
    more_is_better: bool = False
    unit: str = ''


measure_host = lru_cache(hosts.measure)
measure_pipeline = lru_cache(data_pipeline.measure)
measure_map = lru_cache(mean_ap.measure)
measure_steps = lru_cache(contrastive_steps.measure)
measure_clips = lru_cache(clip_features.measure)
measure_maps = lru_cache(proposal_maps.measure)


def against_ruptures() -> float:
    row = change_points.measure(4000)
    if not row['same']:
        raise SystemExit('error: change points differ from those of ruptures')
    return row['ruptures'] / row['ours']


def against_product(frames: int, scenes: int = 0) -> float:
    row = change_points.measure(frames, with_ruptures=False, scenes=scenes)
    return row['ours'] / row['product']


def against_evaluation(peer: str) -> float:
    if peer == 'pandas':
        peers.load(peer)
    row = measure_map(with_pandas=peers.there('pandas'))
    if row['difference'] > 1e-12:
        raise SystemExit('error: AP differs from that of MMAction2 or of the '
                         "ActivityNet kit's way")
    return row[peer] / row['ours']


def against_bmn(kind: str) -> float:
    ours, theirs = (measure_maps(name, 64, 16)
                    for name in ('bsn_plus_plus', 'bmn'))
    return ours[kind] / theirs[kind]


def on_gpu(measure: Callable[[], float]) -> float:
    if not torch.cuda.is_available():
        raise NoGPU('no GPU')
    return measure()


def in_pipeline(name: str) -> float:
    times = measure_pipeline()
    return times[name] / times['host']


def data_share() -> float:
    ours = measure_steps()['ours']
    return ours['data'] / ours['step']


def against_frame_by_frame() -> float:
    times = measure_steps()
    return times['before']['step'] / times['ours']['step']


def against_decord() -> float:
    times = sparse_frames.measure(readers=('mmbapg', 'decord'))
    return times['decord'] / times['mmbapg']


def against_mmactions_tool(pixels: int) -> float:
    by_the_clock, _ = clip_features.times_as_fast(
        measure_clips(pixels=pixels), 'mmaction2')
    return by_the_clock


def on_two_processes() -> float:
    costs = embedding.measure(names=('one', 'two'))
    return costs['one'].wall / costs['two'].wall


def with_bapg(config: str) -> float:
    times = fusion_neck.measure(config)
    return float(np.median(times[:, 1] / times[:, 0]))


ROWS: Dict[str, Row] = {
    'tsc': Row('change points, 4000 x 2048: times as fast as ruptures',
               against_ruptures, 15, True),
    'tsc-product': Row('change points, 4000 x 2048: time over that of half '
                       'the product', lambda: against_product(4000), 1.5),
    'tsc-product-scenes': Row(
        'the same where the video has 20 scenes, not noise alone',
        lambda: against_product(4000, 20), 1.5),
    'tsc-16000': Row('change points, 16 000 x 2048: the same',
                     lambda: against_product(16000), 1.5),
    'tsc-16000-scenes': Row('the same with 20 scenes',
                            lambda: against_product(16000, 20), 1.5),
    'tsc-16000-memory': Row(
        'change points, 16 000 x 2048: memory beyond the embeddings',
        lambda: change_points.measure_alone(16000)['memory'],
        200, unit='MiB'),
    'tsc-16000-128': Row(
        'change points, 16 000 x 128',
        lambda: change_points.measure(16000, 128,
                                      with_ruptures=False)['ours'],
        2, unit='s'),
    'tsc-gpu': Row(
        'change points, 16 000 x 2048, on a GPU',
        lambda: on_gpu(lambda: change_points.measure_gpu(16000)), 0.3,
        unit='s'),
    'tsc-gpu-many': Row(
        'change points of 64 videos of 500 x 2048, on a GPU: times as fast '
        'as one by one',
        lambda: on_gpu(change_points.measure_gpu_batch), 1, True),
    'soft-nms': Row('soft-NMS, 2000 candidates of 20 classes',
                    lambda: 1000 * soft_nms.measure()['compiled'], 10,
                    unit='ms'),
    'boundary-pooling': Row(
        'AFSD: boundary max pooling over a convolution',
        boundary_pooling.worst, 1.5),
    'proposals': Row('1000 proposals of a map with soft-NMS',
                     proposal_maps.measure_proposals, 20, unit='ms'),
    'bsn-plus-plus': Row(
        "BSN++, 64 x 64: training step over that of MMAction2's BMN",
        lambda: against_bmn('seconds'), 2),
    'bsn-plus-plus-memory': Row('the same: memory',
                                lambda: against_bmn('memory'), 1),
    'map': Row("mAP, 200 000 detections: times as fast as the ActivityNet "
               "kit's way, pandas", lambda: against_evaluation('pandas'), 20,
               True),
    'map-mmaction2': Row('the same: times as fast as MMAction2',
                         lambda: against_evaluation('mmaction2'), 1, True),
    'pipeline-first': Row(
        'proposals in the data pipeline: the first epoch over one without',
        lambda: in_pipeline('first'), 1.1),
    'pipeline-later': Row('the same: later epochs of another run',
                          lambda: in_pipeline('disk'), 1.03),
    'stage-1-data': Row(
        'stage 1 on stored features: share of a step that its data take',
        data_share, 0.1),
    'stage-1-steps': Row(
        'the same: times as many steps a second as frame by frame',
        against_frame_by_frame, 4, True),
    'sparse-frames': Row(
        'a frame a second of ten minutes',
        lambda: sparse_frames.measure(readers=('mmbapg', ))['mmbapg'], 2.6,
        unit='s'),
    'sparse-frames-decord': Row('the same: times as fast as decord',
                                against_decord, 1.5, True),
    'embedding': Row('embedding stage: two processes over one',
                     on_two_processes, 1.8, True),
}
#: Name -> pixels of the crops.
for name, pixels in (('clip-features', 224), ('clip-features-112px', 112)):
    ROWS[name] = Row(
        f'features of clips, VideoMAE-S at {pixels} px, 16 frames every 4: '
        "times as fast as MMAction2's tool",
        lambda pixels=pixels: against_mmactions_tool(pixels), 3, True)
    ROWS[f'{name}-decoding'] = Row(
        'the same: share of reading, resizing and cropping',
        lambda pixels=pixels: clip_features.decoding_share(
            measure_clips(pixels=pixels)), 0.2)
#: Where the reference was measured; see hosts.py.
HOST_TARGETS = dict(
    actionformer=dict(forward=0.45, training=2.8, memory=2700),
    tridet=dict(forward=0.38, training=2.5, memory=2100),
    tadtr=dict(forward=0.03, training=1.4))
for config in hosts.CONFIGS:
    name = config.split('/')[0]
    for kind, target in HOST_TARGETS.get(name, {}).items():
        ROWS[f'{name}-{kind}'] = Row(
            f'{name}, THUMOS14: {kind}',
            lambda config=config, kind=kind: measure_host(config)[kind],
            target, unit='MiB' if kind == 'memory' else 's')
for config in fusion_neck.CONFIGS:
    host, data = config.split('/')[0], config.rsplit('_', 1)[1].split('-')[0]
    ROWS[f'bapg-{host}-{data}'] = Row(
        f'{host}, {data}: step with BAPG over one without',
        lambda config=config: with_bapg(config), 1.1)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('rows', nargs='*', metavar='ROW',
                        help=f'{", ".join(ROWS)}; default: all')
    args = parser.parse_args()
    unknown = sorted(set(args.rows) - set(ROWS))
    if unknown:
        parser.error(f'no such row: {", ".join(unknown)}')
    console = Console(width=110)
    table = Table()
    for name in ('row', 'what', 'measured', 'target', 'reached'):
        table.add_column(name)
    for name in args.rows or ROWS:
        row = ROWS[name]
        try:
            with console.status(row.what):
                figure = row.measure()
        except (NoGPU, peers.PeerMissing) as error:
            table.add_row(name, row.what, f'not run: {error}',
                          f'{row.target:g} {row.unit}', '')
            console.print(f'{name}: not run: {error}')
            continue
        good = (figure >= row.target if row.more_is_better else
                figure <= row.target)
        sign = '≥' if row.more_is_better else '≤'
        table.add_row(name, row.what, f'{figure:.3g} {row.unit}',
                      f'{sign} {row.target:g} {row.unit}',
                      'yes' if good else 'no')
        console.print(f'{name}: {figure:.3g} {row.unit}')
    console.print(table)


if __name__ == '__main__':
    main()
