"""Configs, before anything is built: found, composed, and moved elsewhere."""
from .bapg import BAPGConfigError, add_bapg
from .places import ConfigNotFound, find_config, read_config, relocated

__all__ = [
    'BAPGConfigError', 'ConfigNotFound', 'add_bapg', 'find_config',
    'read_config', 'relocated'
]
