"""Compare any configs of localizers over the folds of a dataset and seeds.

Each config is trained on all folds but one and tested on that one, in turn.
Prints mAP, and how much it differs from that of the first config in runs of
the same fold and seed, with a 95 % interval by bootstrap over videos and runs;
writes results.json and table.md. Runs that are finished are kept: an
interrupted call goes on where it stopped.

    tools/analysis/over_folds.py CONFIG OTHER_CONFIG --seeds 0 1

If several videos show the same person, they tell less than videos of as many
persons. Name the field of the annotation file that tells the person, such as
--group surgeon: the bootstrap then draws persons, each with all their videos.
"""
import argparse
from pathlib import Path

from mmengine.config import DictAction


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('configs', nargs='+', metavar='CONFIG',
                        help='configs of localizers; the others are compared '
                        'with the first')
    parser.add_argument('--by', metavar='FIELD', default='fold',
                        help='field of the annotation file whose values are '
                        'the folds (default: fold)')
    parser.add_argument('--group', metavar='FIELD', help='field of the '
                        'annotation file, such as surgeon: the bootstrap '
                        'draws videos that share its value together; default: '
                        'each video for itself')
    parser.add_argument('--parts', type=int, nargs='+', help='numbers of the '
                        'folds to test on: their places, from 0, among the '
                        'sorted values; default: all')
    parser.add_argument('--seeds', type=int, nargs='+', default=[0, 1, 2],
                        help='a run of each config and fold for each '
                        '(default: 0 1 2)')
    parser.add_argument('--epochs', type=int, help='epochs to train for, with '
                        'schedules stretched to them; default: as the configs '
                        'say')
    parser.add_argument('--data', type=Path, help='folder to read in the '
                        "place of the configs' data_root")
    parser.add_argument('--work-dir', type=Path,
                        default=Path('work_dirs/over_folds'),
                        help='folder for everything written (default: '
                        '%(default)s)')
    parser.add_argument('--jobs', type=int, default=1, help='trainings at '
                        'the same time, a thread each (default: 1)')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction,
                        default={}, help='changes to all configs; {part} and '
                        '{seed} stand for those of a run')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.errors import faults_in_one_sentence
    from mmbapg.experiments.over_folds import OverFolds, configs_of
    from mmbapg.experiments.over_folds_report import report
    with faults_in_one_sentence():
        trials = OverFolds(
            configs_of(args.configs, args.data, args.cfg_options),
            args.work_dir, args.by, args.epochs, args.group)
        report(trials, trials.places(args.parts), args.seeds, args.jobs)


if __name__ == '__main__':
    main()
