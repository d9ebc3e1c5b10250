"""How often an encoder's class evidence names the action of a frame.

A host learns on training videos how far to trust the evidence, and relies on
it on test videos. Cross-fitting makes both alike where the training videos
differ from each other as the test videos differ from them. Where it cannot,
as with the videos of a single person, the evidence is better in training than
in testing, and the host trusts it too much.
"""
from pathlib import Path
from typing import Iterable, List, Optional, Sequence

import numpy as np

from mmbapg.datasets.annotations import VideoAnnotation
from mmbapg.datasets.embedding_files import Embeddings, read_embeddings
from mmbapg.video_names import file_of

#: Where it is measured.
TRAINING, TEST = 'training videos', 'test videos'


def evidence_accuracy(videos: Iterable[VideoAnnotation], folder: Path,
                      classes: Sequence[str]) -> Optional[float]:
    """Share of the frames of actions whose largest class evidence, of the
    background or a class, is of an action that goes on there.

    Args:
        videos: With instances.
        folder: Of their embeddings.
        classes: Names in the order of the encoder's.

    Returns:
        0 to 1; ``None`` if the encoder was taught no classes, or if there is
        no such frame.
    """
    right: List[np.ndarray] = []
    for video in videos:
        content = read_embeddings(file_of(folder, video.name, '{}.npz'))
        if not content.provenance.class_channels:
            return None
        right.append(_named_rightly(video, content, classes))
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
