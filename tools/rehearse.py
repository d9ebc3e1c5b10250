"""Rehearse configs on generated features: do they run, and do they learn?

Trains each for some iterations and tests it, and prints a table. Ends with
status 1 if one does not run, or if its loss does not fall.
"""
import argparse
import sys
from pathlib import Path


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('configs', nargs='*', metavar='CONFIG', type=Path,
                        help='configs of localizers')
    parser.add_argument('--all', action='store_true',
                        help='rehearse all configs of benchmarks')
    parser.add_argument('--annotations', type=Path, default=Path('data'),
                        help='folder in the place of data/, with annotation '
                        'files where the configs look for them there, or '
                        'with published ones as thumos14/annotations.json, '
                        'multithumos/multithumos.json, activitynet/'
                        'anet_anno_action.json and video_info_new.csv; those '
                        'that are missing are generated')
    parser.add_argument('--work-dir', type=Path, default='work_dirs/rehearsal',
                        help='folder for generated files and logs')
    parser.add_argument('--videos', type=int, default=4, help='number of '
                        'videos to train on (at least a batch), and to test '
                        'on (default: 4)')
    parser.add_argument('--iterations', type=int, default=20,
                        help='of training (default: 20)')
    parser.add_argument('--max-seq-len', type=int, help='most steps to train '
                        'on, by default as in the configs')
    parser.add_argument('--batch-size', type=int, help='largest batch, by '
                        'default as in the configs')
    parser.add_argument('--seed', type=int, default=0,
                        help='of everything random')
    args = parser.parse_args()
    if args.all == bool(args.configs):
        parser.error('expected CONFIG... or --all')
    return args


def main():
    args = parse_args()
    from mmbapg.errors import faults_in_one_sentence
    from mmbapg.experiments.rehearsal import (
        Rehearsal,
        benchmark_configs,
        rehearse,
    )
    with faults_in_one_sentence():
        results = rehearse(
            benchmark_configs() if args.all else args.configs,
            Rehearsal(args.work_dir, args.annotations, args.videos,
                      args.iterations, args.max_seq_len, args.batch_size,
                      args.seed))
    sys.exit(any(each.verdict != 'ok' for each in results))


if __name__ == '__main__':
    main()
