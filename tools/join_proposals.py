"""Join the proposals of several generators: concatenation, and soft-NMS.

    python tools/join_proposals.py BSN++.json BMN.json --out BOTH.json

The files are those that ProposalRecallMetric writes with out_file=FILE.json.
"""
import argparse


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('files', nargs='+', help='proposals, a file '
                        'of each generator')
    parser.add_argument('--out', required=True, help='file to write')
    parser.add_argument('--weights', nargs='+', type=float,
                        help='factors of the scores, one of each file '
                        '(default: 1)')
    parser.add_argument('--divisor', type=float, default=0.4,
                        help='of tIoU squared in soft-NMS: less lowers the '
                        'scores\nof what overlaps more (default: '
                        '%(default)s)')
    parser.add_argument('--max-proposals', type=int, default=200,
                        help='kept of each video (default: %(default)s)')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.join_proposals import join_proposals
    from mmbapg.errors import faults_in_one_sentence
    with faults_in_one_sentence():
        join_proposals(args.files, args.out, args.weights, args.divisor,
                       args.max_proposals)
    print(args.out)


if __name__ == '__main__':
    main()
