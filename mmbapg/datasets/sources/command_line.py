"""What the scripts that prepare datasets share."""
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator, Optional

from .fetching import SourceUnreachable


@contextmanager
def faults_in_one_sentence() -> Iterator[None]:
    """End the program with what is wrong with its input, and no traceback.

    Raises:
        SystemExit: With one sentence, and the next step if the source of a
            dataset cannot be reached.
    """
    from mmbapg.datasets import INPUT_ERRORS
    try:
        yield
    except SourceUnreachable as error:
        raise SystemExit(f'{error}; give a local copy by --source') from None
    except INPUT_ERRORS as error:
        raise SystemExit(f'error: {error}') from None


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
    with faults_in_one_sentence():
        if source is None:
            download(folder)
        else:
            use_copy(source, folder)
