"""Join the scores of several classifiers of whole videos, by a grid search.

    python tools/join_video_scores.py ANNOTATIONS A.json B.json CUHK.json \\
        --subset validation --proposals PROPOSALS.json --out SCORES.json

Looks for the weights that give the highest mAP of the proposals, once they
are named, on the videos of a subset; without proposals, the highest mAP of
classes of videos. A table has what each classifier reaches alone, all with
equal weights, all with the best ones, and with the best ones of other videos:
each fold of videos is scored with weights that were chosen without it.

The files are those that LoadVideoScores reads, and so is the one that is
written; proposals are those that ProposalRecallMetric writes. With --weights,
nothing is searched for: take those that were found on annotated videos to the
scores of others.
"""
import argparse


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('annotations', help='file that names classes')
    parser.add_argument('files', nargs='+', help='scores of each classifier')
    parser.add_argument('--out', required=True, help='file to write (.json)')
    parser.add_argument('--weights', nargs='+', type=float,
                        help='of each classifier (default: search)')
    parser.add_argument('--subset', nargs='+',
                        help='videos to choose weights by (default: all)')
    parser.add_argument('--proposals', help='file of proposals')
    parser.add_argument('--detections',
                        help='also write the proposals with their classes')
    parser.add_argument('--logits', action='store_true',
                        help='files hold logits; softmax follows their sum')
    search = parser.add_argument_group('search')
    search.add_argument('--maximize', choices=['mAP', 'class mAP', 'top-1'],
                        help='default: mAP with proposals, else class mAP')
    search.add_argument('--step', type=float, default=0.1,
                        help='of weights (default: %(default)s)')
    search.add_argument('--halvings', type=int, default=1,
                        help='of the step, around the best weights (default: '
                        '%(default)s)')
    search.add_argument('--folds', type=int, default=5,
                        help='of videos (default: %(default)s)')
    search.add_argument('--seed', type=int, default=0,
                        help='of the folds (default: %(default)s)')
    naming = parser.add_argument_group('mAP, as in the config that uses them')
    naming.add_argument('--thresholds', type=float, nargs='+',
                        help='tIoU (default: 0.5 to 0.95)')
    naming.add_argument('--convention', default='activitynet',
                        help='which instances count (default: %(default)s)')
    naming.add_argument('--topk', type=int, default=2,
                        help='classes of a video (default: %(default)s)')
    naming.add_argument('--max-proposals', type=int, default=200,
                        help='of a video (default: %(default)s)')
    naming.add_argument('--power', type=float, default=1.0,
                        help='of the product of both scores (default: '
                        '%(default)s)')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.join_video_scores import VideoScoreEnsemble
    from mmbapg.apis.weight_search import WeightSearch
    from mmbapg.errors import faults_in_one_sentence
    from mmbapg.models import VideoScoreFusion
    with faults_in_one_sentence():
        ensemble = VideoScoreEnsemble(
            args.annotations, args.files, args.logits, args.proposals,
            VideoScoreFusion(args.topk, args.max_proposals, args.power),
            args.detections)
        weights, origin = args.weights, {}
        if weights is None:
            judging = dict(convention=args.convention)
            if args.thresholds:
                judging['thresholds'] = args.thresholds
            origin = ensemble.choose(
                args.subset,
                WeightSearch(len(args.files), args.step, args.halvings),
                args.maximize, args.folds, args.seed, **judging)
            weights = origin.pop('weights')
        ensemble.write(weights, args.out, **origin)
    print(args.out)


if __name__ == '__main__':
    main()
