"""The formats that annotations can be read from and written to."""
from dataclasses import dataclass
from pathlib import Path
from re import Pattern
from typing import Any, Callable, Dict, FrozenSet, Optional

from ..annotations import AnnotationError
from .contents import Contents, Settings

#: What a format may hold beside labels and times -> in words.
PARTS = dict(
    duration='durations', fps='frame rates', score='scores',
    fields='other fields of videos', classes='the list of all classes',
    empty='videos in which nothing happens', unlabelled='which videos nobody '
    'has annotated', details='other fields of instances')

Read = Callable[[Path, Settings], Contents]
Write = Callable[[Path, Contents, Settings], None]


@dataclass(frozen=True)
class Format:
    """How annotations stand in a file.

    Attributes:
        name: For command lines.
        title: In words.
        suffix: Of files.
        read: Path of a file, and settings -> what it holds.
        write: Path of a file, contents and settings.
        one_video: Whether a file is of one video only; it has its name then.
        named_by_file: Whether nothing in a file tells the video's name.
        plain: Whether labels must be one line without spaces around it.
        markup: What a label must not hold, as it is no text there.
        holds: Which of :data:`PARTS` it can hold.
        details: Which other fields of instances it can hold, if not all.
    """
    name: str
    title: str
    suffix: str
    read: Read
    write: Write
    one_video: bool = False
    plain: bool = False
    named_by_file: bool = False
    markup: Optional[Pattern] = None
    holds: FrozenSet[str] = frozenset()
    details: FrozenSet[str] = frozenset()


FORMATS: Dict[str, Format] = {}


def register(name: str, title: str, suffix: str, read: Read, write: Write,
             holds: str = '', details: str = '', **options: Any) -> None:
    """Add a format; see :class:`Format`.

    Args:
        holds: Names of :data:`PARTS`, with spaces between.
        details: Names of other fields of instances, likewise.
    """
    parts = frozenset(holds.split())
    assert parts <= set(PARTS)
    FORMATS[name] = Format(name, title, suffix, read, write, holds=parts,
                           details=frozenset(details.split()), **options)


def format_of(name: str) -> Format:
    """A format by its name.

    Raises:
        AnnotationError: If there is none.
    """
    if name not in FORMATS:
        raise AnnotationError(f'found the format {name!r}, expected one of '
                              f'{", ".join(sorted(FORMATS))}')
    return FORMATS[name]
