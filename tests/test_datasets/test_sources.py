import pytest

from mmbapg.datasets.annotations import load_annotations
from mmbapg.datasets.sources import fir, rendered
from mmbapg.datasets.video_reader import VideoReader

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


def test_an_unreachable_repository_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(fir, 'REPOSITORY', 'http://127.0.0.1:9')
    with pytest.raises(fir.SourceUnreachable, match='http://127.0.0.1:9'):
        fir.download(tmp_path, timeout=2)
    assert not list(tmp_path.rglob('*.mp4'))


def test_download_from_a_repository(videos, tmp_path, monkeypatch):
    """From start to end, over HTTP, with one video of ours."""
    import functools
    import http.server
    import shutil
    import threading
    name = '20200626_154313_mlx90640_01_light_none'
    (tmp_path / 'commit').mkdir()
    (tmp_path / 'commit' / 'labels.csv').write_text(LABELS)
    shutil.copy(videos / 'videos/rendered_00.mp4',
                tmp_path / 'commit' / f'{name}.mp4')
    handler = functools.partial(http.server.SimpleHTTPRequestHandler,
                                directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(fir, 'REPOSITORY',
                        f'http://127.0.0.1:{server.server_port}')
    monkeypatch.setattr(fir, 'LABELS', 'commit/labels.csv')
    monkeypatch.setattr(fir, 'VIDEOS', {name: 'commit/{}.mp4'})
    try:
        fir.download(tmp_path / 'fir')
    finally:
        server.shutdown()
    video = load_annotations(tmp_path / 'fir/annotations.json')[name]
    assert video.duration == pytest.approx(12.0)
    assert video.labels == ('walk', 'sit down')  # the rest is beyond the end


def test_a_connection_that_breaks_off_leaves_no_file(tmp_path, monkeypatch):
    import http.server
    import threading

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
