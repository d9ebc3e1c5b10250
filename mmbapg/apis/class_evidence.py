"""How often an encoder's class evidence names the action of a frame.

A host learns on training videos how far to trust the evidence, and relies on
it on test videos. Cross-fitting makes both alike where the training videos
differ from each other as the test videos differ from them. Where it cannot,
as with the videos of a single person, the evidence is better in training than
in testing, and the host trusts it too much.
"""
import json
from pathlib import Path
from typing import Dict, Iterable, List, Mapping, Optional, Sequence

import numpy as np
from rich.console import Console

from mmbapg.datasets.annotations import VideoAnnotation
from mmbapg.datasets.embedding_files import Embeddings
from mmbapg.datasets.usable_embeddings import (
    FOREIGN,
    UnusableEmbeddings,
    check_header,
    read_checked,
)
from mmbapg.files import write_text
from mmbapg.video_names import file_of

from .boundary_table import numbers_table

#: Where it is measured.
TRAINING, TEST = 'training videos', 'test videos'
#: By how much evidence is better in training before a word is said of it. On
#: folds of open suturing and FIR, where it helps, it is at most 0.07 better;
#: on gestures of another person 0.13, where it helps, and 0.34, where it does
#: harm (docs/results.md).
TRUSTED_TOO_MUCH = 0.2


def evidence_accuracy(videos: Iterable[VideoAnnotation], folder: Path,
                      classes: Sequence[str]) -> Optional[float]:
    """Share of the frames of actions whose largest class evidence, of the
    background or a class, is of an action that goes on there.

    Args:
        videos: With instances.
        folder: Of their embeddings, as stage 2 writes them.
        classes: Names in the order of the encoder's.

    Returns:
        0 to 1; ``None`` if the encoder was taught no classes, or if there is
        no such frame.

    Raises:
        UnusableEmbeddings: If those of a video are missing, damaged, of
            another length or of other classes.
    """
    right: List[np.ndarray] = []
    for video in videos:
        path = file_of(folder, video.name, '{}.npz')
        told = check_header(path, video.duration).provenance.class_channels
        if not told:
            return None
        if told != len(classes) + 1:
            raise UnusableEmbeddings(
                f'{path}: found {told} channels that stand for classes and '
                f'the background, expected {len(classes) + 1}, for the '
                f'{len(classes)} classes of the annotations', FOREIGN)
        right.append(_named_rightly(video, read_checked(path), classes))
    frames = np.concatenate([np.empty(0), *right])
    return float(frames.mean()) if len(frames) else None


def _named_rightly(video: VideoAnnotation, content: Embeddings,
                   classes: Sequence[str]) -> np.ndarray:
    """Whether each frame of an action is named after one that goes on."""
    named = content.class_evidence(
        content.provenance.class_channels).argmax(axis=1)
    starts, ends = np.reshape(video.segments, (-1, 2)).T[:, :, None]
    inside = (starts <= content.times) & (content.times < ends)
    labels = np.array([classes.index(each) for each in video.labels], int)
    right = inside & (labels[:, None] == named)
    return right.any(axis=0)[inside.any(axis=0)]


def report_evidence(judged: Sequence[VideoAnnotation],
                    others: Sequence[VideoAnnotation],
                    embeddings: Mapping[str, Path], classes: Sequence[str],
                    out_dir: Path) -> Dict[str, Dict[str, float]]:
    """Print how often class evidence is right on judged videos and on the
    others, which a host was trained on, and write ``class_evidence.json``.

    Args:
        judged, others: Videos; of unlabelled ones nothing is known.
        embeddings: Name -> folder of embeddings; others may be missing there.
        classes: See :func:`evidence_accuracy`.
        out_dir: For the file.

    Returns:
        What the file holds: name -> of :data:`TRAINING` and :data:`TEST`
        videos; of embeddings that know no classes, or only of one side,
        nothing.
    """
    figures: Dict[str, Dict[str, float]] = {}
    table = numbers_table(
        'Frames of actions that the class evidence names rightly (%)',
        [TRAINING, TEST])
    for name, folder in embeddings.items():
        sides = {TRAINING: [video for video in others if file_of(
            folder, video.name, '{}.npz').is_file()], TEST: judged}
        shares = {side: evidence_accuracy(
            [video for video in videos if video.labelled], folder, classes)
            for side, videos in sides.items()}
        known = {side: share for side, share in shares.items()
                 if share is not None}
        if len(known) == len(sides):
            figures[name] = known
            table.add_row(name, *(f'{100 * each:.1f}'
                                  for each in known.values()))
    if figures:
        console = Console()
        console.print(table)
        for name, known in figures.items():
            if known[TRAINING] - known[TEST] > TRUSTED_TOO_MUCH:
                console.print(
                    f'{name}: a host that was trained on the others trusts '
                    'this evidence too much on the judged videos; embed '
                    'training videos by encoders that have not seen them, nor '
                    'their person or place (tools/cross_fit.py --group)')
        write_text(out_dir / 'class_evidence.json',
                   json.dumps(figures, indent=1))
    return figures
