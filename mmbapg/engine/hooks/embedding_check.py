"""All embeddings that a run needs, looked at before it begins."""
from collections import defaultdict
from typing import Collection, Iterable, Iterator, Optional, Tuple

from mmengine.dist import is_main_process
from rich.progress import track
from torch.utils.data import DataLoader

from mmbapg.datasets import FeatureFileError, TemporalSimilarityClustering
from mmbapg.datasets.embedding_files import KINDS, UnusableEmbeddings

from .wrapped_datasets import innermost, innermost_transforms

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
    for loader in filter(None, loaders):
        for clustering, name, duration in _videos(loader.dataset):
            needed[clustering.path(name)] = clustering, name, duration
    problems = defaultdict(dict)
    for clustering, name, duration in with_progress(
            needed.values(), 'Checking embeddings'):
        try:
            clustering.check(name, duration)
        except UnusableEmbeddings as error:
            problems[error.kind][name] = str(error)
    if problems:
        raise FeatureFileError(_summary(problems, needed))


def with_progress(files: Collection, description: str) -> Iterable:
    """The files one by one, with a bar where they are many."""
    return track(files, description, total=len(files), disable=(
        len(files) < MANY_FILES or not is_main_process()))


def _videos(dataset) -> Iterator[
        Tuple[TemporalSimilarityClustering, str, float]]:
    """Each clustering with the name and the duration of each video."""
    for each in innermost(dataset):
        clusterings = [step for step in innermost_transforms(each)
                       if isinstance(step, TemporalSimilarityClustering)]
        for index in range(len(each) if clusterings else 0):
            info = each.get_data_info(index)
            for clustering in clusterings:
                yield (clustering, info['video_name'],
                       clustering.duration_of(info))


def _summary(problems: dict, needed: dict) -> str:
    kinds = [kind for kind in KINDS if kind in problems]
    counts = ', '.join(
        f'{len(problems[kind])} {kind} '
        f'({", ".join(list(problems[kind])[:NAMES_SHOWN])}'
        f'{", ..." if len(problems[kind]) > NAMES_SHOWN else ""})'
        for kind in kinds)
    folders = dict.fromkeys(str(path.parent) for path in needed)
    first = next(iter(problems[kinds[0]].values()))
    return (f'{", ".join(folders)}: {sum(map(len, problems.values()))} of '
            f'{len(needed)} videos have no embeddings that can be used: '
            f'{counts}; run tools/extract_features.py CONFIG CHECKPOINT with '
            f'config and weights of the encoder. The first: {first}')
