"""How much do features change where something starts or ends, and elsewhere?

A row for each encoder, as in Fig. 4 of BSP: vanilla against boundary-sensitive
features.
"""
import argparse
import json
from pathlib import Path


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('annotations',
                        help='annotation file, see docs/data.md')
    parser.add_argument('features', nargs='+', metavar='[NAME=]FOLDER',
                        help='features by tools/extract_features.py, a '
                        'folder for each encoder')
    parser.add_argument('--where', type=json.loads, default={},
                        help='fields of the videos to look at, such as '
                        '\'{"fold": 2}\'; default: all')
    parser.add_argument('--out', type=Path, default='feature_differences.png',
                        help='picture to write (default: %(default)s)')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.feature_changes import feature_differences
    from mmbapg.errors import faults_in_one_sentence
    parts = [each.rpartition('=') for each in args.features]
    folders = {name or folder: Path(folder) for name, _, folder in parts}
    with faults_in_one_sentence():
        found = feature_differences(args.annotations, folders, args.where,
                                    args.out)
    for name, share in found.items():
        print(f'{name}: boundaries differ more in {100 * share:.1f} % of '
              'pairs')
    print(args.out)


if __name__ == '__main__':
    main()
