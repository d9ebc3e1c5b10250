"""How often class evidence is right, on embeddings that point at classes."""
import json

import numpy as np
import pytest

from mmbapg.apis.class_evidence import evidence_accuracy, report_evidence
from mmbapg.datasets.annotations import VideoAnnotation
from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    write_embeddings,
)
from mmbapg.datasets.usable_embeddings import UnusableEmbeddings

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


def test_what_is_trusted_too_much_is_said(tmp_path, capsys):
    videos = [VideoAnnotation(
        name=name, duration=4.0, segments=np.array([[0.0, 4.0]]),
        labels=['b']) for name in ('old', 'new', 'absent')]
    written(tmp_path, 'old', [1, 1, 1, 1])
    written(tmp_path, 'new', [1, 0, 2, 0])
    folders = {'known': tmp_path}
    sides = videos[1:2], [videos[0], videos[2]]
    found = report_evidence(*sides, folders, CLASSES, tmp_path)
    assert found == {'known': {'training videos': 1, 'test videos': 0.25}}
    assert found == json.loads((tmp_path / 'class_evidence.json').read_text())
    output = capsys.readouterr().out
    assert '100.0' in output and '25.0' in output
    assert 'known: a host that was trained on the others trusts' in output
    assert not report_evidence(videos[1:2], [], folders, CLASSES, tmp_path)
    assert not capsys.readouterr().out


def test_embeddings_of_other_classes(tmp_path):
    video = VideoAnnotation(name='v', duration=2.0,
                            segments=np.array([[0.0, 2.0]]), labels=['a'])
    written(tmp_path, 'v', [0, 0], class_channels=4)
    with pytest.raises(UnusableEmbeddings, match=(
            r'v\.npz: found 4 channels that stand for classes and the '
            'background, expected 3, for the 2 classes')):
        evidence_accuracy([video], tmp_path, CLASSES)
