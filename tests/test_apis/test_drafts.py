"""What localizing finds, as annotations to correct, and the tools for it."""
import json

import pytest

from mmbapg.apis.drafts import write_drafts
from mmbapg.datasets.annotations import load_annotations
from mmbapg.datasets.exchange import FORMATS, Settings, read_annotations
from mmbapg.experiments import rendered
from tests.exchanged import require_libraries
from tests.test_tools.conftest import tool

__all__ = ['tool']

require_libraries('defusedxml', 'pympi', 'srt', 'webvtt')


@pytest.fixture(scope='module')
def results(tmp_path_factory):
    folder = rendered.write_rendered_set(tmp_path_factory.mktemp('videos'),
                                         num_videos=2, duration=4.0)
    return [dict(
        name=f'rendered_{index:02d}', duration=4.0,
        video=str(folder / f'videos/rendered_{index:02d}.mp4'), detections=[
            dict(segment=[2.0, 3.52], label='spin', score=0.9),
            dict(segment=[-0.5, 1.0], label='hop', score=0.6),
            dict(segment=[1.0, 2.0], label='hop', score=0.1)])
            for index in range(2)]


@pytest.mark.parametrize('name', sorted(FORMATS))
def test_every_format(results, name, tmp_path):
    path, lost = write_drafts(results, tmp_path, name)
    assert path.is_dir() == FORMATS[name].one_video
    assert ('scores, of 2 videos: rendered_00, rendered_01' in lost) == (
        'score' not in FORMATS[name].holds)
    found = read_annotations(path, name, Settings(fps=rendered.FPS))
    assert sorted(found.videos) == ['rendered_00', 'rendered_01']
    for video in found.videos.values():
        assert [(each.label, each.start, each.end)
                for each in video.instances] == [
            ('hop', 0, pytest.approx(1.0, abs=0.02)),
            ('spin', pytest.approx(2.0, abs=0.02),
             pytest.approx(3.52, abs=0.02))]


def test_localize_writes_them(results, tool, monkeypatch, tmp_path):
    from mmbapg.apis import TemporalLocalizationInferencer
    for name, value in dict(__init__=lambda self, *args, **kwargs: None,
                            __call__=lambda self, *args: results).items():
        monkeypatch.setattr(TemporalLocalizationInferencer, name, value)
    arguments = ('localize.py', 'a.mp4', '--config', 'c', '--checkpoint', 'd',
                 '--out-dir', tmp_path, '--format')
    output, ending = tool(*arguments, 'elan')
    assert not ending
    assert f'annotations to correct: {tmp_path}/annotations\n' in output
    assert 'left out, as elan does not hold it: scores, of 2 vid' in output
    assert (tmp_path / 'annotations/rendered_01.eaf').is_file()


def test_the_way_back_into_a_dataset(results, tool, tmp_path):
    """A draft in a tool, corrected there, and trained on here."""
    path, _ = write_drafts(results, tmp_path, 'label-studio')
    tasks = json.loads(path.read_text())
    tasks[0]['annotations'][0]['result'][0]['value']['timelinelabels'] = [
        'skip']
    path.write_text(json.dumps(tasks))
    videos = results[0]['video'].rsplit('/', 1)[0]
    output, ending = tool(
        'convert_annotations.py', path, tmp_path / 'annotations_new.json',
        '--from', 'label-studio', '--to', 'activitynet', '--videos', videos)
    assert not ending and output == (
        '4 instances in 2 videos: rendered_00, rendered_01\n')
    found = load_annotations(tmp_path / 'annotations_new.json')
    assert found['rendered_00'].labels == ('skip', 'spin')
    assert found['rendered_00'].duration == pytest.approx(4.0)
    _, ending = tool('convert_annotations.py', path, tmp_path / 'a.json',
                     '--from', 'via', '--to', 'csv', '--columns', 'x=y')
    assert ending.startswith("error: --columns: found 'x=y', expected KEY=")
