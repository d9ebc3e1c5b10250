"""Detections and embeddings in files, judged by their boundaries."""
import json

import numpy as np
import pytest

from mmbapg.apis.boundary_table import (
    boundaries_of_embeddings,
    report_boundaries,
)
from mmbapg.datasets.annotations import VideoAnnotation
from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    write_embeddings,
)
from mmbapg.datasets.usable_embeddings import UnusableEmbeddings
from mmbapg.evaluation import Segments
from mmbapg.evaluation.boundary_comparison import EVEN

#: Frames of the regions of both videos, every half second.
LENGTHS = {'a': (30, 10, 60, 20), 'b': (40, 80)}


@pytest.fixture
def videos(tmp_path):
    """Two videos of 60 s whose embeddings turn at every boundary, and one
    without labels."""
    made = []
    for name, lengths in LENGTHS.items():
        region = np.repeat(np.arange(len(lengths)), lengths)
        edges = np.cumsum([0, *lengths]) * 0.5
        made.append(VideoAnnotation(
            name, 60.0, np.stack([edges[:-1:2], edges[1::2]], axis=1),
            ('x', ) * (len(lengths) // 2)))
        write_embeddings(tmp_path / f'{name}.npz', Embeddings(
            np.eye(4)[region], (np.arange(120) + 0.5) * 0.5,
            Provenance(0.5, 'made', 'none')))
    return [*made, VideoAnnotation('c', 60.0, np.empty((0, 2)), (),
                                   labelled=False)]


def test_detections_beside_change_points(videos, tmp_path, capsys,
                                         monkeypatch):
    monkeypatch.setenv('COLUMNS', '80')
    # a: 15, 20 and 50 are true; b, whose boundary is 20, has no detections
    detections = dict(a=Segments(np.array([[0, 15.4], [19, 53.0]]),
                                 np.zeros(2, int), np.array([0.9, 0.8])))
    figures = report_boundaries(videos, dict(host=detections),
                                dict(learned=tmp_path), tmp_path / 'out')
    assert json.loads((tmp_path / 'out/boundaries.json').read_text()
                      ) == figures
    assert list(figures) == ['host', 'learned', EVEN]
    learned = figures['learned']
    assert learned['f1'] == {'0.25': 1, '0.5': 1, '1': 1, '2': 1}
    assert learned['missed'] == learned['false alarms'] == 0
    host = figures['host']
    assert list(host['f1'].values()) == pytest.approx([0, 1 / 6, 1 / 3, 1 / 3])
    assert host['missed'] == 1 / 2
    assert host['false alarms'] == pytest.approx(1 / 3)
    # evenly spaced: 15, 30 and 45; 30
    assert host['misses found by'] == {'learned': 1, EVEN: 0}
    assert figures[EVEN]['misses found by']['host'] == pytest.approx(1 / 3)
    told = capsys.readouterr().out
    assert 'misses within 2 s, % found by' in told
    assert [line for line in told.splitlines() if 'learned' in line
            and '1.000' in line and '0.0' in line]
    assert '…' not in told
    assert [line for line in told.splitlines() if f' {EVEN} ' in line
            and '0.167' in line]


def test_embeddings_of_every_video_are_needed(videos, tmp_path):
    (tmp_path / 'b.npz').unlink()
    with pytest.raises(UnusableEmbeddings,
                       match='b.npz: no such embeddings file'):
        boundaries_of_embeddings(videos[:2], tmp_path)
