"""Files that are there in full or not at all."""
import os
import shutil
import uuid
from pathlib import Path
from typing import BinaryIO, Callable


def replace_file(path, write: Callable[[BinaryIO], object]) -> None:
    """Let ``write(file)`` fill a file that then takes the place of ``path``.

    Whoever looks sees the old file or the new one, never half of it, also
    after the power was cut.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f'{path.name}.{uuid.uuid4().hex[:8]}.partial')
    try:
        with open(partial, 'wb') as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())  # the content, before its name
        os.replace(partial, path)
        _sync_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def write_text(path, text: str) -> None:
    """Write a text file by :func:`replace_file`."""
    replace_file(path, lambda file: file.write(text.encode()))


def link_or_copy(source, place) -> None:
    """Let a file be found at ``place`` too: by a link, or where the system
    allows none (Windows, file systems without them) by a copy."""
    source = Path(source).resolve()
    for attempt in (os.symlink, os.link, shutil.copyfile):
        try:
            attempt(source, place)
            return
        except OSError:
            if attempt is shutil.copyfile:
                raise


def _sync_folder(folder: Path) -> None:
    """Let names survive a power cut, where the platform can be asked to."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(descriptor)
    except OSError:  # some network file systems
        pass
    finally:
        os.close(descriptor)
