"""Checkpoints as TadTR's training writes them."""
import argparse
import sys
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import numpy as np
import torch

from tests import golden


class EasyDict(dict):
    """Pickles as the class of this name of the package easydict does: items,
    and the same as attributes."""

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        super().__setitem__(name, value)


@contextmanager
def easydict_installed():
    """Let pickle find the class, under its name, while writing."""
    module = ModuleType('easydict')
    module.EasyDict = EasyDict
    EasyDict.__module__, before = 'easydict', EasyDict.__module__
    sys.modules['easydict'] = module
    try:
        yield
    finally:
        del sys.modules['easydict']
        EasyDict.__module__ = before


def write_official_checkpoint(numbers, path: Path, edit=None,
                              **options) -> None:
    """Weights, and the settings of the run as it holds them.

    Args:
        numbers: A golden file.
        path: File to write.
        edit: Changes the weights first.
        **options: Of ``torch.save``.
    """
    weights = golden.weights(numbers)
    if edit is not None:
        edit(weights)
    settings = EasyDict()
    settings.hidden_dim, settings.lr_step = 256, [14]
    settings.nested = EasyDict()
    settings.nested.names = ['reference_points', 'sampling_offsets']
    content = dict(
        model=weights, epoch=15, args=argparse.Namespace(
            cfg='configs/thumos14_i3d2s_tadtr.yml', lr=2e-4, eval=False),
        cfg=settings, best_metric=np.float64(0.56))
    with easydict_installed():
        torch.save(content, path, **options)
