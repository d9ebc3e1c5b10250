"""Check a dataset before training: annotations, and features or videos.

Reports labels, segments, durations, fps and offsets that do not fit, files
that are missing, broken or too many. Ends with status 1 if anything is wrong.
"""
import argparse
import sys


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('annotations', help='ActivityNet-style JSON file')
    parser.add_argument('folder', nargs='?', metavar='FEATURES|VIDEOS',
                        help='folder with a file for each video')
    parser.add_argument('--stride', type=float, help='video frames from one '
                        'feature step to the next')
    parser.add_argument('--window', type=float, default=0.0,
                        help='video frames that a feature step describes')
    parser.add_argument('--fps', type=float, help='of videos whose '
                        'annotation does not tell it')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.dataset_check import check_dataset
    from mmbapg.datasets.annotations import AnnotationError
    try:
        report = check_dataset(args.annotations, args.folder, args.stride,
                               args.window, args.fps)
    except AnnotationError as error:
        sys.exit(f'error: {error}')
    for title, lines in (('', report.facts), ('warning: ', report.warnings),
                         ('error: ', report.errors)):
        for line in lines:
            print(title + line)
    if report.errors:
        sys.exit(f'{len(report.errors)} errors, {len(report.warnings)} '
                 'warnings: mend the errors before training')
    print(f'no errors, {len(report.warnings)} warnings: ready to train')


if __name__ == '__main__':
    main()
