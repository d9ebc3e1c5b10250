"""What boundary-sensitive pretraining on stored features is worth (BSP).

Trains encoders on made-up boundaries of four kinds, of one kind alone, on
classes, and not at all; each has not seen the videos that it is tested on. A
linear layer on their features then tells when anything happens (step
localization, BSP's Table 3), and with --host a localizer is trained on the
stored features alone and beside those of each encoder (Tables 4 and 5). What
is done is kept, so an interrupted call goes on where it stopped.

    python tools/analysis/pretraining_worth.py fir data/fir --host actionformer
"""
import argparse
from dataclasses import replace
from pathlib import Path

#: Dataset -> config of the learner of all kinds.
CONFIGS = dict(
    fir='bsp/bsp-traceless_temporal_1xb64-40e_fir-efficientnetlite0.py',
    gesture='bsp/bsp_temporal_1xb64-40e_gesture-imu.py',
    vts='bsp/bsp_temporal_1xb64-40e_vts-kinematics.py')


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('dataset', choices=CONFIGS,
                        help='whose features these are')
    parser.add_argument('data_root', type=Path,
                        help='folder with annotations.json and features')
    parser.add_argument('--learners', nargs='+', metavar='NAME',
                        help="e.g. 'random weights' 'four kinds'; others are "
                        'compared with the first (default: all)')
    parser.add_argument('--config', help='of the learner of all kinds '
                        "(default: the dataset's in configs/bsp)")
    parser.add_argument('--host', help='a localizer of the dataset, such as '
                        'actionformer, or a generator of proposals, such as '
                        'G-TAD, to train beside (default: none)')
    parser.add_argument('--parts', type=int, nargs='+',
                        help='folds to test on, by number from 0 (default: '
                        'all)')
    parser.add_argument('--seeds', type=int, nargs='+', default=[0, 1, 2],
                        help='a run of each for each (default: 0 1 2)')
    parser.add_argument('--epochs', type=int, help='of the learners (default: '
                        'as their config says)')
    parser.add_argument('--host-epochs', type=int, help='of the localizer '
                        '(default: as its config says)')
    parser.add_argument('--work-dir', type=Path,
                        help='default: work_dirs/pretraining_worth/DATASET')
    parser.add_argument('--jobs', type=int, default=1, help='trainings at '
                        'the same time, a thread each (default: 1)')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.errors import faults_in_one_sentence
    from mmbapg.experiments import boundary_pretraining as pretraining
    from mmbapg.experiments import proposal_trials
    from mmbapg.experiments.boundary_pretraining_report import (
        report,
        report_hosts,
    )
    from mmbapg.experiments.validated_sets import SETS
    names = args.learners or list(pretraining.LEARNERS)
    unknown = [name for name in names if name not in pretraining.LEARNERS]
    if unknown:
        raise SystemExit(f'error: found learner {unknown[0]!r}, expected some '
                         f'of {", ".join(pretraining.LEARNERS)}')
    dataset = SETS[args.dataset]
    hosts = [*dataset.hosts, *proposal_trials.GENERATORS]
    if args.host not in (None, *hosts):
        raise SystemExit(f'error: found host {args.host!r}, expected one of '
                         f'{", ".join(hosts)}')
    dataset = replace(dataset, hosts={
        **dataset.hosts, **proposal_trials.of_proposals(args.dataset).hosts})
    with faults_in_one_sentence():
        trials = pretraining.BoundaryPretraining(
            dataset, args.config or CONFIGS[args.dataset], args.data_root,
            args.work_dir or Path('work_dirs/pretraining_worth',
                                  args.dataset), args.epochs)
        places = dataset.places(args.parts)
        report(trials, names, places, args.seeds, args.jobs)
        if args.host:
            report_hosts(trials, args.host, names, places, args.seeds,
                         args.jobs, args.host_epochs)


if __name__ == '__main__':
    main()
