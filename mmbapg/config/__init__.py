"""Configs, before anything is built: found, composed, and moved elsewhere."""
from .bapg import BAPGConfigError, add_bapg
from .clip_features import ClipFeaturesConfigError, add_clip_features
from .places import ConfigNotFound, find_config, read_config, relocated

__all__ = [
    'BAPGConfigError', 'ClipFeaturesConfigError', 'ConfigNotFound',
    'add_bapg', 'add_clip_features', 'find_config', 'read_config', 'relocated'
]
