"""Recordings become streams, streams become features."""
import functools
import http.server
import json
import threading

import numpy as np
import pytest
import scipy.io

from mmbapg.datasets import FeatureFileError
from mmbapg.datasets.annotations import load_annotations
from mmbapg.datasets.sources import gesture
from tests import runs, tiny

RATE = gesture.RATE


def recording(seed, seconds=150):
    """Samples that a gesture every 10 s raises, and labels."""
    rng = np.random.default_rng(seed)
    labels = np.full(seconds * RATE, gesture.NO_GESTURE)
    for number, start in enumerate(range(4, seconds - 6, 10)):
        labels[start * RATE:(start + 4) * RATE] = 2 + number % 11
    samples = rng.standard_normal((len(labels), gesture.CHANNELS))
    return samples + (labels[:, None] > 1) * 3.0, labels


def write_recording(path, subject, **changed):
    samples, labels = recording(subject)
    content = dict(dict(data=samples, labels=labels[:, None]), **changed)
    path.parent.mkdir(parents=True, exist_ok=True)
    scipy.io.savemat(path, content)


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(gesture, 'SAMPLES', {1: 150 * RATE, 2: 150 * RATE})


def test_streams_end_in_the_middle_of_the_first_pause_after_a_minute():
    samples, labels = recording(0)
    streams = gesture.cut(1, samples, labels)
    # pauses are [8, 14], [18, 24], ... seconds
    assert [len(stream.labels) / RATE for stream in streams] == [61, 60, 29]
    assert [stream.subset for stream in streams] == [
        'training', 'training', 'test']
    assert [stream.name for stream in streams] == ['s1_00', 's1_01', 's1_02']
    assert np.array_equal(
        np.concatenate([stream.samples for stream in streams]), samples)


def test_features_are_means_and_deviations():
    samples = np.arange(38, dtype=np.float32).reshape(19, 2)
    features = gesture.pooled(samples)
    assert features.shape == (2, 4)
    assert features[1].tolist() == pytest.approx(
        [*samples[8:16].mean(0), *samples[8:16].std(0)])


def test_from_the_repository(tmp_path, monkeypatch, short):
    for subject in (1, 2):
        write_recording(
            tmp_path / f'Data/subject{subject}_gesture/data.mat', subject)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler,
                                directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(gesture, 'REPOSITORY',
                        f'http://127.0.0.1:{server.server_port}')
    try:
        gesture.download(tmp_path / 'out')
    finally:
        server.shutdown()
    annotations = load_annotations(tmp_path / 'out/annotations.json')
    assert len(annotations) == 6
    first = annotations['s2_00']
    assert first.fields['subject'] == 2 and first.duration == 61.0
    assert first.segments[:2].tolist() == [[4, 8], [14, 18]]
    assert first.labels[:2] == ('open window', 'drink')
    samples, _ = recording(2)
    features = np.load(tmp_path / 'out/features/s2_00.npy')
    np.testing.assert_allclose(
        features, gesture.pooled(samples[:61 * RATE]), rtol=1e-5, atol=1e-5)
    assert list(gesture.counts(tmp_path / 'out')) == [
        f'subject {n}: 3 streams, 2.5 min, 14 gestures' for n in (1, 2)]


@pytest.mark.parametrize('changed,message', [
    (dict(data=np.zeros((9, 15))), r'found data of shape \(9, 15\)'),
    (dict(labels=np.full((150 * RATE, 1), 13)), r'found the labels \[13\]'),
    (dict(labels=np.ones((3, 1))), 'and 3 labels'),
])
def test_other_recordings_are_refused(tmp_path, short, changed, message):
    path = tmp_path / 'data.mat'
    write_recording(path, 1, **changed)
    with pytest.raises(FeatureFileError, match=message):
        gesture.read_recording(path, 1)


def test_what_is_no_recording_is_refused(tmp_path):
    path = tmp_path / 'data.mat'
    path.write_bytes(b'no such thing' * 20)
    with pytest.raises(FeatureFileError, match='not a readable recording'):
        gesture.read_recording(path, 1)
    scipy.io.savemat(path, dict(other=1))
    with pytest.raises(FeatureFileError, match='variables data and labels'):
        gesture.read_recording(path, 1)


def test_from_a_local_copy(tmp_path):
    """By the command that a user runs."""
    source = tmp_path / 'copy'
    (source / 'features').mkdir(parents=True)
    np.save(source / 'features/s1_00.npy',
            np.random.rand(70, 15).astype(np.float32))
    (source / 'annotations.json').write_text(json.dumps(dict(database=dict(
        s1_00=dict(duration=70 / 32, fps=32, subject=1, subset='training',
                   annotations=[dict(label='g12', segment=[0.5, 1.5])])))))
    command = ('python', tiny.ROOT / 'tools/data/gesture/prepare.py')
    done = runs.run(*command, '--source', source, '--out', tmp_path / 'out')
    assert 'subject 1: 1 streams, 0.0 min, 1 gestures' in done.stdout
    video = load_annotations(tmp_path / 'out/annotations.json')['s1_00']
    assert video.labels == ('smash', )
    assert np.load(tmp_path / 'out/features/s1_00.npy').shape == (8, 30)
    done = runs.run(*command, '--source', tmp_path, check=False)
    assert done.returncode and 'expected both; give a local' in done.stderr
