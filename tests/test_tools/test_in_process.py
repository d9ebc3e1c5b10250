"""Command lines of ours, without a process of their own."""
import json
from pathlib import Path

import pytest

from mmbapg.apis import SomeVideosFailed, TemporalLocalizationInferencer
from mmbapg.apis.diagnosis import Diagnosis
from mmbapg.datasets.video_reader import VideoError


def test_localize_names_failures_last_and_fails(tool, monkeypatch, tmp_path):
    good = dict(name='a', video='a.mp4', duration=9.0, detections=[
        dict(segment=[1.0, 2.0], label='walk', score=0.5)])

    def call(self, videos, out_dir, overwrite):
        assert videos == ['a.mp4', 'b.mp4'] and overwrite
        raise SomeVideosFailed([good], {
            Path('b.mp4'): VideoError('b.mp4: found no video')})

    monkeypatch.setattr(TemporalLocalizationInferencer, '__init__',
                        lambda self, *args, **kwargs: None)
    monkeypatch.setattr(TemporalLocalizationInferencer, '__call__', call)
    output, ending = tool('localize.py', 'a.mp4', 'b.mp4', '--config', 'c',
                          '--checkpoint', 'd', '--overwrite', '--device',
                          'cpu', '--out-dir', tmp_path)
    assert output.startswith('a.mp4: 1 detections')
    assert f'JSON and pictures: {tmp_path}' in output
    # a text ends the process with status 1
    assert ending == ('error: 1 of 2 videos were not localized: b.mp4: found '
                      'no video')


def test_localize_says_what_a_device_is_missing(tool, monkeypatch):
    monkeypatch.setattr('torch.backends.mps.is_available', lambda: False)
    _, ending = tool('localize.py', 'a.mp4', '--config', 'c', '--checkpoint',
                     'd', '--device', 'mps')
    assert ending.startswith('error: device mps: PyTorch finds none here')


@pytest.mark.parametrize('where, ending', [
    (['fold=0'], None), (['fold=0,1', 'camera=left'], None),
    (['fold=7'], 'error: ')])
def test_diagnose_chooses_by_any_field(tool, monkeypatch, tmp_path, where,
                                       ending):
    monkeypatch.setattr(Diagnosis, '_pictures', lambda *args: {})
    database = {f'v{fold}': dict(
        duration=40.0, fold=fold, camera='left', annotations=[
            dict(segment=[3.0, 7.0], label='walk')]) for fold in range(2)}
    found = dict(v0=[dict(database['v0']['annotations'][0], score=0.9)])
    (tmp_path / 'a.json').write_text(json.dumps(dict(database=database)))
    (tmp_path / 'f.json').write_text(json.dumps(dict(results=found)))
    output, ended = tool('analysis/diagnose.py', tmp_path / 'a.json',
                         tmp_path / 'f.json', '--out-dir', tmp_path / 'out',
                         '--where', *where, '--boundaries')
    assert (ended or '').startswith(ending or '') and bool(ended) == bool(
        ending)
    if not ending:
        number = len(where[0].split(','))
        assert f'judged on the {number} video' in output
        judged = json.loads((tmp_path / 'out/boundaries.json').read_text())
        assert judged['f']['missed'] == 1 - 1 / number


def test_diagnose_tells_detections_from_embeddings(tool, tmp_path):
    _, ended = tool('analysis/diagnose.py', tmp_path / 'a.json',
                    tmp_path / 'f.json', '--boundaries', tmp_path / 'f')
    assert ended == ('error: f is the name of detections and of embeddings; '
                     'give one another, as NAME=FOLDER')
