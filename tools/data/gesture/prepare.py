"""Prepare the gestures of ActRecTut, from a copy or from its repository.

Writes features, 4 steps a second, and annotations in our format.
"""
import argparse
from pathlib import Path

from mmbapg.datasets import INPUT_ERRORS
from mmbapg.datasets.sources import gesture


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
    try:
        if args.source:
            gesture.use_local_copy(args.source, args.out)
        else:
            gesture.download(args.out)
    except gesture.SourceUnreachable as error:
        raise SystemExit(f'{error}; give a local copy by --source') from None
    except INPUT_ERRORS as error:
        raise SystemExit(f'error: {error}') from None
    print('\n'.join(gesture.counts(args.out)))


if __name__ == '__main__':
    main()
