"""How often class evidence is right, on embeddings that point at classes."""
import numpy as np

from mmbapg.datasets.annotations import VideoAnnotation
from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    write_embeddings,
)
from mmbapg.experiments.evidence_table import evidence_accuracy

CLASSES = ['a', 'b']


def written(folder, name, named, class_channels=3):
    """Frames of a second that point at ``named`` of a, b and background."""
    rows = np.eye(4)[list(named)] + 0.1
    times = np.arange(len(rows)) + 0.5
    made = Provenance(1.0, 'made', 'none', class_channels=class_channels)
    write_embeddings(folder / f'{name}.npz', Embeddings(rows, times, made))


def test_frames_of_actions_count(tmp_path):
    # a from 1 to 3 s, b from 2 to 5 s: at 2.5 s both go on
    video = VideoAnnotation(
        name='v', duration=6.0, segments=np.array([[1.0, 3.0], [2.0, 5.0]]),
        labels=['a', 'b'])
    empty = VideoAnnotation(name='e', duration=6.0,
                            segments=np.empty((0, 2)), labels=[])
    written(tmp_path, 'v', [0, 0, 0, 2, 1, 0])
    written(tmp_path, 'e', [0] * 6)
    assert evidence_accuracy([video, empty], tmp_path, CLASSES) == 0.75
    assert evidence_accuracy([empty], tmp_path, CLASSES) is None
    assert evidence_accuracy([], tmp_path, CLASSES) is None


def test_none_of_encoders_without_classes(tmp_path):
    video = VideoAnnotation(name='v', duration=2.0,
                            segments=np.array([[0.0, 2.0]]), labels=['a'])
    written(tmp_path, 'v', [0, 0], class_channels=0)
    assert evidence_accuracy([video], tmp_path, CLASSES) is None
