"""Let several encoders cut videos together.

Writes embeddings whose similarity is the mean of the encoders' similarities.
Encoders that see different things err in different places.
"""
import argparse
from pathlib import Path


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('folders', nargs='+', type=Path,
                        help='embeddings of stage 2, of at least two encoders')
    parser.add_argument('--out', type=Path, required=True,
                        help='folder to write; name it in '
                        'bapg.clustering.embeddings')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.join_embeddings import join_embeddings
    from mmbapg.errors import faults_in_one_sentence
    with faults_in_one_sentence():
        number = join_embeddings(args.folders, args.out)
    print(f'{number} videos: {args.out}')


if __name__ == '__main__':
    main()
