"""Text of a config, formatted as those that are written by hand."""
import re
import textwrap
from typing import Sequence

WIDTH = 79


class Expression(str):
    """Code in a config, where other strings are quoted."""


def text(head: str, notes: Sequence[str], **fields) -> str:
    """A config.

    Args:
        head: Its first line: what it reproduces or is for.
        notes: What is said beneath; an empty one is left out.
        **fields: Its fields: dictionaries, lists, constants and
            :class:`Expression`.
    """
    lines = []
    for comment in filter(None, (head, *notes)):
        lines += textwrap.wrap(
            comment, WIDTH, initial_indent='# ', subsequent_indent='# ',
            break_on_hyphens=False)
    for number, (key, value) in enumerate(fields.items()):
        lines += [''] if number == 1 else []  # _base_ comes first
        lines.append(f'{key} = {code(value, len(key) + 3)}')
    return '\n'.join(lines) + '\n'


def code(value, column: int = 0, indent: int = 0) -> str:
    """Code of a value that begins in a column of a line with an indent."""
    whole = on_one_line(value)
    room = WIDTH - 4  # for brackets that close, and a comma
    if column + len(whole) <= room or isinstance(value, (Expression, tuple)):
        return whole
    if isinstance(value, str):  # broken after slashes
        return ('\n' + ' ' * indent).join(
            map(repr, re.findall('[^/]+/?', value)))
    indent += 4
    if isinstance(value, dict):
        items = [given(key, code(each, indent + len(key) + 1, indent))
                 for key, each in value.items()]
        start, end = 'dict(', ')'
    else:
        items = [code(each, indent, indent) for each in value]
        start, end = '[', '\n' + ' ' * (indent - 4) + ']'
    together = ', '.join(items)
    if '\n' not in together and indent + len(together) <= room:
        items = [together]
    before = '\n' + ' ' * indent
    return start + before + (',' + before).join(items) + end


def given(key: str, value: str) -> str:
    """Code of an argument; the key ``**`` is of a dictionary of them."""
    return f'**{value}' if key == '**' else f'{key}={value}'


def on_one_line(value) -> str:
    """Code of a value."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, dict):
        items = (given(key, on_one_line(each)) for key, each in value.items())
        return f'dict({", ".join(items)})'
    if isinstance(value, list):
        return f'[{", ".join(map(on_one_line, value))}]'
    return repr(value)
