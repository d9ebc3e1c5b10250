"""Which videos train and which are tested, which no tool for annotations
tells."""
from fnmatch import fnmatchcase
from typing import Sequence

from mmbapg.video_names import shown_name

from ..annotations import AnnotationError
from .contents import Contents

#: What the templates for own data call them.
TRAINING, VALIDATION = 'training', 'validation'


def divide(contents: Contents, validation: Sequence[str]) -> str:
    """Give every video the field ``subset``.

    Args:
        contents: Is changed.
        validation: Names of the videos of the subset ``validation``, or
            patterns such as ``kitchen*``; all others are ``training``.

    Returns:
        How many videos each has, in words.

    Raises:
        AnnotationError: If a video has a subset already, a pattern fits no
            video, or no video is left to train on.
    """
    chosen = set()
    for pattern in validation:
        found = {pattern} & set(contents.videos) or {
            name for name in contents.videos if fnmatchcase(name, pattern)}
        if not found:
            raise AnnotationError(
                f'--validation: found no video {pattern}, expected some of '
                f'{", ".join(map(shown_name, contents.videos))}')
        chosen |= found
    if len(chosen) == len(contents.videos):
        raise AnnotationError(
            f'--validation: found all {len(chosen)} videos, expected some to '
            'be left for training')
    for name, video in contents.videos.items():
        if 'subset' in video.fields:
            raise AnnotationError(
                f'--validation: found video {shown_name(name)} in the subset '
                f'{video.fields["subset"]!r} already, expected no subsets')
        video.fields['subset'] = VALIDATION if name in chosen else TRAINING
    return (f'subsets: {TRAINING} {len(contents.videos) - len(chosen)}, '
            f'{VALIDATION} {len(chosen)}')
