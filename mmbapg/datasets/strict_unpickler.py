"""Follows pickles with few instructions, and to no harm."""
import pickle
from collections import OrderedDict
from typing import IO, Any, ClassVar, Dict

from .plain_arrays import UnsafePickleError

#: Instructions of pickles that build containers, numbers and text, and what
#: :class:`StrictUnpickler` watches over.
INSTRUCTIONS = (
    'PROTO FRAME STOP MARK NONE NEWTRUE NEWFALSE INT BININT BININT1 BININT2 '
    'LONG LONG1 FLOAT BINFLOAT STRING BINSTRING SHORT_BINSTRING UNICODE '
    'BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES SHORT_BINBYTES '
    'BINBYTES8 EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3 EMPTY_LIST LIST '
    'EMPTY_DICT EMPTY_SET GLOBAL STACK_GLOBAL GET BINGET LONG_BINGET PUT '
    'BINPUT LONG_BINPUT MEMOIZE').split()
#: Nesting beyond which nothing is compared, hashed or handed to a function.
MAX_DEPTH = 50
_SCALARS = (str, bytes, int, float, bool, type(None))


class _Bounded:
    """A file of which no more is asked for than it can have."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self.file, self.size = file, size

    def read(self, count: int) -> bytes:
        return self.file.read(min(count, self.size))

    def readline(self) -> bytes:
        return self.file.readline()


class StrictUnpickler(pickle._Unpickler):
    """Builds containers, numbers and text; what is named is for others.

    Based on the one of Python that is written in Python: the one in C fills
    gigabytes for a few hostile bytes. A tuple of a tuple of a tuple, or one
    that holds itself twice, over and over, crashes or stops whoever hashes or
    prints it; all that is handed on is weighed for that.

    Args:
        file: The pickle.
        size: Bytes that it can have at most.
    """

    dispatch: ClassVar[Dict[int, Any]] = {
        getattr(pickle, name)[0]: pickle._Unpickler.dispatch[
            getattr(pickle, name)[0]] for name in INSTRUCTIONS}

    def __init__(self, file: IO[bytes], size: int) -> None:
        # latin1 is how Python 2 held bytes
        super().__init__(_Bounded(file, size), encoding='latin1')
        self.left = 4 * size + 100_000

    def load(self):
        """The content.

        Raises:
            UnsafePickleError: If it is damaged or holds anything else.
        """
        try:
            return super().load()
        except UnsafePickleError:
            raise
        except Exception as error:
            raise UnsafePickleError(
                f'it is cut off, damaged or no pickle of arrays, '
                f'{type(error).__name__}') from None

    def weigh(self, content) -> None:
        """Refuse what is nested so deep, or so often, that it would harm."""
        todo = [(content, 0)]
        while todo:
            entry, depth = todo.pop()
            if isinstance(entry, dict):
                entry = list(entry.values())
            if not isinstance(entry, (tuple, list)):
                continue
            self.left -= 1 + len(entry)
            if self.left < 0 or depth > MAX_DEPTH:
                raise UnsafePickleError('it nests or repeats its content '
                                        'without end')
            todo.extend((each, depth + 1) for each in entry)

    def set_items(self, target, keys, values) -> None:
        if type(target) not in (dict, OrderedDict):
            raise UnsafePickleError('it fills something that is no dict')
        if len(keys) != len(values):
            raise UnsafePickleError('it fills a dict with half of a pair')
        for key, value in zip(keys, values):
            if type(key) not in _SCALARS:
                self.weigh(key)
            target[key] = value

    def load_setitem(self):
        value, key = self.stack.pop(), self.stack.pop()
        self.set_items(self.stack[-1], [key], [value])

    def load_setitems(self):
        items = self.pop_mark()
        self.set_items(self.stack[-1], items[::2], items[1::2])

    def load_dict(self):
        items = self.pop_mark()
        self.append({})
        self.set_items(self.stack[-1], items[::2], items[1::2])

    def load_append(self):
        entry = self.stack.pop()
        self.extend(self.stack[-1], [entry])

    def load_appends(self):
        entries = self.pop_mark()
        self.extend(self.stack[-1], entries)

    def extend(self, target, entries) -> None:
        if type(target) is not list:
            raise UnsafePickleError('it extends something that is no list')
        target.extend(entries)

    def load_reduce(self):
        arguments, function = self.stack.pop(), self.stack.pop()
        if type(arguments) is not tuple or not callable(function):
            raise UnsafePickleError('it calls what is no function')
        self.weigh(arguments)
        self.append(function(*arguments))

    def load_build(self):
        state, target = self.stack.pop(), self.stack[-1]
        self.weigh(state)
        if type(target) is OrderedDict:  # attributes, of no use here
            return
        target.__setstate__(state)

    def load_bytearray8(self):
        self.load_binbytes8()
        self.append(bytearray(self.stack.pop()))

    dispatch |= {
        pickle.SETITEM[0]: load_setitem, pickle.SETITEMS[0]: load_setitems,
        pickle.DICT[0]: load_dict, pickle.APPEND[0]: load_append,
        pickle.APPENDS[0]: load_appends, pickle.REDUCE[0]: load_reduce,
        pickle.BUILD[0]: load_build, pickle.BYTEARRAY8[0]: load_bytearray8}
