"""All embeddings that a run needs, looked at before it begins."""
import logging
from collections import Counter, defaultdict
from pathlib import Path
from typing import (
    Collection,
    Dict,
    Iterable,
    Iterator,
    Optional,
    Sequence,
    Tuple,
)

from mmengine.dist import is_main_process
from mmengine.logging import print_log
from rich.progress import track
from torch.utils.data import DataLoader

from mmbapg.datasets import FeatureFileError, TemporalSimilarityClustering
from mmbapg.datasets.usable_embeddings import (
    FOREIGN,
    KINDS,
    Header,
    UnusableEmbeddings,
)
from mmbapg.video_names import file_of

from ..wrapped_datasets import datasets_of, innermost_transforms

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
    problems: Dict[str, list] = defaultdict(list)
    headers: Dict[Path, dict] = defaultdict(dict)
    untold = {}
    for clustering, name, duration in with_progress(
            needed.values(), 'Checking embeddings'):
        try:
            header = clustering.check(name, duration)
            headers[clustering.folder][name] = header
            if clustering.class_channels and (
                    not header.provenance.class_channels):
                untold[clustering.folder] = name
        except UnusableEmbeddings as error:
            problems[error.kind].append((name, error))
    for folder, of_videos in headers.items():
        problems[FOREIGN] += _unlike_the_others(folder, of_videos)
    if any(problems.values()):
        raise FeatureFileError(_summary(problems, needed))
    for folder, name in untold.items():
        print_log(
            f'{folder}: embeddings that tell no classes ({name}, ...), made '
            'by an encoder without class_head; the localizer is told what '
            'speaks for boundaries, and nothing for classes', 'current',
            logging.WARNING)


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


def _unlike_the_others(folder: Path, headers: Dict[str, Header]) -> list:
    """Files of a folder that another encoder made than most of them."""
    made = {name: (header.width, header.provenance.interval,
                   header.provenance.class_channels)
            for name, header in headers.items()}
    usual, _ = Counter(made.values()).most_common(1)[0]
    return [(name, UnusableEmbeddings(
        f'{file_of(folder, name, "{}.npz")}: found embeddings of '
        f'width {width} every {interval:g} s{_told(told)}, expected {usual[0]}'
        f' every {usual[1]:g} s{_told(usual[2])}'
        ' as in most files of the folder; run stage 2 again', FOREIGN))
        for name, (width, interval, told) in made.items()
        if (width, interval, told) != usual]


def _told(class_channels: int) -> str:
    """Words on the channels that stand for classes, where there are some."""
    return f', {class_channels} of them of classes' if class_channels else ''


def _summary(problems: dict, needed: dict) -> str:
    kinds = [kind for kind in KINDS if problems[kind]]
    counts = [f'{len(problems[kind])} {kind} ({first_names(problems[kind])})'
              for kind in kinds]
    folders = dict.fromkeys(str(clustering.folder)
                            for clustering, _, _ in needed.values())
    return (f'{", ".join(folders)}: {sum(map(len, problems.values()))} of '
            f'{len(needed)} videos have no embeddings that can be used: '
            f'{", ".join(counts)}; run tools/extract_features.py CONFIG '
            'CHECKPOINT with config and weights of the encoder. The first: '
            f'{problems[kinds[0]][0][1]}')
