"""Convert the annotations of HACS Segments into ours, and count them.

See README.md beside this file.
"""
import argparse
from pathlib import Path

from mmbapg.datasets.sources import conversion, hacs
from mmbapg.datasets.sources.command_line import source_faults_in_one_sentence


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('source', type=Path, metavar='JSON',
                        help='HACS_segments_v1.1.1.json')
    parser.add_argument('--testing', action='store_true', help='also the '
                        'videos of the testing subset, which have no '
                        'annotations')
    parser.add_argument(
        '--out', type=Path,
        default='data/hacs/annotations/hacs_segments_v1.1.1.json',
        help='file to write')
    return parser.parse_args()


def main():
    args = parse_args()
    with source_faults_in_one_sentence():
        hacs.from_official(args.source, args.out, args.testing)
        print('\n'.join(conversion.describe(args.out)))


if __name__ == '__main__':
    main()
