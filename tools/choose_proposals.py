"""Take the proposals of each video from the file for videos of its length.

    python tools/choose_proposals.py ANNOTATIONS T32.json T80.json T100.json \\
        --edges 30 120 --out CHOSEN.json

The files are those that ProposalRecallMetric writes with out_file=FILE.json,
that for the shortest videos first; with the edges 30 and 120, the first file
is for videos shorter than 30 s, the second for those shorter than 120 s, and
the third for all others.
"""
import argparse


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('annotations', help='annotation file, which tells '
                        'how long videos are')
    parser.add_argument('files', nargs='+', help='proposals, a file '
                        'for each range of durations')
    parser.add_argument('--edges', nargs='+', type=float, default=[30, 120],
                        help='seconds between the ranges, one less than files '
                        '(default: 30 120)')
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
