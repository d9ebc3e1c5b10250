"""Embeddings of controls, and those of one video set in another folder."""
import shutil
from pathlib import Path
from typing import Iterable

import numpy as np

from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    read_embeddings,
    write_embeddings,
)
from mmbapg.datasets.transforms.clustering import CACHE_FOLDER
from mmbapg.files import replace_file
from mmbapg.video_names import file_of, names_in


def write_featureless_embeddings(source: Path, target: Path) -> None:
    """Embeddings that turn at constant speed and know nothing of the video.

    Their optimal change points are evenly spaced: the control that shows
    whether it matters where BAPG cuts.

    Args:
        source: Folder of embeddings, for their number.
        target: Folder to write.
    """
    for name in names_in(source, '.npz', CACHE_FOLDER):
        content = read_embeddings(str(file_of(source, name, '{}.npz')))
        angle = np.linspace(0, np.pi / 2, len(content.times))
        turning = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        write_embeddings(
            str(file_of(target, name, '{}.npz')),
            Embeddings(turning, content.times, Provenance(
                content.provenance.interval, 'featureless', 'none',
                boundary_rate=content.provenance.boundary_rate,
                mean_duration=content.provenance.mean_duration)))


def copy_embeddings(names: Iterable[str], source: Path, target: Path) -> None:
    """Copy the embeddings of some videos to another folder.

    Args:
        names: Of the videos.
        source: Folder of embeddings.
        target: Folder to write.
    """
    for name in names:
        with open(file_of(source, name, '{}.npz'), 'rb') as file:
            replace_file(file_of(target, name, '{}.npz'),
                         lambda copy: shutil.copyfileobj(file, copy))
