"""Subtitles, SubRip (SRT) and WebVTT: a cue for each instance, its label the
text. A file is of one video."""
import html
from datetime import timedelta
from pathlib import Path
from typing import List

from mmbapg.files import replace_file, write_text

from ..annotations import AnnotationError
from .contents import Contents, Instance, Settings, Video, whole_units
from .registry import register


def _text_of(path: Path) -> str:
    try:
        return Path(path).read_text(encoding='utf-8-sig')
    except FileNotFoundError:
        raise AnnotationError(f'{path}: no such file') from None
    except (OSError, UnicodeDecodeError) as error:
        raise AnnotationError(f'{path}: not a file of text in UTF-8 '
                              f'({error})') from None


def _contents(path: Path, instances: List[Instance]) -> Contents:
    return Contents({Path(path).stem: Video(instances)})


def read_srt(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`."""
    import srt
    try:
        return _contents(path, [
            Instance(' '.join(cue.content.split()), cue.start.total_seconds(),
                     cue.end.total_seconds())
            for cue in srt.parse(_text_of(path))])
    except (srt.SRTParseError, ValueError, OverflowError) as error:
        raise AnnotationError(
            f'{path}: not a SubRip file ({error})') from None


def write_srt(path: Path, contents: Contents, settings: Settings) -> None:
    """See :class:`.Format`."""
    import srt
    (_, video), = contents.videos.items()
    text = srt.compose([
        srt.Subtitle(0, *(timedelta(milliseconds=time) for time in whole_units(
            each.start, each.end, 1000)), each.label)
        for each in video.instances], strict=False)
    write_text(path, text)


def read_vtt(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`; what is between ``<`` and ``>`` is markup."""
    import webvtt
    try:
        cues = webvtt.from_string(_text_of(path)).captions
    except (webvtt.errors.MalformedFileError,
            webvtt.errors.MalformedCaptionError) as error:
        raise AnnotationError(f'{path}: not a WebVTT file '
                              f'({error or type(error).__name__})') from None
    return _contents(path, [
        Instance(' '.join(html.unescape(cue.text).split()),
                 _seconds(cue.start_time), _seconds(cue.end_time))
        for cue in cues])


def _seconds(time) -> float:
    return (3600 * time.hours + 60 * time.minutes + time.seconds +
            time.milliseconds / 1000)


def write_vtt(path: Path, contents: Contents, settings: Settings) -> None:
    """See :class:`.Format`."""
    import webvtt
    (_, video), = contents.videos.items()
    file = webvtt.WebVTT()
    for each in video.instances:
        start, end = whole_units(each.start, each.end, 1000)
        file.captions.append(webvtt.Caption(
            _stamp(start), _stamp(end), html.escape(each.label, quote=False)))
    encoded = (file.content + '\n').encode()
    replace_file(path, lambda file: file.write(encoded))


def _stamp(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f'{hours:02d}:{minutes:02d}:{seconds:02d}.{rest:03d}'


register('srt', 'SubRip subtitles', '.srt', read_srt, write_srt,
         one_video=True, plain=True, holds='empty')
register('vtt', 'WebVTT subtitles', '.vtt', read_vtt, write_vtt,
         one_video=True, plain=True, holds='empty')
