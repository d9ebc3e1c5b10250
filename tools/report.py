"""Look at detections in a browser: figures of all, and a page for each video.

Writes a folder whose index.html opens from disk, without a server, and loads
nothing from outside: mAP, recall, errors and boundaries of every file of
detections, what to look at first, and for each video a player with a timeline
of annotations, detections, proposals and embeddings. Takes any file in the
submission format of ActivityNet, and the detections.json of
tools/localize.py.

    tools/report.py annotations.json model=detections.json --videos videos
"""
from pathlib import Path


def parse_args():
    from mmbapg.apis.detection_arguments import detection_parser
    parser = detection_parser(__doc__)
    parser.add_argument('--videos', type=Path, metavar='DIR',
                        help='folder of video files: they are linked into the '
                        'report; those that no browser plays are encoded anew')
    parser.add_argument('--embeddings', type=Path, metavar='DIR',
                        help='of stage 2: boundary strength and similarity '
                        'maps')
    parser.add_argument('--proposals', nargs='+', default=[],
                        metavar='[NAME=]FILE', help='class-agnostic segments '
                        'to show, as detections but without labels')
    parser.add_argument('--no-encode', action='store_true', help='leave out '
                        'the videos that no browser plays')
    parser.add_argument('--title', help='of the report; default: name of the '
                        'annotation file')
    parser.add_argument('--out', type=Path, default='work_dirs/report',
                        metavar='DIR', help='folder (default: '
                        'work_dirs/report)')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.detection_arguments import (
        diagnosis_of,
        files_of,
        named_paths,
    )
    from mmbapg.apis.report import Report
    from mmbapg.errors import faults_in_one_sentence
    with faults_in_one_sentence():
        page = Report(
            diagnosis_of(args), files_of(args), args.videos, args.embeddings,
            named_paths(args.proposals), args.title,
            not args.no_encode).write(args.out)
    print(f'open in a browser: {page}')


if __name__ == '__main__':
    main()
