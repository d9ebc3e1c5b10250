"""Take the proposals of each video from the file for videos of its length.

    python tools/choose_proposals.py ANNOTATIONS T32.json T80.json T100.json \\
        --edges 30 120 --out CHOSEN.json

The files are those that ProposalRecallMetric writes with out_file=FILE.json,
in the order of durations; edges are the seconds between.
"""
import argparse


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('annotations', help='file that tells durations')
    parser.add_argument('files', nargs='+', help='of each range of durations')
    parser.add_argument('--edges', nargs='+', type=float, default=[30, 120],
                        help='in seconds (default: 30 120)')
    parser.add_argument('--out', required=True, help='file to write')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.choose_proposals import choose_proposals
    from mmbapg.errors import faults_in_one_sentence
    with faults_in_one_sentence():
        choose_proposals(args.annotations, args.files, args.edges, args.out)
    print(args.out)


if __name__ == '__main__':
    main()
