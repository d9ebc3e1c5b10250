"""Prepare FIR: link a local copy, or fetch it from its public repository.

The repository states no licence: for research, not for redistribution.
"""
import argparse
from pathlib import Path

from mmbapg.datasets import INPUT_ERRORS
from mmbapg.datasets.sources import fir


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--source', type=Path, help='local copy, a folder '
                        'with annotations.json and videos')
    parser.add_argument('--out', type=Path, default='data/fir',
                        help='folder to fill')
    return parser.parse_args()


def main():
    args = parse_args()
    try:
        if args.source:
            fir.link_local_copy(args.source, args.out)
        else:
            fir.download(args.out)
    except fir.SourceUnreachable as error:
        raise SystemExit(f'{error}; give a local copy by --source') from None
    except INPUT_ERRORS as error:
        raise SystemExit(f'error: {error}') from None
    print(f'FIR is ready in {args.out}; next: python '
          'tools/extract_features.py configs/similarity/'
          'extract_efficientnetlite0_fir-rgb-0.25s.py')


if __name__ == '__main__':
    main()
