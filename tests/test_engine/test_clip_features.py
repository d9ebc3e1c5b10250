"""From videos to files of clip features, by MMAction2's recognizers."""
import numpy as np
import pytest
import torch
from mmaction.datasets.transforms import Resize
from mmaction.registry import MODELS
from mmengine.dataset import Compose, pseudo_collate

from mmbapg.datasets import FeatureFileError, LoadFeatures
from mmbapg.datasets.embedding_files import read_embeddings
from mmbapg.datasets.video_reader import VideoReader
from mmbapg.datasets.video_stream import told_frame_rate
from mmbapg.engine.runner.progress_runs import run
from tests import clip_videos, recognizers

INTERVALS = dict(tsn=1, tsm=3, i3d=2, slowfast=1, swin=2, videomae=1,
                 videomae_s=2)


@pytest.fixture(scope='module', params=clip_videos.FORMS)
def videos(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    return clip_videos.FORMS[request.param](folder), request.param


def of_mmaction(recognizer, cfg, images):
    """Features of a clip by MMAction2's own pipeline and network, and the
    average over space and time that its heads begin with.

    Args:
        images: The frames of the clip.
    """
    steps = [dict(step) for step in cfg.test_dataloader.dataset.pipeline
             if step['type'] in ('Resize', 'ThreeCrop', 'TenCrop',
                                 'CenterCrop', 'FormatShape',
                                 'PackActionInputs')]
    for step in steps:
        if 'scale' in step:
            step['scale'] = (-1, recognizers.SIZE)
        if 'crop_size' in step:
            step.update(type='CenterCrop', crop_size=recognizers.SIZE)
    item = Compose(steps)(dict(
        imgs=list(images), img_shape=images[0].shape[:2], num_clips=1,
        original_shape=images[0].shape[:2], clip_len=len(images),
        modality='RGB', label=0))
    data = recognizer.data_preprocessor(pseudo_collate([item]), False)
    with torch.no_grad():
        output, _ = recognizer.extract_feat(data['inputs'], stage='backbone')
    parts = output if isinstance(output, tuple) else (output, )
    return torch.cat([part.flatten(2).mean(2).mean(0) if part.ndim == 4 else
                      part.flatten(2).mean(2)[0] if part.ndim > 2 else part[0]
                      for part in parts])


@pytest.mark.parametrize('name', recognizers.SEVEN)
def test_features_are_those_of_mmaction(name, videos, tmp_path):
    folder, form = videos
    interval = INTERVALS[name]
    cfg = clip_videos.config(name, folder, form, frame_interval=interval,
                             chunk_size=16, max_clips=3, out_dir=str(tmp_path))
    runner = run(cfg, tmp_path / 'logs', 'test')
    recognizers.seeded(runner.model)
    assert runner.test() == dict(embedded=1, kept=0)
    content = read_embeddings(tmp_path / 'a.npz')

    theirs = recognizers.config(name)
    recognizer = MODELS.build(theirs.model).eval()
    recognizer.backbone.load_state_dict(
        runner.model.video.backbone.state_dict())
    path, = (folder / 'videos').iterdir()
    rate = 25 if form == 'images' else told_frame_rate(str(path))
    length = recognizers.clip_len(name)
    span = (length - 1) * interval + 1
    last = len(content.times) - 1
    for place in {0, 1, last // 2, last}:
        numbers = place * 4 + interval * np.arange(length)
        images = clip_videos.frames_at(folder, form, (numbers + 0.5) / rate)
        expected = of_mmaction(recognizer, theirs, images)
        scale = float(expected.abs().max())
        np.testing.assert_allclose(content.embeddings[place], expected,
                                   rtol=1e-5, atol=1e-5 * scale)
        assert content.times[place] == pytest.approx(
            (place * 4 + span / 2) / rate)
    assert np.ptp(content.embeddings, axis=0).max() > 1e-3


def test_the_file_tells_its_grid(tmp_path):
    """So that no stride, window or frame rate can be wrong later."""
    clip_videos.write_constant(tmp_path)
    run(clip_videos.config('videomae', tmp_path), tmp_path / 'logs',
        'test').test()
    path = tmp_path / 'features/a.npz'
    info = dict(feature_paths=[str(path)], video_name='a', duration=1.6)
    for name, settings in dict(
            stride=dict(stride=8, window=16), window=dict(stride=4),
            fps=dict(stride=4, window=16, fps=30)).items():
        with pytest.raises(FeatureFileError, match=(
                f'a.npz: found features with {name} [0-9]*, expected ')):
            LoadFeatures(**settings).transform(dict(info))
    exact = LoadFeatures(stride=4, window=16).transform(dict(info))
    loaded = LoadFeatures().transform(dict(info, fps=99))
    assert loaded['grid'] == exact['grid']
    grid = loaded['grid']
    assert (grid.stride, grid.window, grid.fps) == (4, 16, 25)
    # ActionFormer's THUMOS14: feature i covers the frames [4 i, 4 i + 16)
    assert loaded['features'].shape == ((40 - 16) // 4 + 1, 24)
    np.testing.assert_allclose(
        grid.to_seconds(np.arange(7)), (4 * np.arange(7) + 8) / 25)


def extract(folder, out, name='videomae', options=None, **settings):
    """Features of all videos of a folder, and what the run said."""
    runner = run(clip_videos.config(name, folder, options=options,
                                    out_dir=str(out), **settings),
                 out / 'logs', 'test')
    result = runner.test()
    return {path.stem: read_embeddings(path).embeddings
            for path in sorted(out.glob('*.npz'))}, result


@pytest.fixture(scope='module')
def three(tmp_path_factory):
    return clip_videos.write_constant(tmp_path_factory.mktemp('three'), 'abc')


@pytest.mark.parametrize('settings', [
    dict(chunk_size=4), dict(batch_size=3, max_clips=5),
    dict(chunk_size=4, ends='repeat'),
    dict(batch_size=2, num_workers=2, chunk_size=12)])
def test_runs_batches_and_workers_change_nothing(three, tmp_path, settings):
    whole, _ = extract(three, tmp_path / 'whole', chunk_size=1000,
                       batch_size=1, ends=settings.get('ends', 'inside'))
    parts, result = extract(three, tmp_path / 'parts', **settings)
    assert result == dict(embedded=3, kept=0) and parts.keys() == set('abc')
    for name, features in whole.items():
        np.testing.assert_allclose(parts[name], features, rtol=1e-5,
                                   atol=1e-6)


def test_every_frame_is_decoded_and_resized_once(three, tmp_path,
                                                 monkeypatch):
    """Though each is in four clips, and runs overlap."""
    counts = dict.fromkeys(('passes', 'decoded', 'kept', 'resized'), 0)

    def counted(owner, method, name, number=lambda found: 1):
        real = getattr(owner, method)

        def count(self, *args):
            found = real(self, *args)
            counts[name] += number(found)
            return found
        monkeypatch.setattr(owner, method, count)

    counted(VideoReader, '_frames_from', 'passes')
    counted(VideoReader, '_frames_of', 'decoded', len)
    counted(VideoReader, '_converted', 'kept')
    counted(Resize, 'transform', 'resized',
            lambda results: len(results['imgs']))
    frames = 40 + 45 + 50
    extract(three, tmp_path / 'overlapping', chunk_size=8)
    assert counts['passes'] == 3  # one for each video
    assert counts['kept'] == counts['resized'] == frames - 1 - 2
    assert counts['decoded'] <= frames
    counts.update(dict.fromkeys(counts, 0))
    extract(three, tmp_path / 'sparse', 'tsn', chunk_size=1)
    assert counts['kept'] == counts['resized'] == 10 + 12 + 13
    assert counts['decoded'] <= frames


def test_a_killed_run_goes_on_and_other_settings_are_replaced(
        three, tmp_path, logged):
    before, _ = extract(three, tmp_path)
    (tmp_path / 'b.npz').write_bytes((tmp_path / 'b.npz').read_bytes()[:300])
    (tmp_path / 'c.npz').unlink()
    kept = (tmp_path / 'a.npz').stat().st_mtime_ns
    after, result = extract(three, tmp_path)
    assert result == dict(embedded=2, kept=1)
    assert (tmp_path / 'a.npz').stat().st_mtime_ns == kept
    np.testing.assert_array_equal(after['b'], before['b'])

    options = {'log_level': 'INFO'}
    finer, result = extract(three, tmp_path, frame_interval=2,
                            options=options)
    assert result == dict(embedded=3, kept=0)
    assert finer['a'].shape[0] < before['a'].shape[0]


def test_what_is_replaced_is_said(three, tmp_path, caplog):
    extract(three, tmp_path)
    runner = run(clip_videos.config('videomae', three, frame_interval=2,
                                    out_dir=str(tmp_path)),
                 tmp_path / 'logs', 'test')
    runner.logger.addHandler(caplog.handler)
    runner.test()
    assert (f'{tmp_path}: 3 of 3 files (a, b, c) are damaged, or of another '
            'encoder, setting or video: they are replaced') in caplog.text


def test_half_precision(three, tmp_path):
    """The setting reaches the loop, and the loop the network."""
    full, _ = extract(three, tmp_path / 'full')
    runner = run(clip_videos.config('videomae', three, fp16=True,
                                    out_dir=str(tmp_path / 'half')),
                 tmp_path / 'logs', 'test')
    seen = []
    runner.model.video.backbone.register_forward_hook(
        lambda *args: seen.append((torch.is_autocast_enabled('cpu'),
                                   args[1][0].dtype)))
    assert runner.test_loop.fp16
    runner.test()
    assert set(seen) == {(True, torch.float32)}  # frames, normalized
    half = read_embeddings(tmp_path / 'half/a.npz').embeddings
    np.testing.assert_allclose(half, full['a'], rtol=0.1, atol=0.1)
