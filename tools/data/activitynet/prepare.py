"""Convert the annotations of ActivityNet-1.3 into ours, and count them.

Takes the official file, or BSN's two files, which leave out videos that the
web has lost. See README.md beside this file.
"""
import argparse
from pathlib import Path

from mmbapg.datasets.sources import activitynet, conversion
from mmbapg.datasets.sources.command_line import source_faults_in_one_sentence


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument('--official', type=Path, metavar='JSON',
                        help='activity_net.v1-3.min.json')
    source.add_argument('--bsn', type=Path, metavar='JSON',
                        help='anet_anno_action.json')
    parser.add_argument('--testing', action='store_true', help='also the '
                        'videos of the testing subset, which have no '
                        'annotations; with --official')
    parser.add_argument('--video-info', type=Path, metavar='CSV',
                        help='with --bsn: video_info_new.csv')
    parser.add_argument(
        '--out', type=Path,
        default='data/activitynet/annotations/activitynet13.json',
        help='file to write')
    args = parser.parse_args()
    if args.bsn and not args.video_info:
        parser.error('--bsn needs --video-info')
    if args.bsn and args.testing:
        parser.error('--testing needs --official: BSN lacks those videos')
    return args


def main():
    args = parse_args()
    with source_faults_in_one_sentence():
        if args.official:
            activitynet.from_official(args.official, args.out,
                                      args.testing)
        else:
            activitynet.from_bsn(args.bsn, args.video_info, args.out)
        print('\n'.join(conversion.describe(args.out)))


if __name__ == '__main__':
    main()
