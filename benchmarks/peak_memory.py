"""The most memory that a piece of code needs, beyond what was there before."""
import re
import resource
from pathlib import Path


def reset() -> float:
    """Forget the peak so far, where Linux lets a process do so.

    Returns:
        What the process holds now, in MiB.
    """
    try:
        Path('/proc/self/clear_refs').write_text('5')
    except OSError:
        return peak()
    return _status('VmRSS')


def peak() -> float:
    """Largest resident memory of this process since :func:`reset`, MiB."""
    try:
        return _status('VmHWM')
    except OSError:  # a child may have its parent's peak here
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _status(name: str) -> float:
    text = Path('/proc/self/status').read_text()
    return int(re.search(rf'{name}:\s+(\d+) kB', text)[1]) / 1024
