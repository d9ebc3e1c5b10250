"""Detections that do not belong to annotations."""
import itertools
import re
import unicodedata
from pathlib import PurePosixPath
from typing import Callable, Iterable, Mapping, Optional, Sequence, Tuple

from mmengine.logging import print_log

from mmbapg.datasets.annotations import (
    AnnotationError,
    VideoAnnotation,
    named,
)

from .average_precision import Segments

#: How names of one video differ -> what is the same in all of them.
NAME_CHANGES: Mapping[str, Callable[[str], str]] = {
    'the prefix v_': lambda name: re.sub(r'(^|.*/)v_', r'\1', name),
    'the file extension': lambda name: re.sub(r'\.\w{1,5}$', '', name),
    'the folder': lambda name: PurePosixPath(name.replace('\\', '/')).name,
    'upper and lower case': str.casefold,
    'spaces around it': str.strip,
    'the Unicode form': lambda name: unicodedata.normalize('NFC', name),
}
#: Times are no seconds if of a video's best detections more than this share
#: lies far beyond it, and that in so many videos or more: what a network of
#: windows finds, before it has learned much, may lie beyond a short one.
MOST_OUTSIDE, MOST_STRANGE = 0.25, 0.5
BEST = 10
#: Seconds by which a detection may reach beyond the end, and how many times
#: the duration its middle may be.
END_TOLERANCE, FAR_BEYOND = 1.0, 1.5


def check_names(path: str, names: Iterable[str],
                known: Mapping[str, VideoAnnotation]) -> None:
    """Refuse detections of videos that annotations do not know.

    Args:
        path: Of the detections, for the message.
        names: Of their videos.
        known: The annotations.

    Raises:
        AnnotationError: If there are some; says by what names differ, where
            that can be told.
    """
    names = list(names)
    unknown = sorted(name for name in names if name not in known)
    if not unknown:
        return
    likely = _likely_change(unknown, list(known))
    if likely is None:
        hint = ('none of these names is like one of the annotations, which '
                f'know {named(known, 3)}; is it the right annotation file?')
    else:
        changes, pairs = likely
        ours, theirs = next(iter(pairs.items()))
        hint = (f'{len(pairs)} of them differ from annotated ones by '
                f'{" and ".join(changes)} alone: {ours!r} is {theirs!r} '
                'there; give both the same names')
    raise AnnotationError(
        f'{path}: found detections of {named(unknown)}, which the '
        f'annotations do not have, expected names of annotated videos; {hint}')


def _likely_change(unknown: Sequence[str], known: Sequence[str]
                   ) -> Optional[Tuple[Tuple[str, ...], dict]]:
    """The fewest changes that make most names known, and the pairs."""
    best: Optional[Tuple[Tuple[str, ...], dict]] = None
    for number in range(1, len(NAME_CHANGES) + 1):
        for changes in itertools.combinations(NAME_CHANGES, number):
            there = {_changed(name, changes): name for name in known}
            pairs = {name: there[_changed(name, changes)] for name in unknown
                     if _changed(name, changes) in there}
            if pairs and (best is None or len(pairs) > len(best[1])):
                best = changes, pairs
    return best


def _changed(name: str, changes: Sequence[str]) -> str:
    for change in changes:
        name = NAME_CHANGES[change](name)
    return name


def check_times(path: str, found: Mapping[str, Segments],
                videos: Mapping[str, VideoAnnotation]) -> None:
    """Refuse times that are hardly seconds of their videos.

    Some localizers (TadTR) give segments that reach a little beyond a video;
    they count as they are, and are told.

    Args:
        path: Of the detections, for messages.
        found: Detections by video name.
        videos: Annotations of all of them. Where annotated instances end
            later than the duration, videos are taken to last so long.

    Raises:
        AnnotationError: If in half of the videos many of the best detections
            lie far outside.
    """
    reaching, strange = {}, {}
    found = {name: each for name, each in found.items() if len(each.labels)}
    for name, detections in found.items():
        video = videos[name]
        end = max(video.duration, video.segments.max(initial=0.0))
        best = detections.best_first()[0][:BEST]
        middle = detections.segments[best].mean(axis=1)
        outside = int((middle > FAR_BEYOND * end + END_TOLERANCE).sum())
        if outside > MOST_OUTSIDE * len(best):
            latest = detections.segments.max()
            strange[name] = (
                f'video {name}: {outside} of its {len(best)} best detections '
                f'lie far beyond its end at {end:g} s, up to {latest:g}, '
                f'expected seconds: are these {_likely_unit(video, latest)}?')
        beyond = int(((detections.segments[:, 0] < 0) |
                      (detections.segments[:, 1] > end + END_TOLERANCE)).sum())
        if beyond:
            reaching[name] = beyond
    if strange and len(strange) >= MOST_STRANGE * len(found):
        more = f' (and {len(strange) - 1} more videos)' * (len(strange) > 1)
        raise AnnotationError(f'{path}: {next(iter(strange.values()))}{more}')
    if reaching:
        print_log(
            f'{path}: {sum(reaching.values())} detections begin before 0 or '
            'end after their video, in '
            f'{named(reaching)}; they count as they are', 'current', 30)


def _likely_unit(video: VideoAnnotation, latest: float) -> str:
    ratio = latest / video.duration
    if ratio > 130:
        return 'milliseconds'
    if video.fps:
        return f'frames ({video.fps:g} a second)'
    return 'frames' if ratio > 5 else (
        'frames, or is the duration in the annotations wrong')
