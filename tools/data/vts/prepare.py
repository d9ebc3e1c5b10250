"""Prepare VTS, open suturing with sensors on both hands, from a local copy.

Writes features, 3.75 steps a second, and annotations in our format. The
original states no licence: nothing of it may be redistributed.
"""
import argparse
from pathlib import Path

from mmbapg.datasets.sources import vts
from mmbapg.datasets.sources.command_line import fill_folder


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--source', type=Path, help='local copy, a folder '
                        'with annotations.json and features/NAME.npy, '
                        'samples (n, 54) at 15 Hz')
    parser.add_argument('--out', type=Path, default='data/vts',
                        help='folder to fill')
    return parser.parse_args()


def main():
    args = parse_args()
    fill_folder(args.out, args.source, vts.use_local_copy, vts.download)
    print('\n'.join(vts.counts(args.out)))


if __name__ == '__main__':
    main()
