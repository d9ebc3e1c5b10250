"""Prepare the gestures of ActRecTut, from a copy or from its repository.

Writes features, 4 steps a second, and annotations in our format.
"""
import argparse
from pathlib import Path

from mmbapg.datasets.sources import gesture
from mmbapg.datasets.sources.command_line import fill_folder


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--source', type=Path, help='local copy, a folder '
                        'with annotations.json and features/NAME.npy, '
                        'samples (n, 15) at 32 Hz')
    parser.add_argument('--out', type=Path, default='data/gesture',
                        help='folder to fill')
    return parser.parse_args()


def main():
    args = parse_args()
    fill_folder(args.out, args.source, gesture.use_local_copy, gesture.download)
    print('\n'.join(gesture.counts(args.out)))


if __name__ == '__main__':
    main()
