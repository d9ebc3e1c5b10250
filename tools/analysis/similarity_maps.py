"""What do encoders see in a video? Their similarity maps side by side.

Every map shows the cosine similarity of all pairs of frames, the true
instances, and as many change points as there are true boundaries.
"""
import argparse
from pathlib import Path


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('annotations',
                        help='annotation file, see docs/data.md')
    parser.add_argument('embeddings', nargs='+', metavar='[NAME=]FOLDER',
                        help='embeddings by tools/extract_features.py or '
                        'tools/cross_fit.py, a folder for each encoder')
    parser.add_argument('--video', help='name; default: the first video of '
                        'the annotation file that has embeddings')
    parser.add_argument('--out', type=Path, default='similarity_maps.png',
                        help='picture to write (default: %(default)s)')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.encoder_pictures import similarity_maps
    from mmbapg.errors import faults_in_one_sentence
    folders = {}
    for each in args.embeddings:
        name, _, folder = each.rpartition('=')
        folders[name or folder] = Path(folder)
    with faults_in_one_sentence():
        video = similarity_maps(args.annotations, folders, args.video,
                                args.out)
    print(f'{video}: {args.out}')


if __name__ == '__main__':
    main()
