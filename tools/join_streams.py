"""Join the checkpoints of networks for RGB and for optical flow.

    python tools/join_streams.py CONFIG RGB.pth FLOW.pth OUT.pth

Each was trained with its own config; CONFIG is that of both together.
"""
import argparse


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('config', help='config of both together')
    parser.add_argument('checkpoints', nargs='+', help='one of each stream')
    parser.add_argument('out', help='file to write')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.join_streams import join_streams
    from mmbapg.errors import faults_in_one_sentence
    with faults_in_one_sentence():
        join_streams(args.config, args.checkpoints, args.out)
    print(args.out)


if __name__ == '__main__':
    main()
