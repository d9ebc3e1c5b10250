"""What the command lines of tools that compare detections share."""
import argparse
from pathlib import Path
from typing import Dict, Optional, Sequence

from mmbapg.errors import SettingError
from mmbapg.evaluation.average_precision import CONVENTIONS


def detection_parser(description: Optional[str]) -> argparse.ArgumentParser:
    """Asks for annotations, detections, and which videos are judged how."""
    parser = argparse.ArgumentParser(
        description=description,
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
    parser.add_argument('--convention', default='actionformer',
                        choices=CONVENTIONS,
                        help='which instances count')
    return parser


def diagnosis_of(args, **settings):
    """The :class:`.Diagnosis` that :func:`detection_parser` asks for.

    Args:
        args: Of the command line.
        settings: Its other fields.
    """
    from .diagnosis import Diagnosis
    return Diagnosis(args.annotations, args.subset, where_of(args.where),
                     sorted(args.thresholds), convention=args.convention,
                     **settings)


def files_of(args) -> Dict[str, list]:
    """Name of the detections -> their files."""
    return {name: paths.split(',')
            for name, paths in named_paths(args.detections).items()}


def where_of(texts: Optional[Sequence[str]]) -> Optional[dict]:
    """Values of fields: fields may hold numbers.

    Example:
        >>> where_of(['fold=1,2'])
        {'fold': ['1', 1, '2', 2]}
    """
    if texts is None:
        return None
    where = {}
    for field, _, values in (text.partition('=') for text in texts):
        where[field] = [each for value in values.split(',') for each in (
            (value, int(value)) if value.isdecimal() else (value,))]
    return where


def named_paths(texts: Sequence[str]) -> Dict[str, str]:
    """Paths by the names that are given, or by those of the files.

    Raises:
        SettingError: If two have one name.

    Example:
        >>> named_paths(['a=b', 'c/d.json'])
        {'a': 'b', 'd': 'c/d.json'}
    """
    found = {}
    for each in texts:
        there = all(Path(part).exists() for part in each.split(','))
        name, told, path = each.partition('=')
        if there or not told:
            name, path = '', each
        found[name or Path(path).stem] = path
    if len(found) < len(texts):
        raise SettingError(f'two of {", ".join(texts)} have one name; '
                           'give them others, as NAME=PATH')
    return found
