"""Where do detections go wrong?

After Alwassel et al., ECCV 2018: kinds of false positives and what each
costs, mAP and misses by the size of instances; and errors of boundaries in
seconds, and precision over recall. Prints a table, and writes diagnosis.json
and pictures. Works on any file in the submission format of ActivityNet, and
on the detections.json of tools/localize.py; tools/test.py writes one with

    --cfg-options test_evaluator.out_file=detections.json

All files are judged on the same videos: those of the chosen subsets, also if
a file has no detections for some.
"""
import argparse
import warnings
from pathlib import Path


def parse_args():
    from mmbapg.evaluation.average_precision import CONVENTIONS
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('annotations',
                        help='annotation file, see docs/data.md')
    parser.add_argument('detections', nargs='+', metavar='[NAME=]FILE[,FILE]',
                        help='detections, to compare if there are several; '
                        'files joined by commas are of different videos, as '
                        'those of folds, and count as one')
    parser.add_argument('--subset', nargs='+', help='only videos of these '
                        'subsets; default: all that share subset and fold '
                        'with a video of one of the files')
    parser.add_argument('--where', nargs='+', metavar='FIELD=VALUE',
                        help='only videos with these values in the annotation '
                        'file, e.g. fold=2; several values of a field are '
                        'joined by commas')
    parser.add_argument('--thresholds', type=float, nargs='+',
                        default=[0.3, 0.4, 0.5, 0.6, 0.7], help='tIoU; what '
                        'is told for one is told for the middle one')
    parser.add_argument('--length-edges', type=float, nargs='+',
                        metavar='SECONDS', help='lengths that part short '
                        'instances from long ones (default: 3 6 12 18)')
    parser.add_argument('--convention', default='actionformer',
                        choices=CONVENTIONS,
                        help='which instances count')
    parser.add_argument('--boundaries', nargs='*', metavar='[NAME=]FOLDER',
                        help='also judge the boundaries of detections, best '
                        'first, as many as there are, beside evenly spaced '
                        'cuts and the change points of the embeddings in '
                        'these folders: F1, misses, false alarms, and who '
                        "finds the others' misses; writes boundaries.json")
    parser.add_argument('--out-dir', type=Path, default='work_dirs/diagnosis')
    return parser.parse_args()


def where_of(texts):
    """``['fold=1,2']`` as ``{'fold': ['1', '2', 1, 2]}``: fields may hold
    numbers."""
    if texts is None:
        return None
    where = {}
    for field, _, values in (text.partition('=') for text in texts):
        where[field] = [each for value in values.split(',') for each in (
            (value, int(value)) if value.isdecimal() else (value,))]
    return where


def named(texts):
    """``['a=b', 'c/d.json']`` as ``{'a': 'b', 'd': 'c/d.json'}``."""
    found = {}
    for each in texts:
        name, _, path = each.rpartition('=')
        found[name or Path(path).stem] = path
    if len(found) < len(texts):
        raise SystemExit(f'error: two of {", ".join(texts)} have one name; '
                         'give them others, as NAME=PATH')
    return found


def main():
    args = parse_args()
    warnings.simplefilter('ignore')
    from mmbapg.apis.boundary_table import report_boundaries
    from mmbapg.apis.diagnosis import Diagnosis
    from mmbapg.datasets import INPUT_ERRORS
    files = named(args.detections)
    folders = named(args.boundaries or [])
    if set(files) & set(folders):
        raise SystemExit(f'error: {min(set(files) & set(folders))} is the '
                         'name of detections and of embeddings; give one '
                         'another, as NAME=FOLDER')
    edges = ({} if args.length_edges is None else
             dict(length=sorted(args.length_edges)))
    try:
        diagnosis = Diagnosis(
            args.annotations, args.subset, where_of(args.where),
            sorted(args.thresholds), edges, args.convention)
        diagnosis.report({name: paths.split(',')
                          for name, paths in files.items()}, args.out_dir)
        if args.boundaries is not None:
            founds = {name: diagnosis.read(paths.split(','))
                      for name, paths in files.items()}
            report_boundaries(
                diagnosis.judged(list(founds.values())), founds,
                {name: Path(folder) for name, folder in folders.items()},
                args.out_dir)
    except (ValueError, *INPUT_ERRORS) as error:
        raise SystemExit(f'error: {error}') from None
    print(f'figures and pictures: {args.out_dir}')


if __name__ == '__main__':
    main()
