"""Convert the moment queries of Ego4D into ours, and cut features into clips.

Annotations are written and counted if no --features are given. See README.md
beside this file.
"""
import argparse
from pathlib import Path

from mmbapg.datasets.annotations import named
from mmbapg.datasets.sources import conversion, ego4d
from mmbapg.datasets.sources.command_line import source_faults_in_one_sentence


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('sources', type=Path, nargs='+', metavar='JSON',
                        help='moments_train.json and moments_val.json; also '
                        'moments_test_unannotated.json')
    parser.add_argument('--features', type=Path, metavar='FOLDER',
                        help='folder with VIDEO.pt, features of whole videos, '
                        'to be cut into those of clips')
    parser.add_argument('--out', type=Path, help='file to write, by default '
                        'data/ego4d/annotations/ego4d_mq.json; with '
                        '--features: folder to fill with CLIP.npy')
    args = parser.parse_args()
    if args.features and not args.out:
        parser.error('--features needs --out')
    return args


def main():
    args = parse_args()
    with source_faults_in_one_sentence():
        if args.features:
            missing = ego4d.cut_features(args.sources, args.features, args.out)
            if missing:
                print(f'left out for lack of features: {named(missing)}')
            return
        target = args.out or Path('data/ego4d/annotations/ego4d_mq.json')
        ego4d.from_official(args.sources, target)
        print('\n'.join(conversion.describe(target)))


if __name__ == '__main__':
    main()
