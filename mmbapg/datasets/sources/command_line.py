"""What the scripts that prepare datasets share."""
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator, Optional

from mmbapg.errors import faults_in_one_sentence

from .fetching import SourceUnreachable


@contextmanager
def source_faults_in_one_sentence() -> Iterator[None]:
    """As :func:`mmbapg.errors.faults_in_one_sentence`, with the next step if
    the source of a dataset cannot be reached.

    Raises:
        SystemExit: With one sentence.
    """
    with faults_in_one_sentence():
        try:
            yield
        except SourceUnreachable as error:
            raise SystemExit(
                f'{error}; give a local copy by --source') from None


def fill_folder(folder: Path, source: Optional[Path],
                use_copy: Callable[[Path, Path], object],
                download: Callable[[Path], object]) -> None:
    """Fill a folder from a local copy if there is one, or else by download.

    Args:
        folder: To fill.
        source: The local copy, if any.
        use_copy: ``use_copy(source, folder)``.
        download: ``download(folder)``.
    """
    with source_faults_in_one_sentence():
        if source is None:
            download(folder)
        else:
            use_copy(source, folder)
