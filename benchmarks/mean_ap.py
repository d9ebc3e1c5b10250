"""Mean average precision: mmbapg against row-by-row evaluations, in one run.

    pip install pandas && python benchmarks/mean_ap.py

The ActivityNet kit, with which published figures were made, visits the rows of
a pandas table one by one; MMAction2 does the same over lists. All get 213
videos (as THUMOS14 has) with 3358 instances of 20 classes, and the same
detections, already in memory in the form that each wants.
"""
import argparse
import time

import numpy as np
import peers
from mmaction.evaluation.functional import (
    interpolated_precision_recall,
    pairwise_temporal_iou,
)
from mmaction.evaluation.functional.eval_detection import (
    compute_average_precision_detection,
)

from mmbapg.evaluation import Segments, average_precision

THRESHOLDS = np.array([0.3, 0.4, 0.5, 0.6, 0.7])
CLASSES = 20


def make_segments(rng, videos: int, total: int, around=None) -> dict:
    """Random segments, half of them near those of ``around``."""
    found = {}
    for video, number in enumerate(rng.multinomial(
            total, [1 / videos] * videos)):
        start = rng.uniform(0, 180, number)
        segments = np.stack([start, start + rng.uniform(1, 15, number)], 1)
        labels = rng.integers(CLASSES, size=number)
        known = around[f'v{video}'] if around else ()
        if around and len(known.segments):
            near = rng.integers(len(known.segments), size=number // 2)
            segments[:len(near)] = (known.segments[near] +
                                    rng.normal(0, 1, (len(near), 2)))
            labels[:len(near)] = known.labels[near]
        segments.sort(axis=1)
        found[f'v{video}'] = Segments(segments, labels,
                                      rng.uniform(size=number))
    return found


def as_rows(videos: dict) -> list:
    """One list of dicts for each class, as MMAction2 evaluates them."""
    rows = [[] for _ in range(CLASSES)]
    for name, video in videos.items():
        for place, label in enumerate(video.labels):
            row = {'video-id': name, 't-start': video.segments[place, 0],
                   't-end': video.segments[place, 1]}
            if video.scores is not None:
                row['score'] = video.scores[place]
            rows[label].append(row)
    return rows


def by_rows_of_pandas(truth, detections, thresholds: np.ndarray) -> np.ndarray:
    """AP of one class the ActivityNet kit's way: a row of a table after the
    other, its video looked up among groups of rows.

    Args:
        truth: ``pandas.DataFrame`` of instances.
        detections: ``pandas.DataFrame``, with a ``score`` too.
        thresholds: ``(T, )`` tIoU.

    Returns:
        ``(T, )`` AP.
    """
    videos = truth.groupby('video-id')
    taken = np.zeros((len(thresholds), len(truth)), dtype=bool)
    hits = np.zeros((len(thresholds), len(detections)), dtype=bool)
    ranked = detections.sort_values('score', ascending=False)
    for rank, (_, row) in enumerate(ranked.iterrows()):
        try:
            instances = videos.get_group(row['video-id'])
        except KeyError:
            continue
        overlaps = pairwise_temporal_iou(
            row[['t-start', 't-end']].to_numpy(float),
            instances[['t-start', 't-end']].to_numpy()).reshape(-1)
        nearest_first = overlaps.argsort()[::-1]
        for level, threshold in enumerate(thresholds):
            for place in nearest_first[overlaps[nearest_first] >= threshold]:
                instance = instances.index[place]
                if not taken[level, instance]:
                    taken[level, instance] = hits[level, rank] = True
                    break
    found = hits.cumsum(axis=1)
    precision = found / np.arange(1, len(ranked) + 1)
    return np.array([interpolated_precision_recall(*curve)
                     for curve in zip(precision, found / len(truth))])


def measure(number: int = 200_000, with_pandas: bool = True) -> dict:
    """Seconds of ``ours``, ``mmaction2`` and ``pandas``, the ``mAP``, and the
    largest ``difference`` of an AP from theirs."""
    pandas = peers.load('pandas') if with_pandas else None
    rng = np.random.default_rng(0)
    truth = make_segments(rng, 213, 3358)
    detections = make_segments(rng, 213, number, truth)
    times = {}

    def timed(name, evaluate, classes):
        start = time.perf_counter()
        found = np.array([evaluate(*each, THRESHOLDS) for each in classes])
        times[name] = time.perf_counter() - start
        return found

    for _ in range(2):  # the first compiles
        found = timed('ours', average_precision,
                      [(truth, detections, label) for label in range(CLASSES)])
    rows = as_rows(truth), as_rows(detections)
    expected = []
    if with_pandas:
        expected.append(timed('pandas', by_rows_of_pandas, list(zip(
            *(map(pandas.DataFrame, classes) for classes in rows)))))
    expected.append(timed(  # sorts the rows in place, so it comes last
        'mmaction2', compute_average_precision_detection, list(zip(*rows))))
    return dict(times, mAP=found.mean(),
                difference=max(np.abs(found - other).max()
                               for other in expected))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--detections', type=int, default=200_000)
    parser.add_argument('--without-pandas', action='store_true')
    args = parser.parse_args()
    row = measure(args.detections,
                  not args.without_pandas and peers.there('pandas'))
    for peer in set(row) & {'mmaction2', 'pandas'}:
        print(f'{args.detections} detections: {peer} {row[peer]:.2f} s, '
              f'mmbapg {row["ours"]:.3f} s, {row[peer] / row["ours"]:.1f} '
              'times as fast')
    print(f'mAP {row["mAP"]:.4f}, largest difference of an AP '
          f'{row["difference"]:.1e}')


if __name__ == '__main__':
    main()
