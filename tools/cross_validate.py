"""Measure on FIR, over folds and seeds: boundaries and localization.

Runs that are finished are kept: an interrupted call goes on where it stopped.
"""
import argparse
import warnings
from pathlib import Path


def parse_args():
    from mmbapg.apis.cross_validation import CrossValidation
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--data', type=Path, default='data/fir', help='with '
                        'features in it; see tools/extract_features.py')
    parser.add_argument('--work-dir', type=Path,
                        default='work_dirs/cross_validation')
    parser.add_argument('--folds', type=int, nargs='+', default=[0, 1, 2])
    parser.add_argument('--seeds', type=int, nargs='+', default=[0, 1, 2])
    parser.add_argument('--encoders', nargs='*',
                        choices=list(CrossValidation.ENCODERS),
                        default=list(CrossValidation.ENCODERS))
    parser.add_argument('--localizers', nargs='*',
                        choices=CrossValidation.LOCALIZERS,
                        default=list(CrossValidation.LOCALIZERS))
    return parser.parse_args()


def main():
    args = parse_args()
    warnings.simplefilter('ignore')
    from mmbapg.apis.cross_validation import CrossValidation, report
    report(CrossValidation(args.data, args.work_dir), args.encoders,
           args.localizers, args.folds, args.seeds)


if __name__ == '__main__':
    main()
