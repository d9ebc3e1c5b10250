"""Subtitles, SubRip (SRT) and WebVTT: a cue for each instance, its label the
text. A file is of one video."""
import html
import re
from datetime import timedelta
from pathlib import Path
from typing import List

from mmbapg.files import replace_file, write_text

from ..annotations import AnnotationError
from .contents import Contents, Instance, Settings, Video, whole_units
from .registry import register

#: A line that should be the times of a cue, and WebVTT's that are.
ARROW = '-->'
TIME = r'\s*(\d+:)?\d{1,2}:\d{1,2}\.\d{1,3}\s*'
TIMES = re.compile(f'{TIME}{ARROW}{TIME}')
#: Blocks of WebVTT that are no cues.
OTHERS = re.compile(r'(NOTE|STYLE|REGION)\b')
#: Times of SubRip whose fraction has one digit or two: of thousandths as the
#: library reads them, or of tenths as other programs write them?
CLOCK = re.compile(r'\s*\d+:\d')
SHORT = re.compile(r'[,.]\d{0,2}(?!\d)(?=\s*-->|\s*$)')
#: In the text of a SubRip cue: the number or the times of the next one, which
#: are not as they should be, so that it was taken for text.
SWALLOWED = re.compile(r'\n\s*\n\s*(?:\d+\s*\n|[^\n]*-->)')
#: What players of SubRip show as type, colour and place, and not as text.
STYLE = re.compile(r'</?(?:b|i|u|s|font)(?:\s[^<>]*)?>|\{\\an?\d+\}', re.I)
#: Field of an instance: who speaks in a cue of WebVTT.
VOICE = 'voice'
#: Markup of WebVTT: that of who speaks, and any other.
SPEAKER = re.compile(r'<v[\s.]')
MARKUP = re.compile(r'<(?!/?v[\s.>])')


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


def _tell_markup(contents: Contents, cues: int) -> None:
    if cues:
        contents.passed_over.append(f'the markup of {cues} cues')


def read_srt(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`; type, colour and place of texts are no part of
    their labels."""
    import srt
    text = _text_of(path)
    try:
        cues = list(srt.parse(text))
    except (srt.SRTParseError, ValueError, OverflowError) as error:
        raise AnnotationError(
            f'{path}: not a SubRip file ({error})') from None
    for line in text.splitlines():
        if ARROW in line and CLOCK.match(line) and SHORT.search(line):
            raise AnnotationError(
                f'{path}: found the times {line.strip()!r}, expected three '
                'digits of thousandths, as 00:01:02,500')
    for cue in cues:
        if SWALLOWED.search(cue.content):
            raise AnnotationError(
                f'{path}: found {cue.content!r} as the text of one cue, '
                'expected a number, times and a text after an empty line')
    contents = _contents(path, [
        Instance(' '.join(STYLE.sub('', cue.content).split()),
                 cue.start.total_seconds(), cue.end.total_seconds())
        for cue in cues])
    _tell_markup(contents, sum(bool(STYLE.search(cue.content))
                               for cue in cues))
    return contents


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
    """See :class:`.Format`; what is between ``<`` and ``>`` is markup, of
    which the name of who speaks is kept as the field ``voice``."""
    import webvtt
    text = _text_of(path)
    try:
        cues = webvtt.from_string(text).captions
    except (webvtt.errors.MalformedFileError,
            webvtt.errors.MalformedCaptionError) as error:
        raise AnnotationError(f'{path}: not a WebVTT file '
                              f'({error or type(error).__name__})') from None
    contents = _contents(path, [
        Instance(' '.join(html.unescape(cue.text).split()),
                 _seconds(cue.start_time), _seconds(cue.end_time),
                 fields={VOICE: html.unescape(cue.voice.strip())}
                 if cue.voice else {}) for cue in cues])
    _tell_markup(contents, sum(_holds_more(cue) for cue in cues))
    silent = _without_times(path, text)
    if silent:
        contents.passed_over.append(f'{silent} blocks of text without times')
    return contents


def _holds_more(cue) -> bool:
    """Whether a cue of WebVTT has markup beside one voice, its first."""
    return bool(MARKUP.search(cue.raw_text)) or (
        len(SPEAKER.findall(cue.raw_text)) > bool(cue.voice))


def _without_times(path: Path, text: str) -> int:
    """How many blocks of a WebVTT file have no times, which players skip.

    Raises:
        AnnotationError: If a block has times that nobody can read: the
            library skips it, too.
    """
    blocks = [block for block in re.split(r'\n\s*\n', text)[1:]
              if block.strip() and not OTHERS.match(block.strip())]
    for line in '\n'.join(blocks).splitlines():
        if ARROW in line and not TIMES.match(line):
            raise AnnotationError(
                f'{path}: found the times {line.strip()!r}, expected some as '
                '00:01:02.500 --> 00:01:04.000')
    return sum(ARROW not in block for block in blocks)


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
            _stamp(start), _stamp(end), _spoken(each) + html.escape(
                each.label, quote=False)))
    encoded = (file.content + '\n').encode()
    replace_file(path, lambda file: file.write(encoded))


def _spoken(each: Instance) -> str:
    """Who speaks, before the text."""
    voice = ' '.join(str(each.fields.get(VOICE) or '').split())
    return f'<v {html.escape(voice, quote=False)}>' if voice else ''


def _stamp(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f'{hours:02d}:{minutes:02d}:{seconds:02d}.{rest:03d}'


register('srt', 'SubRip subtitles', '.srt', read_srt, write_srt,
         one_video=True, plain=True, markup=STYLE, holds='empty',
         named_by_file=True)
register('vtt', 'WebVTT subtitles', '.vtt', read_vtt, write_vtt,
         one_video=True, plain=True, holds='empty', details=VOICE,
         named_by_file=True)
