"""Files from public repositories, each held to a checksum.

A file whose checksum we know must have it. Where we know none, the one of the
first download is recorded beside it (:data:`LOCK`), and every later call holds
the file to that.
"""
import hashlib
import http.client
import json
import urllib.request
from pathlib import Path
from typing import Optional

from mmbapg.errors import UserError
from mmbapg.files import replace_file

#: File beside downloads that records the SHA-256 of each, by file name.
LOCK = 'checksums.json'
#: Bytes; what is larger is none of the files that are fetched here.
MAX_SIZE = 256 * 1024 * 1024
_CHUNK = 1024 * 1024


class SourceUnreachable(UserError, FileNotFoundError):
    """The data cannot be had from there; the message says why."""


class ChecksumError(UserError, ValueError):
    """A file is not the one that was expected; the message names both."""


def fetch(url: str, target: Path, timeout: float,
          sha256: Optional[str] = None, max_size: int = MAX_SIZE) -> Path:
    """Download a file, unless it is there already.

    Args:
        url: Where it is.
        target: File to write. Nothing is written if anything is wrong.
        timeout: Seconds to wait for an answer.
        sha256: The checksum that the file must have, also if it was there; by
            default, the one that was recorded when it was downloaded.
        max_size: Most bytes to accept.

    Raises:
        SourceUnreachable: If nobody answers, or the connection breaks off.
        ChecksumError: If it is another file, or a larger one.
    """
    target = Path(target)
    expected = sha256 or _recorded(target.parent).get(target.name)
    if target.is_file():
        _compare(str(target), checksum(target), expected,
                 'remove the file to download it again')
        if expected is None:
            _record(target, checksum(target))
        return target
    found = hashlib.sha256()

    def copy(answer, file) -> None:
        _copy_whole(answer, file, found, url, max_size)
        _compare(url, found.hexdigest(), expected, 'nothing was kept')

    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            replace_file(target, lambda file: copy(answer, file))
    except (http.client.HTTPException, OSError) as error:
        raise SourceUnreachable(f'{url}: {error}') from None
    if sha256 is None:
        _record(target, found.hexdigest())
    return target


def checksum(path: Path) -> str:
    """SHA-256 of a file's content."""
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _compare(place: str, found: str, expected: Optional[str],
             advice: str) -> None:
    if expected not in (None, found):
        raise ChecksumError(f'{place}: found the SHA-256 {found}, expected '
                            f'{expected}: it is another file, or damaged; '
                            f'{advice}')


def _copy_whole(answer, file, digest, url: str, max_size: int) -> None:
    """Copy an HTTP answer; a connection that broke off is an error."""
    while chunk := answer.read(_CHUNK):
        file.write(chunk)
        digest.update(chunk)
        if file.tell() > max_size:
            raise ChecksumError(f'{url}: found more than {max_size} bytes, '
                                'expected fewer; nothing was kept')
    expected = answer.headers.get('Content-Length')
    if expected is not None and file.tell() != int(expected):
        raise OSError(f'found {file.tell()} bytes, expected {expected}')


def _recorded(folder: Path) -> dict:
    """Checksums by name of file.

    Raises:
        ChecksumError: If the record is not readable.
    """
    path = folder / LOCK
    try:
        content = json.loads(path.read_text(encoding='utf-8'))
    except FileNotFoundError:
        return {}
    except (ValueError, OSError) as error:
        content = error
    if not isinstance(content, dict):
        raise ChecksumError(
            f'{path}: found no readable record ({content}), expected SHA-256 '
            'by name of file; remove it and the downloads beside it')
    return content


def _record(target: Path, sha256: str) -> None:
    content = json.dumps(dict(_recorded(target.parent),
                              **{target.name: sha256}), indent=1).encode()
    replace_file(target.parent / LOCK, lambda file: file.write(content))
