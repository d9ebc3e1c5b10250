"""Convert the annotations of MultiTHUMOS into ours, and count them.

See README.md beside this file.
"""
import argparse
from pathlib import Path

from mmbapg.datasets.sources import conversion, multithumos
from mmbapg.datasets.sources.command_line import source_faults_in_one_sentence


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('source', type=Path, metavar='JSON',
                        help='multithumos.json, actions by video')
    parser.add_argument('--thumos14', type=Path, metavar='JSON',
                        default='data/thumos/annotations/thumos14.json',
                        help='our annotation file of THUMOS14, which tells '
                        'the frame rates')
    parser.add_argument('--class-list', type=Path, metavar='TXT',
                        help="the authors' class_list.txt; without it classes "
                        'are named by number')
    parser.add_argument(
        '--out', type=Path,
        default='data/multithumos/annotations/multithumos.json',
        help='file to write')
    return parser.parse_args()


def main():
    args = parse_args()
    with source_faults_in_one_sentence():
        multithumos.from_charades_style(args.source, args.thumos14, args.out,
                                        args.class_list)
        print('\n'.join(conversion.describe(args.out)))


if __name__ == '__main__':
    main()
