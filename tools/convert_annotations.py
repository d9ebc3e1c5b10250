"""Bring annotations from one tool to another.

What the target cannot hold is said. Formats with a file for each video (elan,
cvat, srt, vtt) are read from a folder and written to one, or a file.

    tools/convert_annotations.py project.json annotations.json --from via \\
        --to activitynet --videos videos --validation NAME
"""
import argparse
from pathlib import Path


def parse_args():
    from mmbapg.datasets.exchange import FORMATS
    from mmbapg.datasets.exchange.contents import UNITS
    names = sorted(FORMATS)
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source', type=Path, metavar='IN',
                        help='file or folder to read')
    parser.add_argument('target', type=Path, metavar='OUT',
                        help='file or folder to write')
    parser.add_argument('--from', dest='from_', required=True, choices=names,
                        help='format of IN')
    parser.add_argument('--to', required=True, choices=names,
                        help='format of OUT')
    parser.add_argument('--fps', type=float, help='frames in a second, where '
                        'neither a file nor a video tells them')
    parser.add_argument('--videos', type=Path, metavar='DIR', help='folder of '
                        'the video files, which tell durations and frame '
                        'rates that annotations do not')
    parser.add_argument('--columns', nargs='+', default=[],
                        metavar='KEY=NAME', help='of CSV: what the columns '
                        'video, start, end, label and score are called')
    parser.add_argument('--unit', default='seconds', choices=list(UNITS),
                        help='of times in CSV')
    parser.add_argument('--tiers', nargs='+', default=[], metavar='NAME',
                        help='of ELAN: those to read; by default, all')
    parser.add_argument('--observations', nargs='+', default=[],
                        metavar='NAME', help='of BORIS: those to read; by '
                        'default, all. Those of one video are joined')
    parser.add_argument('--validation', nargs='+', default=[], metavar='NAME',
                        help='videos of the subset validation, or patterns '
                        "such as 'kitchen*'; all others are training")
    parser.add_argument('--overwrite', action='store_true', help='files that '
                        'are there already; somebody may have corrected them')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.datasets.exchange import Settings, convert
    from mmbapg.datasets.exchange.tables import columns_of
    from mmbapg.errors import faults_in_one_sentence
    with faults_in_one_sentence():
        told = convert(
            args.source, args.target, args.from_, args.to, Settings(
                args.fps, args.videos, columns_of(args.columns), args.unit,
                args.tiers, args.observations), args.validation,
            args.overwrite)
    for line in told:
        print(line)


if __name__ == '__main__':
    main()
