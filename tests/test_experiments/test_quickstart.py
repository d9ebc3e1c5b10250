"""The main job and inference on raw video, on rendered videos, as README
tells them."""
import json

import cv2
import pytest

from mmbapg.apis import InferenceError, TemporalLocalizationInferencer
from mmbapg.datasets.sources import fir
from mmbapg.datasets.video_reader import VideoError
from mmbapg.experiments import rendered
from mmbapg.experiments.quickstart import prepare_data
from tests import documentation, tiny
from tests.documentation import Checkout
from tests.test_docs import readme_stories

pytest.importorskip('efficientnet_lite_pytorch')


@pytest.fixture(scope='module')
def rendered_set(tmp_path_factory):
    return documentation.write_videos(tmp_path_factory.mktemp('rendered'))


@pytest.fixture(scope='module')
def finished(rendered_set, tmp_path_factory):
    """A quick start of few epochs on six short videos, as README begins it;
    its checkout."""
    checkout = Checkout(tmp_path_factory.mktemp('quickstart'))
    with pytest.MonkeyPatch.context() as patch:
        documentation.be_small(patch, rendered_set)
        readme_stories.tell(readme_stories.two_commands, checkout, patch)
    return checkout


@pytest.fixture
def work_dir(finished):
    return finished.folder / 'work_dirs/quickstart'


@pytest.fixture
def results(work_dir):
    return json.loads((work_dir / 'results.json').read_text())


@pytest.fixture
def patch(finished, monkeypatch, rendered_set):
    """To be in the checkout; what belongs to it has the sizes that it was
    trained with."""
    documentation.be_small(monkeypatch, rendered_set)
    monkeypatch.chdir(finished.folder)
    return monkeypatch


def test_table_and_results(results):
    assert set(results['boundary_f1']) == {
        'evenly spaced cuts', 'raw features', 'learned embeddings',
        'detections without BAPG'}
    assert all(len(row) == 3 for row in results['boundary_f1'].values())
    for stage in ('host', 'host_with_bapg'):
        metrics = results['metrics'][stage]
        assert all(f'mAP@{t}' in metrics for t in (0.3, 0.4, 0.5, 0.6, 0.7))
        assert 'detections/AR@100' in metrics
    assert 'proposals/AR@50' in results['metrics']['host_with_bapg']
    assert results['seconds']['total'] > 0


def test_pictures_of_every_test_video(work_dir):
    for kind in ('timeline', 'similarity'):
        names = sorted(path.name for path in
                       (work_dir / 'pictures' / kind).glob('*.png'))
        assert names == ['rendered_02.png', 'rendered_05.png']
        for name in names:
            image = cv2.imread(str(work_dir / 'pictures' / kind / name))
            assert min(image.shape[:2]) > 200 and image.std() > 10


def test_a_report_of_them(work_dir):
    """Tests in a browser look at one of the same kind."""
    page = (work_dir / 'report/index.html').read_text()
    assert '>with BAPG</h3>' in page and '>without BAPG</h3>' in page
    for kind, suffix in (('media', 'mp4'), ('maps', 'webp'),
                         ('videos', 'html')):
        names = sorted((work_dir / 'report' / kind).glob(f'*.{suffix}'))
        assert [name.stem[5:] for name in names] == ['rendered_02',
                                                     'rendered_05']


def test_tensorboard_shows_them(work_dir):
    from tensorboard.backend.event_processing.event_accumulator import (
        EventAccumulator,
    )
    tags = set()
    for path in work_dir.glob('host_with_bapg/*/vis_data/events*'):
        events = EventAccumulator(str(path), dict(images=0))
        events.Reload()
        tags |= set(events.Tags()['images'])
    assert 'timeline/rendered_02' in tags and 'similarity/rendered_02' in tags


def test_raw_video_to_segments(finished, work_dir, patch):
    """One command; the same detections as the test of the whole job."""
    readme_stories.tell(readme_stories.localize_raw_video, finished, patch)
    out = finished.folder / 'localized'
    result, = json.loads((out / 'detections.json').read_text())['results']
    assert result['duration'] == pytest.approx(20.0)
    assert cv2.imread(str(out / 'VIDEO.png')) is not None
    tested = json.loads((work_dir / 'host_with_bapg' / 'detections.json')
                        .read_text())['results']['rendered_02']
    assert len(result['detections']) == len(tested) > 0
    def alike(ours, theirs):
        return (ours['label'] == theirs['label'] and
                ours['score'] == pytest.approx(theirs['score'], abs=1e-4) and
                ours['segment'] == pytest.approx(theirs['segment'], abs=1e-2))

    # equal scores may stand in another order
    for detection in result['detections']:
        assert any(alike(detection, each) for each in tested)
    covered = sorted(row['segment'] for row in result['proposals'])
    assert covered[0][0] == 0 and max(end for _, end in covered) == 20


def test_raw_video_to_segments_in_python(finished, patch):
    readme_stories.tell(readme_stories.localize_in_python, finished, patch)


def test_inferencer_without_bapg(work_dir, results, patch):
    infer = TemporalLocalizationInferencer(
        next((work_dir / 'host').glob('*.py')),
        results['checkpoints']['host'])
    found = infer([work_dir / 'data/given/videos/rendered_02.mp4',
                   work_dir / 'data/given/videos/rendered_05.mp4'])
    assert [len(each['detections']) > 0 for each in found] == [True, True]
    assert 'proposals' not in found[0]
    scores = [row['score'] for row in found[0]['detections']]
    assert scores == sorted(scores, reverse=True)
    assert {row['label'] for row in found[0]['detections']} <= set(
        results['classes'])


def test_what_the_inferencer_refuses(work_dir, results, folder, tmp_path,
                                     patch):
    host = (next((work_dir / 'host').glob('*.py')),
            results['checkpoints']['host'])
    infer = TemporalLocalizationInferencer(*host)
    video = work_dir / 'data/given/videos/rendered_02.mp4'
    with pytest.raises(InferenceError, match='second video named rendered_02'):
        infer([video, video])
    with pytest.raises(InferenceError, match='at least one'):
        infer([])
    with pytest.raises(VideoError, match='no such video'):
        infer(tmp_path / 'gone.mp4')
    with pytest.raises(InferenceError, match='video_input: found nothing for '
                       'extractor'):
        TemporalLocalizationInferencer(tiny.localizer_config(folder), host[1])


def test_data_are_looked_for_in_order(videos, tmp_path, monkeypatch):
    monkeypatch.delenv('MMBAPG_DATA', raising=False)
    source, _ = prepare_data(tmp_path / 'a', None, videos)
    assert source.startswith('FIR, local copy')
    monkeypatch.setenv('MMBAPG_DATA', str(videos))
    source, folder = prepare_data(tmp_path / 'b', None, tmp_path)
    assert source == f'$MMBAPG_DATA {videos}' and (
        folder / 'annotations.json').is_file()
    source, _ = prepare_data(tmp_path / 'c', str(videos), tmp_path)
    assert source == f'--data {videos}'
    with pytest.raises(fir.SourceUnreachable, match='expected both'):
        prepare_data(tmp_path / 'd', str(tmp_path), videos)


def test_without_any_data_it_says_so_and_renders(tmp_path, monkeypatch,
                                                 capsys):
    monkeypatch.delenv('MMBAPG_DATA', raising=False)
    monkeypatch.setattr(fir, 'REPOSITORY', 'http://127.0.0.1:9')
    monkeypatch.setattr(
        rendered, 'write_rendered_set',
        lambda folder, original=rendered.write_rendered_set: original(
            folder, num_videos=1, duration=8.0))
    source, folder = prepare_data(tmp_path, None, tmp_path / 'nowhere')
    assert source == 'rendered videos'
    assert (folder / 'videos/rendered_00.mp4').is_file()
    assert 'No real data can be reached' in capsys.readouterr().err


def test_folds_or_subsets_split_the_data(folder, videos):
    from mmbapg.datasets import AnnotationError
    from mmbapg.experiments.quickstart import split_of
    assert split_of(videos / 'annotations.json') == (
        dict(fold=[0, 1]), dict(fold=[2]))
    assert split_of(folder / 'annotations.json') == (
        dict(subset='training'), dict(subset='validation'))
    text = (folder / 'annotations.json').read_text()
    (folder / 'annotations.json').write_text(text.replace('training', 'x'))
    with pytest.raises(AnnotationError, match='expected one of both'):
        split_of(folder / 'annotations.json')
