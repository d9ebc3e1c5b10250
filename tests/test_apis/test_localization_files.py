"""Results of several runs in one folder; names of videos."""
import json
from pathlib import Path

import cv2
import pytest

from mmbapg.apis.localization_files import (
    InferenceError,
    LocalizationFolder,
    unique_names,
)
from mmbapg.evaluation.submission import read_submission


def result(path, name=None, label='walk'):
    return dict(name=name or Path(path).stem, video=str(path), duration=10.0,
                detections=[dict(segment=[1.0, 2.0], label=label, score=0.9)])


def localize(folder, *paths, overwrite=False, weights='w1'):
    """One run; names of its results."""
    out = LocalizationFolder(folder, weights)
    names = out.names_of([Path(path) for path in paths], overwrite)
    out.write([result(path, name) for name, path in names.items()],
              ('walk', 'fall'))
    return list(names)


def written(folder):
    content = json.loads((folder / 'detections.json').read_text())
    return [row['video'] for row in content['results']]


@pytest.mark.parametrize('paths, names', [
    (['a/x.mp4', 'a/y.mp4'], ['x', 'y']),
    (['a/x.mp4', 'b/x.mp4', 'b/y.mp4'], ['a/x', 'b/x', 'y']),
    (['d/a/x.mp4', 'd/b/x.mp4', 'e/a/x.mp4'], ['d/a/x', 'b/x', 'e/a/x']),
    (['x.mp4', 'x.mkv'], ['x.mp4', 'x.mkv']),
    (['a/x.mp4', 'a/x.mkv', 'b/x.mp4'], ['a/x.mp4', 'x.mkv', 'b/x']),
    (['x', 'a/x'], ['/x', 'a/x']),
])
def test_names_are_short_and_unique(paths, names, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    expected = [f'{tmp_path.name}{name}' if name[0] == '/' else name
                for name in names]
    found = unique_names([Path(path) for path in paths])
    assert list(found) == expected
    assert [str(path) for path in found.values()] == paths


def test_names_of_earlier_videos_are_taken():
    x = Path('/a/x.mp4')
    assert list(unique_names([x], {'x'})) == ['x.mp4']
    assert list(unique_names([x], {'x', 'x.mp4'})) == ['a/x']
    every = {'x', 'x.mp4', 'a/x', 'a/x.mp4'}
    assert list(unique_names([x], every)) == ['a/x.mp4 (2)']


def test_a_second_run_adds_to_the_first(tmp_path):
    assert localize(tmp_path, 'a/x.mp4', 'a/y.mp4') == ['x', 'y']
    assert localize(tmp_path, 'b/x.mp4', 'z.mp4') == ['x.mp4', 'z']
    assert written(tmp_path) == ['a/x.mp4', 'a/y.mp4', 'b/x.mp4', 'z.mp4']
    for name in ('x', 'y', 'x.mp4', 'z'):
        assert cv2.imread(str(tmp_path / f'{name}.png')) is not None


def refusal(*args, **kwargs):
    with pytest.raises(InferenceError) as caught:
        localize(*args, **kwargs)
    return str(caught.value)


def test_nothing_is_overwritten_unasked(tmp_path):
    localize(tmp_path, 'a/x.mp4')
    before = (tmp_path / 'detections.json').read_bytes()
    message = refusal(tmp_path, 'y.mp4', 'a/../a/x.mp4')
    assert ('found results of a/x.mp4 already (1 of 2 videos), expected new '
            'ones; choose another folder, or let them be over') in message
    assert (tmp_path / 'detections.json').read_bytes() == before
    assert localize(tmp_path, 'y.mp4', 'a/x.mp4', overwrite=True) == ['y', 'x']
    assert written(tmp_path) == ['y.mp4', 'a/x.mp4']


def test_pictures_of_others_are_not_overwritten(tmp_path):
    (tmp_path / 'x.png').write_text('mine')
    assert 'x.png: found a file, expected none where a picture goes' in (
        refusal(tmp_path, 'x.mp4'))
    assert (tmp_path / 'x.png').read_text() == 'mine'


def test_results_of_other_weights_stay_apart(tmp_path):
    localize(tmp_path, 'x.mp4')
    message = refusal(tmp_path, 'y.mp4', weights='w2', overwrite=True)
    assert 'found results of other weights (w1, these are w2)' in message


@pytest.mark.parametrize('content, message', [
    ('{', 'not a JSON file'), ('', 'it is empty'),
    ('[]', 'found no results of an earlier run'),
    ('{"results": {"x": []}}', 'found no results of an earlier run'),
    ('{"results": [{"video": 1}]}', 'found no results of an earlier run')])
def test_files_that_are_not_ours(tmp_path, content, message):
    (tmp_path / 'detections.json').write_text(content)
    assert message in refusal(tmp_path, 'x.mp4')
    assert (tmp_path / 'detections.json').read_text() == content


def test_results_of_earlier_versions_are_added_to(tmp_path):
    row = result('a/x.mp4')
    del row['name']
    (tmp_path / 'detections.json').write_text(json.dumps(dict(results=[row])))
    assert localize(tmp_path, 'b/x.mp4') == ['x.mp4']
    assert written(tmp_path) == ['a/x.mp4', 'b/x.mp4']


def test_one_file_twice(tmp_path):
    assert 'found a second video named x that is the same file' in refusal(
        tmp_path, 'x.mp4', './x.mp4')
    assert refusal(tmp_path) == 'found no videos, expected at least one'


def test_what_is_written_can_be_diagnosed(tmp_path):
    localize(tmp_path, 'a/x.mp4', 'b/y.mp4')
    found = read_submission(str(tmp_path / 'detections.json'),
                            ('walk', 'fall'))
    assert set(found) == {'x', 'y'}
    assert found['x'].segments.tolist() == [[1, 2]]
