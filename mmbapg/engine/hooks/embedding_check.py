"""All embeddings that a run needs, looked at before it begins."""
from collections import defaultdict
from typing import Collection, Iterable, Iterator, Optional, Sequence, Tuple

from mmengine.dist import is_main_process
from rich.progress import track
from torch.utils.data import DataLoader

from mmbapg.datasets import FeatureFileError, TemporalSimilarityClustering
from mmbapg.datasets.embedding_files import KINDS, UnusableEmbeddings

from .wrapped_datasets import datasets_of, innermost_transforms

#: So many files take long enough for a progress bar.
MANY_FILES = 500
NAMES_SHOWN = 3


def check_embeddings(loaders: Iterable[Optional[DataLoader]]) -> None:
    """Look at the embeddings of every video that data loaders may ask for.

    Args:
        loaders: ``None`` among them counts for nothing.

    Raises:
        FeatureFileError: One line for all files that are missing, damaged,
            made otherwise than the config says, or of another length.
    """
    needed = {}
    for dataset in datasets_of(loaders):
        for clustering, name, duration in _videos(dataset):
            needed[clustering.path(name)] = clustering, name, duration
    problems = defaultdict(list)
    for clustering, name, duration in with_progress(
            needed.values(), 'Checking embeddings'):
        try:
            clustering.check(name, duration)
        except UnusableEmbeddings as error:
            problems[error.kind].append((name, error))
    if problems:
        raise FeatureFileError(_summary(problems, needed))


def with_progress(files: Collection, description: str) -> Iterable:
    """The files one by one, with a bar where they are many."""
    return track(files, description, total=len(files), disable=(
        len(files) < MANY_FILES or not is_main_process()))


def first_names(problems: Sequence[Tuple[str, Exception]]) -> str:
    """Of files that have problems, with dots for the others."""
    names = [name for name, _ in problems]
    return ', '.join(names[:NAMES_SHOWN]) + (
        ', ...' if len(names) > NAMES_SHOWN else '')


def _videos(dataset) -> Iterator[
        Tuple[TemporalSimilarityClustering, str, float]]:
    """Each clustering with the name and the duration of each video."""
    clusterings = [step for step in innermost_transforms(dataset)
                   if isinstance(step, TemporalSimilarityClustering)]
    for index in range(len(dataset) if clusterings else 0):
        info = dataset.get_data_info(index)
        for clustering in clusterings:
            yield clustering, info['video_name'], clustering.duration_of(info)


def _summary(problems: dict, needed: dict) -> str:
    kinds = [kind for kind in KINDS if kind in problems]
    counts = [f'{len(problems[kind])} {kind} ({first_names(problems[kind])})'
              for kind in kinds]
    folders = dict.fromkeys(str(clustering.folder)
                            for clustering, _, _ in needed.values())
    return (f'{", ".join(folders)}: {sum(map(len, problems.values()))} of '
            f'{len(needed)} videos have no embeddings that can be used: '
            f'{", ".join(counts)}; run tools/extract_features.py CONFIG '
            'CHECKPOINT with config and weights of the encoder. The first: '
            f'{problems[kinds[0]][0][1]}')
