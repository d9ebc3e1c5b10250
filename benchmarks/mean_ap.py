"""Mean average precision: mmbapg against MMAction2's evaluation, in one run.

    python benchmarks/mean_ap.py

MMAction2 ships the ActivityNet kit's evaluation, which visits detections one
by one. Both get 213 videos (as THUMOS14 has) with 3358 instances of 20
classes, and the same detections, already in memory.
"""
import argparse
import time

import numpy as np
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


def measure(number: int = 200_000) -> dict:
    """Seconds of ``ours`` and ``theirs``, the ``mAP``, and the largest
    ``difference`` of an AP."""
    rng = np.random.default_rng(0)
    truth = make_segments(rng, 213, 3358)
    detections = make_segments(rng, 213, number, truth)

    def ours():
        return np.array([average_precision(truth, detections, label,
                                           THRESHOLDS)
                         for label in range(CLASSES)])

    ours()  # compiles
    start = time.perf_counter()
    found = ours()
    fast = time.perf_counter() - start
    rows, truth_rows = as_rows(detections), as_rows(truth)
    start = time.perf_counter()
    expected = np.array([
        compute_average_precision_detection(*each, THRESHOLDS)
        for each in zip(truth_rows, rows)])
    return dict(ours=fast, theirs=time.perf_counter() - start,
                mAP=expected.mean(),
                difference=np.abs(found - expected).max())


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--detections', type=int, default=200_000)
    args = parser.parse_args()
    row = measure(args.detections)
    print(f'{args.detections} detections: MMAction2 {row["theirs"]:.2f} s, '
          f'mmbapg {row["ours"]:.3f} s, {row["theirs"] / row["ours"]:.1f} '
          f'times as fast; mAP {row["mAP"]:.4f}, largest difference of an AP '
          f'{row["difference"]:.1e}')


if __name__ == '__main__':
    main()
