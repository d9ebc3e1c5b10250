"""The table of settings, from which configs are written."""
from .lines import Dataset, Host, TableError, read_table
from .writer import MARK, ConfigWriter

__all__ = [
    'MARK', 'ConfigWriter', 'Dataset', 'Host', 'TableError', 'read_table'
]
