"""Check a dataset before training: annotations, and features or videos.

Reports labels, segments, durations, fps and offsets that do not fit, files
that are missing, broken or too many. Ends with status 1 if anything is wrong.

    python tools/check_dataset.py --config CONFIG
    python tools/check_dataset.py annotations.json FEATURES --stride 4

The first form looks at exactly what the config reads.
"""
import argparse
import sys

from mmengine.config import DictAction


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('annotations', nargs='?',
                        help='ActivityNet-style JSON file')
    parser.add_argument('folder', nargs='?', metavar='FEATURES|VIDEOS',
                        help='folder with a file for each video, or an HDF5 '
                        'file of all')
    parser.add_argument('--config', help='config to look at; all else is in '
                        'it')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction,
                        help='override settings of the config, key=value')
    parser.add_argument('--stride', type=float, help='video frames from one '
                        'feature step to the next; 0 if every video has the '
                        'same number of steps')
    parser.add_argument('--window', type=float, default=0.0,
                        help='video frames that a feature step describes')
    parser.add_argument('--fps', type=float, help='of videos whose '
                        'annotation does not tell it')
    parser.add_argument('--filename-tmpl', help="name of a video's file, such "
                        'as v_{}.npy; by default as most files are named')
    parser.add_argument('--key', nargs='+', help='name of the array in files '
                        'of several, or names of those to be joined')
    args = parser.parse_args()
    if bool(args.config) == bool(args.annotations):
        parser.error('expected either annotations or --config CONFIG')
    return args


def main():
    args = parse_args()
    from mmbapg.apis.dataset_check import check_config, check_dataset
    from mmbapg.apis.mmaction_tools import config_of_command
    from mmbapg.errors import faults_in_one_sentence
    with faults_in_one_sentence():
        if args.config:
            cfg = config_of_command(args.config)
            cfg.merge_from_dict(args.cfg_options or {})
            report = check_config(cfg)
        else:
            report = check_dataset(
                args.annotations, args.folder, args.stride, args.window,
                args.fps, args.filename_tmpl, args.key)
    for title, lines in (('', report.facts), ('warning: ', report.warnings),
                         ('error: ', report.errors)):
        for line in lines:
            print(title + line)
    errors, warnings = (
        f'{len(lines)} {word}{"s" if len(lines) != 1 else ""}'
        for lines, word in ((report.errors, 'error'),
                            (report.warnings, 'warning')))
    if report.errors:
        sys.exit(f'{errors}, {warnings}: mend the errors before training')
    print(f'no errors, {warnings}: ready to train')


if __name__ == '__main__':
    main()
