"""Cutting videos into segments, and the files to correct."""
import csv
import runpy
import sys

import numpy as np
import pytest

from mmbapg.apis import InferenceError
from mmbapg.apis.drafts import write_segments
from mmbapg.apis.drafts_of_segments import (
    LABEL,
    Segmenter,
    chooser,
    cut_times,
    segments_of,
)
from mmbapg.datasets.annotations import AnnotationError, load_annotations
from mmbapg.datasets.embedding_files import Embeddings, Provenance
from mmbapg.datasets.exchange import Settings
from mmbapg.datasets.exchange.conversion import read_annotations
from tests import runs
from tests.inferencers import inputs
from tests.tiny import ROOT


def scenes(*lengths, rate=None):
    """Embeddings of scenes, 2 frames a second, each of its own direction."""
    rows = np.repeat(np.arange(len(lengths)), lengths)
    return Embeddings(
        np.eye(len(lengths), dtype=np.float32)[rows],
        (np.arange(len(rows)) + 0.5) / 2, Provenance(
            0.5, 'made up', 'none', boundary_rate=rate,
            mean_duration=None if rate is None else len(rows) / 2))


@pytest.mark.parametrize('number, cuts', [
    ('penalty', [2.0, 6.0, 7.5]), ('rate', [2.0, 6.0, 7.5]), (1, [7.5])])
def test_cuts_of_clear_scenes(number, cuts):
    """Without a rate, the penalty decides."""
    content = scenes(4, 8, 3, 9)
    np.testing.assert_allclose(
        cut_times(content, 12.0, chooser(number)), cuts)


def test_as_often_as_in_the_training_set():
    content = scenes(4, 8, 3, 9, rate=0.2)  # 2.4 in 12 s
    assert len(cut_times(content, 12.0, chooser('rate'))) == 2
    assert len(cut_times(content, 12.0, chooser('penalty'))) == 3


def test_segments_fill_the_video():
    rows = segments_of(scenes(4, 8), 6.1, chooser('penalty'))
    assert [row['segment'] for row in rows] == [[0.0, 2.0], [2.0, 6.1]]
    assert {row['label'] for row in rows} == {LABEL}
    assert [row['score'] for row in rows] == pytest.approx([1, 1])
    assert len(segments_of(scenes(1), 0.5, chooser('penalty'))) == 1


@pytest.mark.parametrize('number', ['many', 0, 1.5])
def test_other_numbers_are_refused(number):
    with pytest.raises(InferenceError, match='expected rate, penalty, or'):
        chooser(number)


def test_features_are_embedded_as_stage_2_does(data):
    """The fixture's embeddings are those of the test loop."""
    from mmbapg.datasets.embedding_files import read_embeddings
    segmenter = Segmenter(str(data / 'encoder.py'), data / 'encoder.pth',
                          device='cpu', number=4, show_progress=False)
    found, = segmenter(inputs(data, 3), 'feature')
    content = read_embeddings(data / 'embeddings/video3.npz')
    expected = segments_of(content, found['duration'], chooser(4))
    assert len(expected) == 5 and found['name'] == 'video3'
    np.testing.assert_allclose([row['segment'] for row in found['detections']],
                               [row['segment'] for row in expected])
    with pytest.raises(InferenceError, match='extractor: found none'):
        segmenter([data / 'video.mp4'])


def test_the_tool_writes_files_to_correct(data, tmp_path):
    source, = inputs(data, 4)
    command = ['python', ROOT / 'tools/segment.py', source['feature'],
               '--durations', source['duration'], '--fps', 16, '--encoder',
               data / 'encoder.py', '--checkpoint', data / 'encoder.pth',
               '--number', 3, '--out-dir', tmp_path, '--device', 'cpu']
    done = runs.run(*command, '--format', 'activitynet')
    assert 'video4.npy: 4 segments' in done.stdout
    video, = load_annotations(tmp_path / 'annotations.json').values()
    assert video.segments.shape == (4, 2)
    assert video.segments[-1, 1] == source['duration']
    assert (tmp_path / 'video4.png').is_file()


def test_all_segments_are_written(tmp_path):
    results = [dict(name='a, "b"', duration=6.0, detections=[
        dict(segment=[0.0, 2.0], label=LABEL, score=0.1),
        dict(segment=[2.0, 6.0], label=LABEL, score=1.0)])]
    path, lost = write_segments(results, tmp_path, 'activitynet',
                                lambda _: None)
    assert not lost
    video, = load_annotations(path).values()
    assert video.segments.tolist() == [[0.0, 2.0], [2.0, 6.0]]
    path, _ = write_segments(results, tmp_path, 'csv', lambda _: None)
    rows = list(csv.reader(path.open()))
    assert len(rows) == 3 and all(row[0] == 'a, "b"' for row in rows[1:])
    with pytest.raises(AnnotationError, match='found no frame rate'):
        write_segments(results, tmp_path, 'cvat', lambda _: None)


def test_labels_to_choose_from(tmp_path):
    results = [dict(name='a', duration=6.0, detections=[
        dict(segment=[0.0, 2.0], label=LABEL, score=0.1)])]
    path, lost = write_segments(results, tmp_path, 'via', lambda _: 25,
                                ['jump', 'roll'])
    assert not any('classes' in each for each in lost)
    assert read_annotations(path, 'via', Settings()).classes == [
        'jump', 'roll', LABEL]
    _, lost = write_segments(results, tmp_path, 'csv', lambda _: None,
                             ['jump', 'roll'])
    assert any('the list of all classes' in each for each in lost)


def test_labels_are_of_a_file(monkeypatch, capsys):
    monkeypatch.setattr(sys, 'argv', [
        'segment.py', 'a.mp4', '--encoder', 'e.py', '--checkpoint', 'e.pth',
        '--labels', 'jump'])
    with pytest.raises(SystemExit):
        runpy.run_path(str(ROOT / 'tools/segment.py'), run_name='__main__')
    assert '--labels: found no --format' in capsys.readouterr().err
