"""Store frames of videos as arrays, and their optical flow.

For localizers that see frames and train for many epochs: arrays are read in no
time, and flow is computed once. Writes OUT/rgb/VIDEO.npy and, with --flow,
OUT/flow/VIDEO.npy; files that are there already are kept.
"""
import argparse


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('annotations', help='annotation file')
    parser.add_argument('videos', help='folder of videos')
    parser.add_argument('--out', required=True, help='folder to write')
    parser.add_argument('--fps', type=float, default=10.0,
                        help='frames per second (default: %(default)s)')
    parser.add_argument('--most', type=int, help='in the place of a rate: all '
                        'frames, or so many spread over a longer video, as '
                        'AFSD has 768 for ActivityNet-1.3')
    parser.add_argument('--size', type=int, default=112,
                        help='height, and width (default: %(default)s)')
    parser.add_argument('--flow', help='also optical flow: tvl1, which AFSD '
                        'has and which is slow, dis or farneback')
    parser.add_argument('--filename-tmpl', default='{}', help='name of a '
                        "video's file, such as v_{}")
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.frame_store import store_frames
    from mmbapg.errors import faults_in_one_sentence
    with faults_in_one_sentence():
        stored = store_frames(args.annotations, args.videos, args.out,
                              args.fps, args.most, args.size,
                              args.flow, args.filename_tmpl)
    print(f'{stored.written} videos written, {stored.kept} kept: {args.out}')


if __name__ == '__main__':
    main()
