"""What an error analysis prints."""
from typing import Any, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from mmbapg.datasets.annotations import VideoAnnotation, named
from mmbapg.evaluation import Segments
from mmbapg.evaluation.error_analysis import Matching
from mmbapg.evaluation.ideal_detections import IDEALS

#: Fields that part videos into those that are tested together.
PARTS = ('subset', 'fold')


def told(videos: Sequence[VideoAnnotation]) -> str:
    """``3 videos of subset validation``."""
    values = {key: sorted({str(video.fields[key]) for video in videos
                           if key in video.fields}) for key in PARTS}
    of = ' and '.join(f'{key} {", ".join(each)}'
                      for key, each in values.items() if each)
    number = f'{len(videos)} video{"s" if len(videos) != 1 else ""}'
    return number + (f' of {of}' if of else '')


def print_judged(judged: Sequence[VideoAnnotation],
                  founds: Mapping[str, Mapping[str, Segments]],
                  matchings: Mapping[str, Sequence[Matching]]) -> None:
    """Say what was judged, and what figures of 0 may come from."""
    instances = len(next(iter(matchings.values()))[0].true_labels)
    print(f'judged on the {told(judged)}, with {instances} instances')
    names = {video.name for video in judged if video.labelled}
    if len(names) < len(judged):
        unlabelled = [video.name for video in judged if not video.labelled]
        print('not judged, as the annotation file has no annotations of '
              f'them: {named(unlabelled)}')
    for title, found in founds.items():
        absent = sorted(names - set(found))
        if absent:
            print(f'{title}: no detections for {named(absent)}; their '
                  'instances count as missed')
        others = sorted(set(found) - {video.name for video in judged})
        if others:
            print(f'{title}: not judged, as they were not chosen: '
                  f'{named(others)}')
        matching = matchings[title][0]
        if not (matching.overlap.any() or matching.other_overlap.any()):
            print(f'{title}: no detection overlaps an instance of any class; '
                  'are its times seconds, and of these videos?')


def print_figures(results: Mapping[str, dict], threshold: float) -> None:
    """A table of ``diagnosis.json``, a column for each detections."""
    table = Table(title=f'mAP (%), gains without errors of a kind and if one '
                  'thing were right, and median boundary errors of hits at '
                  f'tIoU {threshold:g}')
    table.add_column('')
    for name in results:
        table.add_column(name, justify='right', overflow='fold')

    def row(title: str, values: list, form: str = '{:.1f}') -> None:
        table.add_row(title, *('' if value is None else form.format(value)
                               for value in values))

    def percent(*path: str) -> list:
        values = []
        for figures in results.values():
            found: Any = figures
            for key in path:
                found = found[key]
            values.append(100 * found)
        return values

    first = next(iter(results.values()))
    row('mAP', percent('mAP'))
    for kind in first['gain without']:
        row(f'without {kind}', percent('gain without', kind), '{:+.1f}')
    for name in IDEALS:
        row(f'with {name}', [
            after - before for after, before in zip(
                percent('mAP if', name), percent('mAP if', 'as it is'))],
            '{:+.1f}')
    for side in ('start', 'end'):
        row(f'{side}, seconds', [figures['median boundary error'][side]
                                 for figures in results.values()], '{:.2f}')
    Console().print(table)
