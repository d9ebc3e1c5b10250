"""Convert the annotations of EPIC-KITCHENS-100 into ours, and count them.

Writes one file for verbs or nouns, and prints the classes without instances
for the field empty_classes of the configs. See README.md beside this file.
"""
import argparse
from pathlib import Path

from mmbapg.datasets.sources import conversion, epic_kitchens100
from mmbapg.datasets.sources.command_line import source_faults_in_one_sentence


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('folder', type=Path,
                        help='folder of the official EPIC_100_*.csv files')
    parser.add_argument('task', choices=epic_kitchens100.TASKS,
                        help='what its classes are')
    parser.add_argument('--actionformer', type=Path, metavar='JSON',
                        help="take the instances from ActionFormer's "
                        'epic_kitchens_100_TASK.json, and only the names of '
                        'the classes from the folder')
    parser.add_argument('--testing', action='store_true', help='also the '
                        'videos of the testing subset, which have no '
                        'annotations')
    parser.add_argument('--out', type=Path, help='file to write, by default '
                        'data/epic_kitchens/annotations/'
                        'epic_kitchens100_TASK.json')
    args = parser.parse_args()
    if args.actionformer and args.testing:
        parser.error("--testing: ActionFormer's files lack those videos")
    return args


def main():
    args = parse_args()
    target = args.out or Path('data/epic_kitchens/annotations',
                              f'epic_kitchens100_{args.task}.json')
    with source_faults_in_one_sentence():
        if args.actionformer:
            epic_kitchens100.from_actionformer(args.actionformer, args.folder,
                                               target, args.task)
        else:
            epic_kitchens100.from_official(args.folder, target, args.task,
                                           args.testing)
        print('\n'.join(conversion.describe(target)))
        print(f'empty_classes = {conversion.empty_classes(target)}')


if __name__ == '__main__':
    main()
