"""Keeps what was loaded last, as far as memory allows."""
from typing import Callable, Dict, Generic, Protocol, TypeVar


class Sized(Protocol):
    """What tells the memory that it takes, as arrays do."""

    @property
    def nbytes(self) -> int:
        """Bytes."""


Loaded = TypeVar('Loaded', bound=Sized)


class RecentlyUsed(Generic[Loaded]):
    """A function that keeps its results, up to so many bytes in all.

    ``functools.lru_cache`` counts results, and those of long videos are
    hundreds of times as large as those of short ones.

    Args:
        load: Of hashable arguments; its results have ``nbytes``.
        most_bytes: What is kept; the last result is, however large.
    """

    def __init__(self, load: Callable[..., Loaded], most_bytes: int) -> None:
        self.load = load
        self.most_bytes = most_bytes
        self._kept: Dict[tuple, Loaded] = {}  # the last used is the last
        self._bytes = 0

    def __call__(self, *args) -> Loaded:
        found = self._kept.pop(args, None)
        if found is None:
            found = self.load(*args)
            self._bytes += found.nbytes
        self._kept[args] = found
        while self._bytes > self.most_bytes and len(self._kept) > 1:
            oldest = self._kept.pop(next(iter(self._kept)))
            self._bytes -= oldest.nbytes
        return found
