"""BMN, G-TAD and BSN++ beside each other, and BSN++ without some of its parts.

Each is trained on the same features in the same windows, for as many epochs,
over parts and seeds; one classifier of each part and seed names what they
find. The table has AR@10, 50 and 100, AUC, mAP, and differences in pairs with
their intervals over videos and seeds. What is done is kept, so an interrupted
call goes on where it stopped.

    python tools/analysis/proposal_trials.py vts data/vts --jobs 2
"""
import argparse
from pathlib import Path


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('dataset', choices=('fir', 'gesture', 'vts'),
                        help='whose features these are')
    parser.add_argument('data_root', type=Path,
                        help='folder with annotations.json and features')
    parser.add_argument('--methods', nargs='+', metavar='NAME',
                        help="e.g. BMN G-TAD 'BSN++ without scale balance' "
                        '(default: all)')
    parser.add_argument('--beside', metavar='NAME', help='method that all are '
                        'compared with (default: BMN, and parts of BSN++ with '
                        'BSN++)')
    parser.add_argument('--parts', type=int, nargs='+',
                        help='folds to test on, by number from 0 (default: '
                        'all)')
    parser.add_argument('--seeds', type=int, nargs='+', default=[0, 1, 2],
                        help='a run of each method and fold for each '
                        '(default: 0 1 2)')
    parser.add_argument('--epochs-share', type=float, default=1.0,
                        help="share of the configs' epochs, of all methods "
                        'alike (default: %(default)s)')
    parser.add_argument('--work-dir', type=Path,
                        help='default: work_dirs/proposal_trials/DATASET')
    parser.add_argument('--jobs', type=int, default=1, help='runs at the '
                        'same time, a thread each (default: 1)')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.errors import faults_in_one_sentence
    from mmbapg.experiments.proposal_trials import (
        METHODS,
        ProposalTrials,
        of_proposals,
    )
    from mmbapg.experiments.proposal_trials_report import report
    names = args.methods or list(METHODS)
    unknown = [name for name in names if name not in METHODS]
    if unknown:
        raise SystemExit(f'error: found method {unknown[0]!r}, expected some '
                         f'of {", ".join(METHODS)}')
    if args.beside not in (None, *names):
        raise SystemExit(f'error: --beside: found {args.beside!r}, expected '
                         f'one of {", ".join(names)}')
    dataset = of_proposals(args.dataset)
    trials = ProposalTrials(
        dataset, args.data_root,
        args.work_dir or Path('work_dirs/proposal_trials', args.dataset),
        epochs_share=args.epochs_share)
    with faults_in_one_sentence():
        report(trials, names, dataset.places(args.parts),
               args.seeds, args.jobs, args.beside)


if __name__ == '__main__':
    main()
