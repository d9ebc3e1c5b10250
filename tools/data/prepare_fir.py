"""Prepare FIR: link a local copy, or fetch it from its public repository.

The repository states no licence: for research, not for redistribution.
"""
import argparse
from pathlib import Path

from mmbapg.datasets.sources import fir
from mmbapg.datasets.sources.command_line import fill_folder


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--source', type=Path, help='local copy, a folder '
                        'with annotations.json and videos')
    parser.add_argument('--out', type=Path, default='data/fir',
                        help='folder to fill')
    return parser.parse_args()


def main():
    args = parse_args()
    fill_folder(args.out, args.source, fir.link_local_copy, fir.download)
    print(f'FIR is ready in {args.out}; next: python '
          'tools/extract_features.py configs/features/'
          'efficientnetlite0_1x1x1-4fps_fir-rgb.py')


if __name__ == '__main__':
    main()
