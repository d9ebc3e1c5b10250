"""Annotations from one format to another, and what gets lost."""
import math
from pathlib import Path
from typing import Dict, List, Optional, Sequence

from mmbapg.video_names import file_of

from ..annotations import AnnotationError, named
from .contents import Contents, Settings, Video, check_contents
from .registry import PARTS, Format, format_of
from .subsets import divide

#: Letters that join others, or keep them apart, in words and in emoji.
JOINERS = '\u200c\u200d'


def read_annotations(path: Path, name: str, settings: Settings) -> Contents:
    """Annotations of any format.

    Args:
        path: A file, or of a format that has a file for each video, a folder
            of them; names of videos in folders hold these.
        name: Of the format.
        settings: What the files do not tell.

    Raises:
        AnnotationError: If a file is unusable; names it, and what is wrong.
    """
    form, path = format_of(name), Path(path)
    paths = sorted(
        each for each in path.rglob('*')
        if each.suffix.lower() == form.suffix and not each.name.startswith(
            '._')) if path.is_dir() and form.one_video else [path]
    if not paths:
        raise AnnotationError(f'{path}: found no {form.suffix} file, expected '
                              f'some in the format {name}')
    contents = Contents()
    for each in paths:
        found = _needing(form, form.read, each, settings)
        if form.named_by_file and each != path:
            title = each.relative_to(path).with_suffix('').as_posix()
            found.videos = dict(zip([title], found.videos.values()))
        twice = set(found.videos) & set(contents.videos)
        if twice:
            raise AnnotationError(
                f'{each}: found video {min(twice)}, which another file has, '
                'too, expected each once')
        contents.videos.update(found.videos)
        contents.classes = found.classes or contents.classes
        contents.passed_over += found.passed_over
    check_contents(path, contents)
    _tidy(contents)
    return contents


def _tidy(contents: Contents) -> None:
    """Leave out what lasts no time, as no dataset can train on it or find it,
    and list labels that a tool has used and not listed."""
    for name, video in contents.videos.items():
        lasting = [each for each in video.instances if each.end > each.start]
        number = len(video.instances) - len(lasting)
        if number:
            contents.passed_over.append(f'{number} instances of video {name} '
                                        'that last no time')
        video.instances = lasting
    if contents.classes:
        used = {each.label for video in contents.videos.values()
                for each in video.instances}
        contents.classes = [*contents.classes,
                            *sorted(used - set(contents.classes))]


def write_annotations(path: Path, name: str, contents: Contents,
                      settings: Settings) -> List[str]:
    """Write annotations in any format.

    Args:
        path: A file, or of a format that has a file for each video, a folder
            unless there is one video.
        name: Of the format.
        contents: What to write.
        settings: What the contents do not tell.

    Returns:
        What the format does not hold and was left out, in words.

    Raises:
        AnnotationError: If the format cannot hold a label, or needs what
            nobody tells.
    """
    form, path = format_of(name), Path(path)
    _check_labels(path, form, contents)
    for target, part in _targets(path, form, contents).items():
        if target.is_dir():
            raise AnnotationError(f'{target}: found a folder, expected a file '
                                  'to write')
        _needing(form, form.write, target, part, settings)
    return left_out(form, contents)


def _targets(path: Path, form: Format, contents: Contents
             ) -> Dict[Path, Contents]:
    """File to write -> what is in it."""
    if form.one_video and (len(contents.videos) > 1 or not path.suffix or
                           path.is_dir()):
        return {file_of(path, each, '{}' + form.suffix): Contents(
            {each: video}, contents.classes)
            for each, video in contents.videos.items()}
    return {path: contents}


def left_out(form: Format, contents: Contents) -> List[str]:
    """What a format does not hold of these contents, in words."""
    lost = []
    for part, words in PARTS.items():
        if part in form.holds:
            continue
        if part == 'classes':
            shown = {each.label for video in contents.videos.values()
                     for each in video.instances}
            if contents.classes and list(contents.classes) != sorted(shown):
                lost.append(words)
            continue
        concerned = [name for name, video in contents.videos.items()
                     if _has(video, part, form)]
        if concerned:
            lost.append(f'{words}, of {named(concerned)}')
    return lost


def _has(video: Video, part: str, form: Format) -> bool:
    if part == 'score':
        return any(each.score is not None for each in video.instances)
    if part == 'details':
        return any(set(each.fields) - form.details for each in video.instances)
    if part == 'empty':
        return not video.instances
    if part == 'unlabelled':
        return not video.labelled
    return bool(getattr(video, part))


def _check_labels(path: Path, form: Format, contents: Contents) -> None:
    for video, content in contents.videos.items():
        for each in content.instances:
            found = f'{path}: video {video}: found the label {each.label!r}'
            if form.plain and not (_is_text(each.label) and (
                    each.label == ' '.join(each.label.split()))):
                raise AnnotationError(
                    f'{found}, expected one line without spaces around it or '
                    f'in a row, as {form.name} keeps no others')
            markup = form.markup and form.markup.search(each.label)
            if markup:
                raise AnnotationError(
                    f'{found}, expected one without {markup[0]!r}, which '
                    f'{form.name} takes for markup')


def _is_text(label: str) -> bool:
    """Printable, but for what joins letters, as in Persian, and emoji."""
    return all(letter.isprintable() or letter in JOINERS for letter in label)


def _needing(form: Format, act, *args):
    """Read or write, or say which library that needs."""
    try:
        return act(*args)
    except ModuleNotFoundError as error:
        raise AnnotationError(
            f'{args[0]}: the format {form.name} needs {error.name}: pip '
            'install mmbapg[formats]') from None


def convert(source: Path, target: Path, from_: str, to: str,
            settings: Optional[Settings] = None,
            validation: Sequence[str] = (),
            overwrite: bool = False) -> List[str]:
    """Convert annotations from one format to another.

    Args:
        source, target: File, or folder of files of one video each.
        from_, to: Names of formats.
        settings: What the files do not tell.
        validation: Of videos, to divide them; see :func:`.divide`.
        overwrite: Files of ``target`` that are there: somebody may have
            corrected them.

    Returns:
        What was read, and what was passed over and left out, in words.

    Raises:
        AnnotationError: If a file or a format is unusable, if ``target`` is
            ``source``, or is there already.
    """
    settings = settings or Settings()
    if settings.fps is not None and not 0 < settings.fps < math.inf:
        raise AnnotationError(f'--fps: found {settings.fps:g}, expected '
                              'frames in a second, above 0')
    if Path(target).resolve() == Path(source).resolve():
        raise AnnotationError(f'{target}: found the file to read, expected '
                              'another to write')
    form = format_of(to)
    contents = read_annotations(source, from_, settings)
    divided = [divide(contents, validation)] if validation else []
    if 'fps' in form.holds:
        for name, video in contents.videos.items():
            video.fps = settings.told_fps(name, video)
    there = [each for each in _targets(Path(target), form, contents)
             if each.is_file()]
    if there and not overwrite:
        raise AnnotationError(
            f'{there[0]}: found a file, which somebody may have corrected, '
            'expected none; --overwrite writes it anew')
    lost = write_annotations(target, to, contents, settings)
    number = sum(len(video.instances) for video in contents.videos.values())
    return [f'{number} instances in {named(contents.videos)}',
            *divided,
            *(f'passed over: {each}' for each in contents.passed_over),
            *(f'left out, as {to} does not hold it: {each}' for each in lost)]
