import functools
import hashlib
import http.server
import json
import shutil
import threading

import pytest

from mmbapg.datasets import ChecksumError
from mmbapg.datasets.annotations import load_annotations
from mmbapg.datasets.sources import fir
from mmbapg.datasets.sources.fetching import LOCK, fetch
from mmbapg.datasets.video_reader import VideoReader
from mmbapg.experiments import rendered

LABELS = ('20200626_154313_mlx90640_01_light_none.csv,35,60,walk,60,79,'
          'sitdown,79,106,lying,106,160,standup,245,5000,falling,\n')


def test_rendered_videos_are_what_their_annotations_say(videos):
    annotations = load_annotations(videos / 'annotations.json')
    assert sorted(v.fields['fold'] for v in annotations.values()) == [0, 1, 2]
    for video in annotations.values():
        reader = VideoReader(str(videos / 'videos' / f'{video.name}.mp4'))
        assert reader.duration == pytest.approx(video.duration)
        assert len(video.segments) and set(video.labels) <= set(
            rendered.CLASSES)


def test_the_action_differs_from_its_warm_up(videos):
    """Hard negatives: the same motion before and after, arms down."""
    pose = rendered._pose
    instances = [(5.0, 8.0, 'hop')]
    assert pose(5.25, instances)['arms'] == 1
    assert pose(4.75, instances)['arms'] == pose(8.5, instances)['arms'] == 0
    assert 0 < pose(4.75, instances)['lift'] < pose(5.25, instances)['lift']
    assert pose(3.0, instances)['lift'] == 0


def test_videos_that_are_there_are_kept(videos):
    stamp = (videos / 'videos/rendered_00.mp4').stat().st_mtime_ns
    rendered.write_rendered_set(videos, num_videos=3, duration=12.0)
    assert (videos / 'videos/rendered_00.mp4').stat().st_mtime_ns == stamp


@pytest.mark.parametrize('changed', [dict(seed=1), dict(duration=7.0)])
def test_other_settings_render_other_videos(tmp_path, changed):
    """Also where an older version left no record of its settings."""
    before = dict(num_videos=2, duration=6.0, seed=0)
    rendered.write_rendered_set(tmp_path, **before)
    paths = [tmp_path / f'videos/rendered_{n:02}.mp4' for n in range(2)]
    old = [path.read_bytes() for path in paths]
    rendered.write_rendered_set(tmp_path, **{**before, **changed})
    assert all(path.read_bytes() != content
               for path, content in zip(paths, old))
    video = load_annotations(tmp_path / 'annotations.json')['rendered_00']
    assert VideoReader(str(paths[0])).duration == pytest.approx(
        video.duration)
    (tmp_path / rendered.SETTINGS).unlink()
    paths[0].write_bytes(b'of unknown settings')
    rendered.write_rendered_set(tmp_path, **before)
    assert paths[0].read_bytes() == old[0]


def test_an_interrupted_rendering_leaves_no_old_video(tmp_path, monkeypatch):
    rendered.write_rendered_set(tmp_path, num_videos=1, duration=4.0)
    with monkeypatch.context() as patch:
        patch.setattr(rendered, '_write_video', None)
        with pytest.raises(TypeError):
            rendered.write_rendered_set(tmp_path, num_videos=1, duration=5.0)
    assert not list((tmp_path / 'videos').glob('*.mp4'))


def test_fir_labels_become_seconds(tmp_path):
    path = tmp_path / 'labels.csv'
    path.write_text(LABELS)
    rows = fir._read_labels(path)['20200626_154313_mlx90640_01_light_none']
    assert [row['label'] for row in rows] == [
        'walk', 'sit down', 'stand up', 'fall']
    assert rows[0]['segment'] == [4.312, 7.391]
    assert fir._within(rows, 75.68)[-1]['segment'][1] == 75.68


def test_a_local_copy_is_linked(videos, tmp_path):
    fir.link_local_copy(videos, tmp_path / 'data')
    assert (tmp_path / 'data/videos/rendered_00.mp4').is_file()
    assert load_annotations(tmp_path / 'data/annotations.json')
    with pytest.raises(fir.SourceUnreachable, match='expected both'):
        fir.link_local_copy(tmp_path, tmp_path / 'other')
    (tmp_path / 'own/videos').mkdir(parents=True)
    with pytest.raises(fir.SourceUnreachable, match='own/videos: found a folde'
                       'r with videos of its own'):
        fir.link_local_copy(videos, tmp_path / 'own')


def test_an_unreachable_repository_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(fir, 'REPOSITORY', 'http://127.0.0.1:9')
    with pytest.raises(fir.SourceUnreachable, match='http://127.0.0.1:9'):
        fir.download(tmp_path, timeout=2)
    assert not list(tmp_path.rglob('*.mp4'))


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A folder that is served in the place of FIR's repository."""
    folder = tmp_path / 'served'
    folder.mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler,
                                directory=str(folder))
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(fir, 'REPOSITORY',
                        f'http://127.0.0.1:{server.server_port}')
    yield folder
    server.shutdown()


def test_download_from_a_repository(videos, repository, tmp_path,
                                    monkeypatch):
    """From start to end, over HTTP, with one video of ours."""
    name = '20200626_154313_mlx90640_01_light_none'
    (repository / 'commit').mkdir()
    (repository / 'commit' / 'labels.csv').write_text(LABELS)
    shutil.copy(videos / 'videos/rendered_00.mp4',
                repository / 'commit' / f'{name}.mp4')
    monkeypatch.setattr(fir, 'LABELS', 'commit/labels.csv')
    monkeypatch.setattr(fir, 'VIDEOS', {name: 'commit/{}.mp4'})
    fir.download(tmp_path / 'fir')
    video = load_annotations(tmp_path / 'fir/annotations.json')[name]
    assert video.duration == pytest.approx(12.0)
    assert video.labels == ('walk', 'sit down')  # the rest is beyond the end
    # a local copy that was linked before is left as it is
    fir.link_local_copy(videos, tmp_path / 'linked')
    fir.download(tmp_path / 'linked')
    assert not (videos / 'videos' / f'{name}.mp4').exists()


def test_every_video_has_a_checksum():
    places = {place.format(name) for name, place in fir.VIDEOS.items()}
    assert set(fir.SHA256) == places
    assert len(set(fir.SHA256.values())) == len(fir.VIDEOS) == 21
    assert {len(each) for each in fir.SHA256.values()} == {64}


def test_another_file_than_expected_is_not_kept(repository, tmp_path,
                                                monkeypatch):
    """A video of FIR that was replaced: the download names both hashes."""
    name, template = next(iter(fir.VIDEOS.items()))
    place = template.format(name)
    (repository / place).parent.mkdir()
    (repository / place).write_bytes(b'another video')
    (repository / 'labels.csv').write_text(LABELS)
    monkeypatch.setattr(fir, 'LABELS', 'labels.csv')
    found = hashlib.sha256(b'another video').hexdigest()
    with pytest.raises(ChecksumError, match=(
            f'{place}: found the SHA-256 {found}, expected '
            f'{fir.SHA256[place]}: it is another file, or damaged; nothing '
            'was kept')):
        fir.download(tmp_path / 'fir')
    assert [path.name for path in (tmp_path / 'fir').rglob('*')
            if path.is_file() and path.suffix != '.json'] == ['labels.csv']


def test_a_video_that_was_there_is_held_to_its_checksum(repository, tmp_path,
                                                        monkeypatch):
    """And left to the user: it may be their own."""
    name, _ = next(iter(fir.VIDEOS.items()))
    (repository / 'labels.csv').write_text(LABELS)
    monkeypatch.setattr(fir, 'LABELS', 'labels.csv')
    path = tmp_path / 'fir/videos' / f'{name}.mp4'
    path.parent.mkdir(parents=True)
    path.write_bytes(b'half a video')
    with pytest.raises(ChecksumError, match=f'{name}.mp4: found the SHA-256 .*'
                       'remove the file to download it again'):
        fir.download(tmp_path / 'fir')
    assert path.read_bytes() == b'half a video'


def test_a_checksum_that_nobody_told_is_recorded(repository, tmp_path):
    """The file must stay what it was when it was first downloaded."""
    (repository / 'a.mat').write_bytes(b'first')
    url, target = f'{fir.REPOSITORY}/a.mat', tmp_path / 'out/a.mat'
    fetch(url, target, 5)
    assert json.loads((tmp_path / 'out' / LOCK).read_text()) == {
        'a.mat': hashlib.sha256(b'first').hexdigest()}
    fetch(url, target, 5)
    target.write_bytes(b'changed')
    with pytest.raises(ChecksumError, match='a.mat: found the SHA-256'):
        fetch(url, target, 5)
    target.unlink()
    (repository / 'a.mat').write_bytes(b'second')
    with pytest.raises(ChecksumError, match='nothing was kept'):
        fetch(url, target, 5)
    assert not target.exists()
    (repository / 'b.mat').write_bytes(b'other')  # one more beside it
    fetch(f'{fir.REPOSITORY}/b.mat', tmp_path / 'out/b.mat', 5)
    assert set(json.loads((tmp_path / 'out' / LOCK).read_text())) == {
        'a.mat', 'b.mat'}


@pytest.mark.parametrize('record', ['{', '[1]', ''])
def test_an_unreadable_record_is_named(tmp_path, record):
    (tmp_path / LOCK).write_text(record)
    with pytest.raises(ChecksumError, match=f'{LOCK}: found no readable'):
        fetch('http://127.0.0.1:9/a', tmp_path / 'a', 5)


def test_a_file_without_end_is_not_kept(repository, tmp_path):
    (repository / 'a.mat').write_bytes(b'x' * 3000)
    with pytest.raises(ChecksumError, match='found more than 2999 bytes'):
        fetch(f'{fir.REPOSITORY}/a.mat', tmp_path / 'a.mat', 5, max_size=2999)
    assert not list(tmp_path.glob('a.mat*'))


def test_a_connection_that_breaks_off_leaves_no_file(tmp_path, monkeypatch):
    class Broken(http.server.BaseHTTPRequestHandler):

        def do_GET(self):
            self.send_response(200)
            self.send_header('Content-Length', '1000')
            self.end_headers()
            self.wfile.write(b'x' * 10)

    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Broken)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(fir, 'REPOSITORY',
                        f'http://127.0.0.1:{server.server_port}')
    try:
        with pytest.raises(fir.SourceUnreachable, match='expected 1000'):
            fir.download(tmp_path / 'fir')
    finally:
        server.shutdown()
    assert not [path for path in (tmp_path / 'fir').rglob('*')
                if path.is_file()]
