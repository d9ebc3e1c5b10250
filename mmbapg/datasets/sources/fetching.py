"""Files from public repositories."""
import http.client
import shutil
import urllib.request
from pathlib import Path

from mmbapg.files import replace_file


class SourceUnreachable(FileNotFoundError):
    """The data cannot be had from there; the message says why."""


def fetch(url: str, target: Path, timeout: float) -> Path:
    """Download a file, unless it is there already.

    Raises:
        SourceUnreachable: If nobody answers, or the connection breaks off.
    """
    if target.is_file():
        return target
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            replace_file(target, lambda file: _copy_whole(answer, file))
    except (http.client.HTTPException, OSError) as error:
        raise SourceUnreachable(f'{url}: {error}') from None
    return target


def _copy_whole(answer, file) -> None:
    """Copy an HTTP answer; a connection that broke off is an error."""
    shutil.copyfileobj(answer, file)
    expected = answer.headers.get('Content-Length')
    if expected is not None and file.tell() != int(expected):
        raise OSError(f'found {file.tell()} bytes, expected {expected}')
