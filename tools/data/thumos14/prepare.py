"""Convert the annotations of THUMOS14 into ours, and print what they hold.

Takes ActionFormer's annotation file, or the official text files with a table
of frame rates, which those lack. See README.md beside this file.
"""
import argparse
from pathlib import Path

from mmbapg.datasets.sources import conversion, thumos14
from mmbapg.datasets.sources.command_line import source_faults_in_one_sentence


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument('--actionformer', type=Path, metavar='JSON',
                        help="ActionFormer's thumos14.json")
    source.add_argument('--official', type=Path, metavar='FOLDER',
                        help='folder with CLASS_val.txt and CLASS_test.txt, '
                        'searched with its subfolders')
    parser.add_argument('--video-info', type=Path, nargs='+', metavar='CSV',
                        help='with --official: tables with the columns video, '
                        "fps and count; AFSD's val_video_info.csv and "
                        'test_video_info.csv will do')
    parser.add_argument('--out', type=Path,
                        default='data/thumos/annotations/thumos14.json',
                        help='file to write')
    args = parser.parse_args()
    if args.official and not args.video_info:
        parser.error('--official needs --video-info')
    return args


def main():
    args = parse_args()
    with source_faults_in_one_sentence():
        if args.actionformer:
            thumos14.from_actionformer(args.actionformer, args.out)
        else:
            thumos14.from_official(args.official, args.video_info, args.out)
        print('\n'.join([*conversion.describe(args.out),
                         *thumos14.count_ground_truth_sets(args.out)]))


if __name__ == '__main__':
    main()
