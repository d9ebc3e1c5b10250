"""Several encoders as one: the mean of their similarities."""
import hashlib
from pathlib import Path
from typing import Optional, Sequence

import numpy as np
import torch

from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    read_embeddings,
    write_embeddings,
)
from mmbapg.datasets.feature_files import FeatureFileError
from mmbapg.datasets.transforms.clustering import CACHE_FOLDER
from mmbapg.ops import unit_rows
from mmbapg.video_names import file_of, names_in


def join_embeddings(folders: Sequence[Path], out: Path) -> int:
    """Write embeddings whose similarity is the mean of several encoders'.

    The unit embeddings of all encoders are concatenated, so that the cosine of
    two rows is the mean of the encoders' cosines (Eq. 2 of BAPG).

    Args:
        folders: Of stage 2, at least two.
        out: Folder to write.

    Returns:
        Number of videos.

    Raises:
        FeatureFileError: If a folder lacks a video that the first has, or a
            video was sampled at other times.
    """
    names = names_in(folders[0], '.npz', CACHE_FOLDER)
    if not names:
        raise FeatureFileError(f'{folders[0]}: found no embeddings, expected '
                               'the files of stage 2')
    for name in names:
        paths = [file_of(folder, name, '{}.npz') for folder in folders]
        contents = [read_embeddings(str(path)) for path in paths]
        for path, content in zip(paths, contents):
            if not np.array_equal(content.times, contents[0].times):
                raise FeatureFileError(
                    f'{path}: found {len(content.times)} '
                    f'frames every {content.provenance.interval:g} s, expected'
                    f' the {len(contents[0].times)} times of {paths[0]}')
        joined = np.concatenate(
            [unit_rows(torch.from_numpy(content.embeddings)).numpy()
             for content in contents], axis=1)
        write_embeddings(str(file_of(out, name, '{}.npz')), Embeddings(
            joined, contents[0].times, _joined_provenance(
                [content.provenance for content in contents])))
    return len(names)


def _joined_provenance(sources: Sequence[Provenance]) -> Provenance:
    def joined(name: str) -> str:
        parts = ' '.join(getattr(source, name) for source in sources)
        return hashlib.sha256(parts.encode()).hexdigest()[:16]

    def mean(name: str) -> Optional[float]:
        known = [value for source in sources
                 if (value := getattr(source, name)) is not None]
        return sum(known) / len(known) if known else None

    videos = {video for source in sources for video in source.training_videos}
    return Provenance(sources[0].interval, joined('config'),
                      joined('checkpoint'), tuple(sorted(videos)),
                      sources[0].source_bytes,
                      boundary_rate=mean('boundary_rate'),
                      mean_duration=mean('mean_duration'))
