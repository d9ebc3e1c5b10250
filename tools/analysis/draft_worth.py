"""How much work drafts of segments save, by the number of annotated videos.

Trains a similarity encoder on few and on many annotated videos, cuts the test
videos, and counts the edits (move, delete, add) that make their boundaries
right, beside an empty timeline and evenly spaced cuts. What is done is kept.

    python tools/analysis/draft_worth.py vts data/vts
"""
import argparse
from pathlib import Path


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('dataset', choices=['fir', 'gesture', 'vts'],
                        help='whose videos these are')
    parser.add_argument('data_root', type=Path,
                        help='folder with annotations.json and features')
    parser.add_argument('--labelled', type=int, nargs='+',
                        default=[2, 5, 10, 20], metavar='VIDEOS',
                        help='numbers of annotated videos; 0 for all')
    parser.add_argument('--parts', type=int, nargs='+',
                        help='numbers of the folds to test on, from 0 '
                        '(default: all)')
    parser.add_argument('--seeds', type=int, nargs='+', default=[0, 1, 2],
                        help='a training for each (default: 0 1 2)')
    parser.add_argument('--epochs', type=int,
                        help='epochs of the encoder (default: as its config '
                        'says)')
    parser.add_argument('--work-dir', type=Path,
                        help='default: work_dirs/draft_worth/DATASET')
    parser.add_argument('--jobs', type=int, default=1,
                        help='trainings at the same time, a thread each')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.errors import faults_in_one_sentence
    from mmbapg.experiments.draft_worth import DraftTrials, report
    from mmbapg.experiments.validated_sets import SETS
    dataset = SETS[args.dataset]
    options = {'encoder': {'train_cfg.max_epochs': args.epochs}} if (
        args.epochs) else {}
    cv = DraftTrials(
        dataset, args.data_root,
        args.work_dir or Path('work_dirs/draft_worth', args.dataset), options)
    with faults_in_one_sentence():
        report(cv, dataset.places(args.parts), args.seeds,
               [number or None for number in args.labelled], jobs=args.jobs)


if __name__ == '__main__':
    main()
