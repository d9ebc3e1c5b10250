"""Boundary-aware proposals for temporal action localization in MMAction2.

Importing this package mends what is broken upstream (:mod:`mmbapg.compat`),
leaves out what upstream says about itself (:mod:`mmbapg.upstream_warnings`),
and registers every module, so that ``custom_imports =
dict(imports=['mmbapg'])`` in a config is all that MMAction2 needs.
"""
from . import compat, moved, upstream_warnings

upstream_warnings.silence()
compat.apply_all()
moved.keep_old_names()

from . import datasets, engine, evaluation, models  # noqa: E402,F401
from .version import __version__  # noqa: E402

__all__ = ['__version__', 'datasets', 'engine', 'evaluation', 'models']
