"""CSV: a row for each instance, with names of columns in the first.

Spreadsheets of different languages separate cells by commas, semicolons or
tabs; where it is not by commas, a comma may stand in a number.
"""
import csv
import io
import re
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple

from mmbapg.files import replace_file

from ..annotations import AnnotationError
from .contents import (
    COLUMNS,
    UNITS,
    Contents,
    Instance,
    Settings,
    Video,
    as_written_by,
    name_of_media,
    number,
    whole_units,
)
from .registry import register

#: Columns that tell of videos, if there are any.
SUBSET = 'subset'
OF_VIDEO = (SUBSET, 'duration', 'fps')
#: A column of what BORIS exports.
OBSERVATION = 'Observation id'


def columns_of(texts: Sequence[str]) -> Dict[str, str]:
    """Names of columns, as command lines give them.

    Args:
        texts: ``KEY=NAME`` each, with a key of :data:`.COLUMNS`.

    Raises:
        AnnotationError: If a key is none, or no name is given.

    Example:
        >>> columns_of(['label=class'])['label']
        'class'
    """
    columns = dict(COLUMNS)
    for text in texts:
        key, _, name = text.partition('=')
        if key not in columns or not name:
            raise AnnotationError(
                f'--columns: found {text!r}, expected KEY=NAME with one of '
                f'{", ".join(columns)}')
        columns[key] = name
    return columns


def read(path: Path, settings: Settings) -> Contents:
    """See :class:`.Format`; the score may be absent. Columns ``subset``,
    ``duration`` (seconds) and ``fps`` are of the video, and further ones of
    the instance."""
    columns = settings.columns
    contents = Contents()
    sources: Dict[str, str] = {}
    rows = _rows(path, settings)
    _refuse_films_in_turn(path, rows, columns['video'])
    for line, row in rows:
        with as_written_by('a table program', path, f'line {line}'):
            if None in row:
                raise ValueError('more cells than columns')
            source = row[columns['video']]
            name = name_of_media(source)
            if sources.setdefault(name, source) != source:
                raise ValueError(
                    f'{source}, and {sources[name]} further above, which '
                    f'would both be video {name}')
            video = contents.videos.setdefault(name, Video())
            _add_of_video(video, {
                key: row.pop(key) for key in OF_VIDEO
                if key in row and key not in columns.values()})
            unit = _unit(path, name, video, settings)
            score = row.get(columns['score'])
            video.instances.append(Instance(
                row[columns['label']], _seconds(row[columns['start']], unit),
                _seconds(row[columns['end']], unit),
                number(score) if score else None,
                {key: value for key, value in row.items()
                 if key not in columns.values() and value}))
    return contents


def _refuse_films_in_turn(path: Path, rows: List[Tuple[int, Dict[str, str]]],
                          video: str) -> None:
    """Refuse what BORIS exports of films that are played one after the other:
    it counts through all of them, and how long each is, is not there.

    Raises:
        AnnotationError: If an observation has several films.
    """
    films: Dict[str, str] = {}
    for line, row in rows:
        observation, film = row.get(OBSERVATION), row.get(video)
        if observation and film and (
                films.setdefault(observation, film) != film):
            raise AnnotationError(
                f'{path}: line {line}: found {film} in the observation '
                f'{observation}, and {films[observation]} further above, '
                'expected one film for each: BORIS counts time through all '
                'of them; convert its project, which tells how long they are')


def _add_of_video(video: Video, cells: Dict[str, str]) -> None:
    """What people add to a table, and is the same in all rows of a video."""
    for key, text in cells.items():
        if not text:
            continue
        value = text if key == SUBSET else _seconds(text, 1.0)
        before = (video.fields.get(key) if key == SUBSET else
                  getattr(video, key))
        if before not in (None, value):
            raise ValueError(f'{key} {text}, and {before} further above')
        if key == SUBSET:
            video.fields[key] = value
        else:
            setattr(video, key, value)


def _seconds(text: Optional[str], unit: float) -> float:
    """Of a number in a unit, or of a clock, ``1:02:03.5`` or ``02:03``."""
    *larger, rest = (text or '').split(':')
    seconds = number(rest)
    if not larger:
        return seconds / unit
    if len(larger) > 2 or not all(part.isdecimal() for part in larger):
        raise ValueError(f'{text!r} is no time')
    return seconds + sum(60 ** power * int(part) for power, part in enumerate(
        reversed(larger), 1))


def _rows(path: Path, settings: Settings) -> List[Tuple[int, Dict[str, str]]]:
    """Rows that are not empty, with the numbers of their lines."""
    numeric = [settings.columns[key] for key in ('start', 'end', 'score')]
    try:
        text = Path(path).read_text(encoding='utf-8-sig')
        told = re.match(r'"?sep=.?"?\n', text)  # by and for Excel
        text = text[told.end():] if told else text
        first = text.partition('\n')[0]
        separator = max(',;\t', key=first.count)
        reader = csv.DictReader(
            io.StringIO(text, newline=''), delimiter=separator, strict=True,
            skipinitialspace=f'{separator} ' in first)
        rows = [(reader.line_num + bool(told), row) for row in reader
                if any(row.values())]
        found = reader.fieldnames or []
    except FileNotFoundError:
        raise AnnotationError(f'{path}: no such file') from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AnnotationError(f'{path}: not a CSV file in UTF-8 '
                              f'({error})') from None
    missing = [f'{key}={column}' for key, column in settings.columns.items()
               if column not in found and key != 'score']
    twice = [each for each in settings.columns.values()
             if list(found).count(each) > 1]
    if twice:
        raise AnnotationError(f'{path}: found several columns {twice[0]}, '
                              'expected one')
    if missing:
        raise AnnotationError(
            f'{path}: found the columns {", ".join(map(str, found))}, '
            f'expected also {", ".join(missing)}; --columns says what they '
            'are called')
    for _, row in rows if separator != ',' else ():
        row.update({name: row[name].replace(',', '.') for name in numeric
                    if row.get(name) and '.' not in row[name]})
    return rows


def _unit(path: Path, name: str, video: Video, settings: Settings) -> float:
    """How many units of time are a second."""
    unit = UNITS[settings.unit]
    if unit is None:
        video.fps = unit = settings.fps_of(path, name, video)
    return unit


def write(path: Path, contents: Contents, settings: Settings) -> None:
    """See :class:`.Format`."""
    file = io.StringIO(newline='')
    table = csv.writer(file)
    table.writerow(settings.columns.values())
    for name, video in contents.videos.items():
        for each in video.instances:
            unit = _unit(path, name, Video(fps=video.fps), settings)
            times: Any = (each.start, each.end) if unit == 1 else whole_units(
                each.start, each.end, unit)
            known = name if name_of_media(name) == name else (
                settings.media(name))  # whose suffix is no part of it
            cells = dict(video=known, start=times[0], end=times[1],
                         label=each.label, score=each.score)
            table.writerow(['' if cells[key] is None else cells[key]
                            for key in settings.columns])
    encoded = file.getvalue().encode()
    replace_file(path, lambda file: file.write(encoded))


register('csv', 'CSV', '.csv', read, write, 'score')
