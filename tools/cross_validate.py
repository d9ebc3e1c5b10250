"""Measure hosts without and with BAPG on real data, over parts and seeds.

Prints tables, and writes results.json and tables.md. Runs that are finished
are kept: an interrupted call goes on where it stopped. With --labelled, also
draws what is found over the number of videos that have labels.

Variants: 'host' alone; 'bapg', with BAPG as it is by default; and controls.
'host-longer' and 'bapg-longer' train the host for twice as many epochs.
'bapg-even-cuts' is told nothing of the video, 'bapg-no-contrast' of classes
alone, 'bapg-no-classes' of boundaries alone; 'bapg-no-dropout' is told of
every training sample, not of half of them. 'bapg-random-negatives' is told by
an encoder whose negatives are any other frames, 'bapg-not-cross-fitted' by one
that has seen the training videos, 'bapg-second' by one that sees a second.
"""
import argparse
from pathlib import Path

GUIDES = dict(fir='see tools/data/prepare_fir.py and '
              'tools/extract_features.py',
              gesture='see tools/data/gesture/README.md',
              vts='see tools/data/vts/README.md')


def number_or_all(text):
    if text == 'all':
        return None
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(
            f'found {text!r}, expected a number of videos, or all')
    return int(text)


def parse_args():
    from mmbapg.experiments.validated_sets import ENCODERS, SETS, VARIANTS
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--dataset', choices=list(SETS), default='fir',
                        help='whose configs to run (default: fir)')
    parser.add_argument('--data', type=Path, help='folder with '
                        'annotations.json and features; default: '
                        'data/DATASET')
    parser.add_argument('--work-dir', type=Path,
                        help='default: work_dirs/cross_validation/DATASET')
    hosts = list(SETS['fir'].hosts)
    parser.add_argument('--hosts', nargs='*', choices=hosts, default=hosts,
                        help='localizers (default: all)')
    parser.add_argument('--variants', nargs='*', choices=list(VARIANTS),
                        default=['host', 'bapg'], help='see above')
    parser.add_argument('--encoders', nargs='*', choices=list(ENCODERS),
                        default=['default', 'second', 'second-margin-1.0'],
                        help='of the tables of boundaries and proposals; '
                        'none if the option stands alone')
    parser.add_argument('--parts', type=int, nargs='+', help='numbers of the '
                        'folds, or directions of transfer; default: all')
    parser.add_argument('--seeds', type=int, nargs='+', default=[0, 1, 2],
                        help='a run of everything for each (default: 0 1 2)')
    parser.add_argument('--epochs', type=float, default=1.0, metavar='SHARE',
                        help='share of their epochs that encoders and hosts '
                        'train for, such as 0.5 for a first impression; '
                        'default: 1')
    parser.add_argument('--labelled', type=number_or_all, nargs='+',
                        default=[None], metavar='N', help='train encoders and '
                        'hosts on so many of the training videos, for as many '
                        'steps; all for all of them, the default. Of the same '
                        'seed, fewer videos are among more')
    parser.add_argument('--curve', type=Path, help='PNG of mAP over '
                        '--labelled; default: label_curves.png in the work '
                        'directory')
    parser.add_argument('--page', type=Path, help='Markdown file whose tables '
                        'to replace, such as docs/results.md')
    parser.add_argument('--tables', nargs='+', metavar='NAME', help='of '
                        '--page to replace, such as controls; default: all')
    parser.add_argument('--jobs', type=int, default=1, help='runs at the same '
                        'time, a thread each (default: 1)')
    return checked(parser.parse_args(), parser)


def checked(args, parser):
    """The arguments, if they fit each other."""
    if not 0 < args.epochs <= 1:
        parser.error(f'--epochs: found {args.epochs:g}, expected a share '
                     'above 0, at most 1')
    if args.curve and args.labelled == [None]:
        parser.error('--curve: found no number of videos, expected some in '
                     '--labelled')
    if args.page and not args.page.is_file():
        parser.error(f'--page: found no file {args.page}')
    return args


def main():
    args = parse_args()
    from mmbapg.errors import faults_in_one_sentence
    from mmbapg.experiments.cross_validation import CrossValidation
    from mmbapg.experiments.cross_validation_report import Grid, report
    from mmbapg.experiments.cross_validation_tables import (
        check_page,
        update_page,
    )
    from mmbapg.experiments.label_curves import write_label_curves
    from mmbapg.experiments.validated_sets import SETS
    dataset = SETS[args.dataset]
    data = args.data or Path('data', args.dataset)
    if not (data / 'features').is_dir():
        raise SystemExit(f'error: {data}/features: no such folder; '
                         f'{GUIDES[args.dataset]}')
    work_dir = args.work_dir or Path('work_dirs/cross_validation',
                                     args.dataset)
    with faults_in_one_sentence():
        if args.page:  # before hours of work
            check_page(args.page, dataset.title, args.tables)
        results = report(
            CrossValidation(dataset, data, work_dir,
                            epochs_share=args.epochs),
            Grid(args.hosts, args.variants, args.encoders,
                 dataset.places(args.parts), list(dict.fromkeys(args.seeds)),
                 list(dict.fromkeys(args.labelled))), args.jobs)
        if results['labelled']:
            curve = args.curve or work_dir / 'label_curves.png'
            write_label_curves(results, curve)
            print(f'mAP over labelled videos: {curve}')
        if args.page:
            update_page(args.page, results, args.tables)


if __name__ == '__main__':
    main()
