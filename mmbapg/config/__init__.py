"""Configs, before anything is built: found, composed, and moved elsewhere."""
from .bapg import BAPGConfigError, add_bapg
from .places import find_config, relocated

__all__ = [
    'BAPGConfigError', 'add_bapg', 'find_config', 'relocated'
]
