"""Where do detections go wrong?

After Alwassel et al., ECCV 2018: kinds of false positives and what each
costs, mAP and misses by the size of instances; and errors of boundaries in
seconds, what mAP would be if classes, boundaries or the order of all
detections were right, and precision over recall. Prints a table, and writes
diagnosis.json and pictures. Works on any file in the submission format of
ActivityNet, and on the detections.json of tools/localize.py; tools/test.py
writes one with

    --cfg-options test_evaluator.out_file=detections.json

All files are judged on the same videos: those of the chosen subsets, also if
a file has no detections for some.
"""
from pathlib import Path


def parse_args():
    from mmbapg.apis.detection_arguments import detection_parser
    parser = detection_parser(__doc__)
    parser.add_argument('--length-edges', type=float, nargs='+',
                        metavar='SECONDS', help='lengths that part short '
                        'instances from long ones (default: 3 6 12 18)')
    parser.add_argument('--boundaries', nargs='*', metavar='[NAME=]FOLDER',
                        help='also judge the boundaries of detections, best '
                        'first, as many as there are, beside evenly spaced '
                        'cuts and the change points of the embeddings in '
                        'these folders: F1, misses, false alarms, and who '
                        "finds the others' misses; writes boundaries.json. "
                        'And how often class evidence of these embeddings is '
                        'right on the judged videos and on the others, which '
                        'the localizer was trained on')
    parser.add_argument('--out-dir', type=Path, default='work_dirs/diagnosis',
                        help='folder for diagnosis.json and pictures '
                        '(default: work_dirs/diagnosis)')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.boundary_table import report_boundaries
    from mmbapg.apis.class_evidence import report_evidence
    from mmbapg.apis.detection_arguments import (
        diagnosis_of,
        files_of,
        named_paths,
    )
    from mmbapg.errors import SettingError, faults_in_one_sentence
    edges = ({} if args.length_edges is None else
             dict(length=sorted(args.length_edges)))
    with faults_in_one_sentence():
        files, folders = files_of(args), named_paths(args.boundaries or [])
        if set(files) & set(folders):
            raise SettingError(f'{min(set(files) & set(folders))} is the '
                               'name of detections and of embeddings; give '
                               'one another, as NAME=FOLDER')
        diagnosis = diagnosis_of(args, edges=edges)
        diagnosis.report(files, args.out_dir)
        if args.boundaries is not None:
            founds = {name: diagnosis.read(paths)
                      for name, paths in files.items()}
            judged = diagnosis.judged(list(founds.values()))
            embeddings = {name: Path(folder)
                          for name, folder in folders.items()}
            report_boundaries(judged, founds, embeddings, args.out_dir)
            names = {video.name for video in judged}
            report_evidence(judged, [video for name, video in
                                     diagnosis.videos.items()
                                     if name not in names],
                            embeddings, diagnosis.classes, args.out_dir)
    print(f'figures and pictures: {args.out_dir}')


if __name__ == '__main__':
    main()
