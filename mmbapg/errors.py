"""What a user can mend, and how commands say it."""
import re
from contextlib import contextmanager
from typing import Iterator

from .building_faults import fault_of_building

#: What PyTorch writes before the message of an error in a loader's process,
#: up to the last line of its last traceback.
_FROM_LOADER = re.compile(
    r'Caught \w+ in (?:DataLoader worker process|pin memory thread).*'
    r'Traceback \(most recent call last\):\n(?:[ \t][^\n]*\n)*[\w.]+: ',
    re.DOTALL)


class UserError(Exception):
    """Something that a user can mend: a file, a config, an argument.

    All exceptions of this package are. The message is one sentence, which
    says where, what was found, and what was expected; it is the only argument
    that is needed, so that the exception can come from another process.
    """


class SettingError(UserError, ValueError):
    """A setting of a config, or an argument of a command, is unknown, or does
    not fit the others or the data; the message says which, and what was
    expected."""


class CheckpointMismatchError(UserError, ValueError):
    """Weights are of a network of another size; the message says which."""


class MissingPackageError(UserError, ModuleNotFoundError):
    """A package is not installed that some settings or files need; the message
    says which, and how to install it."""


#: Words of PyTorch and MMEngine on settings that do not go together -> what
#: they mean.
UPSTREAM = {
    'is only available training on gpu': (
        'found no GPU, expected one for mixed precision (--amp)'),
    'persistent_workers option needs num_workers > 0': (
        'a dataloader: found persistent_workers=True beside num_workers=0, '
        'expected False, such as --cfg-options '
        'train_dataloader.persistent_workers=False'),
}
#: What a command ends with in one sentence.
INPUT_ERRORS = (UserError, FileNotFoundError)


def sentence_of(error: BaseException) -> str:
    """The message of an error, without the traceback that PyTorch writes into
    it where a loader's process raised it."""
    return _FROM_LOADER.sub('', str(error), count=1).strip()


@contextmanager
def faults_in_one_sentence() -> Iterator[None]:
    """End a command with what is wrong with its input, and no traceback.

    Raises:
        SystemExit: With one sentence, for :data:`INPUT_ERRORS`,
            :data:`UPSTREAM`, and for what :func:`.fault_of_building` finds.
    """
    try:
        yield
    except INPUT_ERRORS as error:
        raise SystemExit(f'error: {sentence_of(error)}') from None
    except (KeyError, TypeError) as error:
        fault = fault_of_building(error)
        if fault is None:
            raise
        raise SystemExit(f'error: {fault}') from None
    except (AssertionError, ValueError) as error:
        for words, sentence in UPSTREAM.items():
            if words in str(error):
                raise SystemExit(f'error: {sentence}') from None
        raise
