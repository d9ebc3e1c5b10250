"""How well does a linear layer on features tell when anything happens?

Binary average precision of segments of 0.2 s (BSP, Table 3). Of several
folders, features stand side by side: action and boundary features.
"""
import argparse
import json
from pathlib import Path


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('annotations',
                        help='annotation file, see docs/data.md')
    parser.add_argument('features', nargs='+', type=Path, metavar='FOLDER',
                        help='of tools/extract_features.py')
    parser.add_argument('--train', type=json.loads, required=True,
                        help='fields of the training videos, such as '
                        '\'{"fold": [0, 1]}\'')
    parser.add_argument('--test', type=json.loads, required=True,
                        help='fields of the test videos')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.step_localization import step_localization
    from mmbapg.errors import faults_in_one_sentence
    with faults_in_one_sentence():
        found = step_localization(args.annotations, args.features, args.train,
                                  args.test)
    print(f'AP {100 * found.average_precision:.2f} (chance '
          f'{100 * found.positives:.2f}) of {found.segments} segments, '
          f'{found.channels} channels')


if __name__ == '__main__':
    main()
