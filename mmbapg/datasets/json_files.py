"""JSON files of others: read whole, or refused with a sentence."""
import json
from pathlib import Path
from typing import Callable, Optional

from mmbapg.errors import UserError

#: Pairs of an object -> what takes its place.
PairsHook = Callable[[list], object]


class JSONFileError(UserError, ValueError):
    """A file is no JSON that can be used; the message says why."""


def read_json(path, pairs_hook: Optional[PairsHook] = None):
    """Content of a JSON file, in UTF-8 or with any byte order mark.

    ``NaN`` and ``Infinity`` are read as Python does: what may hold them is
    for the reader of the field to say.

    Args:
        path: The file.
        pairs_hook: Makes an object of its ``(key, value)`` pairs, among which
            a key may occur twice; by default a dict with the last of them.

    Raises:
        FileNotFoundError: If there is no such file: only the caller knows
            which kind of file that would be.
        JSONFileError: If it cannot be read, is no JSON, is nested deeper than
            Python reads, or holds what no text or number of ours can be.
    """
    try:
        return _parse(Path(path).read_bytes(), pairs_hook)
    except FileNotFoundError:
        raise
    except RecursionError:
        reason = 'its brackets are nested too deep'
    except UnicodeEncodeError as error:
        reason = (f'found {error.object[error.start]!r}, half of a surrogate '
                  'pair, expected characters')
    except OSError as error:
        raise JSONFileError(
            f'{path}: not readable ({error.strerror or error})') from None
    except (ValueError, OverflowError) as error:
        reason = str(error)
    raise JSONFileError(f'{path}: not a JSON file ({reason})')


def _parse(data: bytes, pairs_hook: Optional[PairsHook]):
    if not data.strip():
        raise ValueError('it is empty')
    text = data.decode(json.detect_encoding(data))
    content = json.loads(text, parse_int=_integer,
                         object_pairs_hook=pairs_hook)
    if '\\ud' in text.lower():  # no other way leads to lone surrogates
        json.dumps(content, ensure_ascii=False, default=str).encode()
    return content


def _integer(digits: str) -> int:
    """None beyond what a float can be: arithmetic would fail much later."""
    number = int(digits)
    float(number)
    return number
